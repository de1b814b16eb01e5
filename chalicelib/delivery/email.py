"""E-mail through Amazon SES."""

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from chalicelib.services.ports import Outgoing, SendError

_LATER = frozenset({"TooManyRequestsException", "LimitExceededException", "Throttling"})


class SesClient(Protocol):
    """The part of boto3's SES v2 client that we use."""

    def send_email(self, **parameters: Any) -> dict[str, Any]: ...


class SesEmail:
    """Amazon SES. It has no idempotency token, so a lost answer leaves the message's fate unknown."""

    def __init__(self, client: SesClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, message: Outgoing) -> str:
        """Hand one e-mail to SES; returns its MessageId."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [message.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject or "", "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": message.text, "Charset": "UTF-8"}},
                    }
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise SendError(f"SES: {code}", certain=True, again=code in _LATER) from error
        except EndpointConnectionError as error:
            raise SendError("SES cannot be reached", certain=True, again=True) from error
        except BotoCoreError as error:
            raise SendError(f"SES did not answer: {type(error).__name__}", certain=False) from error
        return str(answer["MessageId"])
