"""Run MiniStack on a socket that is already open, and die with the process that holds our standard input.

Executed as a file by the engine environment's interpreter, which knows nothing of this package: it imports none of it.
"""

import asyncio
import os
import sys
import threading

from hypercorn.asyncio import serve  # type: ignore[import-not-found]  # installed in the engine environment only
from hypercorn.config import Config  # type: ignore[import-not-found]  # the same
from ministack.app import app  # type: ignore[import-not-found]  # the same


def _die_with_parent() -> None:
    """Exit once standard input ends, which the kernel brings about even when the parent was killed with SIGKILL."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    """Serve on the inherited listening socket whose file descriptor is the first argument."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    config = Config()
    config.bind = [f"fd://{sys.argv[1]}"]
    config.loglevel = "WARNING"
    # A connection closed while a write travels on it leaves the write's fate unknown, so none is ever closed from here.
    config.keep_alive_timeout = 10 * 365 * 86400
    config.keep_alive_max_requests = sys.maxsize
    asyncio.run(serve(app, config))


if __name__ == "__main__":
    main()
