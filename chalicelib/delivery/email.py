"""E-mail through Amazon SES."""

from typing import Any, Protocol

from chalicelib.delivery.aws_sending import sending
from chalicelib.services.ports import Outgoing

_LATER = frozenset({"TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException"})


class SesClient(Protocol):
    """The part of boto3's SES v2 client that we use."""

    def send_email(self, **parameters: Any) -> dict[str, Any]: ...


class SesEmail:
    """Amazon SES. It has no idempotency token, so a lost answer leaves the message's fate unknown.

    `events` is the configuration set that publishes deliveries, bounces and complaints; our tag comes back with them.
    """

    def __init__(self, client: SesClient, sender: str, events: str | None = None) -> None:
        self._client = client
        self._sender = sender
        self._events = events

    def send(self, message: Outgoing) -> str:
        """Hand one e-mail to SES; returns its MessageId."""
        with sending("SES", _LATER):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject or "", "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"}},
                        "Headers": _headers(message),
                    }
                },
                EmailTags=[{"Name": "message", "Value": message.id[:256]}],
                **({"ConfigurationSetName": self._events} if self._events else {}),
            )
        return str(answer["MessageId"])


def _headers(message: Outgoing) -> list[dict[str, str]]:
    """One click in the mail program ends it (RFC 8058); SES signs these with the rest."""
    if message.unsubscribe is None:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{message.unsubscribe}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
