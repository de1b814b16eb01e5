"""Verify webhook signatures over raw bytes, with the standard library: two live secrets, +-300 s both ways.

A missing secret refuses. Each function raises Unauthenticated and says no more than the sender needs.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.domain.errors import Unauthenticated

TOLERANCE_SECONDS = 300
#: A secret that travels as it is can be guessed at; a short one is none.
MIN_SHARED_SECRET = 16
_PREFIX = "whsec_"


def verify_standard(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> str:
    """Verify by Standard Webhooks (standardwebhooks.com, v1) and return the `webhook-id`."""
    event_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not event_id or len(event_id) > 200 or not event_id.isascii() or not event_id.isprintable():
        raise Unauthenticated("webhook-id is missing or not plain text of at most 200 characters")
    _in_time(timestamp, now)
    signed = f"{event_id}.{timestamp}.".encode() + body
    signatures = [part.removeprefix("v1,") for part in given.split(" ") if part.startswith("v1,")]
    expected = [
        base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        for secret in _some(secrets)
        if (key := standard_key(secret))
    ]
    _matches(signatures, expected)
    return event_id


def verify_stripe(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> None:
    """Verify `Stripe-Signature: t=..,v1=..`: hex HMAC-SHA256 over `t.body`."""
    timestamp, signatures = "", []
    for part in headers.get("stripe-signature", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            timestamp = value
        elif name == "v1":
            signatures.append(value)
    _in_time(timestamp, now)
    signed = timestamp.encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in _some(secrets)]
    _matches(signatures, expected)


def verify_quickbooks(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> None:
    """Verify `intuit-signature`: base64 HMAC-SHA256 of the body; the key is the verifier token."""
    _matches([headers.get("intuit-signature", "")], _base64_of(body, secrets))


def verify_jobber(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> None:
    """Verify `X-Jobber-Hmac-SHA256`: the same; the key is the app's OAuth client secret."""
    _matches([headers.get("x-jobber-hmac-sha256", "")], _base64_of(body, secrets))


def verify_housecallpro(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> None:
    """Verify `Api-Signature`: hex HMAC-SHA256 over `Api-Timestamp` and the body, joined by a dot."""
    timestamp = headers.get("api-timestamp", "")
    _in_time(timestamp, now)
    signed = timestamp.encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in _some(secrets)]
    _matches([headers.get("api-signature", "")], expected)


def verify_tremendous(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> None:
    """Verify `Tremendous-Webhook-Signature: sha256=..`: hex HMAC-SHA256 of the body; the key is the webhook's own."""
    expected = [f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}" for secret in _some(secrets)]
    _matches([headers.get("tremendous-webhook-signature", "")], expected)


def verify_shared_secret(headers: Mapping[str, str], secrets: Iterable[str]) -> None:
    """Compare `X-Goodword-Secret` with ours, for programs that cannot sign: it proves the sender, not the body."""
    known = [secret.strip() for secret in _some(secrets)]
    long_enough = [secret for secret in known if len(secret) >= MIN_SHARED_SECRET]
    if not long_enough:
        raise Unauthenticated(
            f"this hook's secret has fewer than {MIN_SHARED_SECRET} characters, so it accepts nothing"
        )
    _matches([headers.get("x-goodword-secret", "")], long_enough, "the secret is missing or wrong")


def sign_standard(event_id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The headers of a Standard Webhook that we send ourselves."""
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    key = standard_key(secret)
    if not key:
        raise ValueError("the secret is not whsec_ and base64")
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def standard_key(secret: str) -> bytes:
    """The key's bytes; none where it is not base64."""
    try:
        encoded = secret.strip().removeprefix(_PREFIX).rstrip("=")
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _some(secrets: Iterable[str]) -> list[str]:
    known = [secret for secret in secrets if secret.strip()]
    if not known:
        raise Unauthenticated("this hook has no secret set here, so it accepts nothing")
    return known


def _in_time(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Unauthenticated("the signature's timestamp is missing or unreadable")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise Unauthenticated(f"the signature is more than {TOLERANCE_SECONDS} seconds off our clock")


def _base64_of(body: bytes, secrets: Iterable[str]) -> list[str]:
    digests = [hmac.new(secret.encode(), body, hashlib.sha256).digest() for secret in _some(secrets)]
    return [base64.b64encode(digest).decode() for digest in digests]


def _matches(signatures: list[str], expected: list[str], refusal: str = "the signature does not fit the body") -> None:
    # Every pair is compared, so that the time taken tells nothing of which one fits.
    given = [signature.encode("utf-8", "backslashreplace") for signature in signatures]
    fits = [hmac.compare_digest(one, right.encode()) for one in given for right in expected]
    if not any(fits):
        raise Unauthenticated(refusal)
