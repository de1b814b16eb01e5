"""DynamoDB on one machine: MiniStack behind a front that journals each change before its answer (docs/engine.md)."""

from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.folder import find_engine
from chalicelib.local.engine.kept import KeptEngine
from chalicelib.local.engine.process import Engine, EngineSettings, running_engine

__all__ = ["Engine", "EngineError", "EngineSettings", "KeptEngine", "find_engine", "running_engine"]
