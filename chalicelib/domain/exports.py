"""An export of everything: what its manifest says, and one number over all its items, in whatever order they come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import Conflict, Raw

#: What the items of an export look like; a program that cannot read them refuses it.
SCHEMA = 1
_MODULUS = 2**256


class Fold:
    """Counts items and adds up their SHA-256: of one sum, two sets are the same.

    It finds what was lost, doubled or changed on the way. It is no signature: who writes the items can write the sum.
    """

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, line: str) -> None:
        """Take in one item as its line in the export, without the line's end."""
        self.count += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")) % _MODULUS

    @property
    def checksum(self) -> str:
        return f"{self._sum:064x}"


@dataclass(frozen=True)
class Manifest:
    """What an export holds. `identity_key` is the fingerprint of the key that hides identities, never the key."""

    made_at: datetime
    identity_key: str
    items: int
    checksum: str
    counts: Mapping[str, int]
    schema: int = SCHEMA

    def as_json(self) -> dict[str, Any]:
        return {
            "schema": self.schema,
            "made_at": self.made_at.isoformat(),
            "identity_key": self.identity_key,
            "items": self.items,
            "checksum": self.checksum,
            "counts": dict(self.counts),
        }


def read_manifest(raw: object) -> Manifest:
    """Read a manifest's JSON; raises Conflict where it is none, or of a program newer than this."""
    try:
        if not isinstance(raw, dict) or not 1 <= int(raw["schema"]) <= SCHEMA:
            schema = raw.get("schema") if isinstance(raw, dict) else None
            raise Conflict(
                f"this export is of schema {schema!r}, and this program reads 1 to {SCHEMA}: use a newer one"
            )
        return Manifest(
            made_at=datetime.fromisoformat(raw["made_at"]),
            identity_key=str(raw["identity_key"]),
            items=int(raw["items"]),
            checksum=str(raw["checksum"]),
            counts={str(kind): int(number) for kind, number in raw["counts"].items()},
            schema=int(raw["schema"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Conflict(f"manifest.json is not that of an export: {error}") from error


def line_of_item(row: Raw) -> str:
    """One item as JSON in DynamoDB's own notation, the same for the same item; no item holds bytes or sets."""
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def kind_of_item(row: Raw) -> str:
    """What an item is called in an export's counts: the word its sort key begins with, where it begins with one."""
    named = {"N": "name", "SEEN": "sighting"}.get(row["pk"]["S"].partition("#")[0])
    return named or str(row["sk"]["S"]).partition("#")[0].lower()


def expired(row: Raw, at: float) -> bool:
    """Whether an item is over at a moment, in seconds since 1970, though the table may still hold it."""
    return "expires_at" in row and float(row["expires_at"]["N"]) <= at
