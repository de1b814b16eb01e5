"""Texts that people send us: a no holds at once and for good, a person sees what is said (47 CFR 64.1200(a)(10))."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from chalicelib.domain.participants import Participant
from chalicelib.services.receive_text import MOST_ANSWERS
from tests.world import Answer, World

TOKEN, OLDER = "a-twilio-auth-token", "the-token-before-it"
ADDRESS = "http://localhost:8000/v1/hooks/twilio"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def world(world: World) -> World:
    """One that knows Twilio's token, and the one before."""
    world.program.config = replace(world.program.config, twilio_tokens=(TOKEN, OLDER))
    return world


def text(world: World, phone: str | None, body: str, sid: str = "SM1", *, token: str = TOKEN, **fields: str) -> Answer:
    """Twilio's form, signed by its own library."""
    world.clock.forward(seconds=1)
    form = {"MessageSid": sid, "From": phone or "", "To": "+12125550100", "Body": body, **fields}
    signature = RequestValidator(token).compute_signature(ADDRESS, form)
    headers = {**FORM, "x-twilio-signature": signature}
    answer = world.http("POST", "/v1/hooks/twilio", raw=urlencode(form).encode(), headers=headers)
    world.settle_down()
    return answer


def replies(world: World) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = world.admin("GET", "replies").json["items"]
    return items


def templates(world: World) -> list[str]:
    return [message.template for message in world.messages()]


def now(world: World, jane: Participant) -> Participant:
    return world.participant(jane.id)


def test_stop_ends_everything_and_start_brings_it_back(world: World) -> None:
    jane = world.enrol()
    assert text(world, jane.phone, "STOP").status == 202
    assert now(world, jane).opted_out
    world.lead(world.enrol().id, phone=jane.phone, sms_consent=True)
    text(world, jane.phone, "Start", "SM2")
    assert not now(world, jane).opted_out
    assert [reply["meaning"] for reply in replies(world)] == ["start", "stop"]
    actions = [entry["action"] for entry in world.admin("GET", "audit").json["items"]]
    assert actions[:2] == ["wants messages again, by a text", "opted out by a text"]


def test_what_is_queued_is_not_sent_after_a_stop(world: World) -> None:
    """Also to somebody who is no participant: the number itself is on the list."""
    phone = world.phone()
    world.lead(world.enrol().id, phone=phone, sms_consent=True)
    form = {"MessageSid": "SM1", "From": phone, "Body": "please stop texting me"}
    headers = {**FORM, "x-twilio-signature": RequestValidator(TOKEN).compute_signature(ADDRESS, form)}
    assert world.http("POST", "/v1/hooks/twilio", raw=urlencode(form).encode(), headers=headers).status == 202
    world.settle_down()
    (message,) = world.messages("lead_received")
    assert (message.status, message.reason) == ("skipped", "opted out of messages")


def test_the_usual_word_is_confirmed_by_the_provider_and_another_wording_by_us(world: World) -> None:
    jane, joe = world.enrol(), world.enrol("Joe Roe")
    text(world, jane.phone, "STOP", "SM1")
    assert templates(world) == []
    text(world, joe.phone, "Please stop texting me", "SM2")
    (confirmed,) = world.messages("opt_out_confirmed")
    assert (confirmed.status, confirmed.to) == ("sent", joe.phone)
    assert confirmed.text == "Maple Street Plumbing: you will get no more texts from us. Reply START to get them again."


def test_there_is_one_confirmation_at_most(world: World) -> None:
    jane = world.enrol()
    for sid, body in enumerate(["Leave me alone", "leave me alone!", "START", "Stop texting me please"]):
        text(world, jane.phone, body, f"SM{sid}")
    assert templates(world) == ["opt_out_confirmed"]
    assert now(world, jane).opted_out, "the day's second no holds, though nobody confirms it"


def test_help_says_who_we_are_and_how_to_reach_us(world: World) -> None:
    """Also to a stranger, and to somebody who opted out."""
    text(world, "+12125550142", "STOP", "SM1")
    text(world, "+12125550142", "HELP", "SM2")
    (answer,) = world.messages("help")
    assert (answer.status, answer.to) == ("sent", "+12125550142")
    assert "Maple Street Plumbing, +15555550100" in (answer.text or "")
    assert "STOP" in (answer.text or "")


def test_what_the_provider_has_answered_we_do_not_answer_again(world: World) -> None:
    text(world, "+12125550142", "HELP", OptOutType="HELP")
    assert templates(world) == []
    assert len(replies(world)) == 1


def test_anything_else_reaches_the_owner(world: World) -> None:
    jane = world.enrol()
    text(world, jane.phone, "Sure, I told my sister")
    (message,) = world.messages("reply_received")
    assert (message.status, message.to) == ("sent", "+15555550199")
    assert message.text == f'Reply from Jane, {jane.phone}: "Sure, I told my sister"'
    (reply,) = replies(world)
    assert (reply["participant_id"], reply["meaning"]) == (jane.id, "reply")
    assert not now(world, jane).opted_out


def test_a_redelivery_changes_nothing(world: World) -> None:
    jane = world.enrol()
    text(world, jane.phone, "STOP", "SM1")
    text(world, jane.phone, "START", "SM2")
    before = world.item_count()
    for sid, body in (("SM1", "STOP"), ("SM2", "START"), ("SM1", "STOP")):
        assert text(world, jane.phone, body, sid).status == 202
    assert world.item_count() == before
    assert not now(world, jane).opted_out, "an old STOP that comes again is not a new one"


def test_a_flood_of_texts_does_not_flood_the_owner(world: World) -> None:
    for number in range(MOST_ANSWERS + 3):
        text(world, "+12125550142", f"hello {number}", f"SM{number}")
    assert len(world.messages("reply_received")) == MOST_ANSWERS
    assert len(replies(world)) == MOST_ANSWERS + 3
    text(world, "+12125550142", "stop texting me", "SMx")
    assert replies(world)[0]["meaning"] == "stop"


def test_a_no_takes_back_what_the_gate_had_opened(world: World) -> None:
    jane = world.enrol()
    customer = {"id": "9", "name": "Jane Doe", "phone": jane.phone}
    world.event("job.completed", {"customer": customer, "job": {"id": "1"}})
    world.settle_down()
    text(world, jane.phone, "STOP")
    shown = world.admin("GET", f"participants/{jane.id}").json
    assert shown["invitation"]["reasons"] == ["opted out of messages"]


@pytest.mark.parametrize(
    ("token", "status"), [(TOKEN, 202), (OLDER, 202), ("another", 401)], ids=["ours", "older", "foreign"]
)
def test_only_twilio_is_believed(world: World, token: str, status: int) -> None:
    jane = world.enrol()
    assert text(world, jane.phone, "STOP", token=token).status == status
    assert now(world, jane).opted_out == (status == 202)


def test_a_changed_field_is_not_believed(world: World) -> None:
    form = {"MessageSid": "SM1", "From": "+12125550142", "Body": "hello"}
    signature = RequestValidator(TOKEN).compute_signature(ADDRESS, form)
    raw = urlencode({**form, "Body": "STOP"}).encode()
    answer = world.http("POST", "/v1/hooks/twilio", raw=raw, headers={**FORM, "x-twilio-signature": signature})
    assert (answer.status, replies(world)) == (401, [])


def test_without_a_token_the_hook_refuses(world: World) -> None:
    world.program.config = replace(world.program.config, twilio_tokens=())
    assert text(world, "+12125550142", "STOP").status == 401


def test_a_text_from_a_short_code_is_left_alone(world: World) -> None:
    assert text(world, "32665", "Your bill is ready").status == 202
    assert replies(world) == []


def test_a_reply_ends_the_sequence(world: World) -> None:
    """P30: a person answers now, not the next step."""
    world.settings(results_review_days=None)
    jane = world.enrol()
    customer = {"id": "9", "name": "Jane Doe", "phone": jane.phone}
    world.event("job.completed", {"customer": customer, "job": {"id": "1"}})
    world.event("review.scored", {"customer": customer, "review": {"score": 5}})
    world.settle_down()
    assert now(world, jane).sequence.next_at is not None
    text(world, jane.phone, "Sure, I will think of somebody")
    assert (now(world, jane).sequence.why_ended, now(world, jane).sequence.next_at) == ("replied", None)
