"""The sender of webhooks over real connections on this machine: in time, trusted, and to no private network."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from chalicelib.delivery.webhooks_out import HttpWebhooks
from chalicelib.services.ports import PostError, Reply
from tests.receiver import receiving
from tests.unit.examples import NOW
from tests.world import WEBHOOKS_SECRET

TLS = Path(__file__).parent / "tls"
BODY = b'{"type":"referral.created"}'
Talk = Callable[[socket.socket], object]


def sender(**options: object) -> HttpWebhooks:
    return HttpWebhooks((WEBHOOKS_SECRET,), **{"public_only": False, **options})  # type: ignore[arg-type]


def post(to: HttpWebhooks, url: str) -> Reply:
    return to.post(url, "whk_1", NOW, BODY)


def refusal(to: HttpWebhooks, url: str) -> PostError:
    with pytest.raises(PostError) as caught:
        post(to, url)
    return caught.value


@contextmanager
def talking(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that speaks as it is told to each who connects; yields its port."""
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    if context is None:
                        talk(connection)
                        continue
                    with context.wrap_socket(connection, server_side=True) as encrypted:
                        talk(encrypted)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            thread.join()


def listen(connection: socket.socket) -> None:
    """Read the whole request."""
    heard = b""
    while not heard.endswith(BODY) and (part := connection.recv(10_000)):
        heard += part


def trickle(connection: socket.socket) -> None:
    listen(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(400):
        connection.sendall(b"x")
        time.sleep(0.01)


def silent(connection: socket.socket) -> None:
    connection.settimeout(5)
    while connection.recv(10_000):
        pass


def answering(connection: socket.socket) -> None:
    listen(connection)
    connection.sendall(b"HTTP/1.1 202 Accepted\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n")


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    return context


def test_an_answer_comes_back_as_it_is():
    with receiving() as receiver:
        receiver.answers = [(200, {}), (429, {"Retry-After": "7"}), (302, {"Location": receiver.url})]
        replies = [post(sender(), receiver.url) for _ in range(3)]
        assert replies == [Reply(200), Reply(429, "7"), Reply(302)]
        (path,) = {one.headers["host"] for one in receiver.received}
        assert path == receiver.url.split("/")[2]
        assert {one.raw for one in receiver.received} == {BODY}


@pytest.mark.parametrize("talk", [silent, trickle])
@pytest.mark.parametrize("encrypted", [False, True], ids=["http", "https"])
def test_an_answer_that_does_not_come_in_time_is_not_waited_for(talk: Talk, encrypted: bool):
    """Neither silence nor a trickle holds anything up."""
    trust = ssl.create_default_context(cafile=TLS / "cert.pem")
    with talking(talk, server_context() if encrypted else None) as port:
        began = time.monotonic()
        to = sender(timeout=0.5, trust=trust)
        error = refusal(to, f"{'https' if encrypted else 'http'}://localhost:{port}/")
        assert str(error) == "localhost did not answer within 0.5 seconds"
        assert not error.final
        assert time.monotonic() - began < 3


def test_a_server_that_never_greets_back_is_not_waited_for():
    """TLS that never begins."""
    with talking(silent) as port:
        began = time.monotonic()
        assert "within 0.5 seconds" in str(refusal(sender(timeout=0.5), f"https://localhost:{port}/"))
        assert time.monotonic() - began < 3


def test_who_was_silent_is_let_be_for_a_while():
    """A receiver that hangs would else hold up everything that is due, ten seconds each time."""
    seen: list[socket.socket] = []

    def count(connection: socket.socket) -> None:
        seen.append(connection)
        silent(connection)

    with talking(count) as port, receiving() as other:
        to = sender(timeout=0.2, pause=60)
        url = f"http://127.0.0.1:{port}/"
        refusal(to, url)
        assert str(refusal(to, url)) == "127.0.0.1 was silent a moment ago"
        assert len(seen) == 1
        assert post(to, other.url).status == 204
        impatient = sender(timeout=0.2, pause=0)
        for _ in range(2):
            assert "within" in str(refusal(impatient, url))


def test_only_who_proves_their_name_is_told():
    with talking(answering, server_context()) as port:
        trust = ssl.create_default_context(cafile=TLS / "cert.pem")
        assert post(sender(trust=trust), f"https://localhost:{port}/") == Reply(202, "5")
        assert "cannot be trusted" in str(refusal(sender(), f"https://localhost:{port}/"))
        assert "cannot be trusted" in str(refusal(sender(trust=trust), f"https://127.0.0.1:{port}/"))


def test_on_aws_nothing_goes_to_a_private_network():
    """SSRF: decided by what the name resolves to, whatever the name is."""
    with receiving() as receiver:
        for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]"):
            error = refusal(sender(public_only=True), receiver.url.replace("127.0.0.1", host))
            assert error.final, host
            assert "private network" in str(error)
        assert "private network" in str(refusal(sender(public_only=True), "https://169.254.169.254/latest/meta-data"))
        assert receiver.received == []
        assert post(sender(), receiver.url).status == 204


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection: connection.close(),
        lambda connection: connection.sendall(b"hello\r\n\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 20x OK\r\n\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 200 " + b"x" * 100_000),
    ],
    ids=["closed", "no http", "no status", "many headers", "long line"],
)
def test_what_is_no_answer_is_a_reason_to_try_again(talk: Talk):
    with talking(talk) as port:
        error = refusal(sender(timeout=2), f"http://127.0.0.1:{port}/hook/secret-part?key=1")
        assert not error.final
        assert "secret-part" not in str(error), "rule 9: the address may hold a secret"


def test_a_name_that_nobody_has_is_a_reason_to_try_again():
    error = refusal(sender(), "https://crm.invalid/")
    assert str(error) == "crm.invalid cannot be reached: gaierror"
    assert not error.final
