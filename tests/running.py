"""The real program as its owner starts it: processes of its own, a folder of its own, a free port."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from chalicelib.local.wait import until

ROOT = Path(__file__).resolve().parent.parent
GOODWORD = ROOT / ".venv" / "bin" / "goodword"


@dataclass
class Running:
    """A running program; `environment` is what its command line needs beside it."""

    url: str
    environment: Mapping[str, str]
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """SIGKILL to every process of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the command line beside it."""
        return subprocess.run(
            [GOODWORD, *arguments], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )


@contextmanager
def running(
    data: Path, port: int | None = None, *, sample: bool = False, said: str = "Goodword is running"
) -> Iterator[Running]:
    """Start the program, wait until it has said so and answers, and stop it at the end."""
    port = port or free_port()
    environment = {**os.environ, "GOODWORD_DATA": str(data), "PORT": str(port), "GOODWORD_SAMPLE": str(int(sample))}
    environment["GOODWORD_URL"] = f"http://127.0.0.1:{port}"
    log = data / "log.txt"
    data.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [GOODWORD, "run"], env=environment, stdout=output, stderr=output, text=True, start_new_session=True
        )
    program = Running(environment["GOODWORD_URL"], environment, process)

    def ready() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"the program stopped at once: {log.read_text()}")
        return said in log.read_text() and _answers(program.url)

    try:
        until(ready, seconds=60)
        yield program
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                program.kill()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/", timeout=5).ok
    except requests.ConnectionError:
        return False
