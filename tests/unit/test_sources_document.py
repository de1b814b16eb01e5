"""docs/sources.md names every hook, every secret and every expression there is, so nothing has to be guessed."""

import dataclasses
import re

from chalicelib.api.routes import ROUTES
from chalicelib.config import Config
from chalicelib.inbound.jobber import TOPICS
from chalicelib.inbound.mapping import EXPRESSIONS, OTHER_KEYS
from chalicelib.local.secrets import NAMES
from tests.world import ROOT

TEXT = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
VARIABLES = re.findall(r"GOODWORD_[A-Z_]+", (ROOT / "chalicelib" / "config.py").read_text(encoding="utf-8"))
OF_SOURCES = ("QUICKBOOKS", "JOBBER", "HOUSECALLPRO", "MAPPED", "EVENTS", "STRIPE")


def test_every_hook_of_a_source_stands_in_the_table() -> None:
    for field in dataclasses.fields(Config):
        name = field.name.removesuffix("_secrets")
        if name != field.name and f"GOODWORD_{name.upper()}_SECRET" in VARIABLES and name.upper() in OF_SOURCES:
            assert re.search(rf"^\| .*`/v1/hooks/{name}.*`GOODWORD_{name.upper()}_SECRET`", TEXT, re.M), name
            assert any(route.path.startswith(f"/v1/hooks/{name}") for route in ROUTES)
            assert f"GOODWORD_{name.upper()}_SECRET" in NAMES


def test_every_variable_of_a_source_is_explained_and_no_other() -> None:
    meant = {name for name in VARIABLES if name.split("_")[1] in OF_SOURCES}
    assert set(re.findall(r"GOODWORD_[A-Z_]+", TEXT)) == meant


def test_every_topic_and_expression_is_explained_and_no_other() -> None:
    assert set(re.findall(r"`([A-Z]+_[A-Z]+)`", TEXT)) == set(TOPICS)
    rows = re.search(r"\| key \| what it finds \|\n.*?\n((?:\|.*\n)+)", TEXT)
    assert rows
    keys = [key for row in rows[1].splitlines() for key in re.findall(r"`([a-z_]+)`", row.split("|")[1])]
    assert sorted(keys) == sorted([*EXPRESSIONS, *OTHER_KEYS])
