"""Who may sign in: the owner adds people, changes what they may do, and shuts them out."""

from dataclasses import dataclass, replace

from chalicelib.domain.access import Actor, Role
from chalicelib.domain.errors import Conflict, Forbidden, NotFound, Refused
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.identities import Contact
from chalicelib.domain.users import NewUser, User
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts


@dataclass(frozen=True)
class UserChange:
    """What the owner decides; None leaves a thing as it is."""

    name: str | None = None
    role: Role | None = None
    disabled: bool | None = None


def add_user(ports: Ports, new: NewUser, by: str) -> User:
    """Let somebody sign in; raises Conflict where the phone or the e-mail is a user's already."""
    now = ports.now()
    user = User(new_id("usr", now, ports.random_bytes), new.name, new.role, now, new.email, new.phone)
    transaction = ports.store.transaction()
    ports.store.users.create(transaction, user, list(ports.pseudonyms.of(Contact(new.phone, new.email))))
    record_audit(ports, transaction, by, f"user added with role {new.role}", user.id, new.name)
    try:
        transaction.commit()
    except Refused as refused:
        raise Conflict("this phone or e-mail signs another user in already") from refused
    return user


def change_user(ports: Ports, user_id: str, change: UserChange, by: Actor, own_id: str | None) -> User:
    """Change a user; raises NotFound, and Forbidden for what owners may not do to themselves.

    `own_id` is the user who decides, None for a machine. Nobody takes their own rights away: so the last owner cannot
    lock the door from inside.
    """
    if own_id == user_id and (change.disabled or change.role not in {None, by.role}):
        raise Forbidden("another owner has to do that: nobody takes their own rights away")
    for _ in attempts():
        known = ports.store.users.get(user_id)
        if known is None:
            raise NotFound("user", user_id[:60])
        changed = _changed(ports, known, change)
        if changed == known:
            return known
        transaction = ports.store.transaction()
        ports.store.users.change(transaction, changed)
        record_audit(ports, transaction, by.name, _action(known, changed), user_id)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def _changed(ports: Ports, known: User, change: UserChange) -> User:
    changed = replace(known, name=change.name or known.name, role=change.role or known.role)
    if change.disabled is None or change.disabled == (known.disabled_at is not None):
        return changed
    if not change.disabled:
        return replace(changed, disabled_at=None)
    return replace(changed, disabled_at=ports.now(), signed_out_at=ports.now())


def _action(known: User, changed: User) -> str:
    said = []
    if changed.name != known.name:
        said.append(f"renamed to {changed.name}")
    if changed.role != known.role:
        said.append(f"role {changed.role}")
    if changed.disabled_at != known.disabled_at:
        said.append("shut out" if changed.disabled_at else "let in again")
    return f"user changed: {', '.join(said)}"
