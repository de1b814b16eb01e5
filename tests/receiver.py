"""A receiver of webhooks on this machine: it checks every signature with the official library, and answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import standardwebhooks

from tests.world import WEBHOOKS_SECRET


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    id: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def data(self) -> Any:
        return self.body["data"]


@dataclass
class Receiver:
    """`answers` are used one after the other, then `usual`: a status and headers."""

    url: str = ""
    secret: str = WEBHOOKS_SECRET
    usual: tuple[int, dict[str, str]] = (204, {})
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    badly_signed: list[Received] = field(default_factory=list)

    def take(self, one: Received) -> tuple[int, dict[str, str]]:
        self.received.append(one)
        if not self.signed(one):
            self.badly_signed.append(one)
        return self.answers.pop(0) if self.answers else self.usual

    def signed(self, one: Received) -> bool:
        """As the library verifies, but by the time the request names: tests have clocks of their own."""
        at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
        expected = standardwebhooks.Webhook(self.secret).sign(one.id, at, one.raw.decode())
        return expected in one.headers["webhook-signature"].split(" ")

    def types(self) -> list[str]:
        return [one.type for one in self.received]

    def of(self, kind: str) -> list[Received]:
        return [one for one in self.received if one.type == kind]


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Serve a receiver on the loopback; every signature must have been right in the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra = receiver.take(Received(headers["webhook-id"], headers, raw))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output for the test."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook?from=goodword"
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert receiver.badly_signed == []
