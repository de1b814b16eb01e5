"""What our messages never say, and what they always say (S14, 16 CFR 255.5, the carriers' rules for SMS)."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from chalicelib.domain.messages import Template
from chalicelib.domain.sms_length import outside_gsm, sms_length

#: The documents' phrases (S14), without the words around them that people vary.
FORBIDDEN_PHRASES = (
    "please help me",
    "please help us",
    "would mean a lot",
    "mean the world",
    "struggling for clients",
    "struggling for customers",
    "struggling to find clients",
    "do me a favor",
    "do us a favor",
)
MAX_SEGMENTS = 2
#: Sent from the participant's own phone, who pays nothing for a third segment; it names work and credentials (S9).
MAX_SEGMENTS_TO_FORWARD = 4
#: What a participant passes on to a friend, from their own phone.
TO_FRIENDS: frozenset[Template] = frozenset({"forward", "introduction"})
#: Not ours to be stopped: what goes to the owner, from the participant to a friend, and to whoever has just stopped it.
NEEDS_NO_STOP: frozenset[Template] = TO_FRIENDS | {
    "new_lead",
    "stuck",
    "reply_received",
    "opt_out_confirmed",
    "sign_in",
}
_SPELLINGS = {"favour": "favor", "i m": "i am", "we re": "we are"}
_STOP = re.compile(r"\bSTOP\b")
_TO_REFERRER = re.compile(
    r"\byou(?:'ll| will| have| would)? (?:get|earn|earned|receive)\b|\byours?:"
    r"|\b(?:rewards?|credit|discount|gift|off|thank-you)\b",
    re.I,
)
_TO_FRIEND = re.compile(
    r"\bI(?:'ll| will| may)? (?:get|earn|receive)\b|\brewards? me\b|\bmy reward\b|\ba reward\b", re.I
)


def forbidden_in(text: str, more: Iterable[str] = ()) -> tuple[str, ...]:
    """The forbidden phrases a text contains, whatever its case, punctuation, accents and line breaks."""
    words = f" {_words(text)} "
    return tuple(phrase for phrase in (*FORBIDDEN_PHRASES, *more) if f" {_words(phrase)} " in words)


def why_forbidden(text: str, more: Iterable[str] = ()) -> list[str]:
    """One sentence for each forbidden phrase in a text."""
    return [
        f'says "{phrase}", which is never said (S14): write it in other words' for phrase in forbidden_in(text, more)
    ]


def why_not_sms(template: Template, texts: Sequence[str]) -> list[str]:
    """What is wrong with an SMS, of which `texts` are all that can become of it with the longest names."""
    found = []
    most = MAX_SEGMENTS_TO_FORWARD if template in TO_FRIENDS else MAX_SEGMENTS
    longest = max(texts, key=lambda text: (sms_length(text).segments, sms_length(text).units))
    length = sms_length(longest)
    if length.segments > most:
        strange = outside_gsm(longest)
        cause = f" because of {strange[:10]}, which is outside GSM-7 and halves the room" if strange else ""
        found.append(
            f"takes {length.segments} segments ({length.units} units in {length.encoding}) with long names{cause}; "
            f"{most} are allowed: shorten it, or cut names as in participant.first_name|short(20)"
        )
    if template not in NEEDS_NO_STOP and not all(_STOP.search(text) for text in texts):
        found.append("must always say how to stop: add Reply STOP to opt out.")
    return found


def why_not_disclosed(template: Template, texts: Iterable[str], link: str) -> list[str]:
    """Whoever passes the link on, or is given it, must read that there is a reward for that (16 CFR 255.5)."""
    if template in TO_FRIENDS:
        if all(_TO_FRIEND.search(text) for text in texts):
            return []
        return ["must tell the friend that the sender gets a reward: add {{ disclosure }}"]
    if all(_TO_REFERRER.search(text) for text in texts if link in text):
        return []
    return ["must say beside the link what the referrer gets: add {{ reward_note }}"]


def _words(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = " ".join(re.findall(r"[^\W_]+", plain.casefold()))
    for spelling, usual in _SPELLINGS.items():
        words = re.sub(rf"\b{spelling}\b", usual, words)
    return words
