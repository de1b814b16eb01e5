"""Whose an invoice is (S10): by an outside id, else by phone and e-mail; where these disagree, a person decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.identities import Contact

Means = Literal["outside id", "phone", "e-mail"]


@dataclass(frozen=True)
class Candidate:
    """Somebody it may belong to (a referral's or a participant's id), and what says so."""

    id: str
    by: tuple[Means, ...]


def candidates(found: Mapping[Means, Collection[str]]) -> tuple[Candidate, ...]:
    """Everybody it may belong to: one is certain, none is nobody, several are never guessed between.

    An outside id that is known decides alone: a phone is shared and an e-mail mistyped sooner than an id.
    """
    known: tuple[Means, ...] = ("outside id",) if found.get("outside id") else ("phone", "e-mail")
    everybody = dict.fromkeys(name for means in known for name in sorted(found.get(means, ())))
    return tuple(Candidate(name, tuple(means for means in known if name in found.get(means, ()))) for name in everybody)


def only(found: Mapping[Means, Collection[str]]) -> str | None:
    """The one it belongs to, or None where there is nobody or more than one."""
    possible = candidates(found)
    return possible[0].id if len(possible) == 1 else None


def together(one: Contact, other: Contact) -> Contact:
    """All that was told of one customer; of two phones or e-mails the later one's."""
    ids = tuple(dict.fromkeys((*one.external_ids, *other.external_ids)))
    return Contact(other.phone or one.phone, other.email or one.email, ids)
