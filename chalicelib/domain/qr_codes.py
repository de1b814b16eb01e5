"""A link as a QR code, drawn as one path: sharp at any size, on a screen and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass

import segno

#: The empty margin a scanner needs, in modules (ISO/IEC 18004).
_QUIET_ZONE = 4


@dataclass(frozen=True)
class QrCode:
    """`path` is the `d` of an SVG path in a square of `size` modules, the margin included."""

    size: int
    path: str


def draw(link: str) -> QrCode:
    """Draw a link at error level M or better: a scratch or a fold does not stop it."""
    code = segno.make_qr(link, error="m")
    rows = list(code.matrix_iter(border=_QUIET_ZONE))
    runs = (f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    return QrCode(len(rows), "".join(runs))


def _runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many stand together."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
