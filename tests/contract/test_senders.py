"""Every sender holds to the same interface: an id when it is sent, and a clear word when it is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws

from chalicelib.delivery.email import SesEmail
from chalicelib.delivery.end_user_messaging import EndUserMessagingSms
from chalicelib.delivery.outbox_file import OutboxFile
from chalicelib.delivery.sms import SnsSms
from chalicelib.services.ports import Outgoing, Sender, SendError

SMS = Outgoing("msg_1", "+12125550101", "Hello Jane")
EMAIL = Outgoing("msg_2", "jane@example.com", "Hello Jane", "A subject")
BROKEN = {"ResponseMetadata": {"HTTPStatusCode": 500}}
AWS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def test_the_file_keeps_what_would_have_been_sent(tmp_path: Path) -> None:
    outbox = OutboxFile(tmp_path / "outbox.jsonl")
    assert outbox.send(SMS) != outbox.send(EMAIL)
    lines = [json.loads(line) for line in (tmp_path / "outbox.jsonl").read_text().splitlines()]
    assert [line["to"] for line in lines] == [SMS.to, EMAIL.to]


@mock_aws
def test_sns_takes_an_sms() -> None:
    """P13: through Amazon SNS."""
    assert SnsSms(boto3.client("sns", **AWS), None).send(SMS)


@mock_aws
def test_ses_takes_an_email() -> None:
    client = boto3.client("sesv2", **AWS)
    client.create_email_identity(EmailIdentity="business@example.com")
    assert SesEmail(client, "business@example.com").send(EMAIL)


class Failing:
    """A client whose every call raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def publish(self, **parameters: Any) -> dict[str, Any]:
        raise self.error

    send_email = send_text_message = publish


def sns(error: Exception) -> Sender:
    return SnsSms(Failing(error), None)


def ses(error: Exception) -> Sender:
    return SesEmail(Failing(error), "business@example.com")


def end_user_messaging(error: Exception) -> Sender:
    return EndUserMessagingSms(Failing(error), None)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Publish")


@pytest.mark.parametrize("sender", [sns, ses, end_user_messaging])
@pytest.mark.parametrize(
    ("error", "certain", "again"),
    [
        (refusal("InvalidParameter"), True, False),
        (refusal("ThrottlingException"), True, True),
        (ClientError({**refusal("InternalServerException").response, **BROKEN}, "Publish"), False, False),
        (EndpointConnectionError(endpoint_url="https://example.com"), True, True),
        (ReadTimeoutError(endpoint_url="https://example.com"), False, False),
    ],
)
def test_a_failure_says_whether_it_is_certain_and_whether_to_try_again(
    sender: Callable[[Exception], Sender], error: Exception, certain: bool, again: bool
) -> None:
    """Rule 5: after a lost answer nobody knows, and nothing is sent again blindly."""
    with pytest.raises(SendError) as raised:
        sender(error).send(SMS)
    assert (raised.value.certain, raised.value.again) == (certain, again)
