"""SMS: through Amazon SNS, or into a file on one machine."""

from typing import Any, Protocol

from chalicelib.delivery.aws_sending import sending
from chalicelib.services.ports import Outgoing

#: SNS took no message when it answered one of these, and it may take it later.
_LATER = frozenset({"Throttling", "ThrottledException", "ThrottlingException", "KMSThrottling"})


class SnsClient(Protocol):
    """The part of boto3's SNS client that we use."""

    def publish(self, **parameters: Any) -> dict[str, Any]: ...


class SnsSms:
    """Amazon SNS. It has no idempotency token, so a lost answer leaves the message's fate unknown."""

    def __init__(self, client: SnsClient, sender: str | None) -> None:
        self._client = client
        self._sender = sender

    def send(self, message: Outgoing) -> str:
        """Hand one SMS to SNS; returns its MessageId."""
        attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        if self._sender:
            attributes["AWS.MM.SMS.OriginationNumber"] = {"DataType": "String", "StringValue": self._sender}
        with sending("SNS", _LATER, opted_out="OptedOut"):
            answer = self._client.publish(PhoneNumber=message.to, Message=message.text, MessageAttributes=attributes)
        return str(answer["MessageId"])
