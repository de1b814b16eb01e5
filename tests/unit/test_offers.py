"""Which offer runs (O4, O13)."""

from datetime import datetime, timedelta

from chalicelib.domain.offers import Offer, current_offer
from tests.unit.examples import NOW

HOUR = timedelta(hours=1)


def offer(name: str, starts: datetime | None = None, ends: datetime | None = None, segment: str = "customer") -> Offer:
    return Offer(name, segment, "headline", "friend", "referrer", starts, ends)


STANDING = offer("standing")


def at(now: datetime, *offers: Offer, segment: str = "customer") -> str | None:
    found = current_offer(offers, segment, now)
    return found.id if found else None


def test_an_offer_runs_from_its_start_until_its_end():
    """O13: the start is in the window, the end is not, so that one campaign can follow another."""
    week = offer("week", NOW, NOW + HOUR)
    second = timedelta(seconds=1)
    assert [at(moment, week) for moment in (NOW - second, NOW, NOW + HOUR - second, NOW + HOUR)] == [
        None,
        "week",
        "week",
        None,
    ]


def test_a_campaign_takes_over_from_the_standing_offer_and_gives_it_back():
    """O22: a referral week."""
    week = offer("week", NOW, NOW + HOUR)
    for offers in ((STANDING, week), (week, STANDING)):
        assert at(NOW - HOUR, *offers) == "standing"
        assert at(NOW, *offers) == "week"
        assert at(NOW + HOUR, *offers) == "standing"


def test_of_two_campaigns_the_one_that_began_last_runs():
    spring, week = offer("spring", NOW - HOUR), offer("week", NOW)
    assert at(NOW, spring, week) == at(NOW, week, spring) == "week"


def test_each_segment_has_its_own():
    """O4."""
    assert at(NOW, STANDING, offer("pro", segment="partner"), segment="partner") == "pro"
    assert at(NOW, STANDING, segment="partner") is None


def test_no_offer_is_no_error():
    assert at(NOW) is None
