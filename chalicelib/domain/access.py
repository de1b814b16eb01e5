"""Who may do what: roles, and the keys machines use."""

from datetime import datetime
from typing import Literal, NamedTuple

Role = Literal["public", "signed", "share", "staff", "owner"]
ROLES: tuple[Role, ...] = ("public", "signed", "share", "staff", "owner")
KEY_ROLES: tuple[Role, ...] = ("staff", "owner")
_RANK: dict[Role, int] = {"public": 0, "signed": 0, "share": 0, "staff": 1, "owner": 2}


class ApiKey(NamedTuple):
    """A machine's key; the secret is kept as a hash only."""

    kid: str
    secret_hash: str
    role: Role
    name: str
    created_at: datetime
    revoked_at: datetime | None = None


class Actor(NamedTuple):
    """Who makes a change, as the audit names them."""

    name: str
    role: Role

    def may(self, needed: Role) -> bool:
        return _RANK[self.role] >= _RANK[needed]


class AuditEntry(NamedTuple):
    """Who changed what, written in the transaction of the change."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    note: str | None = None
