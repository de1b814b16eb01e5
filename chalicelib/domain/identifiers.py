"""Ids: permanent tracking codes people can read aloud (P1, P16), and sortable ids for everything else."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
DISCOUNT_CODE_LENGTH = 10
_CODE = re.compile(rf"[{CROCKFORD}]{{{CODE_LENGTH}}}")
_ALIAS = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")
MISREAD = str.maketrans("OIL", "011")
_ULID_LENGTH = 26
_RANDOM_BYTES = 10

RandomBytes = Callable[[int], bytes]


def new_code(random_bytes: RandomBytes) -> str:
    """Draw a tracking code: 8 characters of Crockford base32, 40 random bits."""
    number = int.from_bytes(random_bytes(5), "big")
    return _encode(number, CODE_LENGTH)


def discount_code_from(random_bytes: bytes) -> str:
    """A discount code: 50 bits in letters that cannot be misread."""
    return "".join(CROCKFORD[byte % 32] for byte in random_bytes[:DISCOUNT_CODE_LENGTH])


def normalise_code(text: str) -> str | None:
    """Read a tracking code as somebody typed it (any case, O for 0, I or L for 1, spaces or hyphens), or None."""
    code = re.sub(r"[\s-]", "", text).upper().translate(MISREAD)
    return code if _CODE.fullmatch(code) else None


def normalise_alias(text: str) -> str | None:
    """Read an alias such as `jane-smith`: 3 to 40 lower-case letters, digits and hyphens, not shaped like a code."""
    alias = text.strip().lower()
    if not _ALIAS.fullmatch(alias) or normalise_code(alias):
        return None
    return alias


def new_id(prefix: str, at: datetime, random_bytes: RandomBytes) -> str:
    """Make `prefix_<ulid>`: sortable by time, 80 random bits."""
    return _ulid(prefix, at, random_bytes(_RANDOM_BYTES))


def derived_id(prefix: str, at: datetime, cause: str) -> str:
    """Make the same `prefix_<ulid>` each time for the same cause, so that a redelivery names the same thing."""
    return _ulid(prefix, at, hashlib.sha256(cause.encode()).digest()[:_RANDOM_BYTES])


def id_of(prefix: str, cause: str) -> str:
    """Make the same `prefix_` and 26 characters each time for the same cause, whenever that is."""
    number = int.from_bytes(hashlib.sha256(cause.encode()).digest()[:16], "big")
    return f"{prefix}_{_encode(number, _ULID_LENGTH)}"


def _ulid(prefix: str, at: datetime, tail: bytes) -> str:
    milliseconds = int(at.timestamp() * 1000)
    return f"{prefix}_{_encode((milliseconds << 80) | int.from_bytes(tail, 'big'), _ULID_LENGTH)}"


def _encode(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, index = divmod(number, 32)
        characters.append(CROCKFORD[index])
    return "".join(reversed(characters))
