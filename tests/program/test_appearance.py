"""The owner brings pictures, names them in the settings, and every page follows."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib.cli.pictures import picture_add
from tests.world import World


@pytest.fixture
def van(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "red").save(out, "JPEG")
    (tmp_path / "Our van.jpeg").write_bytes(out.getvalue())
    options = argparse.Namespace(file=tmp_path / "Our van.jpeg", use="photo", json=True)
    assert picture_add(world.program, options) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (printed["width"], printed["height"], printed["setting"]) == (800, 600, "proof.photos[].picture")
    name: str = printed["picture"]
    return name


def page(world: World, path: str) -> str:
    return (world.program.site_store.get(path) or b"").decode()


def test_a_picture_is_shown_once_the_settings_name_it(world: World, van: str) -> None:
    jane = world.enrol("Jane Doe")
    world.settings(leaderboard_public=True)
    world.settle_down()
    part = {"proof": {"photos": [{"picture": van, "alt": "Our van"}]}, "theme": {"color": "#7a1f2b"}}
    assert world.admin("PUT", "settings", part).status == 200
    world.settle_down()
    assert f'src="/pictures/{van}"' in page(world, f"r/{jane.id}/index.html")
    sheet = page(world, "assets/site.css")
    assert "--brand: #7a1f2b;" in sheet
    address = page(world, "index.html").partition("/assets/site.css?v=")[2][:12]
    for path in (f"r/{jane.id}/index.html", "leaderboard/index.html", "leaderboard/embed/index.html"):
        assert f"/assets/site.css?v={address}" in page(world, path), path


def test_a_picture_that_is_not_there_is_refused_and_nothing_changes(world: World, van: str) -> None:
    before = world.admin("GET", "settings").json
    gone = van.replace("our-van", "my-van")
    part = {"theme": {"logo": gone}, "proof": {"photos": [{"picture": van, "alt": "x"}, {"picture": gone, "alt": "x"}]}}
    answer = world.admin("PUT", "settings", part)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == ["theme.logo", "proof.photos[1].picture"]
    assert "goodword picture add" in answer.json["errors"][0]["message"]
    assert world.admin("GET", "settings").json == before


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(world: World) -> None:
    refused = world.admin("PUT", "settings", {"theme": {"color": "#ff8800"}})
    assert refused.status == 400
    (error,) = refused.json["errors"]
    assert error["field"] == "theme.color"
    suggested = error["message"].rpartition("; ")[2][:7]
    assert world.admin("PUT", "settings", {"theme": {"color": suggested}}).status == 200
