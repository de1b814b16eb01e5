"""Consent is kept with the words that stood beside the box, its time and its door."""

from html.parser import HTMLParser

from chalicelib.domain.consent import SMS_BOX
from tests.world import World


class Words(HTMLParser):
    """The text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_is_kept_is_what_the_page_says(world: World) -> None:
    jane = world.enrol()
    world.settle_down()
    page = (world.data / "site" / "r" / jane.id / "index.html").read_text(encoding="utf-8")
    reference = world.lead(jane.id, sms_consent=True).json["reference"]
    consent = world.admin("GET", f"referrals/{reference}").json["consent"]
    assert (consent["at"], consent["source"]) == ("2026-05-04T15:00:00Z", "landing page")
    terms = consent["text"].removeprefix(f"{SMS_BOX}. ")
    assert terms != consent["text"]
    assert terms in Words(page).text
    assert SMS_BOX in Words(page).text


def test_the_words_of_then_are_kept_when_the_business_changes_its_name(world: World) -> None:
    reference = world.lead(world.enrol().id, sms_consent=True).json["reference"]
    world.settings(business={"name": "Oak Plumbing"})
    text = world.admin("GET", f"referrals/{reference}").json["consent"]["text"]
    assert "Maple Street Plumbing" in text


def test_without_a_tick_there_is_none(world: World) -> None:
    reference = world.lead(world.enrol().id).json["reference"]
    assert world.admin("GET", f"referrals/{reference}").json["consent"] is None
