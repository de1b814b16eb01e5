"""Keep an engine running: one that ended by itself is started again, on its port, with what it had acknowledged."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.process import Engine, EngineSettings, running_engine

#: How long to rest before each attempt, in seconds. A full disk has about half a minute to become less full.
PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
_CALM_SECONDS = 60.0

log = logging.getLogger(__name__)


class KeptEngine:
    """An engine and its restarts; use it in a `with` block, which raises EngineError where it does not get ready."""

    def __init__(self, settings: EngineSettings, pauses: tuple[float, ...] = PAUSES) -> None:
        self._settings = settings
        self._pauses = pauses
        self._attempts = 0
        self._started_at = 0.0
        self._stack = ExitStack()
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        self._start()
        # Everybody knows its address by now: it stays the same.
        port = int(self.endpoint.rpartition(":")[2])
        self._settings = replace(self._settings, port=port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def endpoint(self) -> str:
        """Where it is served, also after a restart."""
        return self.engine.endpoint

    @property
    def engine(self) -> Engine:
        """The one that runs now, or ran last."""
        if self._engine is None:
            raise EngineError("the engine was not started")
        return self._engine

    def start_again(self, rest: Callable[[float], object] = time.sleep) -> None:
        """Start the engine that has ended; raises EngineError after too many attempts within a short time.

        `rest` is how to wait between them, in seconds.
        """
        if time.monotonic() - self._started_at > _CALM_SECONDS:
            self._attempts = 0
        said = self.engine.last_words()
        log.warning("the engine ended (%s); it is started again", said)
        while self._attempts < len(self._pauses):
            rest(self._pauses[self._attempts])
            self._attempts += 1
            self._stack.close()
            try:
                self._start()
            except EngineError as error:
                said = str(error)
            else:
                log.warning("the engine runs again; what it had acknowledged is there")
                return
        raise EngineError(
            f"the engine ended and could not be started again ({said}): "
            "see that there is room on the disk, then start the program anew; what was acknowledged is kept"
        )

    def _start(self) -> None:
        self._engine = self._stack.enter_context(running_engine(self._settings))
        self._started_at = time.monotonic()
