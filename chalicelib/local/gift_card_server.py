"""The pretended gift-card provider on the wire: its API and its cards' pages, on the loopback."""

import json
import logging
import queue
import socket
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.strict_json import read_object
from chalicelib.inbound.access import TremendousAccess
from chalicelib.local.card_orders import CardOrders
from chalicelib.local.gift_card_provider import GiftCardProvider, Reply, refused

_log = logging.getLogger(__name__)
_API = "/api/v2"
_KEY = "the pretended provider's own"
_MOST_BYTES = 64 * 1024


@contextmanager
def serving(provider: GiftCardProvider, port: int = 0) -> Iterator[TremendousAccess]:
    """Serve a provider for a while, on a free port unless told which; yields what opens it."""

    class Serves(Handler):
        serves = provider

    server = ThreadingHTTPServer(("127.0.0.1", port), Serves)
    server.daemon_threads = True
    provider.pages = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, name="gift cards", daemon=True, args=(0.1,))
    thread.start()
    try:
        yield TremendousAccess(f"{provider.pages}{_API}", provider.key)
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@contextmanager
def pretended(data: Path, secret: str, hook: str) -> Iterator[TremendousAccess]:
    """The provider of `make run`: its books in `data`, its notices posted to `hook`."""
    orders, notices = CardOrders(data / "gift-cards.sqlite"), _Notices(hook)
    provider = GiftCardProvider(orders, _KEY, secret, notices.post)
    try:
        with serving(provider, orders.remembered(_free_port)) as access:
            yield access
    finally:
        orders.close()


class _Notices:
    """Posts one after another from a thread of its own; one that does not arrive is not repeated."""

    def __init__(self, hook: str) -> None:
        self._hook = hook
        self._waiting: queue.Queue[tuple[bytes, Mapping[str, str]]] = queue.Queue()
        threading.Thread(target=self._run, name="gift card notices", daemon=True).start()

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._waiting.put((body, headers))

    def _run(self) -> None:
        while True:
            body, headers = self._waiting.get()
            request = urllib.request.Request(self._hook, body, dict(headers), method="POST")  # noqa: S310 - our own server on the loopback
            try:
                with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - the same
                    pass
            except OSError as error:
                _log.warning("a notice about a gift card did not arrive: %s", error)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Handler(BaseHTTPRequestHandler):
    """Between the wire and the provider."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    serves: GiftCardProvider

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/rewards/payout/"):
            page = self.serves.page(path.rpartition("/")[2])
            words = page or "<!doctype html><title>Gift card</title><p>This card is not there.</p>"
            self._send(HTTPStatus.OK if page else HTTPStatus.NOT_FOUND, words.encode(), "text/html; charset=utf-8")
        else:
            self._answer(path)

    def do_POST(self) -> None:
        self._answer(self.path.partition("?")[0])

    def log_message(self, *_: object) -> None:
        """A link's token stands in the path; it is not logged."""

    def _answer(self, path: str) -> None:
        length = self.headers.get("Content-Length", "0")
        raw = self.rfile.read(min(int(length), _MOST_BYTES)) if length.isdigit() else b""
        if self.headers.get("Authorization") != f"Bearer {self.serves.key}" or not path.startswith(_API):
            reply: Reply | None = refused(HTTPStatus.UNAUTHORIZED, "Unauthorized")
        else:
            try:
                body = read_object(raw) if raw else {}
                reply = self.serves.answer(self.command, path.removeprefix(_API), body)
            except Unreadable:
                reply = refused(HTTPStatus.BAD_REQUEST, "The body is not JSON")
        if reply is None:
            self.close_connection = True
            return
        self._send(reply[0], json.dumps(reply[1]).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)
