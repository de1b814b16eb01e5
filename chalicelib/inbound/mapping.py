"""Any JSON into a Standard Webhooks event, by the JMESPath expressions of the settings' `sources` (jmespath.org).

The event is made when the webhook arrives and stored as such: what was accepted does not change its meaning when the
settings do, and there is one parser of events, `standard`.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped]  # the package has no type hints
from jmespath.parser import ParsedResult, Parser  # type: ignore[import-untyped]

from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Fields
from chalicelib.inbound.payloads import cents_of

#: Each expression's name, and where in the event its value goes.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "type": ("type",),
    "id": (),
    "at": ("timestamp",),
    "customer_id": ("data", "customer", "id"),
    "customer_name": ("data", "customer", "name"),
    "customer_phone": ("data", "customer", "phone"),
    "customer_email": ("data", "customer", "email"),
    "invoice_id": ("data", "invoice", "id"),
    "invoice_number": ("data", "invoice", "number"),
    "invoice_amount_cents": ("data", "invoice", "amount_cents"),
    "invoice_amount": ("data", "invoice", "amount_cents"),
    "currency": ("data", "invoice", "currency"),
    "job_id": ("data", "invoice", "job_id"),
    "review_score": ("data", "review", "score"),
    "issue_id": ("data", "issue", "id"),
    "lead_id": ("data", "lead", "id"),
    "lead_code": ("data", "lead", "code"),
    "lead_referred_by": ("data", "lead", "referred_by"),
    "lead_stage": ("data", "lead", "stage"),
}
EXPRESSIONS = tuple(_PLACES)
OTHER_KEYS = ("types", "same_ids")
#: Ids of another program's things; two programs may count alike, so each gets its source's name before it.
_IDS = frozenset({"customer_id", "invoice_id", "job_id", "issue_id", "lead_id"})
_NUMBERS = frozenset({"review_score", "invoice_amount_cents"})
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")
MAX_SOURCES = 20
MAX_EXPRESSION = 300
_MAX_NODES = 60
#: A list of several values may hold whole branches of the payload; lists of lists of them multiply.
_MAX_MULTIPLE = 2
_MAX_TYPES = 50
_MAX_TEXT = 2000
_MOST_SECONDS = 4_102_444_800  # the year 2100
#: What jmespath raises over values it did not expect, beside its own error.
_FAILURES = (JMESPathError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError)


@dataclass(frozen=True)
class Mapped:
    """An event as `standard` reads it, and the name its sender gave it, if any. No body: its type has no use here."""

    id: str | None
    body: bytes | None


@dataclass(frozen=True)
class Source:
    """One source's compiled expressions; `types` translates its words for types into ours."""

    name: str
    expressions: Mapping[str, ParsedResult]
    types: Mapping[str, str] | None = None
    same_ids: bool = False


def read_sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    """Compile the `sources` of a whole settings object; raises InvalidInput naming each one that cannot be used."""
    fields = Fields(raw)
    sources = fields.object("sources")
    named = raw.get("sources")
    found = {}
    if sources is not None and isinstance(named, Mapping):
        if len(named) > MAX_SOURCES:
            sources.refuse("", f"are more than {MAX_SOURCES}")
        for name in list(named)[:MAX_SOURCES]:
            # A source is taken away by setting it to null, as the settings merge.
            entry = sources.object(name) if named[name] is not None else None
            if not _NAME.fullmatch(name):
                sources.refuse(name[:60], "is a part of an address: at most 30 small letters, digits and hyphens")
            elif entry is not None:
                found[name] = _source(name, entry)
    fields.done()
    return found


def source_named(raw: Mapping[str, Any], name: str) -> Source:
    """Compile one source of the settings; raises NotFound where there is none of this name."""
    named = raw.get("sources")
    entry = named.get(name) if isinstance(named, Mapping) else None
    if entry is None:
        raise NotFound("source", name[:60])
    return read_sources({"sources": {name: entry}})[name]


def translate(source: Source, payload: Any, now: datetime) -> Mapped:
    """Make the event of one payload; raises InvalidInput naming the expression whose value cannot be used.

    Without a time of its own an event happened `now`. What is missing in the event, `standard` says.
    """
    fields = Fields({})
    found = {name: _value(fields, name, expression, payload) for name, expression in source.expressions.items()}
    given = {name: value for name, value in found.items() if value is not None and value != ""}
    event: dict[str, Any] = {"timestamp": now.isoformat(), "data": {}}
    for name, value in given.items():
        *path, last = _PLACES[name] or ("",)
        place = event
        for part in path:
            place = place.setdefault(part, {})
        if last:
            place[last] = _fitting(fields, source, name, value)
    identifier = (
        Fields({"id": _plain(given["id"])}, errors=fields.errors).text("id", most=150) if "id" in given else None
    )
    fields.done()
    if source.types is not None and "type" in event:
        event["type"] = source.types.get(event["type"])
        if event["type"] is None:
            return Mapped(identifier, None)
    return Mapped(identifier, json.dumps(event).encode())


def _source(name: str, entry: Fields) -> Source:
    entry.only((*EXPRESSIONS, *OTHER_KEYS))
    expressions = {}
    for key in EXPRESSIONS:
        text = entry.text(key, most=MAX_EXPRESSION, required=key == "type")
        compiled = _compiled(entry, key, text) if text else None
        if compiled is not None:
            expressions[key] = compiled
    if {"invoice_amount", "invoice_amount_cents"} <= set(expressions):
        entry.refuse("invoice_amount", "stands beside invoice_amount_cents; keep the one that is right")
    return Source(name, expressions, _types(entry), entry.boolean("same_ids"))


def _types(entry: Fields) -> Mapping[str, str] | None:
    types = entry.raw("types")
    if types is None:
        return None
    if (
        not isinstance(types, Mapping)
        or len(types) > _MAX_TYPES
        or not all(isinstance(ours, str) for ours in types.values())
    ):
        entry.refuse("types", f"must be an object of at most {_MAX_TYPES} texts: their words to ours")
        return None
    return dict(types)


def _compiled(entry: Fields, key: str, text: str) -> ParsedResult | None:
    try:
        parsed = Parser().parse(text)
        nodes = list(_nodes(parsed.parsed))
    except _FAILURES as error:
        entry.refuse(
            key, f"is not a JMESPath expression: {str(error).splitlines()[0][:120] if str(error) else 'unreadable'}"
        )
        return None
    multiple = sum(node["type"] in {"multi_select_list", "multi_select_dict"} for node in nodes)
    if len(nodes) > _MAX_NODES or multiple > _MAX_MULTIPLE:
        entry.refuse(key, "is too complicated; let the sender prepare the value")
        return None
    return parsed


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        if isinstance(child, Mapping):
            yield from _nodes(child)


def _value(fields: Fields, name: str, expression: ParsedResult, payload: Any) -> str | int | float | None:
    """What an expression finds: text or a number; a truth value or a branch of the payload is refused."""
    try:
        value = expression.search(payload)
    except _FAILURES:
        fields.refuse(name, "cannot be worked out from this payload")
        return None
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        fields.refuse(name, f"gives more than {_MAX_TEXT} characters")
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18
    if value is None or isinstance(value, str) or (number and math.isfinite(value)):
        return value  # type: ignore[no-any-return]  # narrowed by the line before
    fields.refuse(name, "must give a text or a number")
    return None


def _fitting(fields: Fields, source: Source, name: str, value: str | float) -> Any:
    """The value in the form its place wants; what cannot be made so stays as it is, for `standard` to refuse."""
    if name == "at":
        return _time(value)
    if name == "invoice_amount":
        cents = cents_of(value)
        if cents is None:
            fields.refuse(name, "must be an amount of money with at most two decimals, such as 1845.00")
        return cents
    if name in _NUMBERS:
        return _number(value)
    text = _plain(value)
    return f"{source.name}:{text}" if name in _IDS and not source.same_ids else text


def _time(value: str | float) -> str:
    """RFC 3339 as it is; seconds or milliseconds since 1970 as that."""
    number = _number(value)
    if isinstance(number, str) or not math.isfinite(number):
        return str(value)
    seconds = number if number <= _MOST_SECONDS else number / 1000
    return datetime.fromtimestamp(seconds, UTC).isoformat() if 0 <= seconds <= _MOST_SECONDS else str(value)


def _number(value: str | float) -> str | float:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[0-9]{1,15}", value.strip()):
        return int(value)
    return float(value) if re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,6}", value.strip()) else value


def _plain(value: str | float) -> str:
    """A phone number or an id that was sent as a number, as it would be written."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
