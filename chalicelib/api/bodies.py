"""Read request bodies: JSON or a form post, of bounded size, in the charset they declare."""

import codecs
from collections.abc import Mapping
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.domain.errors import TooLarge, Unreadable
from chalicelib.domain.strict_json import read_object

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data"
_MOST_FIELDS = 100
#: Encodings of text only; Python knows others, such as zlib, under the same name.
_CHARSETS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16", "utf-16-le", "utf-16-be"})


def media_type(content_type: str) -> tuple[str, str]:
    """The media type and the charset a Content-Type header names; UTF-8 where it names none."""
    header = Message()
    header["Content-Type"] = content_type or JSON
    return header.get_content_type(), header.get_content_charset("utf-8")


def bounded(body: bytes, most: int) -> bytes:
    """Raise TooLarge for more than `most` bytes."""
    if len(body) > most:
        raise TooLarge(f"the body has {len(body)} bytes; at most {most} are accepted here")
    return body


def read_body(body: bytes, content_type: str) -> Mapping[str, Any]:
    """A JSON object or a form as a mapping; raises Unreadable."""
    media, charset = media_type(content_type)
    return read_form(body, charset) if media == FORM else read_object(body)


def read_form(body: bytes, charset: str) -> dict[str, str]:
    """A form post; a field sent twice counts once, the first time, as a page never sends two."""
    encoding = _encoding(charset)
    try:
        text = body.decode(encoding)
        pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Unreadable(f"the form is not {charset}") from error
    except ValueError as error:
        raise Unreadable(f"the form has more than {_MOST_FIELDS} fields") from error
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, value)
    return form


def _encoding(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = ""
    if name not in _CHARSETS:
        raise Unreadable(f"the charset {charset[:40]!r} is not accepted; send UTF-8")
    return name
