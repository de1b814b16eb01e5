"""Promised introductions: beside their participant, in a list for each state, and among what is due while open."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.commitments import Commitment, Letter, State
from chalicelib.storage.reading import list_keys, read, read_in_order, read_last
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_SK = "COMMITMENT#"


class CommitmentItem(Item):
    """`P#<code>` / `COMMITMENT#<number>`: four digits; guarded by its version."""

    promised = NumberAttribute()
    due_on = UnicodeAttribute()
    due_at = UTCDateTimeAttribute()
    made_at = UTCDateTimeAttribute()
    made_by = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    introductions = JSONAttribute(null=True)
    letters = JSONAttribute(null=True)
    why = UnicodeAttribute(null=True)
    ended_at = UTCDateTimeAttribute(null=True)
    next_at = UTCDateTimeAttribute(null=True)


class Commitments:
    """Who promised how many introductions."""

    def get(self, code: str, number: int) -> Commitment | None:
        item = read(CommitmentItem, *_key(code, number))
        return _commitment(item) if item else None

    def newest(self, code: str) -> Commitment | None:
        """A participant's last promise, the only one that still counts."""
        item = read_last(CommitmentItem, f"P#{code}", _SK)
        return _commitment(item) if item else None

    def page(
        self, state: State, *, due_before: datetime | None = None, limit: int, cursor: str | None
    ) -> tuple[list[Commitment], str | None]:
        """Those in one state, the first due first; perhaps only those due before a moment."""
        before = CommitmentItem.list_sk < _stamp(due_before) if due_before else None
        keys = list_keys(CommitmentItem.lists, f"COMMITMENTS#{state}", before, limit=limit, cursor=cursor)
        return [_commitment(item) for item in read_in_order(CommitmentItem, keys.keys)], keys.next

    def count_overdue(self, now: datetime, *, most: int) -> int:
        """How many open ones were due before `now`, up to `most`."""
        before = CommitmentItem.list_sk < _stamp(now)
        return len(list_keys(CommitmentItem.lists, "COMMITMENTS#open", before, limit=most).keys)

    def write(self, transaction: Transaction, commitment: Commitment) -> None:
        """Add a promise (version 0) or change one; refused as `commitment` where it is not as it was read."""
        item = _item(commitment)
        if commitment.version == 0:
            transaction.create("commitment", item)
        else:
            transaction.replace("commitment", item, commitment.version)

    def require(self, transaction: Transaction, commitment: Commitment) -> None:
        """Refused as `last_commitment` where somebody changed it since it was read."""
        key = CommitmentItem(*_key(commitment.participant_id, commitment.number))
        transaction.check("last_commitment", key, CommitmentItem.version == commitment.version)


def commitment_in(pk: str, sk: str) -> str | None:
    """The code of the participant whose promise this key names, or None for another kind of item."""
    return pk.removeprefix("P#") if pk.startswith("P#") and sk.startswith(_SK) else None


def _key(code: str, number: int) -> Key:
    return f"P#{code}", f"{_SK}{number:04d}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"


def _item(commitment: Commitment) -> CommitmentItem:
    work_pk, work_sk = due_key(commitment.next_at, commitment.id) if commitment.next_at else (None, None)
    return CommitmentItem(
        *_key(commitment.participant_id, commitment.number),
        list_pk=f"COMMITMENTS#{commitment.state}",
        list_sk=f"{_stamp(commitment.due_at)}#{commitment.id}",
        work_pk=work_pk,
        work_sk=work_sk,
        version=commitment.version + 1,
        promised=commitment.promised,
        due_on=commitment.due_on.isoformat(),
        due_at=commitment.due_at,
        made_at=commitment.made_at,
        made_by=commitment.made_by,
        note=commitment.note,
        state=commitment.state,
        introductions=list(commitment.introductions) or None,
        letters=[_letter_as_json(letter) for letter in commitment.letters] or None,
        why=commitment.why,
        ended_at=commitment.ended_at,
        next_at=commitment.next_at,
    )


def _commitment(item: CommitmentItem) -> Commitment:
    return Commitment(
        participant_id=item.pk.removeprefix("P#"),
        number=int(item.sk.removeprefix(_SK)),
        promised=int(item.promised),
        due_on=date.fromisoformat(item.due_on),
        due_at=item.due_at,
        made_at=item.made_at,
        made_by=item.made_by,
        note=item.note,
        state=item.state,  # type: ignore[arg-type]  # written from the same Literal
        introductions=tuple(item.introductions or ()),
        letters=tuple(_letter(raw) for raw in item.letters or ()),
        why=item.why,
        ended_at=item.ended_at,
        next_at=item.next_at,
        version=int(item.version or 1),
    )


def _letter_as_json(letter: Letter) -> dict[str, str | None]:
    return {"at": letter.at.isoformat(), "by": letter.by, "why": letter.why}


def _letter(raw: Mapping[str, Any]) -> Letter:
    return Letter(datetime.fromisoformat(raw["at"]), raw["by"], raw["why"])
