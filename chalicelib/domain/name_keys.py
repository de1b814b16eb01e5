"""Where a name is listed and looked for: under the sound of each of its words, so that a typing error finds it too."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chalicelib.domain.likeness import name_words
from chalicelib.domain.nicknames import other_names

_LENGTH = 4
_LONGEST = 20
_DIGITS = {
    letter: str(digit)
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1)
    for letter in letters
}
#: Beginnings that sound as others do: Cathy and Kathy, Philip and Filip, Wright and Right.
_BEGINNINGS = (("ph", "f"), ("kn", "n"), ("wr", "r"), ("c", "k"), ("q", "k"), ("z", "s"))


class NameKey(NamedTuple):
    """One place of a name: the sound of one word, and the first letter of the sound of the word beside it."""

    sound: str
    beside: str


def soundex(word: str) -> str:
    """The sound of a folded word: its first letter and up to three digits for the consonants that follow.

    This is Soundex (Russell, 1918), with beginnings that sound alike made one. A word without Latin letters stands for
    itself.
    """
    if not any("a" <= letter <= "z" for letter in word):
        return word[:_LONGEST]
    word = next((new + word[len(old) :] for old, new in _BEGINNINGS if word.startswith(old)), word)
    code, last = word[0], _DIGITS.get(word[0], "")
    for letter in word[1:]:
        digit = _DIGITS.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in "hw":
            last = digit
    return code[:_LENGTH]


def name_keys(name: str) -> tuple[NameKey, ...]:
    """Every place of a name: each word by its sound, beside the last word; the last one beside the first."""
    sounds = [soundex(word) for word in name_words(name)]
    if len(sounds) == 1:
        return (NameKey(sounds[0], ""),)
    besides = [*(sounds[-1] for _ in sounds[1:]), *sounds[:1]]
    return tuple(dict.fromkeys(NameKey(sound, beside[0]) for sound, beside in zip(sounds, besides, strict=True)))


def likely_places(words: Sequence[str]) -> Iterator[NameKey]:
    """Where a name with these words stands if one of them sounds right and the other begins right."""
    for one, other in _pairs(words):
        for called in (other, *other_names(other)):
            yield NameKey(soundex(one), soundex(called)[0])


def unlikely_places(words: Sequence[str]) -> Iterator[NameKey]:
    """Where else it may stand: under a nickname beside a wrong word, or beside a word that begins wrong."""
    for one, other in _pairs(words):
        for called in other_names(one):
            yield NameKey(soundex(called), soundex(other)[0])
    for word in words:
        if len(word) > 1:
            yield NameKey(soundex(word), "")
            yield from (NameKey(soundex(called), "") for called in other_names(word) if len(words) == 1)


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word with each other one, the last words first: a surname is the rarer one. Initials have no sound."""
    for i in range(len(words) - 1, -1, -1):
        if len(words[i]) > 1:
            yield from ((words[i], words[j]) for j in range(len(words)) if j != i)
