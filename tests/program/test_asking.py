"""The ask and what follows it, through the whole program: events in, the clock moved, messages out (P10-P13, P30)."""

from typing import Any

import pytest

from chalicelib.services.follow_sequence import end_sequence, follow_sequence
from tests.world import World

#: Without one no advertising leaves by e-mail.
ADDRESS = {"address": "1 Maple Street, Springfield, IL 62701"}


def finished(world: World, code: str, score: float = 5) -> None:
    """A job of this customer, done and liked."""
    customer = {"phone": world.participant(code).phone}
    world.event("job.completed", {"customer": customer})
    world.event("review.scored", {"customer": customer, "review": {"score": score}})
    world.settle_down()


def issue(world: World, code: str, kind: str) -> None:
    world.event(kind, {"customer": {"phone": world.participant(code).phone}, "issue": {"id": "leak"}})
    world.settle_down()


def days(world: World, number: float) -> None:
    world.clock.forward(days=number)
    world.settle_down()


def sent(world: World, *, to: str | None = None) -> list[str]:
    """Templates in the order in which they left, without what the owner is told."""
    told = {line["id"] for line in world.sent_lines() if to is None or line["to"] == to}
    return [m.template for m in world.messages() if m.id in told and m.recipient != "owner"]


def shown(world: World, code: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"participants/{code}").json
    return found


def test_a_year_of_asking_somebody_who_never_answers(world: World) -> None:
    """P30, O5, O20: the ask, the approved message to pass on, one reminder, a word every quarter, and no more."""
    world.settings(business=ADDRESS)
    jane = world.enrol(email="jane@example.com")
    finished(world, jane.id)
    assert sorted(sent(world)) == ["forward", "invitation"]
    for _ in range(73):
        days(world, 5)
    assert sent(world)[2:] == ["reminder", *["stay_in_touch"] * 4]
    progress = shown(world, jane.id)["sequence"]
    assert [(step["step"], step["number"], step["outcome"]) for step in progress["steps"]] == [
        ("forward_email", 1, "queued"),
        ("reminder_sms", 1, "queued"),
        ("stay_in_touch_sms", 4, "queued"),
    ]
    assert progress["next_at"] is not None


def test_the_approved_message_carries_a_text_to_pass_on(world: World) -> None:
    """S8, S9: with the work as proof, the link, and the disclosure."""
    proof = {"proof_url": "https://example.com/our-work", "credentials": "Licensed since 1998."}
    world.settings(business={**ADDRESS, **proof})
    jane = world.enrol(email="jane@example.com")
    finished(world, jane.id)
    letter = world.messages("forward")[0]
    assert (letter.channel, letter.to) == ("email", "jane@example.com")
    for words in (
        "word of mouth",
        "https://example.com/our-work",
        "Licensed since 1998.",
        f"/r/{jane.id}/",
        "a reward if",
    ):
        assert words in letter.text


def test_without_a_postal_address_the_approved_message_is_skipped_and_staff_see_why(world: World) -> None:
    """CAN-SPAM: an ask by e-mail names where the business is."""
    jane = world.enrol(email="jane@example.com")
    finished(world, jane.id)
    assert sent(world) == ["invitation"]
    skipped = world.admin("GET", "messages?status=skipped").json["items"]
    reason = "business.address is not set in the settings, and advertising must name it"
    assert [(message["template"], message["reason"]) for message in skipped] == [("forward", reason)]


def test_whose_link_was_opened_is_not_reminded(world: World) -> None:
    jane = world.enrol()
    finished(world, jane.id)
    assert world.http("POST", "/v1/visits", {"code": jane.id, "channel": "sms"}).status == 204
    days(world, 6)
    assert sent(world) == ["invitation"]
    assert "the link was opened" in str(shown(world, jane.id)["sequence"]["steps"])


def test_a_reply_ends_the_sequence(world: World) -> None:
    """Also what is queued already and waits."""
    jane = world.enrol()
    finished(world, jane.id)
    end_sequence(world.program.ports, jane.id, "answered")
    assert end_sequence(world.program.ports, jane.id, "answered again").sequence.why_ended == "answered"
    days(world, 400)
    assert sent(world) == ["invitation"]
    assert shown(world, jane.id)["sequence"]["why_ended"] == "answered"
    assert list(world.program.ports.store.work.due(world.clock())) == []


def test_an_opt_out_ends_the_sequence(world: World) -> None:
    jane = world.enrol()
    finished(world, jane.id)
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": True})
    days(world, 400)
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": False})
    days(world, 400)
    assert sent(world) == ["invitation"]
    assert shown(world, jane.id)["sequence"]["why_ended"] == "opted out of messages"


def test_a_complaint_keeps_the_reminder_back(world: World) -> None:
    """Rule 8, S3, S4."""
    jane = world.enrol()
    finished(world, jane.id)
    issue(world, jane.id, "issue.opened")
    days(world, 6)
    issue(world, jane.id, "issue.closed")
    days(world, 6)
    assert sent(world) == ["invitation"]


def test_a_complaint_between_the_decision_and_the_sending_holds_the_ask_back(world: World) -> None:
    """It may wait for hours until the day begins."""
    jane = world.enrol()
    customer = {"phone": jane.phone}
    world.event("job.completed", {"customer": customer})
    world.event("review.scored", {"customer": customer, "review": {"score": 5}})
    ports, outside = world.program.ports, world.program.outside
    from chalicelib.services.events import work_off_event
    from chalicelib.storage.events import event_in

    for key in list(ports.store.work.due(world.clock())):
        event = event_in(*key)
        if event is not None:
            work_off_event(ports, outside.parsers, event)
    assert [m.status for m in world.messages("invitation")] == ["queued"]
    world.event("issue.opened", {"customer": customer, "issue": {"id": "leak"}})
    for key in list(ports.store.work.due(world.clock())):
        event = event_in(*key)
        if event is not None:
            work_off_event(ports, outside.parsers, event)
    world.settle_down()
    message = world.messages("invitation")[0]
    assert (message.status, message.reason) == ("skipped", "issue leak is open")


def won(world: World, code: str) -> str:
    """A referral of this participant that went ahead."""
    phone = world.phone()
    reference: str = world.lead(code, phone=phone).json["reference"]
    invoice = {"id": f"inv-{phone}", "amount_cents": 50_000, "currency": "USD"}
    world.event("invoice.paid", {"customer": {"name": "Sam Lee", "phone": phone}, "invoice": invoice})
    world.settle_down()
    return reference


def test_after_a_success_the_ask_comes_again_after_the_pause(world: World) -> None:
    """M16: at once where the pause is over, else on its last day; once for each success."""
    world.settings(sequence=[], ask_again_after_days=60)
    jane = world.enrol()
    finished(world, jane.id)
    days(world, 10)
    won(world, jane.id)
    assert shown(world, jane.id)["invitation"]["status"] == "waiting"
    assert "not again before 2026-07-03" in shown(world, jane.id)["invitation"]["reasons"][0]
    days(world, 49)
    assert [m.id for m in world.messages("invitation")] == [f"msg_invitation_{jane.id}"]
    days(world, 1.1)
    assert [m.id for m in world.messages("invitation")] == [f"msg_invitation_{jane.id}", f"msg_invitation_{jane.id}-2"]
    days(world, 400)
    assert len(world.messages("invitation")) == 2
    won(world, jane.id)
    assert len(world.messages("invitation")) == 3
    assert len(shown(world, jane.id)["invitation"]["asked"]) == 3


def test_an_own_job_done_well_is_a_success_too(world: World) -> None:
    world.settings(sequence=[])
    jane = world.enrol()
    finished(world, jane.id)
    days(world, 100)
    finished(world, jane.id, score=2)
    assert shown(world, jane.id)["invitation"]["status"] == "withheld"
    days(world, 1)
    finished(world, jane.id, score=5)
    assert len(world.messages("invitation")) == 2


def test_a_new_round_begins_the_sequence_anew(world: World) -> None:
    jane = world.enrol()
    finished(world, jane.id)
    days(world, 6)
    end_sequence(world.program.ports, jane.id, "answered")
    days(world, 100)
    finished(world, jane.id)
    days(world, 6)
    assert [m.id.removeprefix("msg_") for m in world.messages() if m.template in {"invitation", "reminder"}] == [
        f"invitation_{jane.id}",
        f"reminder_{jane.id}-1-1",
        f"invitation_{jane.id}-2",
        f"reminder_{jane.id}-2-1",
    ]


def test_looking_again_changes_nothing(world: World) -> None:
    """Level-triggered: the stream and the schedule may both come, and come again."""
    jane = world.enrol()
    finished(world, jane.id)
    days(world, 6)
    before, items = world.participant(jane.id), world.item_count()
    for _ in range(3):
        follow_sequence(world.program.ports, jane.id)
    assert (world.participant(jane.id), world.item_count()) == (before, items)
    assert follow_sequence(world.program.ports, "0000ZZZZ") is None


def test_the_referrer_is_thanked_at_each_milestone(world: World) -> None:
    """M9: received, appointment, closed with the reward; each once, whatever goes back and forth."""
    jane = world.enrol()
    reference = won(world, jane.id)
    assert sent(world, to=jane.phone) == ["referral_received", "reward_issued", "thank_you"]
    second = world.lead(jane.id).json["reference"]
    for stage in ("appointment", "contacted", "appointment", "quoted"):
        world.clock.forward(minutes=1)
        assert world.admin("PATCH", f"referrals/{second}", {"stage": stage}).status == 200
        world.settle_down()
    assert sent(world, to=jane.phone).count("referral_appointment") == 1
    assert {m.id for m in world.messages("referral_received")} == {
        f"msg_referral_received_{reference}-received",
        f"msg_referral_received_{second}-received",
    }


def test_a_lead_that_counts_for_nobody_is_thanked_for_to_nobody(world: World) -> None:
    jane = world.enrol()
    world.lead(jane.id, phone=jane.phone)
    world.lead(None, referred_by="Jane")
    world.settle_down()
    assert world.messages("referral_received") == []


def test_a_confirmed_mention_is_thanked_for(world: World) -> None:
    """S10-S13."""
    jane = world.enrol()
    reference = world.lead(None, referred_by="Jane").json["reference"]
    assert world.admin("POST", f"mentions/{reference}", {"participant_id": jane.id}).status == 200
    world.settle_down()
    assert [m.referral_id for m in world.messages("referral_received")] == [reference]


@pytest.mark.parametrize("wait", [0, 3])
def test_the_owner_sets_the_steps(world: World, wait: int) -> None:
    """P30: waits, texts and conditions are data."""
    step = {"after": "received", "template": "referral_received", "channel": "email", "wait_days": wait}
    world.settings(
        sequence=[step, {"after": "invitation", "template": "reminder", "wait_days": 2, "unless": ["referred"]}],
        messages={"reminder": {"sms": "A word again: {{ link }} You get a credit. Reply STOP to opt out."}},
    )
    jane = world.enrol(email="jane@example.com")
    finished(world, jane.id)
    days(world, 2)
    assert world.messages("reminder")[0].text.startswith("A word again: ")
    world.lead(jane.id)
    world.settle_down()
    assert sent(world, to="jane@example.com") == ([] if wait else ["referral_received"])
    days(world, 3)
    assert sent(world, to="jane@example.com") == ["referral_received"]
