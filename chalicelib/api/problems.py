"""One table from what went wrong to what the caller is told: RFC 9457 `application/problem+json`."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalice import Response

from chalicelib.domain.errors import (
    Conflict,
    Contended,
    Forbidden,
    GoodwordError,
    InvalidInput,
    NotFound,
    TooLarge,
    TooManySubmissions,
    Unauthenticated,
    Unavailable,
    Unreadable,
)

_log = logging.getLogger(__name__)

STATUS: Mapping[type[GoodwordError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    Unreadable: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManySubmissions: HTTPStatus.TOO_MANY_REQUESTS,
    Contended: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: Errors whose words are for us; the caller is told what to do instead.
_WORDS: Mapping[type[GoodwordError], str] = {
    InvalidInput: "some fields cannot be accepted",
    Unavailable: "the program cannot reach its table just now; please try again",
}


def problem_for(error: GoodwordError) -> Response:
    """The answer to an error this program raised on purpose."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("answered %d: %s", status, error)
    headers = {}
    if isinstance(error, TooManySubmissions):
        headers["Retry-After"] = str(int(error.retry_after.total_seconds()) + 1)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    elif isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = error.scheme
    members: dict[str, Any] = {}
    if isinstance(error, InvalidInput):
        members["errors"] = [{"field": e.field, "message": e.message} for e in error.errors]
    return problem(status, _WORDS.get(type(error), str(error)), members, headers)


def problem(
    status: HTTPStatus,
    detail: str,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document with its status."""
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        **(members or {}),
    }
    return Response(
        json.dumps(document),
        status_code=int(status),
        headers={"Content-Type": "application/problem+json", "Cache-Control": "no-store", **(headers or {})},
    )


def as_problem(response: Response) -> Response:
    """Turn Chalice's own refusals (405, 415, 500) into problem documents; leave every other answer alone."""
    body = response.body
    if response.status_code < HTTPStatus.BAD_REQUEST or not isinstance(body, dict) or set(body) != {"Code", "Message"}:
        return response
    headers = {name: str(value) for name, value in response.headers.items() if name.lower() == "allow"}
    return problem(HTTPStatus(response.status_code), str(body["Message"]), headers=headers)
