"""Whether two names as people write them may be one person's: typing errors, swapped parts, nicknames."""

from chalicelib.domain.nicknames import same_given_name
from chalicelib.domain.people import fold_name, is_no_name

_LONG, _LONGER = 4, 8
_ENDINGS = frozenset("aeo")


def alike(one: str, other: str) -> bool:
    """Say whether the names may mean the same person; a shared surname alone says nothing, families share it.

    Order, case, accents, titles and suffixes do not count; middle names and initials may be missing. Jr and Sr of one
    name are alike: only a person can tell them apart.
    """
    first, second = name_words(one), name_words(other)
    if "".join(first) == "".join(second):
        return bool(first)
    if min(len(first), len(second)) < 2:
        return len(first) == len(second) == 1 and same_word(first[0], second[0])
    shorter, longer = sorted((first, second), key=len)
    return _each_has_a_partner(shorter, longer)


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name, without titles; initials only where little else is there."""
    plain = "".join(c if c.isalnum() else "" if c in "'’ʼ." else " " for c in fold_name(name))
    every = plain.split()
    words = [word for word in every if not is_no_name(word)] or every
    whole = [word for word in words if len(word) > 1]
    return tuple(whole if len(whole) > 1 else words)


def same_word(one: str, other: str) -> bool:
    """Say whether two folded words may be one name: the same, a nickname, an initial, a typing error."""
    if one == other or same_given_name(one, other):
        return True
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    return _mistyped(one, other)


def distance(one: str, other: str, most: int) -> int:
    """How many letters to insert, leave out, replace or swap with their neighbour; `most` + 1 where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i] + [0] * len(other)
        for j, wanted in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], last[j - 2] + 1)
    return min(row[-1], most + 1)


def _each_has_a_partner(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether the words pair up, each with another; names are so short that trying all pairs costs nothing."""
    if not shorter:
        return True
    word, rest = shorter[0], shorter[1:]
    return any(
        _each_has_a_partner(rest, longer[:place] + longer[place + 1 :])
        for place, other in enumerate(longer)
        if same_word(word, other)
    )


def _mistyped(one: str, other: str) -> bool:
    """One slip in a word of four letters, two in one of eight. Paul and Paula, Mario and Maria are two people."""
    shorter = min(len(one), len(other))
    if shorter < _LONG or _stem(one) == _stem(other):
        return False
    most = 2 if shorter >= _LONGER else 1
    return distance(one, other, most) <= most


def _stem(word: str) -> str:
    """Without the ending by which one name is a man's and a woman's."""
    return word[:-1] if word[-1] in _ENDINGS else word
