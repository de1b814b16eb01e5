"""Ask another program's API: over HTTPS, short of time and size, without redirects; a failure is a reason to wait."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from chalicelib.domain.addresses import is_loopback
from chalicelib.domain.errors import Deferred, Unreadable
from chalicelib.domain.strict_json import read_object

_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What an API answered, whatever its status."""

    status: int
    body: bytes
    retry_after: str | None = None


class Fetch(Protocol):
    """Sends one request to an API."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """GET, or POST where there is a body; raises Deferred with the reason where no answer came."""


class UrllibFetch:
    """The real one. An answer may take `timeout` seconds to begin or go on, `total` in all."""

    def __init__(self, *, timeout: float = 5, total: float = 15, most_bytes: int = 1024 * 1024) -> None:
        self._timeout, self._total, self._most = timeout, total, most_bytes
        # No proxy from the environment: where a token goes is decided by configuration alone.
        self._opener = build_opener(ProxyHandler({}), _EveryStatus())

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        host = _host(url)
        deadline = time.monotonic() + self._total
        try:
            with self._open(url, headers, body) as response:
                read = self._read(response, host, deadline)
                return Answer(response.status, read, response.headers.get("Retry-After"))
        except URLError as error:
            raise Deferred(f"{host} cannot be reached: {str(error.reason)[:100]}") from error
        except (OSError, HTTPException) as error:
            raise Deferred(f"{host} broke off its answer: {type(error).__name__}") from error
        except ValueError as error:
            # Its words may repeat a header, and so a token.
            raise Deferred(f"the request to {host} cannot be sent: its address or its token is malformed") from error

    def _open(self, url: str, headers: Mapping[str, str], body: bytes | None) -> HTTPResponse:
        sent = {"User-Agent": "goodword", "Accept": "application/json", **headers}
        request = Request(url, data=body, headers=sent, method="GET" if body is None else "POST")  # noqa: S310 - see _host
        response: HTTPResponse = self._opener.open(request, timeout=self._timeout)
        return response

    def _read(self, response: HTTPResponse, host: str, deadline: float) -> bytes:
        body = b""
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > self._most:
                raise Deferred(f"{host} answered with more than {self._most} bytes")
            if time.monotonic() > deadline:
                raise Deferred(f"{host} took more than {self._total:g} seconds to answer")
        if response.length:
            raise Deferred(f"{host} broke off its answer")
        return body


def read_answer(answer: Answer, program: str, what: str, variable: str) -> dict[str, Any]:
    """The JSON object of a good answer; raises Deferred saying what `program` answered about `what`.

    `variable` names the setting that holds the token, for whoever has to renew it.
    """
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise Deferred(f"{program} answered {answer.status}: the token is wrong or has expired; renew {variable}")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Deferred(f"{program} answered 404: it does not know {what}")
    if answer.status != HTTPStatus.OK:
        raise Deferred(f"{program} answered {answer.status} when asked for {what}")
    try:
        return read_object(answer.body)
    except Unreadable as error:
        raise Deferred(f"{program}'s answer about {what} cannot be read: {error}") from error


class _EveryStatus(HTTPErrorProcessor):
    """Take an answer as it is. Above all follow no redirect: an API has no reason to send our token elsewhere."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        return response

    https_response = http_response


def _host(url: str) -> str:
    """The host of an address a token may be sent to: HTTPS, or this machine itself; raises Deferred."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise Deferred("the address of the API is malformed")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Deferred(f"the address of {host} must begin with https://, because a token is sent there")
    return host
