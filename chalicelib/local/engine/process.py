"""Start and stop an engine from the program that uses it."""

import http.client
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.launch import launch
from chalicelib.local.engine.upstream import AUTHORIZATION, request

_STOP_SECONDS = 15.0


@dataclass(frozen=True)
class EngineSettings:
    """What an engine is started with; without `data` it keeps everything in memory only.

    `python` is the engine environment's interpreter; `port` 0 takes any free one; `startup_seconds` is how long it may
    be silent before it is ready (an engine that is loading a large folder is not silent).
    """

    data: Path | None
    python: Path
    port: int = 0
    startup_seconds: float = 20.0


@dataclass(frozen=True)
class Engine:
    """A running engine; `pids` are its processes, the front's first where there is one."""

    endpoint: str
    pids: tuple[int, ...]
    _process: subprocess.Popen[bytes]

    def ended(self, within: float = 0.0) -> bool:
        """Whether it ended, by itself or by somebody else; waits for it as long as `within` seconds."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self) -> str:
        """What it said of its end, once it has ended: the error that ended it, or the process's exit status."""
        said = f"exit status {self._process.wait()}"
        for line in (self._process.stdout or io.BytesIO()).read().splitlines():
            with suppress(ValueError):
                said = json.loads(line).get("error", said)
        return said

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running_engine(settings: EngineSettings) -> Iterator[Engine]:
    """Run an engine for the length of the block; raises EngineError when it does not get ready."""
    if not settings.python.exists():
        raise EngineError(f"there is no engine environment at {settings.python}: say `make run` once, which makes it")
    start = _in_memory if settings.data is None else _durable
    with start(settings) as engine:
        yield engine


@contextmanager
def _durable(settings: EngineSettings) -> Iterator[Engine]:
    command = [sys.executable, "-m", "chalicelib.local.engine.front"]
    command += ["--data", str(settings.data), "--python", str(settings.python), "--port", str(settings.port)]
    process = subprocess.Popen(  # noqa: S603 # our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    with process:
        assert process.stdout is not None  # noqa: S101 # for the type checker: it was asked for above
        try:
            ready = _await_ready(process.stdout, settings.startup_seconds)
            yield Engine(ready["endpoint"], (process.pid, ready["pid"]), process)
        finally:
            _stop(process)


def _await_ready(output: IO[bytes], silence_seconds: float) -> dict[str, Any]:
    received = b""
    deadline = time.monotonic() + silence_seconds
    while True:
        if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise EngineError(f"the engine was not ready within {silence_seconds:g} seconds")
        more = os.read(output.fileno(), 65536)
        if not more:
            raise EngineError("the engine ended before it was ready; what it said stands above")
        deadline = time.monotonic() + silence_seconds
        *lines, received = (received + more).split(b"\n")
        for line in lines:
            fact: dict[str, Any] = json.loads(line)
            if "error" in fact:
                raise EngineError(fact["error"])
            if "endpoint" in fact:
                return fact


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 # for the type checker: it was asked for at the start
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


@contextmanager
def _in_memory(settings: EngineSettings) -> Iterator[Engine]:
    with tempfile.TemporaryFile() as output:
        child = launch(settings.python, output, settings.port)
        try:
            _await_answer(child.port, settings.startup_seconds, output)
            yield Engine(f"http://127.0.0.1:{child.port}", (child.process.pid,), child.process)
        finally:
            child.stop()


def _await_answer(port: int, seconds: float, output: IO[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    asked = request("ListTables", b"{}").with_fields((), [AUTHORIZATION])
    try:
        connection.request("POST", "/", asked.body, {name.decode(): value.decode() for name, value in asked.fields})
        connection.getresponse().read()
    except TimeoutError as error:
        raise EngineError(f"the engine was not ready within {seconds:g} seconds") from error
    except (OSError, http.client.HTTPException) as error:
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
        raise EngineError(f"the engine ended before it was ready: {said or error}") from error
    finally:
        connection.close()
