"""Start the MiniStack child: on a socket we opened, with nothing of our environment, tied to our life by a pipe."""

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chalicelib.local.engine.errors import EngineError

_SCRIPT = Path(__file__).with_name("child.py")
_BACKLOG = 256

# Only what it needs: other variables switch on persistence, other services or their listeners.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "SERVICES": "dynamodb,dynamodbstreams",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "LOG_LEVEL": "WARNING",
    "DOCKER_HOST": "unix:///nonexistent",  # it would look for containers of its own and stop them
}


@dataclass(frozen=True)
class Child:
    """A started MiniStack; it answers as soon as it is ready, requests wait until then."""

    process: subprocess.Popen[bytes]
    port: int

    def stop(self) -> None:
        """End it: it has nothing to save."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def listen(port: int) -> socket.socket:
    """Return a listening socket on the loopback; raises EngineError when the port is taken."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise EngineError(f"port {port} is taken by another program ({error}): choose another one") from error
    listening.listen(_BACKLOG)
    return listening


def launch(python: Path, log: IO[bytes], port: int = 0) -> Child:
    """Start MiniStack with the engine environment's interpreter; raises EngineError when there is none."""
    with listen(port) as listening:
        descriptor = listening.fileno()
        try:
            process = subprocess.Popen(  # noqa: S603 # the interpreter our own configuration names, and our own script
                [python, "-I", _SCRIPT, str(descriptor)],
                pass_fds=[descriptor],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineError(f"there is no engine environment at {python}: say `make run` once") from error
        return Child(process, listening.getsockname()[1])
