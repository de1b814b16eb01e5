"""SMS through Twilio's Messages API (2010-04-01), by the standard library: its own is 20 MB."""

import base64
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.services.ports import Outgoing, SendError

#: Twilio's code for a number on its own opt-out list.
OPTED_OUT = 21610
_TOO_MANY = 429
_SERVER = 500
_MOST_BYTES = 64 * 1024


class TwilioSms:
    """Twilio. It has no idempotency token, so a lost answer leaves the message's fate unknown.

    `sender` is a number in E.164 or a messaging service (`MG...`); receipts come to `callback`.
    """

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        callback: str | None = None,
        *,
        url: str = "https://api.twilio.com",
        timeout: float = 10,
    ) -> None:
        self._url = f"{url}/2010-04-01/Accounts/{quote(account)}/Messages.json"
        self._authorization = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._sender, self._callback, self._timeout = sender, callback, timeout

    def send(self, message: Outgoing) -> str:
        """Hand one SMS to Twilio; returns its SID."""
        origin = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        form = {"To": message.to, origin: self._sender, "Body": message.text}
        if self._callback:
            form["StatusCallback"] = f"{self._callback}?{urlencode({'message': message.id})}"
        answer = self._post(urlencode(form).encode())
        sid = answer.get("sid")
        if not isinstance(sid, str):
            raise SendError("Twilio answered without a SID", certain=False)
        return sid

    def _post(self, body: bytes) -> dict[str, Any]:
        headers = {"Authorization": self._authorization, "Content-Type": "application/x-www-form-urlencoded"}
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 - the configured address
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:  # noqa: S310
                answer: dict[str, Any] = json.loads(response.read(_MOST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error) from error
        except urllib.error.URLError as error:
            # Raised while connecting and sending; one that was cut off may have arrived whole.
            certain = not isinstance(error.reason, TimeoutError | ConnectionResetError | BrokenPipeError)
            raise SendError(f"Twilio cannot be reached: {error.reason}", certain=certain, again=certain) from error
        except (OSError, HTTPException, ValueError) as error:
            raise SendError(f"Twilio did not answer: {type(error).__name__}", certain=False) from error
        return answer if isinstance(answer, dict) else {}


def _refused(error: urllib.error.HTTPError) -> SendError:
    try:
        code = json.loads(error.read(_MOST_BYTES)).get("code")
    except (OSError, HTTPException, ValueError, AttributeError):
        code = None
    reason = f"Twilio: {code or error.code}"
    if error.code >= _SERVER:
        return SendError(reason, certain=False)
    return SendError(reason, certain=True, again=error.code == _TOO_MANY, opted_out=code == OPTED_OUT)
