"""Sign in: ask for a link and a code, use one of them once, be known by a cookie from then on, sign out."""

import base64
import hmac
from dataclasses import dataclass, replace

from chalicelib.domain.errors import Refused, TooManySubmissions, Unauthenticated
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.identities import Contact, token_hash
from chalicelib.domain.messages import Channel, Message, message_id
from chalicelib.domain.sessions import NOTED_EVERY, Session, SignIn
from chalicelib.domain.users import User
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts

#: How often an hour one person, and one network address, may ask to be let in or try to be.
_OF_ONE_PERSON, _OF_ONE_ADDRESS = 5, 60
_NOT_RIGHT = "this link or code is not right, was used, or is older than ten minutes; ask for a new one"


@dataclass(frozen=True)
class SignedIn:
    """A user with the session that the request came with."""

    user: User
    session: Session


def ask_to_sign_in(ports: Ports, contact: Contact, address: str) -> str:
    """Send a link and a code to whoever has this e-mail or phone; the id returned says nothing about whether one has.

    Raises TooManySubmissions.
    """
    now = ports.now()
    key = next(iter(ports.pseudonyms.of(contact)))
    user = _user_of(ports, key)
    sign_in_id = new_id("sgn", now, ports.random_bytes)
    transaction = ports.store.transaction()
    ports.store.submissions.count(transaction, "sign-in", key, now, _OF_ONE_PERSON)
    ports.store.submissions.count(transaction, "sign-in", ports.pseudonyms.address(address), now, _OF_ONE_ADDRESS)
    if user is not None:
        ports.store.sessions.ask(transaction, SignIn(sign_in_id, user.id, now))
        ports.store.messages.queue(transaction, _message(ports, sign_in_id, contact))
    try:
        transaction.commit()
    except Refused as refused:
        raise TooManySubmissions.this_hour(ports.now()) from refused
    return sign_in_id


def new_sign_in(ports: Ports, user: User) -> str:
    """The id of a sign-in that is told on the spot and not sent, to whoever holds the machine."""
    sign_in = SignIn(new_id("sgn", ports.now(), ports.random_bytes), user.id, ports.now())
    transaction = ports.store.transaction()
    ports.store.sessions.ask(transaction, sign_in)
    transaction.commit()
    return sign_in.id


def sign_in_by_link(ports: Ports, token: str, address: str) -> tuple[str, SignedIn]:
    """Open a session with a link's token; returns what the cookie is to hold. Raises Unauthenticated."""
    _count_try(ports, address, None)
    sign_in_id = ports.pseudonyms.signing_in(token)
    if sign_in_id is None:
        raise Unauthenticated(_NOT_RIGHT)
    return _open(ports, sign_in_id)


def sign_in_by_code(ports: Ports, sign_in_id: str, code: str, address: str) -> tuple[str, SignedIn]:
    """The same with the six digits."""
    _count_try(ports, address, sign_in_id)
    if not hmac.compare_digest(code.encode(), ports.pseudonyms.sign_in_code(sign_in_id).encode()):
        raise Unauthenticated(_NOT_RIGHT)
    return _open(ports, sign_in_id)


def signed_in(ports: Ports, cookie: str) -> SignedIn:
    """Who comes with this cookie; raises Unauthenticated where the session is over."""
    session = ports.store.sessions.get(token_hash(cookie)) if cookie.isascii() else None
    user = ports.store.users.get(session.user_id) if session else None
    now = ports.now()
    if session is None or user is None or session.over(user, now):
        raise Unauthenticated("you are signed out; please sign in again")
    if now >= session.seen_at + NOTED_EVERY:
        session = replace(session, seen_at=now)
        transaction = ports.store.transaction()
        ports.store.sessions.note(transaction, session.key, now)
        try:
            transaction.commit()
        except Refused as refused:
            raise Unauthenticated("you are signed out; please sign in again") from refused
    return SignedIn(user, session)


def sign_out(ports: Ports, who: SignedIn, *, everywhere: bool) -> None:
    """End this session, or every session of this user."""
    if not everywhere:
        transaction = ports.store.transaction()
        ports.store.sessions.end(transaction, who.session.key)
        transaction.commit()
        return
    for _ in attempts():
        user = ports.store.users.get(who.user.id)
        if user is None:
            return
        transaction = ports.store.transaction()
        ports.store.users.change(transaction, replace(user, signed_out_at=ports.now()))
        ports.store.sessions.end(transaction, who.session.key)
        record_audit(ports, transaction, user.actor.name, "signed out everywhere", user.id)
        try:
            transaction.commit()
        except Refused:
            continue
        return


def _count_try(ports: Ports, address: str, sign_in_id: str | None) -> None:
    """Count a guess before it is looked at, so that none is free, however many come at once."""
    transaction = ports.store.transaction()
    ports.store.submissions.count(transaction, "try", ports.pseudonyms.address(address), ports.now(), _OF_ONE_ADDRESS)
    if sign_in_id is not None:
        ports.store.sessions.count_try(transaction, sign_in_id)
    try:
        transaction.commit()
    except Refused as refused:
        if "rate" in refused.failed:
            raise TooManySubmissions.this_hour(ports.now()) from refused
        raise Unauthenticated(_NOT_RIGHT) from refused


def _open(ports: Ports, sign_in_id: str) -> tuple[str, SignedIn]:
    now = ports.now()
    sign_in = ports.store.sessions.sign_in(sign_in_id)
    user = ports.store.users.get(sign_in.user_id) if sign_in else None
    if sign_in is None or sign_in.over(now) or user is None or user.disabled_at is not None:
        raise Unauthenticated(_NOT_RIGHT)
    cookie = base64.urlsafe_b64encode(ports.random_bytes(32)).decode().rstrip("=")
    session = Session(token_hash(cookie), user.id, now, now)
    transaction = ports.store.transaction()
    ports.store.sessions.use(transaction, sign_in, now)
    ports.store.sessions.start(transaction, session)
    record_audit(ports, transaction, user.actor.name, "signed in", user.id)
    try:
        transaction.commit()
    except Refused as refused:
        raise Unauthenticated(_NOT_RIGHT) from refused
    return cookie, SignedIn(user, session)


def _user_of(ports: Ports, key: str) -> User | None:
    user_id = ports.store.users.with_contact(key)
    user = ports.store.users.get(user_id) if user_id else None
    return user if user is not None and user.disabled_at is None else None


def _message(ports: Ports, sign_in_id: str, contact: Contact) -> Message:
    now, channel = ports.now(), _channel(contact)
    return Message(
        id=message_id("sign_in", sign_in_id),
        template="sign_in",
        channel=channel,
        recipient="user",
        created_at=now,
        due_at=now,
        sign_in_id=sign_in_id,
        to=contact.phone if channel == "sms" else contact.email,
    )


def _channel(contact: Contact) -> Channel:
    return "sms" if contact.phone else "email"
