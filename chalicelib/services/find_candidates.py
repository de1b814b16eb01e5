"""Find the participants whom an answer to "who referred you?" may mean (P4, P26, S10), for a person to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from chalicelib.domain.answers import Answer, read_answer
from chalicelib.domain.candidates import Hint, best_first, hints_by_name
from chalicelib.domain.identities import Contact
from chalicelib.domain.name_keys import NameKey, likely_places, unlikely_places
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import fold_name
from chalicelib.services.ports import Ports

#: A person chooses between so many; where there are more, the answer says too little.
MOST_SHOWN = 5
#: So many names are looked at in one place, and so many places for one answer.
_MOST_NAMES, _MOST_PLACES = 500, 12
_ENOUGH = frozenset({"same_name", "similar_name"})


@dataclass(frozen=True)
class Candidates:
    """Whom one answer may mean, the most likely first; `more`: there are others whom it fits as well."""

    found: tuple[tuple[Participant, Hint], ...] = ()
    more: bool = False


@dataclass(frozen=True)
class _Looked:
    hints: tuple[Hint, ...]
    cut: bool


def find_candidates(ports: Ports, answers: Sequence[str | None], region: str) -> list[Candidates]:
    """For each answer whom it may mean; nobody for None. The people themselves are read together, at the end."""
    looked = [_look(ports, read_answer(answer, region)) if answer else _Looked((), cut=False) for answer in answers]
    people = ports.store.participants.get_all({hint.code for one in looked for hint in one.hints})
    return [_candidates(one, people) for one in looked]


def _candidates(looked: _Looked, people: dict[str, Participant]) -> Candidates:
    standing = [
        (people[hint.code], hint)
        for hint in looked.hints
        # A name may have been changed between the two reads.
        if hint.code in people and (not hint.name or fold_name(people[hint.code].name).startswith(hint.name))
    ]
    return Candidates(tuple(standing[:MOST_SHOWN]), bool(standing) and (looked.cut or len(standing) > MOST_SHOWN))


def _look(ports: Ports, answer: Answer) -> _Looked:
    certain = list(_by_what_is_theirs(ports, answer))
    named, cut = _by_name(ports, answer)
    hints = best_first([*certain, *named])
    return _Looked(tuple(hints[: MOST_SHOWN + 1]), cut)


def _by_what_is_theirs(ports: Ports, answer: Answer) -> Iterable[Hint]:
    """Codes and aliases, phones and e-mails: each is one key."""
    for code in ports.store.participants.get_all(answer.codes) if answer.codes else ():
        yield Hint(code, "link" if code in answer.linked else "code")
    for alias, code in ports.store.participants.with_aliases(answer.aliases).items() if answer.aliases else ():
        yield Hint(code, "link" if alias in answer.linked else "alias")
    phones = {key: "phone" for phone in answer.phones for key in ports.pseudonyms.of(Contact(phone))}
    emails = {key: "email" for email in answer.emails for key in ports.pseudonyms.of(Contact(None, email))}
    held = ports.store.identities.find([*phones, *emails]) if phones or emails else {}
    for key, identity in held.items():
        if identity.participant_id is not None:
            yield Hint(identity.participant_id, "phone" if key in phones else "email")


def _by_name(ports: Ports, answer: Answer) -> tuple[list[Hint], bool]:
    """First where names stand that begin right; further only where nobody was found there."""
    found: dict[str, str] = {}
    looked_at: set[NameKey] = set()
    cut = False
    for places in (likely_places, unlikely_places):
        wanted = dict.fromkeys(place for said in answer.names for place in places(said.words))
        for place in islice((place for place in wanted if place not in looked_at), _MOST_PLACES):
            here = ports.store.names.find(place, most=_MOST_NAMES)
            found.update(here)
            looked_at.add(place)
            cut = cut or len(here) == _MOST_NAMES
        hints = hints_by_name(answer, found.items())
        if any(hint.reason in _ENOUGH for hint in hints):
            return hints, cut
    if cut:
        found.update(_called_exactly(ports, answer))
    return hints_by_name(answer, found.items()), cut


def _called_exactly(ports: Ports, answer: Answer) -> Iterable[tuple[str, str]]:
    """Some of the many who have a given name that was said alone: by its sound, others may have come before them."""
    for said in answer.names:
        if len(said.words) == 1:
            listed, _ = ports.store.participants.page(search=f"{said.words[0]} ", limit=MOST_SHOWN + 1, cursor=None)
            yield from ((person.id, fold_name(person.name)) for person in listed)
