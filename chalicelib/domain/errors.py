"""What can go wrong, in words a caller can act on. `api.problems` maps each class to an HTTP status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class FieldError:
    """One field that cannot be accepted and why."""

    field: str
    message: str


class GoodwordError(Exception):
    """The root of every error this program raises on purpose."""


class InvalidInput(GoodwordError):
    """One or more fields were refused; nothing was changed."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in self.errors))

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidInput":
        return cls([FieldError(field, message)])


class Unreadable(GoodwordError):
    """The body is not what its content type says, or nests or repeats what it must not."""


class TooLarge(GoodwordError):
    """The body is longer than this route accepts."""


class NotFound(GoodwordError):
    """There is no such thing."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"there is no {kind} {key!r}")


class Conflict(GoodwordError):
    """The request contradicts the present state."""


class Refused(GoodwordError):
    """Named conditions of a transaction did not hold; nothing was written. `failed` maps each name to what stood there.

    Services turn it into something a caller understands, or read again and try once more.
    """

    def __init__(self, failed: Mapping[str, Raw | None]) -> None:
        self.failed = failed
        super().__init__(f"refused by {', '.join(failed)}")


class Contended(GoodwordError):
    """Somebody else changed the same items at the same time, again and again; the caller may try once more."""


class Unavailable(GoodwordError):
    """The table cannot be reached or did not answer in time; whether a write took effect is not known."""


class Unauthenticated(GoodwordError):
    """No valid key, token or signature came with the request; `scheme` is how to send one (RFC 9110, 11.6.1)."""

    def __init__(self, message: str, scheme: str = "Bearer") -> None:
        self.scheme = scheme
        super().__init__(message)


class Forbidden(GoodwordError):
    """The caller is known but its role may not do this."""


class TooManySubmissions(GoodwordError):
    """One network address sent more than the settings allow within the hour."""

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        super().__init__("too many submissions from this address; please try again later or call us")

    @classmethod
    def this_hour(cls, now: datetime) -> "TooManySubmissions":
        """Until the hour is over."""
        return cls((now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0) - now)


class Deferred(GoodwordError):
    """An event refers to something not known yet; it is tried again later, never guessed (S10)."""
