"""Participants by the words of their name, so that somebody whose name was said or misspelt is found without a scan."""

from collections.abc import Iterator

from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.name_keys import NameKey, name_keys
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import fold_name
from chalicelib.storage.reading import translated
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction

#: Folding may make a name of 80 characters ten times as long.
_LONGEST = 160


class NameItem(Item):
    """`N#<sound of a word>` / `<first letter beside it>#<folded name>#<code>`: there is nothing else in it."""


class Names:
    """Who is called what."""

    def note(self, transaction: Transaction, before: Participant | None, after: Participant) -> None:
        """List a participant under their name, and no more under the one they had; never refused."""
        old, new = _keys(before) if before else set(), _keys(after)
        for key in sorted(old - new):
            transaction.delete("name", NameItem(*key))
        for key in sorted(new - old):
            transaction.put("name", NameItem(*key))

    def find(self, place: NameKey, *, most: int) -> list[tuple[str, str]]:
        """Codes and folded names at one place, consistently; it reads no more than `most`."""
        return list(self._find(place, most))

    def _find(self, place: NameKey, most: int) -> Iterator[tuple[str, str]]:
        beside = NameItem.sk.startswith(place.beside) if place.beside else None
        try:
            for item in NameItem.query(_pk(place.sound), beside, consistent_read=True, limit=most, page_size=most):
                _, _, rest = item.sk.partition("#")
                name, _, code = rest.rpartition("#")
                yield code, name
        except PynamoDBException as error:
            raise translated(error) from error


def _keys(participant: Participant) -> set[Key]:
    name = fold_name(participant.name)[:_LONGEST]
    return {(_pk(key.sound), f"{key.beside}#{name}#{participant.id}") for key in name_keys(participant.name)}


def _pk(sound: str) -> str:
    return f"N#{sound}"
