"""The picture that a shared link shows where the owner brought none: drawn here, a mark in the business's colour."""

import struct
import zlib
from collections.abc import Iterator
from math import sqrt

PREVIEW = "assets/preview.png"
#: What Facebook, WhatsApp and others ask for.
WIDTH, HEIGHT = 1200, 630
_LEFT, _RIGHT, _TOP, _BOTTOM, _ROUND = 420, 780, 175, 415, 48
_TAIL = (500, 580, 480)  # left, right, and how far down it reaches


def default_preview(colour: str) -> bytes:
    """A PNG of two colours: a speech bubble on the business's colour."""
    palette = bytes.fromhex(colour[1:]) + b"\xff\xff\xff"
    rows = b"".join(b"\x00" + _row(*span) for span in _spans())
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _spans() -> Iterator[tuple[int, int]]:
    """Where the bubble begins and ends in each line."""
    left, right, down = _TAIL
    for y in range(HEIGHT):
        if _TOP <= y < _BOTTOM:
            edge = _ROUND - min(y - _TOP, _BOTTOM - 1 - y)
            inset = round(_ROUND - sqrt(_ROUND**2 - edge**2)) if edge > 0 else 0
            yield _LEFT + inset, _RIGHT - inset
        elif _BOTTOM <= y < down:
            yield left, right - round((right - left) * (y - _BOTTOM) / (down - _BOTTOM))
        else:
            yield 0, 0


def _row(begin: int, end: int) -> bytes:
    return b"\x00" * begin + b"\x01" * (end - begin) + b"\x00" * (WIDTH - end)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
