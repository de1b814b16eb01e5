"""A webhook out: one notice for one endpoint, sent at least once, for three days if need be, then a person's to see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from chalicelib.domain.addresses import is_loopback
from chalicelib.domain.identifiers import id_of
from chalicelib.domain.notices import Notice, NoticeType

WebhookStatus = Literal["pending", "claimed", "delivered", "dead", "dropped"]
STATUSES: tuple[WebhookStatus, ...] = ("pending", "claimed", "delivered", "dead", "dropped")
MOST_ENDPOINTS = 10
MAX_URL = 500
FIRST_PAUSE = timedelta(minutes=1)
#: Also the longest that a receiver may ask us to wait.
LONGEST_PAUSE = timedelta(hours=8)
PATIENCE = timedelta(days=3)
#: How long one that came to its end is kept: what is dead waits for a person longer.
KEPT: Mapping[WebhookStatus, timedelta] = {
    "delivered": timedelta(days=30),
    "dropped": timedelta(days=30),
    "dead": timedelta(days=90),
}
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Endpoint:
    """Where webhooks go; no types means all of them."""

    url: str
    types: tuple[NoticeType, ...] = ()

    def wants(self, kind: NoticeType) -> bool:
        return not self.types or kind in self.types


@dataclass(frozen=True)
class Webhook:
    """One notice on its way to one endpoint. `since` is when our patience with the endpoint began.

    `dropped`: the settings no longer name the endpoint, or not this type for it. `dead`: given up, for a person to see.
    """

    id: str
    type: NoticeType
    url: str
    about: str
    at: datetime
    participant_id: str
    data: Mapping[str, Any]
    since: datetime
    due_at: datetime
    status: WebhookStatus = "pending"
    attempts: int = 0
    reason: str | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def overdue(self) -> datetime:
        """When it is given up."""
        return self.since + PATIENCE


def webhook_of(notice: Notice, url: str) -> Webhook:
    """The one webhook of a notice to an endpoint: its id is made of both, so there is never a second."""
    return Webhook(
        id=id_of("whk", f"{notice.type} {notice.about} {notice.version} {url}"),
        type=notice.type,
        url=url,
        about=notice.about,
        at=notice.at,
        participant_id=notice.participant_id,
        data=notice.data,
        since=notice.at,
        due_at=notice.at,
    )


def next_attempt(webhook: Webhook, now: datetime, *, chance: float, wait: timedelta | None = None) -> datetime | None:
    """When to try again after the last of `webhook.attempts` failed; None when three days are over.

    The pause doubles from a minute to eight hours; `chance`, from 0 to 1, makes it up to a quarter shorter or longer,
    and `wait` is what the receiver asked for. The last attempt is made when the three days end.
    """
    if now >= webhook.overdue:
        return None
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(max(webhook.attempts, 1) - 1, 16), LONGEST_PAUSE) * (
        0.75 + chance / 2
    )
    if wait is not None:
        pause = max(pause, min(wait, LONGEST_PAUSE))
    return min(now + pause, webhook.overdue)


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3), seconds or a date; None where it says nothing readable."""
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now


def why_not_url(url: str) -> str | None:
    """Why webhooks may not go to this address, or None: HTTPS only, but on this machine itself also HTTP."""
    try:
        parts = urlsplit(url) if _URL.fullmatch(url) else None
        host = parts.hostname if parts and (parts.port is None or parts.port) else None
    except ValueError:
        parts = host = None
    if parts is None or not host:
        return "is not an address that begins with https://"
    if "@" in parts.netloc:
        return "must not carry a name or a password; webhooks are signed"
    if parts.scheme == "http" and not is_loopback(host):
        return "must begin with https://, as webhooks carry names and phone numbers"
    return None
