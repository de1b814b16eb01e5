"""docs/walkthrough.md is run from top to bottom, as a reader would."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.running import ROOT, running

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
#: Who the walk is about, and how they are reached.
PEOPLE = ("Jane", "Doe", "Carlos", "Rivera", "Aisha", "Khan", "2125550", "555-01", "555 01", "@example.com")
_DIVIDER = "=== next block ==="


def test_the_walkthrough_prints_what_it_says(tmp_path: Path) -> None:
    """P1, P3, P5, P10-P13, P15, P17, P20-P22, P29: link, lead, invoice, reward, leaderboard, removal."""
    with running(tmp_path / "data") as program:
        walk({**program.environment, "TMPDIR": str(tmp_path)})
    log = (tmp_path / "data" / "log.txt").read_text()
    assert [word for word in PEOPLE if word in log] == [], "a log says nothing of anybody"


def walk(environment: Mapping[str, str]) -> None:
    """Run every block of the page in one shell, and compare what each prints."""
    blocks = _BLOCK.findall((ROOT / "docs" / "walkthrough.md").read_text())
    script = f"\necho '{_DIVIDER}'\n".join(text for kind, text in blocks if kind == "sh")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = [part.strip("\n") for part in done.stdout.split(_DIVIDER)]
    for expected, actual in zip(_expectations(blocks), printed, strict=True):
        assert expected is None or re.fullmatch(expected, actual, re.S), f"expected:\n{expected}\nprinted:\n{actual}"


def _expectations(blocks: list[tuple[str, str]]) -> list[str | None]:
    """For each script the pattern of what it prints, or None where the page does not say."""
    expected: list[str | None] = []
    for kind, text in blocks:
        if kind == "sh":
            expected.append(None)
        else:
            expected[-1] = ".*".join(re.escape(part) for part in text.strip("\n").split("..."))
    return expected
