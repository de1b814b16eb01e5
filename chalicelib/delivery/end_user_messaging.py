"""SMS through AWS End User Messaging (`pinpoint-sms-voice-v2`), which reports what became of a message."""

from typing import Any, Protocol

from chalicelib.delivery.aws_sending import sending
from chalicelib.services.ports import Outgoing

_LATER = frozenset({"ThrottlingException", "ServiceQuotaExceededException"})
_OPTED_OUT = "DESTINATION_PHONE_NUMBER_OPTED_OUT"


class EndUserMessagingClient(Protocol):
    """The part of boto3's client that we use."""

    def send_text_message(self, **parameters: Any) -> dict[str, Any]: ...


class EndUserMessagingSms:
    """It has no idempotency token, so a lost answer leaves the message's fate unknown.

    `sender` is a number, a pool or a sender id; without one the account's own is taken. `events` is the configuration
    set that publishes receipts.
    """

    def __init__(self, client: EndUserMessagingClient, sender: str | None, events: str | None = None) -> None:
        self._client, self._sender, self._events = client, sender, events

    def send(self, message: Outgoing) -> str:
        """Hand one SMS over; returns its MessageId."""
        # The context comes back with every event about the message.
        parameters: dict[str, Any] = {"MessageType": "TRANSACTIONAL", "Context": {"message": message.id}}
        if self._sender:
            parameters["OriginationIdentity"] = self._sender
        if self._events:
            parameters["ConfigurationSetName"] = self._events
        with sending("End User Messaging", _LATER, opted_out=_OPTED_OUT):
            answer = self._client.send_text_message(
                DestinationPhoneNumber=message.to, MessageBody=message.text, **parameters
            )
        return str(answer["MessageId"])
