"""E-mails end with one click, name who writes, and go to no mailbox that is gone (CAN-SPAM, RFC 8058)."""

import json
import re
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from chalicelib.delivery.email import SesEmail
from chalicelib.domain.messages import Message
from chalicelib.handlers import handle_notices
from chalicelib.services.deliver import deliver
from chalicelib.services.ports import Outgoing
from tests.program.test_money import closed
from tests.world import World

EMAIL = "jane@example.com"
FORM = {"content-type": "application/x-www-form-urlencoded"}
AWS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def thanked(world: World) -> Message:
    """The thank-you of a fresh reward, by e-mail; the last one where there are more."""
    held = world.enrol(phone=world.phone(), email=EMAIL)
    closed(world, held.id)
    world.settle_down()
    return last(world)


def again(world: World) -> None:
    """One more reward for the same participant, later."""
    world.clock.forward(minutes=1)
    closed(world, last(world).participant_id or "")
    world.settle_down()


def last(world: World) -> Message:
    message = world.messages("thank_you")[-1]
    assert isinstance(message, Message)
    return message


def link(message: Message) -> str:
    found = re.search(r"No more e-mails: http://localhost:8000(/v1/unsubscribe/\S+)", message.text or "")
    assert found is not None
    return found[1]


def mail_news(world: World, kind: str, **fields: Any) -> None:
    tags = {"message": [fields.pop("about", "msg_nobody")]}
    handle_notices(world.program, [json.dumps({"eventType": kind, "mail": {"tags": tags}, **fields})])


def test_the_footer_says_who_writes_from_where_and_how_it_ends(world: World) -> None:
    world.settings(business={"address": "12 Maple Street, Springfield, NY 10001"})
    message = thanked(world)
    assert "\n-- \nMaple Street Plumbing, 12 Maple Street, Springfield, NY 10001\n" in (message.text or "")
    assert EMAIL not in link(message)


def test_opening_the_link_changes_nothing_and_the_button_ends_it(world: World) -> None:
    path = link(thanked(world))
    assert b"Unsubscribe</button>" in world.http("GET", path).body
    again(world)
    assert last(world).status == "sent", "a mail program may open links by itself"
    assert world.http("POST", path, raw=b"List-Unsubscribe=One-Click", headers=FORM).status == 200
    again(world)
    assert (last(world).status, last(world).reason) == ("skipped", "opted out of messages")
    assert last(world).channel == "email"


def test_one_click_may_come_as_multipart_and_twice(world: World) -> None:
    path = link(thanked(world))
    raw = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    before = world.item_count()
    for _ in range(2):
        headers = {"content-type": "multipart/form-data; boundary=b"}
        assert world.http("POST", path, raw=raw, headers=headers).status == 200
    assert world.item_count() == before + 1, "one line in the audit"


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: t[:64], lambda _: "x"])
def test_a_link_that_we_did_not_give_ends_nothing(world: World, change: Any) -> None:
    path = link(thanked(world))
    root, _, token = path.rpartition("/")
    forged = change("0" * 32 + token[32:])
    assert world.http("POST", f"{root}/{forged}", raw=b"", headers=FORM).status == 404


def test_a_mailbox_that_is_gone_gets_nothing_more(world: World) -> None:
    thanked(world)
    recipients = [{"emailAddress": f"Jane <{EMAIL.title()}>"}]
    full = {"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": recipients}
    mail_news(world, "Bounce", bounce=full)
    again(world)
    assert last(world).status == "sent", "a full mailbox may have room tomorrow"
    gone = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": recipients}
    mail_news(world, "Delivery", about=last(world).id)
    assert last(world).status == "delivered"
    mail_news(world, "Bounce", about=last(world).id, bounce=gone)
    assert (last(world).status, last(world).reason) == ("undelivered", "SES: bounced, Permanent General")
    again(world)
    assert last(world).status == "skipped"


def test_who_complains_gets_nothing_more(world: World) -> None:
    thanked(world)
    mail_news(world, "Complaint", complaint={"complainedRecipients": [{"emailAddress": EMAIL}]})
    again(world)
    assert last(world).status == "skipped"


def test_advertising_without_a_postal_address_does_not_leave(world: World) -> None:
    ports = world.program.ports
    jane = world.enrol(email=EMAIL)
    world.settings(
        messages={
            "invitation": {"subject": "Hello", "email": "Tell a friend, and you get {{ what_you_get }}: {{ link }}"}
        }
    )
    for number in range(2):
        base = Message(f"msg_invitation_{number}", "invitation", "email", "participant", ports.now(), ports.now())
        transaction = ports.store.transaction()
        ports.store.messages.queue(transaction, replace(base, participant_id=jane.id))
        transaction.commit()
    first = deliver(ports, world.program.outside, "msg_invitation_0")
    assert first is not None
    assert (first.status, "business.address" in (first.reason or "")) == ("skipped", True)
    world.settings(business={"address": "12 Maple Street"})
    second = deliver(ports, world.program.outside, "msg_invitation_1")
    assert second is not None
    assert second.status == "sent"


def test_ses_is_given_the_headers_of_one_click(world: World) -> None:
    client = boto3.client("sesv2", **AWS)
    url = "https://www.example.com/v1/unsubscribe/abc"
    headers = [
        {"Name": "List-Unsubscribe", "Value": f"<{url}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    expected = {
        "FromEmailAddress": "business@example.com",
        "Destination": {"ToAddresses": [EMAIL]},
        "Content": {"Simple": {"Subject": ANY, "Body": ANY, "Headers": headers}},
        "EmailTags": [{"Name": "message", "Value": "msg_1"}],
        "ConfigurationSetName": "news",
    }
    with Stubber(client) as stub:
        stub.add_response("send_email", {"MessageId": "m-1"}, expected)
        outgoing = Outgoing("msg_1", EMAIL, "Hello", "A subject", url)
        assert SesEmail(client, "business@example.com", "news").send(outgoing) == "m-1"
