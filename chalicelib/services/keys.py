"""Keys for machines: made once, shown once, stored as a hash."""

import base64
import hmac

from chalicelib.domain.access import Actor, ApiKey, Role
from chalicelib.domain.errors import NotFound, Refused, Unauthenticated
from chalicelib.domain.identifiers import new_code
from chalicelib.domain.identities import token_hash
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts


def issue_key(ports: Ports, role: Role, name: str, by: str) -> str:
    """Make a key and return it as `<kid>.<secret>`; the secret has 256 bits and cannot be shown again."""
    kid = new_code(ports.random_bytes).lower()
    secret = base64.urlsafe_b64encode(ports.random_bytes(32)).decode().rstrip("=")
    transaction = ports.store.transaction()
    ports.store.keys.create(transaction, ApiKey(kid, token_hash(secret), role, name, ports.now()))
    record_audit(ports, transaction, by, f"key added with role {role}", kid, name)
    transaction.commit()
    return f"{kid}.{secret}"


def revoke_key(ports: Ports, kid: str, by: str) -> ApiKey:
    """Make a key worthless at once and for good; raises NotFound for a kid nobody has. Revoked before: nothing."""
    for _ in attempts():
        key = ports.store.keys.get(kid)
        if key is None:
            raise NotFound("key", kid[:60])
        if key.revoked_at is not None:
            return key
        transaction, now = ports.store.transaction(), ports.now()
        ports.store.keys.revoke(transaction, kid, now)
        record_audit(ports, transaction, by, "key revoked", kid, key.name)
        try:
            transaction.commit()
        except Refused:
            continue
        return key._replace(revoked_at=now)
    raise AssertionError  # attempts() raises before this


def authenticate(ports: Ports, authorization: str) -> Actor:
    """Who `Bearer <kid>.<secret>` is; raises Unauthenticated."""
    scheme, _, credentials = authorization.partition(" ")
    kid, _, secret = credentials.strip().partition(".")
    if scheme.lower() != "bearer" or not kid.isascii() or not kid.isalnum() or len(kid) > 20 or not secret:
        raise Unauthenticated("send Authorization: Bearer <kid>.<secret>")
    key = ports.store.keys.get(kid)
    given = token_hash(secret) if secret.isprintable() else ""
    if key is None or key.revoked_at is not None or not hmac.compare_digest(given, key.secret_hash):
        raise Unauthenticated("this key is not valid")
    return Actor(f"key {key.kid} ({key.name})", key.role)
