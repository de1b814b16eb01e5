"""Who asked to be let in, and who is signed in."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.sessions import ABSOLUTE, MOST_TRIES, SIGN_IN, Session, SignIn
from chalicelib.storage.reading import read
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction


class SignInItem(Item):
    """`SI#<id>` / `SIGN-IN`: somebody asked to be let in; used once."""

    user_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    tries = NumberAttribute(default=0)
    used_at = UTCDateTimeAttribute(null=True)


class SessionItem(Item):
    """`SS#<sha256 of the cookie>` / `SESSION`: somebody is signed in."""

    user_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    seen_at = UTCDateTimeAttribute()


class Sessions:
    """Signing in, and being signed in."""

    def sign_in(self, sign_in_id: str) -> SignIn | None:
        item = read(SignInItem, f"SI#{sign_in_id}", "SIGN-IN")
        if item is None:
            return None
        return SignIn(sign_in_id, item.user_id, item.created_at, int(item.tries), item.used_at)

    def ask(self, transaction: Transaction, sign_in: SignIn) -> None:
        item = SignInItem(
            f"SI#{sign_in.id}",
            "SIGN-IN",
            user_id=sign_in.user_id,
            created_at=sign_in.created_at,
            tries=0,
            expires_at=sign_in.created_at + SIGN_IN,
        )
        transaction.create("sign_in", item)

    def count_try(self, transaction: Transaction, sign_in_id: str) -> None:
        """Count a guess before it is looked at; refused as `sign_in` after the last, or where there is none."""
        transaction.update(
            "sign_in",
            SignInItem(f"SI#{sign_in_id}", "SIGN-IN"),
            [SignInItem.tries.set(SignInItem.tries + 1)],
            SignInItem.tries < MOST_TRIES,
        )

    def use(self, transaction: Transaction, sign_in: SignIn, at: datetime) -> None:
        """Refused as `sign_in` where it was used before."""
        unused = SignInItem.pk.exists() & SignInItem.used_at.does_not_exist()
        item = SignInItem(f"SI#{sign_in.id}", "SIGN-IN")
        transaction.update("sign_in", item, [SignInItem.used_at.set(at)], unused)

    def get(self, key: str) -> Session | None:
        item = read(SessionItem, f"SS#{key}", "SESSION")
        return Session(key, item.user_id, item.created_at, item.seen_at) if item else None

    def start(self, transaction: Transaction, session: Session) -> None:
        item = SessionItem(
            f"SS#{session.key}",
            "SESSION",
            user_id=session.user_id,
            created_at=session.created_at,
            seen_at=session.seen_at,
            expires_at=session.created_at + ABSOLUTE,
        )
        transaction.create("session", item)

    def note(self, transaction: Transaction, key: str, at: datetime) -> None:
        """Note that it was used; refused as `session` where it is not there any more."""
        item = SessionItem(f"SS#{key}", "SESSION")
        transaction.update("session", item, [SessionItem.seen_at.set(at)], SessionItem.pk.exists())

    def end(self, transaction: Transaction, key: str) -> None:
        transaction.delete("session", SessionItem(f"SS#{key}", "SESSION"))
