"""Every way the engine can fail, so that a caller needs to know one name only."""


class EngineError(Exception):
    """The engine cannot start or go on; the message says why and what to do."""


class EngineStoppedError(EngineError):
    """A request cannot be answered because the engine is failing stop: nothing of it may count as done."""
