"""Whom an answer to "who referred you?" may mean, and what says so: a person confirms, nothing is guessed (S10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.domain.answers import Answer, NameSaid
from chalicelib.domain.likeness import alike, distance, name_words, same_word

Reason = Literal[
    "link",
    "code",
    "alias",
    "phone",
    "email",
    "same_name",
    "similar_name",
    "one_letter_off",
    "given_name_and_initial",
    "surname_and_initial",
    "surname",
    "given_name",
]
#: The most telling first.
REASONS: tuple[Reason, ...] = get_args(Reason)
WHY: Mapping[Reason, str] = {
    "link": "the answer is their link",
    "code": "the answer has their code",
    "alias": "the answer has their alias",
    "phone": "the answer has their phone number",
    "email": "the answer has their e-mail address",
    "same_name": "the same name",
    "similar_name": "a similar name: a nickname, another spelling or a part left out",
    "one_letter_off": "one word the same, and one letter of the other different",
    "given_name_and_initial": "the same given name, and a surname that begins so",
    "surname_and_initial": "the same surname, and a given name that begins so",
    "surname": "the surname alone",
    "given_name": "the given name alone",
}


@dataclass(frozen=True)
class Hint:
    """One participant an answer may mean. `slips`: how many words are not spelt so; `name`: folded, where it fitted."""

    code: str
    reason: Reason
    slips: int = 0
    name: str = ""

    @property
    def rank(self) -> tuple[int, int, str, str]:
        return REASONS.index(self.reason), self.slips, self.name, self.code


def hints_by_name(answer: Answer, people: Iterable[tuple[str, str]]) -> list[Hint]:
    """Those of `people` (code and folded name) whom a name in the answer fits, each with the best reason."""
    return [hint for code, name in people if (hint := _best(answer, code, name))]


def best_first(hints: Iterable[Hint]) -> list[Hint]:
    """Each participant once, with their best reason, the most telling first."""
    found: dict[str, Hint] = {}
    for hint in sorted(hints, key=lambda hint: hint.rank):
        found.setdefault(hint.code, hint)
    return list(found.values())


def _best(answer: Answer, code: str, name: str) -> Hint | None:
    words = name_words(name)
    if not words:
        return None
    fits = [fit for said in answer.names if (fit := _fit(said, words))]
    hints = [Hint(code, reason, slips, name) for reason, slips in fits]
    return min(hints, key=lambda hint: hint.rank, default=None)


def _fit(said: NameSaid, words: tuple[str, ...]) -> tuple[Reason, int] | None:
    """What speaks for a person with these words in their name, and how many words are not spelt so."""
    if len(said.words) == 1:
        return _by_one_word(said.words[0], words, titled=said.titled)
    if len(words) == 1:
        first = said.words[0]
        return ("given_name", int(first != words[0])) if same_word(first, words[0]) else None
    if "".join(said.words) == "".join(words) or sorted(said.words) == sorted(words):
        return "same_name", 0
    if any(len(word) == 1 for word in said.words):
        return _by_initial(said.words, words)
    if alike(" ".join(said.words), " ".join(words)):
        return "similar_name", len(set(said.words) - set(words))
    return ("one_letter_off", 1) if _one_letter_off(said.words, words) else None


def _one_letter_off(said: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """`Bo Smith` for Bob Smith: in a word so short, one letter is as often another name as it is a slip."""
    ends, meant = (said[0], said[-1]), (words[0], words[-1])
    same_given, same_surname = ends[0] == meant[0], ends[1] == meant[1]
    return (same_given and distance(ends[1], meant[1], 1) <= 1) or (
        same_surname and distance(ends[0], meant[0], 1) <= 1
    )


def _by_one_word(word: str, words: tuple[str, ...], *, titled: bool) -> tuple[Reason, int] | None:
    given, surname = words[0], words[-1]
    if len(words) == 1:
        return ("same_name" if word == given else "similar_name", 0) if same_word(word, given) else None
    if not titled and same_word(word, given):
        return "given_name", int(word != given)
    return ("surname", int(word != surname)) if same_word(word, surname) else None


def _by_initial(said: tuple[str, ...], words: tuple[str, ...]) -> tuple[Reason, int] | None:
    """`Jane D.` and `J. Doe`: the given name first."""
    given, surname = words[0], words[-1]
    if len(said[-1]) == 1 and surname[0] == said[-1] and same_word(said[0], given):
        return "given_name_and_initial", int(said[0] != given)
    if len(said[0]) == 1 and given[0] == said[0] and same_word(said[-1], surname):
        return "surname_and_initial", int(said[-1] != surname)
    return None
