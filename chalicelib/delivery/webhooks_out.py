"""Post webhooks by Standard Webhooks: signed with every secret, short of time, no redirects, to no address of ours."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from chalicelib.domain.addresses import is_public
from chalicelib.inbound.signatures import sign_standard
from chalicelib.services.ports import PostError, Reply

_PORTS = {"https": 443, "http": 80}


class HttpWebhooks:
    """The real sender. An answer may take `timeout` seconds in all; who was silent is let be for `pause` seconds.

    Without that pause a receiver that hangs would hold up everything that is due. `public_only`: no request goes to an
    address of a private network or of this machine, whatever its name resolves to (SSRF).
    """

    def __init__(
        self,
        secrets: Sequence[str],
        *,
        public_only: bool,
        timeout: float = 10,
        pause: float = 60,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._secrets, self._public_only = secrets, public_only
        self._timeout, self._pause, self._trust = timeout, pause, trust
        self._silent_until: dict[str, float] = {}

    def post(self, url: str, webhook_id: str, at: datetime, body: bytes) -> Reply:
        """Post one; raises PostError in words for staff, without the address's path, which may hold a secret."""
        headers = self._headers(webhook_id, at, body)
        parts = urlsplit(url)
        host = parts.hostname or ""
        if time.monotonic() < self._silent_until.get(url, 0):
            raise PostError(f"{host} was silent a moment ago")
        try:
            with self._connected(parts) as connection:
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", target, body, {"Host": parts.netloc, **headers})
                with connection.getresponse() as response:
                    return Reply(response.status, response.headers.get("Retry-After"))
        except TimeoutError as error:
            self._silent_until[url] = time.monotonic() + self._pause
            raise PostError(f"{host} did not answer within {self._timeout:g} seconds") from error
        except ssl.SSLError as error:
            raise PostError(f"{host} cannot be trusted: {error.reason or type(error).__name__}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise PostError(f"{host} cannot be reached: {type(error).__name__}") from error

    def _headers(self, webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
        if not self._secrets:
            raise PostError("GOODWORD_WEBHOOKS_SECRET is not set, so nothing can be signed")
        try:
            signed = [sign_standard(webhook_id, at, body, secret) for secret in self._secrets]
        except ValueError as error:
            raise PostError("GOODWORD_WEBHOOKS_SECRET is not whsec_ and base64, so nothing can be signed") from error
        signatures = " ".join(each["webhook-signature"] for each in signed)
        common = {"Content-Type": "application/json", "User-Agent": "goodword", "Connection": "close"}
        return {**common, **signed[0], "webhook-signature": signatures}

    @contextmanager
    def _connected(self, parts: SplitResult) -> Iterator[HTTPConnection]:
        """A connection to an address that was looked at first, and that is cut when the time is over."""
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        deadline = time.monotonic() + self._timeout
        alarm = _Alarm(self._opened(host, port, deadline))
        ringing = threading.Timer(deadline - time.monotonic(), alarm.ring)
        ringing.daemon = True
        ringing.start()
        connection = HTTPConnection(host, port)
        try:
            if parts.scheme == "https":
                alarm.socket = secured = self._secured(alarm.socket, host)
                secured.do_handshake()
            connection.sock = alarm.socket
            yield connection
            if alarm.rung:
                # A cut answer may look like a whole one.
                raise TimeoutError
        except (OSError, HTTPException) as error:
            if alarm.rung:
                raise TimeoutError from error
            raise
        finally:
            ringing.cancel()
            connection.close()
            alarm.socket.close()

    def _opened(self, host: str, port: int, deadline: float) -> socket.socket:
        """Connect by number: what was looked up and judged cannot be another address when it is used."""
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if self._public_only and not all(map(is_public, found)):
            raise PostError(f"{host} is an address of a private network, where webhooks do not go", final=True)
        problem = OSError("no address")
        for address in found:
            try:
                return socket.create_connection((address, port), timeout=max(0.01, deadline - time.monotonic()))
            except OSError as error:
                problem = error
        raise problem

    def _secured(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        return self._trusted.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()


class _Alarm:
    """Cuts a connection when it rings, from another thread: a receiver that trickles never runs into a timeout."""

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self.rung = False

    def ring(self) -> None:
        self.rung = True
        with suppress(OSError):
            # Past TLS, whose own way of ending waits for the other side.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
