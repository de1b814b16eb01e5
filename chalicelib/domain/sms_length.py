"""How long an SMS is on the air: the GSM 7-bit alphabet or UCS-2, cut into segments (3GPP TS 23.038, TS 23.040)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Sent as an escape and a character: two septets, which are never in two segments.
_EXTENSION = frozenset("^{}\\[~]|€\f")
#: What fits into one segment alone, and into each of several; the rest of those is their header.
_ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_TYPOGRAPHIC = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u200b\u2060\ufeff", ""),
        "…": "...",
        "•": "-",
        "\t": " ",
    }
)


@dataclass(frozen=True)
class SmsLength:
    """`units` are septets in GSM-7, two-byte units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int


def sms_length(text: str) -> SmsLength:
    """Measure a text as phones and carriers do; an empty one is one segment."""
    encoding: Encoding = "UCS-2" if outside_gsm(text) else "GSM-7"
    sizes = [_size(character, encoding) for character in text]
    units = sum(sizes)
    alone, together = _ROOM[encoding]
    return SmsLength(encoding, units, 1 if units <= alone else _cut(sizes, together))


def outside_gsm(text: str) -> str:
    """The characters that the GSM alphabet lacks, each once, in order: one of them makes a whole message UCS-2."""
    return "".join(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENSION))


def in_gsm(text: str) -> str:
    """The text in the GSM alphabet, with plain quotes, dashes and letters for those it lacks.

    As it was where that is not possible for all of it: then nothing would be gained.
    """
    if not outside_gsm(text):
        return text
    plain = "".join(c if c in _BASIC or c in _EXTENSION else _plain(c) for c in text.translate(_TYPOGRAPHIC))
    return text if outside_gsm(plain) else plain


def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _size(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _cut(sizes: Iterable[int], room: int) -> int:
    """Count segments; what takes two units is not divided between them."""
    segments, used = 1, 0
    for size in sizes:
        if used + size > room:
            segments, used = segments + 1, 0
        used += size
    return segments
