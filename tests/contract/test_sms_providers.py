"""Twilio and End User Messaging over HTTP: one request a message, and what each answer means."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.delivery.aws_sending import ONCE
from chalicelib.delivery.end_user_messaging import EndUserMessagingSms
from chalicelib.delivery.twilio_sms import TwilioSms
from chalicelib.services.ports import Outgoing, Sender, SendError
from tests.provider import Provider, listening
from tests.running import free_port

SMS = Outgoing("msg_invitation_0J4NE000", "+12125550101", "Hello Jane & friends")
CALLBACK = "https://www.example.com/v1/hooks/twilio"
AWS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
Made = Callable[[str], Sender]


def twilio(url: str, sender: str = "+12125550100") -> Sender:
    return TwilioSms("AC1", "token", sender, CALLBACK, url=url, timeout=0.5)


def aws(url: str) -> Sender:
    brief = ONCE.merge(Config(connect_timeout=0.5, read_timeout=0.5))
    client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=url, config=brief, **AWS)
    return EndUserMessagingSms(client, "+12125550100", "receipts")


BOTH = pytest.mark.parametrize(
    ("made", "answer"), [(twilio, {"sid": "SM1"}), (aws, {"MessageId": "SM1"})], ids=["twilio", "aws"]
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with listening() as started:
        yield started


@BOTH
def test_a_text_is_handed_over_once_with_its_id_for_receipts(
    provider: Provider, made: Made, answer: dict[str, Any]
) -> None:
    provider.answer = answer
    assert made(provider.url).send(SMS) == "SM1"
    ((_, _, body),) = provider.asked
    assert SMS.to in body.values()
    assert SMS.text in body.values()
    assert SMS.id in str(body)


def test_twilio_is_told_who_asks_and_where_receipts_go(provider: Provider) -> None:
    provider.answer = {"sid": "SM1"}
    twilio(provider.url).send(SMS)
    twilio(provider.url, "MG1").send(SMS)
    (path, headers, body), (_, _, other) = provider.asked
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert headers["authorization"] == "Basic " + base64.b64encode(b"AC1:token").decode()
    assert body["StatusCallback"] == f"{CALLBACK}?message={SMS.id}"
    assert (body["From"], other["MessagingServiceSid"]) == ("+12125550100", "MG1")


@BOTH
def test_who_does_not_answer_is_asked_once_and_nobody_knows(
    provider: Provider, made: Made, answer: dict[str, Any]
) -> None:
    """Rule 5: no client tries again by itself."""
    provider.silent = True
    with pytest.raises(SendError) as raised:
        made(provider.url).send(SMS)
    assert (raised.value.certain, raised.value.again) == (False, False)
    assert len(provider.asked) == 1


@BOTH
def test_who_cannot_be_reached_took_nothing(made: Made, answer: dict[str, Any]) -> None:
    with pytest.raises(SendError) as raised:
        made(f"http://127.0.0.1:{free_port()}").send(SMS)
    assert (raised.value.certain, raised.value.again) == (True, True)


NO_NUMBER = {"code": 21211, "message": "not a number"}
CASES: list[tuple[Made, int, dict[str, Any], tuple[bool, bool, bool]]] = [
    (twilio, 400, NO_NUMBER, (True, False, False)),
    (twilio, 400, {"code": 21610, "message": "unsubscribed"}, (True, False, True)),
    (twilio, 429, {"code": 20429, "message": "too many"}, (True, True, False)),
    (twilio, 500, {"code": 20500}, (False, False, False)),
    (twilio, 201, {}, (False, False, False)),
    (aws, 400, {"__type": "ValidationException"}, (True, False, False)),
    (
        aws,
        400,
        {"__type": "ConflictException", "Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"},
        (True, False, True),
    ),
    (aws, 400, {"__type": "ThrottlingException"}, (True, True, False)),
    (aws, 500, {"__type": "InternalServerException"}, (False, False, False)),
]


@pytest.mark.parametrize(("made", "status", "answer", "expected"), CASES)
def test_each_refusal_says_what_is_certain(
    provider: Provider, made: Made, status: int, answer: dict[str, Any], expected: tuple[bool, bool, bool]
) -> None:
    provider.status, provider.answer = status, answer
    with pytest.raises(SendError) as raised:
        made(provider.url).send(SMS)
    assert (raised.value.certain, raised.value.again, raised.value.opted_out) == expected
    assert len(provider.asked) == 1
