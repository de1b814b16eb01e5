"""The front's own process: it must not share an interpreter lock with the program it serves.

It tells its parent on standard output how it fares, a JSON object a line, and stops when standard input ends, which it
also does when the parent was killed.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from chalicelib.local.engine.dispatch import Dispatch
from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.folder import announced, locked
from chalicelib.local.engine.journal import Journal
from chalicelib.local.engine.launch import Child, launch, listen
from chalicelib.local.engine.restore import restore
from chalicelib.local.engine.server import Server
from chalicelib.local.engine.streams import Streams
from chalicelib.local.engine.upstream import Upstream

_EXPIRY_SECONDS = 5.0
_FINISH_SECONDS = 5.0

log = logging.getLogger(__name__)


def main() -> int:
    """Serve a data folder until standard input ends; the exit code is 1 after a failure."""
    logging.basicConfig(format="engine: %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal is the parent's to handle
    options = _options()
    try:
        with ExitStack() as stack:
            stack.enter_context(locked(options.data))
            listening = stack.enter_context(listen(options.port))
            journal = Journal(options.data / "journal.sqlite3", options.synchronous)
            stack.callback(journal.close)
            output = stack.enter_context((options.data / "engine.log").open("wb"))
            child = launch(options.python, output)
            stack.callback(child.stop)
            asyncio.run(_serve(options.data, listening, journal, child))
    except EngineError as error:
        _tell({"error": str(error)})
        log.error("%s", error)  # noqa: TRY400 # the message is for a person; a traceback says nothing more
        return 1
    return 0


async def _serve(data: Path, listening: Any, journal: Journal, child: Child) -> None:
    upstream = Upstream(child.port)
    streams = Streams(upstream.call)
    await restore(journal, upstream, streams, lambda count: _tell({"restored": count}))
    with ThreadPoolExecutor(1) as committer:
        dispatch = Dispatch(journal, upstream, streams, committer)
        server = Server(dispatch.answer)
        async with _listening(server, listening), _expiring(dispatch) as expiry:
            endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with announced(data, endpoint):
                _tell({"endpoint": endpoint, "pid": child.process.pid})
                await _end(server, expiry)
    await upstream.close()


async def _end(server: Server, expiry: asyncio.Task[None]) -> None:
    """Return when the parent is gone or wants us to stop; raises the EngineError that ended the engine before."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_reader(0, lambda: None if os.read(0, 4096) else stopped.set())
    waiting = asyncio.create_task(stopped.wait())
    ends: list[asyncio.Future[Any]] = [waiting, server.failed, expiry]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    loop.remove_reader(0)
    waiting.cancel()
    if expiry.done():
        expiry.result()
    if server.failed.done():
        raise server.failed.result()


@asynccontextmanager
async def _listening(server: Server, listening: Any) -> AsyncIterator[None]:
    accepting = await server.serve(listening)
    try:
        yield
    finally:
        accepting.close()
        await server.finish(_FINISH_SECONDS)


@asynccontextmanager
async def _expiring(dispatch: Dispatch) -> AsyncIterator[asyncio.Task[None]]:
    async def repeat() -> None:
        while True:
            await dispatch.expire()
            await asyncio.sleep(_EXPIRY_SECONDS)

    task = asyncio.create_task(repeat())
    try:
        yield task
    finally:
        task.cancel()


def _tell(fact: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # the parent is gone; standard input says so too
        sys.stdout.write(json.dumps(fact) + "\n")
        sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local.engine.front", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the journal")
    parser.add_argument("--python", type=Path, required=True, help="the engine environment's interpreter")
    parser.add_argument("--port", type=int, default=0, help="where to serve; 0 takes any free port")
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL"), default="FULL", help="SQLite's setting")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
