"""Colours as `#rrggbb`, and whether text in one can be read on another (WCAG 2.2, 1.4.3)."""

Channels = tuple[int, int, int]
#: What text of usual size needs.
ENOUGH = 4.5
WHITE, BLACK = "#ffffff", "#000000"
#: The background of every public page.
PAPER = "#f7f4ee"
_PALE = 0.9
_STEPS = 100


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, with_: str, share: float) -> str:
    """The first colour with so much of the second, from 0 to 1."""
    pairs = zip(_channels(colour), _channels(with_), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in pairs)


def tint(colour: str) -> str:
    """The pale background that goes with a colour."""
    return mixed(colour, WHITE, _PALE)


def readability(colour: str) -> float:
    """The least contrast that text in this colour has on a public page: on white, on the paper, on its own tint."""
    return min(contrast(colour, pale) for pale in (WHITE, PAPER, tint(colour)))


def readable(colour: str) -> str:
    """The colour itself, or the nearest darker one that can be read as text on a public page."""
    darker = (mixed(colour, BLACK, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in darker if readability(shade) >= ENOUGH)


def _channels(colour: str) -> Channels:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
