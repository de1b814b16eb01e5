"""The data folder: one engine at a time, and where others on this machine find it."""

import fcntl
import http.client
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.local.engine.errors import EngineError

_ANSWER_SECONDS = 5.0
# A killed engine lets go of the lock a moment after its death, and find_engine holds it for an instant.
_LOCK_SECONDS = 2.0


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder, which is made where it does not exist; raises EngineError when another engine has it."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "engine.lock").open("a")
    except OSError as error:
        raise EngineError(f"the data folder {data} cannot be used: {error}") from error
    with lock:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _try(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EngineError(f"the data folder {data} is in use by another engine: stop it, or use another folder")
            time.sleep(0.02)
        yield


@contextmanager
def announced(data: Path, endpoint: str) -> Iterator[None]:
    """Say in engine.json where this process serves the folder, as long as the block lasts."""
    file = data / "engine.json"
    draft = data / "engine.json.new"
    try:
        draft.write_text(json.dumps({"endpoint": endpoint, "pid": os.getpid()}) + "\n", encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise EngineError(f"{file} cannot be written: {error}") from error
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def find_engine(data: Path) -> str | None:
    """Return the endpoint of the engine that serves the folder now, or None."""
    try:
        said = json.loads((data / "engine.json").read_text(encoding="utf-8"))
        endpoint, pid = str(said["endpoint"]), int(said["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if _serving_pid(endpoint) != pid:
        return None
    with suppress(OSError), (data / "engine.lock").open() as lock:
        return None if _try(lock.fileno(), fcntl.LOCK_SH) else endpoint
    return None


def _serving_pid(endpoint: str) -> int | None:
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/")
        return int(json.loads(connection.getresponse().read())["pid"])
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
