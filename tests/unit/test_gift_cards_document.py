"""docs/gift-cards.md names every variable and every state there is."""

import re

from chalicelib.domain.gift_cards import STATES
from tests.world import ROOT

TEXT = (ROOT / "docs" / "gift-cards.md").read_text(encoding="utf-8")


def test_every_variable_is_explained_and_no_other() -> None:
    config = (ROOT / "chalicelib" / "config.py").read_text(encoding="utf-8")
    assert set(re.findall(r"GOODWORD_\w+", TEXT)) == set(re.findall(r"GOODWORD_TREMENDOUS_\w+", config))


def test_every_state_has_its_row_and_no_other() -> None:
    rows = TEXT.split("## The way of a card")[1].split("`GET")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", rows, re.M)) == set(STATES)
