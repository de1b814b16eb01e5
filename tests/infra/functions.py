"""The functions of the packaged zip, each a process of its own, as Lambda runs them."""

import base64
import contextlib
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")


class FunctionError(Exception):
    """The function raised; the message is its traceback."""


class Function:
    """One instance of one function: it takes one event at a time."""

    def __init__(self, name: str, folder: Path, handler: str, environment: Mapping[str, str], calls: Path) -> None:
        self.name, self.calls = name, calls
        self._turn = threading.Lock()
        self._errors = (calls.with_suffix(".log")).open("w")
        # The interpreter below the environment, without its packages.
        command = [sys._base_executable, "-I", "-S", str(BOOTSTRAP), str(folder), handler, str(calls)]  # type: ignore[attr-defined]
        self._process = subprocess.Popen(
            command,
            env={**environment, "AWS_LAMBDA_FUNCTION_NAME": f"goodword-{name}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def invoke(self, event: Any) -> Any:
        """Hand over an event and return the answer; raises FunctionError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            print(json.dumps({"event": event}, default=_wire), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"{self.name} ended: {self.log()}"}
        if "error" in answer:
            raise FunctionError(answer["error"])
        return answer["answer"]

    def calls_made(self) -> list[dict[str, Any]]:
        """What it asked of AWS so far."""
        return [json.loads(line) for line in self.calls.read_text().splitlines()] if self.calls.exists() else []

    def log(self) -> str:
        """What it wrote, as its log group would have it."""
        return self.calls.with_suffix(".log").read_text()

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()
        self._errors.close()


@contextmanager
def running_functions(
    package: Path, folder: Path, wanted: Mapping[str, tuple[str, Mapping[str, str]]]
) -> Iterator[dict[str, Function]]:
    """Start functions from a zip; `wanted` has the handler and the environment of each, by its name."""
    task = folder / "task"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(task)
    made: dict[str, Function] = {}
    try:
        for name, (handler, environment) in wanted.items():
            made[name] = Function(name, task, handler, environment, folder / f"{name}.jsonl")
        yield made
    finally:
        for function in made.values():
            function.stop()


def _wire(value: object) -> str:
    """Binary values reach a function in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot stand in an event")
