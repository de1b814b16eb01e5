"""People who run the program: they sign in, and what they do is in the audit under their name."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from chalicelib.domain.access import KEY_ROLES, Actor, Role
from chalicelib.domain.fields import Fields


@dataclass(frozen=True)
class NewUser:
    """Who shall be able to sign in, checked: an e-mail or a phone (E.164), or both."""

    name: str
    role: Role
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class User:
    """Somebody of the business. Whoever was signed in before `signed_out_at` is signed out."""

    id: str
    name: str
    role: Role
    created_at: datetime
    email: str | None = None
    phone: str | None = None
    disabled_at: datetime | None = None
    signed_out_at: datetime | None = None
    version: int = 1

    @property
    def actor(self) -> Actor:
        return Actor(f"{self.name} ({self.id})", self.role)


def parse_user(raw: object, region: str) -> NewUser:
    """Check `{name, role, email?, phone?}`; raises InvalidInput."""
    fields = Fields(raw)
    fields.only({"name", "role", "email", "phone"})
    name = fields.name(required=True)
    role = fields.choice("role", KEY_ROLES)
    if not fields.has("role"):
        fields.refuse("role", f"is required: one of {', '.join(KEY_ROLES)}")
    email, phone = fields.email(), fields.phone(region)
    if not fields.has("email") and not fields.has("phone"):
        fields.refuse("email", "or phone is required: the sign-in link is sent there")
    fields.done()
    return NewUser(name or "", cast(Role, role), email, phone)
