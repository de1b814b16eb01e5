"""Wait for what another thread or process brings about."""

import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.05


def until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Return as soon as `holds()`; raises TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} seconds in vain")
        time.sleep(_PAUSE_SECONDS)
