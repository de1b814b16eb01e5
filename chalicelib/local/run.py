"""`make run`: the whole program on this machine."""

import logging
import os
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from waitress.server import create_server

from chalicelib.api.application import create_app
from chalicelib.config import ConfigError
from chalicelib.handlers import bring_up_to_date
from chalicelib.local.engine import KeptEngine
from chalicelib.local.gift_card_server import pretended
from chalicelib.local.opened import Opened, announce_url, data_folder, opened
from chalicelib.local.pump import Pump, pumping, ticking
from chalicelib.local.sample import load_sample
from chalicelib.local.secrets import FILE
from chalicelib.local.web import Web
from chalicelib.services.links import landing_link, share_link, sign_in_link
from chalicelib.services.sign_in import new_sign_in
from chalicelib.site.refresh import refresh_site
from chalicelib.wiring import Program

_THREADS = 8
_MOST_BYTES = 10 * 1024 * 1024  # as API Gateway; each route accepts less
_LOOK_SECONDS = 0.2
_END_SECONDS = 5.0
_log = logging.getLogger(__name__)


def run() -> int:
    """Serve until interrupted; returns the exit code."""
    logging.getLogger("chalicelib").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    port = _port(os.environ.get("PORT", "8000"))
    if _taken(port):
        raise ConfigError(f"port {port} is taken; choose another: PORT={port + 1} make run")
    with opened(join=False) as now_open, ExitStack() as stack:
        program = now_open.program
        _require_whole(program)
        _pretend_gift_cards(program, stack, port)
        server = _server(program, port)
        serving = threading.Thread(target=server.run, name="web", daemon=True)
        serving.start()
        stack.callback(server.close)
        announce_url(data_folder(), program.config.public_url)
        with _following(program):
            if os.environ.get("GOODWORD_SAMPLE", "1") != "0":
                load_sample(program, now_open.environment, f"http://127.0.0.1:{port}")
            print(_addresses(program, now_open), flush=True)
            stopping = _stopping()
            _wait(stopping, now_open.engine)
        while not stopping.is_set() and now_open.engine is not None:
            now_open.engine.start_again(stopping.wait)
            _go_on(program, now_open.engine, stopping)
        print("Stopping.", file=sys.stderr)
    return 0


def _go_on(program: Program, engine: KeptEngine, stopping: threading.Event) -> None:
    """As after any start: a stream begins with its engine, so what the last one had not told yet is looked for."""
    try:
        with _following(program):
            _wait(stopping, engine)
    except Exception:
        # An engine on a full disk dies of the first write, and whatever it was that wrote fails with it.
        if not engine.engine.ended(within=_END_SECONDS):
            raise


@contextmanager
def _following(program: Program) -> Iterator[None]:
    """Bring everything in line with the table as it stands, and follow it for the length of the block."""
    # First all pages as they are now, then the stream: what changes meanwhile is in it and comes after.
    pump = Pump(program)
    _refresh(program)
    with ExitStack() as stack:
        stack.callback(pumping(pump).start().stop)
        outcome = bring_up_to_date(program)
        stack.callback(ticking(program).start().stop)
        _log.info("took up %d pieces of work left from before", outcome.done)
        yield


def _require_whole(program: Program) -> None:
    """Refuse to run on half of a restore; raises ConfigError."""
    if program.ports.store.whole.state() is not None:
        raise ConfigError("a restore into this data is not finished: run goodword restore with the same folder again")


def _pretend_gift_cards(program: Program, stack: ExitStack, port: int) -> None:
    """Where no key opens the real provider, one that costs nothing stands in for it."""
    config = program.config
    if config.tremendous.key is None and config.tremendous_secrets:
        hook = f"http://127.0.0.1:{port}/v1/hooks/tremendous"
        access = stack.enter_context(pretended(data_folder(), config.tremendous_secrets[0], hook))
        program.config = replace(config, tremendous=access)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ConfigError(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _server(program: Program, port: int) -> Any:
    """On the loopback only. A proxy on this machine may say for whom it asks; nobody else is believed."""
    return create_server(
        Web(program, create_app(lambda: program)),
        listen=f"127.0.0.1:{port}",
        threads=_THREADS,
        connection_limit=500,
        channel_timeout=30,
        max_request_body_size=_MOST_BYTES,
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-for"},
        clear_untrusted_proxy_headers=True,
        ident="",
    )


def _refresh(program: Program) -> None:
    """Make every public file true again, whatever a crash left behind."""
    report = refresh_site(program.ports, program.config.templates, data_folder() / "build", program.site_store)
    _log.info("site: %d files, %d brought up to date", report.pages, report.put)


def _addresses(program: Program, now_open: Opened) -> str:
    url = program.config.public_url
    people, _ = program.ports.store.participants.page(search=None, limit=1, cursor=None)
    lines = ["", "Goodword is running.", f"  front page     {url}/"]
    if people:
        lines.append(f"  a landing page {landing_link(program.ports, people[0].id)}")
        lines.append(f"  a share page   {share_link(program.ports, people[0])}")
    lines += [
        f"  leaderboard    {url}/leaderboard/{'' if program.settings().leaderboard_public else '   (not public yet)'}",
        f"  outbox         {url}/_outbox   (nothing leaves this machine)",
        _sign_in_line(program),
        f"  owner's key    {_command()} key add --role owner",
    ]
    if now_open.from_file:
        lines.append(f"  secrets        {data_folder() / FILE}: {', '.join(now_open.from_file)}")
    return "\n".join([*lines, "Stop it with Ctrl-C.", ""])


def _sign_in_line(program: Program) -> str:
    """Where an owner signs in. Whoever sees this sits at the machine that holds all the data."""
    users, _ = program.ports.store.users.page(limit=100, cursor=None)
    owner = next((user for user in users if user.role == "owner" and user.disabled_at is None), None)
    if owner is None:
        return f"  sign in        {_command()} user add NAME --email E makes the first owner"
    link = sign_in_link(program.ports, new_sign_in(program.ports, owner))
    return f"  sign in        {link}   ({owner.name}; ten minutes, once)"


def _command() -> str:
    """The command line as it must be typed to find this program's data."""
    data = os.environ.get("GOODWORD_DATA")
    return f"GOODWORD_DATA={shlex.quote(data)} .venv/bin/goodword" if data else ".venv/bin/goodword"


def _stopping() -> threading.Event:
    """What an interrupt sets."""
    stopping = threading.Event()

    def stop(number: int, frame: object) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopping


def _wait(stopping: threading.Event, engine: KeptEngine | None) -> None:
    """Return when the program is to stop, or its engine has ended by itself."""
    while not stopping.wait(_LOOK_SECONDS):
        if engine is not None and engine.engine.ended():
            return
