"""Signing in without a password: a link or a code that works once, then a session kept here and not in the browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.users import User

#: How long a link and its code may be used.
SIGN_IN = timedelta(minutes=10)
#: A code has a million values: so few guesses at one are no chance.
MOST_TRIES = 5
#: However busy, and however quiet.
ABSOLUTE, IDLE = timedelta(hours=12), timedelta(hours=1)
#: A session's last use is noted no oftener than this.
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignIn:
    """Somebody asked to be let in. The link and the code follow from the id and our secret; neither is stored."""

    id: str
    user_id: str
    created_at: datetime
    tries: int = 0
    used_at: datetime | None = None

    def over(self, now: datetime) -> bool:
        return self.used_at is not None or now >= self.created_at + SIGN_IN


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in; `key` is the hash of what the cookie holds."""

    key: str
    user_id: str
    created_at: datetime
    seen_at: datetime

    def over(self, user: User | None, now: datetime) -> bool:
        """Whether it opens nothing any more: too old, unused, signed out, or its user is gone."""
        if user is None or user.disabled_at is not None:
            return True
        if user.signed_out_at is not None and self.created_at <= user.signed_out_at:
            return True
        return now >= self.created_at + ABSOLUTE or now >= self.seen_at + IDLE

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more is done."""
        return min(self.created_at + ABSOLUTE, self.seen_at + IDLE)
