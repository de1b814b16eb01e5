"""The web server of one machine: static pages as CloudFront serves them, `/v1` as API Gateway does, the outbox."""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalice import Chalice

from chalicelib.delivery.site_store import CONTENT_TYPES, cache_control
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.local.gateway import Gateway, HttpAnswer
from chalicelib.local.outbox_page import outbox_page
from chalicelib.site.recognition import EMBED_PATH, LEADERBOARD_PATHS, THANKS_PATHS
from chalicelib.wiring import Program

_log = logging.getLogger(__name__)
_FOLDERS = frozenset(
    {"/r", "/share", "/thanks", "/admin"}
    | {f"/{path.removesuffix('/index.html')}" for path in (*LEADERBOARD_PATHS[1:], *THANKS_PATHS)}
)
_MOST_BYTES = 10 * 1024 * 1024  # API Gateway's own limit; each route has a smaller one
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: The one page that other sites may frame: nothing on it can be sent, and nobody is signed in on it.
FRAMED = f"/{EMBED_PATH.removesuffix('index.html')}"
FRAMED_HEADERS = {
    name: value
    for name, value in {
        **SECURITY_HEADERS,
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
            "frame-ancestors *"
        ),
    }.items()
    if name != "X-Frame-Options"
}
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Web:
    """A WSGI application over the gateway and the site folder."""

    def __init__(self, program: Program, app: Chalice) -> None:
        self._program = program
        self._gateway = Gateway(app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        try:
            status, headers, body = self._answer(method, environ)
        except Exception:  # noqa: BLE001 - the outermost boundary of the web server
            _log.exception("could not answer %s %r", method, environ.get("PATH_INFO", ""))
            status, headers, body = _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.")
        always = FRAMED_HEADERS if environ.get("PATH_INFO") == FRAMED else SECURITY_HEADERS
        headers = {**always, **headers, "Content-Length": str(len(body))}
        if status == HTTPStatus.NO_CONTENT:
            del headers["Content-Length"]
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [] if method == "HEAD" else [body]

    def _answer(self, method: str, environ: dict[str, Any]) -> HttpAnswer:
        # WSGI hands the path over as latin-1 (PEP 3333); what is not UTF-8 is nobody's path.
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        if path.startswith("/v1/"):
            return self._from_gateway(method, path, environ)
        if method not in {"GET", "HEAD"}:
            status, headers, body = _plain(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.")
            return status, {**headers, "Allow": "GET, HEAD"}, body
        if path == "/_outbox" and _from_this_machine(environ):
            page = outbox_page(self._program.ports)
            return HTTPStatus.OK, {"Content-Type": CONTENT_TYPES[".html"], "Cache-Control": "no-store"}, page
        return self._page(path, environ.get("QUERY_STRING", ""))

    def _from_gateway(self, method: str, path: str, environ: dict[str, Any]) -> HttpAnswer:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE") or "application/json"
        body = environ["wsgi.input"].read(_MOST_BYTES)
        query = environ.get("QUERY_STRING", "")
        target = quote(path) + (f"?{query}" if query else "")
        return self._gateway.handle(method, target, headers, body, environ.get("REMOTE_ADDR", ""))

    def _page(self, path: str, query: str) -> HttpAnswer:
        moved = canonical_path(path)
        if moved != path:
            headers = {"Location": f"{moved}?{query}" if query else moved, "Cache-Control": "public, max-age=300"}
            return HTTPStatus.MOVED_PERMANENTLY, headers, b""
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        try:
            content = self._program.site_store.get(name)
        except InvalidInput:
            content = None
        if content is None:
            missing = self._program.site_store.get("404.html") or b"There is nothing here."
            return HTTPStatus.NOT_FOUND, {"Content-Type": CONTENT_TYPES[".html"], "Cache-Control": "no-cache"}, missing
        suffix = f".{name.rpartition('.')[2]}"
        kind = CONTENT_TYPES.get(suffix, "application/octet-stream")
        headers = {"Content-Type": kind, "Cache-Control": cache_control(name)}
        if name.startswith("share/"):
            headers["Referrer-Policy"] = "no-referrer"
        return HTTPStatus.OK, headers, content


def _from_this_machine(environ: dict[str, Any]) -> bool:
    """The outbox shows phone numbers: only to a browser here that asked for this machine by its own name."""
    named = environ.get("HTTP_HOST", "")
    host = named.rpartition(":")[0] or named
    return environ.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and host in {"localhost", "127.0.0.1", "[::1]"}


def canonical_path(path: str) -> str:
    """The address a link is really at: codes in capitals, aliases in small letters, folders with their slash.

    A code read aloud or typed in any case still resolves (rule 1); CloudFront's function does the same.
    """
    parts = path.split("/")
    if len(parts) in {3, 4} and parts[1].lower() == "r" and parts[2] and parts[3:] in ([], [""]):
        name = normalise_code(parts[2]) or normalise_alias(parts[2])
        return f"/r/{name}/" if name else path
    if path in _FOLDERS:
        return f"{path}/"
    return path


def _plain(status: HTTPStatus, words: str) -> HttpAnswer:
    return status, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}, words.encode()
