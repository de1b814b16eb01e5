"""What is asked of other programs' APIs, over a real connection on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.domain.errors import Deferred
from chalicelib.inbound.fetch import Answer, UrllibFetch, read_answer

SEEN: list[tuple[str, str, dict[str, str], bytes]] = []


class Api(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        SEEN.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.path == "/silent":
            self.server.released.wait(5)  # type: ignore[attr-defined]  # set by `served`
            return
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            while not self.server.released.wait(0.02):  # type: ignore[attr-defined]
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
            return
        if self.path == "/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")
            return
        if self.path == "/closed":
            return
        status = int(self.path.rpartition("/")[2]) if self.path.rpartition("/")[2].isdigit() else 200
        answer = b'{"ok": true}' if self.path != "/long" else b"x" * 3000
        self.send_response(status)
        if status in {301, 302, 307, 308}:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815 - the standard library's spelling

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.released = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.released.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    with served() as url:
        yield url


def test_headers_and_body_arrive(api: str):
    SEEN.clear()
    fetch = UrllibFetch()
    assert fetch(f"{api}/one", {"Authorization": "Bearer t"}) == Answer(200, b'{"ok": true}')
    assert fetch(f"{api}/two", {"Content-Type": "application/json"}, b"{}").status == 200
    (method, path, headers, _), (posted, _, _, body) = SEEN
    assert (method, path, headers["authorization"], posted, body) == ("GET", "/one", "Bearer t", "POST", b"{}")


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
def test_every_status_is_an_answer_and_no_redirect_is_followed(api: str, status: int):
    """The token goes where the configuration says and nowhere else."""
    SEEN.clear()
    for body in (None, b"{}"):
        assert UrllibFetch()(f"{api}/{status}", {"Authorization": "Bearer t"}, body).status == status
    assert [path for _, path, _, _ in SEEN] == [f"/{status}"] * 2


def test_an_answer_too_long_is_not_read(api: str):
    with pytest.raises(Deferred, match="more than 2999 bytes"):
        UrllibFetch(most_bytes=2999)(f"{api}/long", {})
    assert len(UrllibFetch(most_bytes=3000)(f"{api}/long", {}).body) == 3000


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/silent", "127.0.0.1"), ("/drip", "more than 0.1 seconds"), ("/cut", "broke off"), ("/closed", "broke off")],
)
def test_an_answer_that_does_not_come_is_not_waited_for(api: str, path: str, reason: str):
    """Silence, a trickle, and a connection that breaks."""
    with pytest.raises(Deferred, match=reason):
        UrllibFetch(timeout=0.2, total=0.1)(f"{api}{path}", {})


def test_nobody_there_is_a_reason_to_wait():
    with served() as url:
        gone = url
    with pytest.raises(Deferred, match="cannot be reached"):
        UrllibFetch(timeout=1)(gone, {})


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//example.com/",
        "",
        "https://",
        "https://[",
    ],
)
def test_a_token_is_sent_over_https_or_to_this_machine(url: str):
    with pytest.raises(Deferred, match=r"https://|malformed"):
        UrllibFetch()(url, {})


def test_a_malformed_token_is_not_repeated_in_the_reason(api: str):
    """No secret in a log (rule 9); the reason is kept with the event."""
    with pytest.raises(Deferred) as caught:
        UrllibFetch()(f"{api}/one", {"Authorization": "Bearer s3cret\nX: y"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(401, b""), "401.*GOODWORD_X_TOKEN"),
        (Answer(403, b""), "403.*GOODWORD_X_TOKEN"),
        (Answer(404, b""), "404.*does not know invoice 7"),
        (Answer(429, b""), "429.*invoice 7"),
        (Answer(302, b""), "302.*invoice 7"),
        (Answer(200, b"<html>"), "cannot be read"),
        (Answer(200, b"[]"), "cannot be read"),
        (Answer(200, b"\xff"), "cannot be read"),
    ],
)
def test_what_is_no_answer_is_said_in_words_somebody_can_act_on(answer: Answer, reason: str):
    with pytest.raises(Deferred, match=reason):
        read_answer(answer, "Books", "invoice 7", "GOODWORD_X_TOKEN")
