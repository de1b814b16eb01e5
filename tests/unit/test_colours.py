"""Text on the public pages can be read, whatever colours the owner chooses (WCAG 2.2, 1.4.3)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.colours import BLACK, ENOUGH, PAPER, WHITE, contrast, mixed, readability, readable, tint
from chalicelib.domain.settings.defaults import DEFAULTS
from chalicelib.site.stylesheet import stylesheet
from tests.unit.test_appearance import theme
from tests.world import ROOT

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ("#767676", WHITE, 4.54),
        ("#ff0000", WHITE, 4.0),
        ("#0000ff", WHITE, 8.59),
    ],
)
def test_contrast_is_what_the_guidelines_say(one: str, other: str, ratio: float) -> None:
    """Figures of WebAIM's checker."""
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


@given(COLOURS)
def test_the_colour_that_is_suggested_can_be_read_and_is_the_same_where_it_could_be(colour: str) -> None:
    suggested = readable(colour)
    assert readability(suggested) >= ENOUGH
    assert (suggested == colour) == (readability(colour) >= ENOUGH)


@given(COLOURS.map(readable), COLOURS.map(readable))
def test_every_pair_of_a_themes_stylesheet_can_be_read(color: str, accent: str) -> None:
    """What stands on what in page.css, with every shade that follows from the two colours."""
    written = stylesheet(ROOT / "site", theme(color=color, accent=accent)).decode()
    rules = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", written))
    for text, ground in (
        ("--brand", "--card"),
        ("--brand", "--paper"),
        ("--brand", "--tint"),
        ("--brand-dark", "--tint"),
        ("--card", "--brand"),
        ("--card", "--foot"),
        ("--gold", "--gold-tint"),
        ("--gold", "--card"),
        ("--ink", "--tint"),
        ("--ink", "--gold-tint"),
        ("--soft", "--paper"),
    ):
        assert contrast(rules[text], rules[ground]) >= ENOUGH, (text, ground, rules)
    assert contrast("#e8efec", rules["--foot"]) >= ENOUGH


def test_the_usual_colours_can_be_read_and_change_nothing() -> None:
    usual = DEFAULTS["theme"]
    assert min(readability(usual["color"]), readability(usual["accent"])) >= ENOUGH
    assert stylesheet(ROOT / "site", theme()) == (ROOT / "site/assets/page.css").read_bytes()
    assert f"--paper: {PAPER};" in (ROOT / "site/assets/page.css").read_text()


def test_a_tint_is_pale_and_a_mixture_lies_between() -> None:
    assert (mixed("#000000", "#ffffff", 0.5), tint("#000000")) == ("#808080", "#e6e6e6")
