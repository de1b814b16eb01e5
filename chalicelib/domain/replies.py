"""What people text back: a wish to be left alone in any wording (47 CFR 64.1200(a)(10)), START, HELP, or a reply."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.revocation import KEYWORDS, revokes

Meaning = Literal["stop", "start", "help", "reply"]
MEANINGS: tuple[Meaning, ...] = ("stop", "start", "help", "reply")
MAX_TEXT = 1600


@dataclass(frozen=True)
class IncomingText:
    """A text as its provider hands it over. `phone` in E.164; `answered`: the provider has answered it already."""

    id: str
    phone: str
    text: str
    answered: bool = False


@dataclass(frozen=True)
class Reply:
    """A text that came in, kept as it is: it is also the proof of what was asked for."""

    id: str
    phone: str
    text: str
    at: datetime
    meaning: Meaning
    participant_id: str | None = None
    referral_id: str | None = None


def meaning_of(text: str) -> Meaning:
    """What a text asks for."""
    words = _folded(text)
    if words in _START:
        return "start"
    if words in _HELP:
        return "help"
    return "stop" if revokes(words) else "reply"


def is_keyword(text: str) -> bool:
    """Whether a provider recognises it too, and so confirms it by itself: the bare word and nothing else."""
    return _folded(text) in KEYWORDS


_START = frozenset({"start", "unstop", "resume", "subscribe", "opt in", "optin", "please start", "start please"})
_HELP = frozenset({"help", "info", "information", "help me", "help please", "please help", "info please", "ayuda"})


def _folded(text: str) -> str:
    """Small letters and digits without accents and punctuation, one space between words; `don't` is `dont`."""
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT])
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['’‘`´]", "", plain)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
