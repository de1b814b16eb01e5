"""How often a name among a hundred thousand is found, and what that reads: `python -m bench.names`.

Made-up people from a fixed seed, in Zipf's proportions. The places of their names are lists in memory, read as
the table is; everything else is the program's.
"""

import argparse
import bisect
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from chalicelib.domain.name_keys import NameKey, name_keys
from chalicelib.domain.nicknames import GIVEN_NAMES, other_names
from chalicelib.services.find_candidates import find_candidates

_COMMON = ("smith", "johnson", "williams", "brown", "jones", "garcia", "miller", "davis", "rodriguez", "martinez")
_SYLLABLES = """
an ber cor dan el fer gar hol in jor kel lan mor nel ol per quin ros sam tor ul van wil yor zim ton
er ford ley son man ez
"""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SURNAMES, _ASKED = 6_000, 400


class Town:
    """Everybody, and the places of their names; counts what is read."""

    def __init__(self, size: int, draw: random.Random) -> None:
        given, surnames = sorted(GIVEN_NAMES), [*_COMMON, *_made_up(draw)]
        draw.shuffle(given)
        self.people = {
            f"{number:08}": f"{_drawn(draw, given, 10)} {_drawn(draw, surnames, 20)}" for number in range(size)
        }
        self.queries = self.names_read = 0
        self._places: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for code, name in self.people.items():
            for key in name_keys(name):
                self._places[key.sound].append((f"{key.beside}#{name}#{code}", code, name))
        for place in self._places.values():
            place.sort()

    def find(self, place: NameKey, *, most: int) -> list[tuple[str, str]]:
        listed = self._places.get(place.sound, [])
        first = bisect.bisect_left(listed, (place.beside,))
        found = [(code, name) for key, code, name in listed[first : first + most] if key.startswith(place.beside)]
        self.queries, self.names_read = self.queries + 1, self.names_read + len(found)
        return found

    def get_all(self, codes: Iterable[str]) -> dict[str, Any]:
        return {code: SimpleNamespace(id=code, name=self.people[code]) for code in codes if code in self.people}

    def with_aliases(self, aliases: Iterable[str]) -> dict[str, str]:
        return {}

    def page(self, **_: object) -> tuple[list[Any], None]:
        return [], None


def measure(size: int) -> dict[str, dict[str, float]]:
    """For each way to write a name: per cent found among the candidates, and what one answer reads."""
    draw = random.Random(7)
    town = Town(size, draw)
    return {way: _asked(town, write, draw) for way, write in _ways(draw).items()}


def _asked(town: Town, write: Callable[[str, str], str], draw: random.Random) -> dict[str, float]:
    ports: Any = SimpleNamespace(store=SimpleNamespace(names=town, participants=town))
    town.queries = town.names_read = found = 0
    codes = list(town.people)
    for _ in range(_ASKED):
        name = town.people[draw.choice(codes)]
        (candidates,) = find_candidates(ports, [write(*name.split())], "US")
        found += any(person.name == name for person, _ in candidates.found)
    return {
        "found": round(found * 100 / _ASKED, 1),
        "queries": round(town.queries / _ASKED, 1),
        "names": round(town.names_read / _ASKED),
    }


def _ways(draw: random.Random) -> dict[str, Callable[[str, str], str]]:
    def nickname(given: str) -> str:
        return draw.choice(other_names(given) or (given,))

    return {
        "as it is": lambda given, surname: f"{given} {surname}",
        "a nickname": lambda given, surname: f"{nickname(given)} {surname}",
        "a slip in the surname": lambda given, surname: f"{given} {_mistyped(draw, surname)}",
        "a slip in the given name": lambda given, surname: f"{_mistyped(draw, given)} {surname}",
        "a nickname and a slip": lambda given, surname: f"{nickname(given)} {_mistyped(draw, surname)}",
    }


def _mistyped(draw: random.Random, word: str) -> str:
    """One letter left out, replaced, put in or swapped with the next."""
    at = draw.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kinds = [before + after, before + draw.choice(_LETTERS) + after, before + draw.choice(_LETTERS) + letter + after]
    return draw.choice([*kinds, before + after[:1] + letter + after[1:]])


def _made_up(draw: random.Random) -> list[str]:
    syllables = _SYLLABLES.split()
    return ["".join(draw.choice(syllables) for _ in range(draw.choice((2, 2, 3)))) for _ in range(_SURNAMES)]


def _drawn(draw: random.Random, names: list[str], flat: int) -> str:
    """The rank of a name says how common it is; `flat` is how much the first few differ less."""
    rank = int(flat * ((len(names) / flat + 1) ** draw.random() - 1))
    return names[min(rank, len(names) - 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    print(json.dumps(measure(parser.parse_args().size), indent=1))
