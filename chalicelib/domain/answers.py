"""Read an answer to "who referred you?" as people write it: codes, links, phones, e-mails and names in it (S10)."""

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from chalicelib.domain.filler_words import AROUND, BETWEEN, LINKS
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.likeness import name_words
from chalicelib.domain.people import fold_name, is_no_name, normalise_email, normalise_phone

_LINK = re.compile(r"\S*/r/([^/\s?#]+)\S*")
_EMAIL = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{5,}\d")
_WORD = re.compile(r"[^\W_]+(?:[-'’ʼ.&][^\W_]+)*\.?|&|\+")
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_TOKEN = re.compile(r"[0-9A-Za-z-]+")
_MOST_CODES, _MOST_NAMES, _MOST_WORDS = 10, 4, 3


@dataclass(frozen=True)
class NameSaid:
    """The folded words of a name somebody said; `titled`: `Mrs Doe`, so that one word is a surname."""

    words: tuple[str, ...]
    titled: bool = False


@dataclass(frozen=True)
class Answer:
    """What an answer may mean; each is only a hint. Phones in E.164."""

    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    linked: frozenset[str] = frozenset()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[NameSaid, ...] = ()


def read_answer(text: str, region: str) -> Answer:
    """Find everything in an answer that can be looked up; `region` is where phones without a country code belong.

    `linked` are the codes and aliases that came in a link.
    """
    links = [unquote(part) for part in _LINK.findall(text)]
    rest = _LINK.sub(" ", text)
    emails = [normalise_email(found.rstrip(".")) for found in _EMAIL.findall(rest)]
    rest = _EMAIL.sub(" , ", rest)
    phones = [normalise_phone(found, region) for found in _PHONE.findall(rest)]
    said = _PHONE.sub(" , ", rest)
    typed = [*links, *_codes_typed(rest)]
    codes = dict.fromkeys(code for one in typed if (code := normalise_code(one)))
    aliases = dict.fromkeys(alias for one in [*links, *_aliases_typed(said)] if (alias := normalise_alias(one)))
    linked = [name for one in links if (name := normalise_code(one) or normalise_alias(one))]
    return Answer(
        codes=tuple(codes)[:_MOST_CODES],
        aliases=tuple(aliases)[:_MOST_CODES],
        linked=frozenset(linked),
        phones=tuple(dict.fromkeys(phone for phone in phones if phone))[:2],
        emails=tuple(dict.fromkeys(email for email in emails if email))[:2],
        names=tuple(dict.fromkeys(_names(said)))[:_MOST_NAMES],
    )


def _codes_typed(text: str) -> list[str]:
    """Every word, and two that together may be a code read out in halves."""
    tokens = _TOKEN.findall(text)
    halves = pairwise(tokens)
    return [*tokens, *(f"{one}{other}" for one, other in halves if any(c.isdigit() for c in one + other))]


def _aliases_typed(text: str) -> list[str]:
    """Words that look made up, and a short answer as a whole."""
    tokens = _TOKEN.findall(text)
    made_up = [token for token in tokens if "-" in token or any(c.isdigit() for c in token)]
    return [*made_up, "-".join(tokens)] if len(tokens) <= _MOST_WORDS else made_up


def _names(text: str) -> list[NameSaid]:
    """The names in a sentence: runs of words that stand between others, and a short answer as it is."""
    found: list[NameSaid] = []
    for clause in re.split(r"[;()\[\]/\"“”]|\s[-–—]\s", text.replace(",", " , ")):
        for part in _clauses(clause):
            found.extend(_in_clause(part))
    return found


def _clauses(text: str) -> list[str]:
    """At commas, but for the one in `Doe, Jane`."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 2 and all(len(part.split()) == 1 for part in parts):
        return [" ".join(parts)]
    return parts


def _in_clause(clause: str) -> list[NameSaid]:
    words = _WORD.findall(clause)
    groups = list(_runs(words, BETWEEN | AROUND))
    # Somebody may be called Church: a short answer also as it was written.
    if len(words) <= _MOST_WORDS and not any(_POSSESSIVE.search(word) for word in words):
        groups += [run for run in _runs(words, BETWEEN) if len(run) > 1]
    # A long run begins or ends with the name.
    groups += [run[-2:] for run in groups if len(run) > _MOST_WORDS]
    found = [said for group in groups if (said := _said(group))]
    return [*found, *_families(words, groups)]


def _runs(words: list[str], ends: frozenset[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for word in words:
        plain = _plain(word)
        if plain in ends or plain.partition("-")[0] in ends:
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def _said(group: list[str]) -> NameSaid | None:
    titled = is_no_name(group[0].rstrip("."))
    plain = " ".join(_without_possessive(word) for word in group if not any(c.isdigit() for c in word))
    words = name_words(plain)
    if all(len(word) == 1 or is_no_name(word) for word in words):
        return None
    return NameSaid(words[:_MOST_WORDS], titled)


def _families(words: list[str], groups: list[list[str]]) -> list[NameSaid]:
    """`Jane and Bob Doe` names Jane Doe too; `the Smiths` is each Smith."""
    found = []
    for one, link, *_, last in zip(words, words[1:], words[2:], words[3:], strict=False):
        if _plain(link) in LINKS and _plain(one) not in BETWEEN:
            found.append(NameSaid(name_words(f"{one} {last}")))
    for group in groups:
        name = _plain(group[0])
        if len(group) == 1 and len(name) > 3 and name.endswith("s"):
            found.append(NameSaid((name[:-2] if name.endswith("es") else name[:-1],), titled=True))
    return found


def _without_possessive(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def _plain(word: str) -> str:
    return fold_name(_without_possessive(word)).replace("'", "").replace("’", "").rstrip(".")
