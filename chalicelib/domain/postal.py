"""Postal addresses as people write them, and whether two are the same door."""

import re
from dataclasses import dataclass

from chalicelib.domain.people import fold_name

MAX_ADDRESS = 200
_KINDS = {
    "alley": "aly", "avenue": "ave", "av": "ave", "boulevard": "blvd", "boul": "blvd", "circle": "cir", "court": "ct",
    "crescent": "cres", "drive": "dr", "driv": "dr", "expressway": "expy", "freeway": "fwy", "highway": "hwy",
    "heights": "hts", "lane": "ln", "loop": "loop", "parkway": "pkwy", "pky": "pkwy", "place": "pl", "plaza": "plz",
    "road": "rd", "row": "row", "square": "sq", "street": "st", "str": "st", "terrace": "ter", "terr": "ter",
    "trail": "trl", "turnpike": "tpke", "walk": "walk", "way": "way",
}  # fmt: skip
_ENDS = frozenset(_KINDS.values())
_DIRECTIONS = {
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
_UNITS = frozenset({"apt", "apartment", "unit", "suite", "ste", "no", "number", "flat", "rm", "room", "floor", "fl"})
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")


@dataclass(frozen=True)
class _Door:
    number: str
    street: tuple[str, ...]
    unit: str | None
    zip: str | None


def same_door(one: str, other: str) -> bool:
    """Say whether two addresses name one house and, where either does, one flat in it; neighbours are not the same.

    Abbreviations, punctuation and what follows the street do not count, but two ZIP codes must agree.
    """
    first, second = _read(one), _read(other)
    if first is None or second is None:
        return _plain(one) == _plain(other) != []
    return (first.number, first.street, first.unit) == (second.number, second.street, second.unit) and (
        first.zip == second.zip or None in {first.zip, second.zip}
    )


def _plain(address: str) -> list[str]:
    words = re.findall(r"[^\W_]+", fold_name(address).replace(".", "").replace("'", ""))
    return [_DIRECTIONS.get(word, _KINDS.get(word, word)) for word in words]


def _read(address: str) -> _Door | None:
    """House number, street and flat; None where there is no house number, as with a post box."""
    folded = fold_name(address).replace("#", " unit ")
    zips = list(_ZIP.finditer(folded))
    zip_code = zips[-1] if zips and zips[-1].start() > 0 else None
    words = _plain(folded[: zip_code.start()] if zip_code else folded)
    if not words or not words[0][0].isdigit():
        return None
    unit = next((words[i + 1] for i, word in enumerate(words[:-1]) if word in _UNITS), None)
    # The street ends at its kind; without one, at the first comma or where the flat begins.
    end = next((i + 1 for i, word in enumerate(words) if i > 1 and word in _ENDS), None)
    if end is None:
        end = len(_plain(folded.partition(",")[0]))
    street = words[1:end]
    flat = next((i for i, word in enumerate(street) if word in _UNITS), len(street))
    return _Door(words[0], tuple(street[:flat]), unit, zip_code.group()[:5] if zip_code else None)
