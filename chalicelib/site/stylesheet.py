"""The stylesheet of the public pages in the business's own colours and font; no page has a style of its own."""

from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.colours import BLACK, WHITE, mixed, tint
from chalicelib.domain.settings.appearance import Font, Theme
from chalicelib.domain.settings.defaults import DEFAULTS

STYLESHEET = "assets/site.css"
#: Fonts that devices bring along (modernfontstacks.com, CC0): nothing is loaded.
STACKS: Mapping[Font, str] = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, "Arial Rounded MT Bold", sans-serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
}


def stylesheet(site: Path, theme: Theme) -> bytes:
    """The stylesheet as written, and after it what the theme changes: still one file."""
    rules = {**_colours(theme), **({"--font": STACKS[theme.font]} if theme.font != "system" else {})}
    written = (site / "assets" / "page.css").read_text(encoding="utf-8")
    changed = "".join(f"  {name}: {value};\n" for name, value in rules.items())
    return (f"{written}\n:root {{\n{changed}}}\n" if changed else written).encode()


def _colours(theme: Theme) -> Mapping[str, str]:
    """Every shade follows from the two colours; the usual two keep the shades chosen by hand for them."""
    usual, rules = DEFAULTS["theme"], dict[str, str]()
    if theme.color != usual["color"]:
        rules |= {
            "--brand": theme.color,
            "--brand-dark": mixed(theme.color, BLACK, 0.28),
            "--tint": tint(theme.color),
            "--foot": mixed(theme.color, BLACK, 0.45),
        }
    if theme.accent != usual["accent"]:
        rules |= {
            "--gold": theme.accent,
            "--gold-tint": tint(theme.accent),
            "--gold-line": mixed(theme.accent, WHITE, 0.45),
        }
    return rules
