"""A provider of texts on this machine: speaks Twilio's HTTP and End User Messaging's, and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Provider:
    """`asked` are the requests so far; `status` and `answer` are given to each, `silent` lets it hang instead."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    silent: bool = False
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening() -> Iterator[Provider]:
    """A provider at an address of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_json = "json" in self.headers.get("Content-Type", "")
            body = json.loads(raw) if is_json else dict(parse_qsl(raw.decode()))
            provider.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if provider.silent:
                provider.released.wait(30)
                return
            answer = json.dumps(provider.answer).encode()
            self.send_response(provider.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0" if is_json else "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
