"""Receipts through the real engine: from Twilio and from AWS, early, late and again."""

import json
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from chalicelib.domain.messages import Message
from chalicelib.handlers import handle_notices
from chalicelib.services.deliver import deliver
from chalicelib.services.ports import Outgoing, Outside, SendError
from tests.program.test_texts import ADDRESS, FORM, TOKEN
from tests.program.test_texts import world as world_of_twilio
from tests.world import Answer, World

world = world_of_twilio


def invitation(world: World) -> Message:
    jane = world.enrol()
    customer = {"id": "9", "name": "Jane Doe", "phone": jane.phone}
    world.event("job.completed", {"customer": customer, "job": {"id": "1"}})
    world.event("review.scored", {"customer": customer, "review": {"score": 5}})
    world.settle_down()
    return now(world)


def now(world: World) -> Message:
    (message,) = world.messages("invitation")
    assert isinstance(message, Message)
    return message


def report(world: World, message: Message, status: str, **fields: str) -> Answer:
    """Twilio's status callback, signed by its own library over the address we gave."""
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": message.to or "", **fields}
    query = urlencode({"message": message.id})
    headers = {**FORM, "x-twilio-signature": RequestValidator(TOKEN).compute_signature(f"{ADDRESS}?{query}", form)}
    return world.http("POST", f"/v1/hooks/twilio?{query}", raw=urlencode(form).encode(), headers=headers)


def published(world: World, **event: Any) -> None:
    handle_notices(world.program, [json.dumps(event)])


def test_a_receipt_moves_the_message_on_and_a_late_one_not_back(world: World) -> None:
    message = invitation(world)
    for status, expected in (
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("queued", "delivered"),
    ):
        assert report(world, message, status).status == 202
        assert now(world).status == expected


def test_one_that_did_not_arrive_says_why(world: World) -> None:
    report(world, invitation(world), "undelivered", ErrorCode="30003")
    assert (now(world).status, now(world).reason) == ("undelivered", "Twilio: 30003")
    assert not world.admin("GET", f"participants/{now(world).participant_id}").json["opted_out"]


def test_a_receipt_that_says_opted_out_is_kept_as_one(world: World) -> None:
    message = invitation(world)
    report(world, message, "failed", ErrorCode="21610")
    world.lead(world.enrol().id, phone=message.to, sms_consent=True)
    key = world.program.ports.pseudonyms.phone(message.to or "")
    assert world.program.ports.store.identities.find([key])[key].opted_out


def test_a_receipt_for_another_message_is_not_believed(world: World) -> None:
    """The address is signed with the form."""
    message = invitation(world)
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(TOKEN).compute_signature(f"{ADDRESS}?message=msg_other", form)
    headers = {**FORM, "x-twilio-signature": signature}
    path = f"/v1/hooks/twilio?message={message.id}"
    assert world.http("POST", path, raw=urlencode(form).encode(), headers=headers).status == 401
    assert now(world).status == "sent"


class Overtaken:
    """A provider whose receipt is there before its answer."""

    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, message: Outgoing) -> str:
        published(
            self.world, eventType="TEXT_DELIVERED", isFinal=True, messageId="m-1", context={"message": message.id}
        )
        return "m-1"


def test_a_receipt_that_overtakes_the_mark_loses_nothing(world: World) -> None:
    """The invitation is delivered, and others are told that it left."""
    world.settings(webhooks=[{"url": "https://crm.example.com/hooks", "types": ["invitation.sent"]}])
    world.program.__dict__["outside"] = _with_sms(world, Overtaken(world))
    message = invitation(world)
    assert (message.status, message.provider_id) == ("delivered", "m-1")
    told, _ = world.program.ports.store.webhooks.page(status=None, limit=10, cursor=None)
    assert [webhook.type for webhook in told] == ["invitation.sent"]


class Forbidding:
    """A provider with the number on its own list."""

    def send(self, message: Outgoing) -> str:
        raise SendError("Twilio: 21610", certain=True, opted_out=True)


def test_who_said_no_to_the_provider_said_no_to_us(world: World) -> None:
    world.program.__dict__["outside"] = _with_sms(world, Forbidding())
    message = invitation(world)
    assert (message.status, message.reason) == ("skipped", "opted out, says Twilio: 21610")
    key = world.program.ports.pseudonyms.phone(message.to or "")
    assert world.program.ports.store.identities.find([key])[key].opted_out


def _with_sms(world: World, sender: Any) -> Outside:
    outside = world.program.outside
    return Outside({**outside.senders, "sms": sender}, *list(vars(outside).values())[1:])


def test_end_user_messaging_says_when_it_arrived_and_when_not(world: World) -> None:
    message = invitation(world)
    about = {"messageId": "m-1", "context": {"message": message.id}}
    published(world, eventType="TEXT_QUEUED", isFinal=False, **about)
    published(world, eventType="TEXT_UNKNOWN", isFinal=True, **about)
    assert now(world).status == "sent"
    published(world, eventType="TEXT_SUCCESSFUL", isFinal=True, **about)
    assert now(world).status == "delivered"
    blocked = {"messageStatusDescription": "Blocked by the carrier", **about}
    published(world, eventType="TEXT_CARRIER_BLOCKED", isFinal=True, **blocked)
    assert now(world).reason == "End User Messaging: Blocked by the carrier"


def test_a_receipt_about_nothing_is_left_alone(world: World) -> None:
    before = world.item_count()
    published(world, eventType="TEXT_DELIVERED", isFinal=True, context={"message": "msg_nobody"})
    published(world, eventType="TEXT_DELIVERED", isFinal=True, context={})
    published(world, eventType="Open", mail={})
    assert world.item_count() == before


def test_a_text_by_aws_is_taken_like_one_by_twilio(world: World) -> None:
    jane = world.enrol()
    said = {"originationNumber": jane.phone, "destinationNumber": "+12125550100", "messageKeyword": "K"}
    for _ in range(2):
        published(world, **said, messageBody="Revoke", inboundMessageId="in-1")
    world.settle_down()
    assert world.participant(jane.id).opted_out
    assert [m.template for m in world.messages()] == ["opt_out_confirmed"], "AWS does not confirm this word"
    published(world, **said, messageBody="START", inboundMessageId="in-2")
    assert not world.participant(jane.id).opted_out
    assert deliver(world.program.ports, world.program.outside, "msg_nobody") is None
