"""Open the program of this machine: beside a running `make run`, or with an engine of our own for a while."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.config import ROOT, Config, ConfigError, read_config
from chalicelib.domain.errors import Unavailable
from chalicelib.local.engine import EngineSettings, KeptEngine, find_engine
from chalicelib.local.pump import Pump
from chalicelib.local.secrets import with_secrets
from chalicelib.storage.table import create_table
from chalicelib.wiring import Program, make_program, secret_environment

_URL = "url"
_ELSEWHERE = "let GOODWORD_DATA name a folder that is yours to write to"
#: A command that reads the whole table waits longer for an answer, in seconds: the engine goes through all of it.
_PATIENCE = 120.0
ENGINE_PYTHON = ROOT / ".venv-engine" / "bin" / "python"


@dataclass(frozen=True)
class Opened:
    """The program, and the engine behind it where that is ours (so nobody else reads its stream)."""

    program: Program
    environment: Mapping[str, str]
    from_file: tuple[str, ...]
    engine: KeptEngine | None


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """`GOODWORD_DATA`, or `data` beside the program; made, for its owner only, if it is not there."""
    data = Path(environment.get("GOODWORD_DATA") or ROOT / "data").resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise ConfigError(f"GOODWORD_DATA must be a folder, and {data} is a file") from error
    except OSError as error:
        raise ConfigError(f"the data folder {data} cannot be made ({error.strerror}): {_ELSEWHERE}") from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise ConfigError(f"the data folder {data} cannot be written to: {_ELSEWHERE}")
    return data


def announce_url(data: Path, url: str) -> None:
    """Leave word of the address a running program is at, for commands beside it that are not told."""
    (data / _URL).write_text(url, encoding="utf-8")


def _announced_url(data: Path) -> str | None:
    file = data / _URL
    return file.read_text(encoding="utf-8").strip() if file.exists() else None


@contextmanager
def opened(*, join: bool, patient: bool = False) -> Iterator[Opened]:
    """The program over this machine's data. `join`: use the engine of a running `make run` if there is one.

    `patient`: wait long for the engine's answers.

    Raises EngineError where an engine runs already and may not be joined.
    """
    data = data_folder()
    environment, from_file = with_secrets(secret_environment(os.environ), data)
    with ExitStack() as stack:
        endpoint = environment.get("GOODWORD_DYNAMODB_ENDPOINT") or (find_engine(data) if join else None)
        engine = None
        if endpoint is None:
            engine = stack.enter_context(KeptEngine(EngineSettings(data, ENGINE_PYTHON)))
            endpoint = engine.endpoint
        url = None if environment.get("GOODWORD_URL") or environment.get("PORT") else _announced_url(data)
        if url is not None and join:
            environment["GOODWORD_URL"] = url
        filled = {**environment, "GOODWORD_DATA": str(data), "GOODWORD_DYNAMODB_ENDPOINT": endpoint}
        config = read_config(filled)
        program = make_program(_patient(config) if patient else config)
        try:
            create_table()
        except Unavailable as error:
            raise ConfigError(f"no DynamoDB answers at {endpoint} (GOODWORD_DYNAMODB_ENDPOINT): {error}") from error
        yield Opened(program, filled, from_file, engine)


@contextmanager
def program_for_a_command(*, whole_table: bool = False, alone: bool = False) -> Iterator[Program]:
    """The program for one command; what follows from it is done by whoever reads the stream, us if nobody else does.

    `whole_table`: it reads everything. `alone`: not beside a running program, and what follows is left to the next.
    """
    if _on_aws(os.environ):
        config = read_config(secret_environment(os.environ))
        yield make_program(_patient(config) if whole_table else config)
        return
    with opened(join=not alone, patient=whole_table) as now_open:
        pump = Pump(now_open.program) if now_open.engine and not alone else None
        yield now_open.program
        if pump is not None:
            pump.drain()


def _patient(config: Config) -> Config:
    return replace(config, table=replace(config.table, read_timeout=_PATIENCE))


def _on_aws(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("GOODWORD_SITE_BUCKET"))
