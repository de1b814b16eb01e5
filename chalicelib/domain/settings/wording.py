"""Words of the business's own, and phrases it forbids (S14)."""

import re
from collections.abc import Mapping

from chalicelib.domain.fields import Fields
from chalicelib.domain.messages import PARTS, TEMPLATES
from chalicelib.domain.people import clean_text

_MAX_TEMPLATE = 2000
_MOST_PHRASES = 100
_PHRASE = re.compile(r"(?=.*[^\W_]).{3,80}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_messages(fields: Fields | None) -> Mapping[str, Mapping[str, str]]:
    fields = fields or Fields({})
    fields.only(TEMPLATES)
    messages: dict[str, Mapping[str, str]] = {}
    for template in TEMPLATES:
        entry = fields.object(template)
        if entry is None:
            continue
        entry.only(PARTS)
        messages[template] = {part: value for part in PARTS if (value := _template(entry, part)) is not None}
    return messages


def parse_forbidden_phrases(fields: Fields) -> tuple[str, ...]:
    """Phrases the business forbids besides ours (S14)."""
    phrases = fields.raw("forbidden_phrases")
    if not isinstance(phrases, list) or len(phrases) > _MOST_PHRASES:
        fields.refuse("forbidden_phrases", f"must be a list of at most {_MOST_PHRASES} phrases")
        return ()
    if not all(isinstance(phrase, str) and _PHRASE.fullmatch(clean_text(phrase) or "") for phrase in phrases):
        fields.refuse("forbidden_phrases", "must be phrases of 3 to 80 characters, with letters or digits in each")
        return ()
    return tuple(phrases)


def _template(entry: Fields, part: str) -> str | None:
    """A template keeps its line breaks, so it is not folded as other text is."""
    value = entry.raw(part)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _MAX_TEMPLATE or _SURROGATE.search(value):
        entry.refuse(part, f"must be text of at most {_MAX_TEMPLATE} characters")
        return None
    return value
