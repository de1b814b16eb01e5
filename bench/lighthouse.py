"""What Lighthouse says of a landing page of the sample business, with and without photos; npm and Chromium needed."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.running import ROOT, Running, running

VERSION = "12.8.2"
FOLDER = ROOT / "build" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
FIGURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
_PHOTOS = 3


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("npm") is None:
        raise SystemExit("this needs npm and chromium; on Debian: apt-get install npm chromium")
    program = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--prefix", FOLDER, f"lighthouse@{VERSION}"]
        subprocess.run(install, check=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data), sample=True) as server:
        code = re.search(r"/r/([0-9A-Z]{8})/", server.command("messages", "--json").stdout)
        assert code is not None
        for name in ("without photos", f"with {_PHOTOS} photos"):
            if name != "without photos":
                _with_photos(server, Path(data))
            for form in ("mobile", "desktop"):
                report = _report(program, chromium, f"{server.url}/r/{code[1]}/", form)
                print(_line(f"{form}, {name}", report), flush=True)
                for missed in _missed(report):
                    print(f"    {missed}")


def _report(program: Path, chromium: str, url: str, form: str) -> Mapping[str, Any]:
    flags = "--headless=new --no-sandbox --disable-background-networking --disable-component-update --disable-sync"
    asked = [program, url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    asked += [f"--chrome-flags={flags}", *(["--preset=desktop"] if form == "desktop" else [])]
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def _line(name: str, report: Mapping[str, Any]) -> str:
    scores = [f"{report['categories'][category]['score'] * 100:.0f}" for category in CATEGORIES]
    figures = [report["audits"][figure]["displayValue"].replace("\xa0", " ") for figure in FIGURES]
    return f"| {name} | {' | '.join(scores + figures)} |"


def _missed(report: Mapping[str, Any]) -> list[str]:
    """The audits that cost a category points."""
    weighed = {ref["id"] for name in CATEGORIES for ref in report["categories"][name]["auditRefs"] if ref["weight"]}
    audits = [report["audits"][name] for name in sorted(weighed)]
    return [f"{audit['id']}: {audit['title']}" for audit in audits if audit["score"] is not None and audit["score"] < 1]


def _with_photos(server: Running, folder: Path) -> None:
    names = []
    for number in range(_PHOTOS):
        file = folder / f"photo-{number}.png"
        Image.effect_noise((1600, 1200), 40 + number).save(file)
        names.append(json.loads(server.command("picture", "add", str(file), "--json").stdout)["picture"])
    key = json.loads(server.command("key", "add", "--role", "owner", "--json").stdout)["key"]
    part = {"proof": {"photos": [{"picture": name, "alt": "Work of ours"} for name in names]}}
    headers = {"Authorization": f"Bearer {key}"}
    requests.put(f"{server.url}/v1/admin/settings", json=part, headers=headers, timeout=30).raise_for_status()
    server.command("site", "publish")


if __name__ == "__main__":
    main()
