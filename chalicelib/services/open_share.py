"""Open a participant's own page: the share token says who it is, and is worth nothing once it was issued anew."""

import hmac

from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.identities import token_hash
from chalicelib.domain.participants import Participant
from chalicelib.services.links import share_token
from chalicelib.services.ports import Ports

SCHEME = "Share"
_LENGTH = 64


def open_share(ports: Ports, authorization: str) -> Participant:
    """Who `Share <token>` is; raises Unauthenticated."""
    scheme, _, given = authorization.partition(" ")
    token = given.strip()
    if scheme.lower() != SCHEME.lower() or len(token) != _LENGTH or not (token.isascii() and token.isalnum()):
        raise Unauthenticated("send Authorization: Share <token>, the token of your own link", SCHEME)
    code = ports.store.participants.with_share_token(token_hash(token))
    participant = ports.store.participants.get(code) if code else None
    if participant is None or not _is_current(ports, participant, token):
        raise Unauthenticated("this link is not valid any more; ask us for a new one", SCHEME)
    return participant


def _is_current(ports: Ports, participant: Participant, token: str) -> bool:
    return hmac.compare_digest(token, share_token(ports, participant))
