"""A small server for browser tests: the built site under the strict policy, and an API that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"} | {
    ".png": "image/png",
    ".webp": "image/webp",
    ".json": "application/json",
}
HANG_UP = "hang up"  # an answer that never comes: the connection is closed


@dataclass
class Answer:
    """What the API says to the next submission."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


ACCEPTED = Answer(202, {"reference": "ref_01JZZZZZZZZZZZZZZZZZZZZZZZ"})


def refused(*errors: tuple[str, str]) -> Answer:
    listed = [{"field": name, "message": message} for name, message in errors]
    body = {"type": "about:blank", "title": "The request has errors.", "status": 400, "errors": listed}
    return Answer(400, body, {"Content-Type": "application/problem+json"})


@dataclass
class Lead:
    """A submission as it arrived."""

    kind: str
    key: str | None
    data: dict[str, Any]


class FakeApi:
    """`answers` are used one after the other, then everything is accepted."""

    def __init__(self) -> None:
        self.answers: list[Answer | str] = []
        self.leads: list[Lead] = []
        self.visits: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.url = ""

    def reset(self) -> None:
        for seen in (self.answers, self.leads, self.visits, self.paths):
            seen.clear()


@contextmanager
def serving(folder: Path, api: FakeApi) -> Iterator[FakeApi]:
    """Serve `folder` and `api` on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.paths.append(self.path)
            path = urlsplit(self.path).path
            file = folder / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
            status = 200 if file.is_file() else 404
            file = file if status == 200 else folder / "404.html"
            self.answer(status, file.read_bytes(), {"Content-Type": TYPES[file.suffix]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/v1/visits":
                api.visits.append(json.loads(body))
                self.answer(204, b"", {})
                return
            assert self.path == "/v1/leads"
            kind = self.headers["Content-Type"].partition(";")[0]
            posted = kind == "application/x-www-form-urlencoded"
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            api.leads.append(Lead(kind, self.headers["Idempotency-Key"], form if posted else json.loads(body)))
            answer = api.answers.pop(0) if api.answers else ACCEPTED
            if isinstance(answer, str):
                self.close_connection = True
                return
            if posted and answer.status == 202:
                self.answer(303, b"", {"Location": "/thanks/"})
                return
            headers = {"Content-Type": "application/json", **answer.headers}
            self.answer(answer.status, json.dumps(answer.body).encode(), headers)

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Security-Policy": POLICY}.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output for the test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        api.url = f"http://127.0.0.1:{server.server_port}"
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
