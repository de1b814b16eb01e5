"""Logs as JSON, one object a line, with the id of the request and without personal data."""

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Contended, Unavailable

#: The request, or the batch of the stream, that is worked on.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
#: The logger of what was answered: silent but where logs are JSON.
REQUESTS = "goodword.requests"
_EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
# As we write them, and any ten figures in a row or apart, but no figure of an id or of a time.
_PHONE = re.compile(r"\+\d{7,15}|(?<!\w)(?<!\w[.:-])\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\w|[.:-]\w)")
#: Errors whose words are about programs. Any other's may quote what a person typed, so only its place is told.
_ABOUT_PROGRAMS = (Contended, Unavailable, BotoCoreError, ClientError, OSError)
_PLACES = 8


class JsonLines(logging.Formatter):
    """One log record as a line of JSON: `at`, `level`, `logger`, `request_id`, `message`, what `extra={"told": ...}`
    adds, and `error` with its type and where it was raised.
    """

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get(),
            "message": masked(record.getMessage()),
            **getattr(record, "told", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = _error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


def masked(text: str) -> str:
    """The text without phone numbers and e-mail addresses."""
    return _PHONE.sub("[phone]", _EMAIL.sub("[email]", text))


def write_json_logs(level: int = logging.INFO, stream: IO[str] | None = None) -> None:
    """Let this process log in JSON, to standard output or `stream`, and in no other way."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("chalicelib").setLevel(level)
    logging.getLogger(REQUESTS).setLevel(level)
    # Chalice's own logger, named after the application, has a handler and a form of its own.
    chalice = logging.getLogger("goodword")
    chalice.handlers[:] = []
    chalice.propagate = True


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    told: dict[str, Any] = {
        "type": type(error).__name__,
        "where": [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, _ABOUT_PROGRAMS):
        told["message"] = masked(str(error))
    return told
