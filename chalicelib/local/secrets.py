"""The secrets of one machine: those the environment gives, and random ones, kept in the data folder, for the rest."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

NAMES = (
    "GOODWORD_IDENTITY_KEY",
    "GOODWORD_EVENTS_SECRET",
    "GOODWORD_STRIPE_SECRET",
    "GOODWORD_QUICKBOOKS_SECRET",
    "GOODWORD_JOBBER_SECRET",
    "GOODWORD_HOUSECALLPRO_SECRET",
    "GOODWORD_MAPPED_SECRET",
    "GOODWORD_WEBHOOKS_SECRET",
    "GOODWORD_TREMENDOUS_SECRET",
)
FILE = "secrets.json"


def with_secrets(environment: Mapping[str, str], data: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The environment with every secret filled in, and the names of those that came from `data/secrets.json`."""
    kept = _read(data / FILE)
    made = {name: _random() for name in NAMES if name not in kept and not environment.get(name)}
    if made:
        kept = {**kept, **made}
        _write(data / FILE, kept)
    filled = {**environment, **{name: value for name, value in kept.items() if not environment.get(name)}}
    return filled, tuple(name for name in NAMES if not environment.get(name))


def _random() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _write(path: Path, kept: Mapping[str, str]) -> None:
    """Replace the file in one step, readable by its owner only."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(kept), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
