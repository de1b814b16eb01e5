"""Measure how fast the landing pages are built, against the plain Jinja loop, bare file writing, and Hugo.

`python -m bench.site` builds on tmpfs, each measurement in a process of its own, the ways taking turns in every round.
Trust the ratios: they come from one run on one machine; the pages per second do not travel.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from chalicelib.domain.identifiers import new_code
from chalicelib.domain.settings import Settings, changed, default_settings
from chalicelib.site.build import build_site
from chalicelib.site.builder import SHARED_PARTS, SiteBuilder
from chalicelib.site.context import page_context
from chalicelib.site.environment import page_environment
from chalicelib.site.pages import LandingInput

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES, SITE = ROOT / "templates", ROOT / "site"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://refer.example.com"
NAMES = ("Jane", "José", "Ann-Marie", "O'Neil", "Björn", "Li", "Fatima", "Giuseppe", "Mae", "Sofía")
REPORTED = (
    ("one process, against the loop", "above 1", "ratios.builder_1_over_raw_loop"),
    ("two processes, against the loop", "at least 1.8", "ratios.builder_2_over_raw_loop"),
    ("one process, against writing alone", "", "ratios.builder_1_over_write_only"),
    ("one process, against Hugo (which uses every core)", "", "ratios.builder_1_over_hugo"),
    ("two processes, against Hugo", "", "ratios.builder_2_over_hugo"),
    ("rebuild without a change, against a full build", "at least 20", "ratios.unchanged_over_full"),
    ("rebuild with one change, against a full build", "", "ratios.one_changed_over_full"),
    ("pages a second, one process", "", "pages_per_second.builder_1"),
    ("pages a second, the loop", "", "pages_per_second.raw_loop"),
    ("most memory, MB", "150", "peak_mb.builder_1"),
    ("most memory of Hugo, MB", "", "peak_mb.hugo"),
    ("bytes of a page", "", "page_bytes"),
)

Way = Callable[[Path, int], float]


@cache
def business() -> Settings:
    """The business of the benchmark, with everything a page can show."""
    return changed(
        default_settings(),
        {
            "business": {
                "name": "Maple Street Plumbing",
                "phone": "+12175550134",
                "website": "https://maple.example.com",
                "tagline": "Honest plumbing for Springfield homes since 1994",
                "services": ["Leaks and repairs", "Water heaters", "Drain cleaning"],
            }
        },
    )


def inputs(count: int, renamed: int = -1) -> list[LandingInput]:
    """The same participants each time, made before the clock starts; `renamed` has another name than last time."""
    return list(_inputs(count, renamed))


def _inputs(count: int, renamed: int) -> Iterator[LandingInput]:
    for index in range(count):
        code = new_code(lambda n, index=index: (index * 2_654_435_761 % 2**40).to_bytes(n, "big"))  # type: ignore[misc]
        name = "Renamed" if index == renamed else NAMES[index % len(NAMES)]
        yield LandingInput(code, name, "customer" if index % 5 else "partner")


def make_builder() -> SiteBuilder:
    return SiteBuilder(TEMPLATES, business(), NOW, URL)


def raw_loop(target: Path, count: int) -> float:
    """The loop anybody would write: one full template, its parts included, render, encode, mkdir, write."""
    environment = page_environment(TEMPLATES)
    source = (TEMPLATES / "pages" / "landing.html").read_text()
    for part in SHARED_PARTS:
        source = source.replace(f"{{{{ shared.{part} }}}}", f'{{% include "parts/{part}.html" +%}}')
    template = environment.from_string(source)
    context = page_context(business(), URL, SITE)
    offers = {offer.segment: offer for offer in business().offers}

    def render(landing: LandingInput) -> str:
        return template.render(
            context,
            offer=offers[landing.segment],
            name=landing.name,
            named=True,
            code=landing.code,
            url=f"{URL}/r/{landing.code}/",
        )

    landings = inputs(count)
    assert render(landings[0]).encode() == make_builder().render_landing(landings[0]), (
        "the ways must make the same page"
    )
    started = time.perf_counter()
    for landing in landings:
        text = render(landing)
        folder = target / "r" / landing.code
        folder.mkdir(parents=True)
        (folder / "index.html").write_bytes(text.encode())
    return time.perf_counter() - started


def write_only(target: Path, count: int) -> float:
    """The floor: the same bytes for everybody, through the shortest calls there are, not even renamed."""
    content = make_builder().render_landing(inputs(1)[0])
    landings = inputs(count)
    os.makedirs(target / "r")
    started = time.perf_counter()
    for landing in landings:
        folder = f"{target}/r/{landing.code}"
        os.mkdir(folder)
        handle = os.open(f"{folder}/index.html", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(handle, content)
        os.close(handle)
    return time.perf_counter() - started


def build(target: Path, count: int, *, processes: int = 1, renamed: int = -1) -> float:
    settings, landings = business(), inputs(count, renamed)
    started = time.perf_counter()
    builder = SiteBuilder(TEMPLATES, settings, NOW, URL)
    report = build_site(landings, builder, target, processes=processes, assets=SITE, progress=lambda _: None)
    seconds = time.perf_counter() - started
    assert report.pages >= count
    return seconds


def build_two(target: Path, count: int) -> float:
    return build(target, count, processes=2)


def unchanged(target: Path, count: int) -> float:
    return build(target, count)


def one_changed(target: Path, count: int) -> float:
    return build(target, count, renamed=count // 2)


def hugo(target: Path, count: int) -> float:
    """Hugo with the equivalent page: its layout is our finished page with the participant's values as parameters."""
    binary = shutil.which("hugo", path=str(Path(sys.executable).parent)) or shutil.which("hugo")
    if binary is None or not _installed("hugo"):
        return float("nan")
    source = target / "source"
    (source / "content" / "r").mkdir(parents=True)
    (source / "layouts" / "_default").mkdir(parents=True)
    page = make_builder().render_landing(LandingInput("ZZZZZZZZ", "Sentinelname", "customer")).decode()
    layout = page.replace("ZZZZZZZZ", "{{ .Params.code }}").replace("Sentinelname", "{{ .Params.who }}")
    (source / "layouts" / "_default" / "single.html").write_text(layout)
    (source / "hugo.json").write_text(
        json.dumps({"baseURL": URL, "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "home", "section", "404"]})
    )
    for landing in inputs(count):
        front = json.dumps(
            {"title": landing.code, "code": landing.code, "who": landing.name, "url": f"/r/{landing.code}/"}
        )
        (source / "content" / "r" / f"{landing.code}.md").write_text(front)
    started = time.perf_counter()
    subprocess.run(
        [binary, "--quiet", "--source", source, "--destination", target / "out"], check=True, capture_output=True
    )
    seconds = time.perf_counter() - started
    built = sum(1 for _ in (target / "out" / "r").iterdir())
    assert built == count, built
    return seconds


WAYS: dict[str, Way] = {
    "raw_loop": raw_loop,
    "write_only": write_only,
    "builder_1": build,
    "builder_2": build_two,
    "hugo": hugo,
}
AFTER_BUILD: dict[str, Way] = {"unchanged": unchanged, "one_changed": one_changed}


def measure(pages: int, rounds: int) -> dict[str, Any]:
    """Run every way `rounds` times in turn; the ratios are of minima, which a busy machine disturbs least."""
    seconds: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="bench-site-") as folder:
        for _ in range(rounds):
            for way in WAYS:
                target = Path(folder) / way
                _in_child(way, target, pages, seconds, memory)
                if way == "builder_1":
                    for after in AFTER_BUILD:
                        _in_child(after, target, pages, seconds, memory)
                shutil.rmtree(target, ignore_errors=True)
                target.with_name(f"{way}.manifest.json").unlink(missing_ok=True)
    best = {way: min(values) for way, values in seconds.items()}
    ratios = {
        "builder_1_over_raw_loop": best["raw_loop"] / best["builder_1"],
        "builder_2_over_raw_loop": best["raw_loop"] / best["builder_2"],
        "builder_1_over_write_only": best["write_only"] / best["builder_1"],
        "unchanged_over_full": best["builder_1"] / best["unchanged"],
        "one_changed_over_full": best["builder_1"] / best["one_changed"],
    }
    if "hugo" in best:
        ratios["builder_1_over_hugo"] = best["hugo"] / best["builder_1"]
        ratios["builder_2_over_hugo"] = best["hugo"] / best["builder_2"]
    return {
        "pages": pages,
        "page_bytes": len(make_builder().render_landing(inputs(1)[0])),
        "pages_per_second": {way: round(pages / value) for way, value in best.items()},
        "median_pages_per_second": {way: round(pages / statistics.median(values)) for way, values in seconds.items()},
        "ratios": {name: round(value, 2) for name, value in ratios.items()},
        "peak_mb": {way: round(max(values)) for way, values in memory.items()},
    }


def _in_child(
    way: str, target: Path, pages: int, seconds: dict[str, list[float]], memory: dict[str, list[float]]
) -> None:
    command = [sys.executable, "-m", "bench.site", "--child", way, "--target", str(target), "--pages", str(pages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    took, peak = json.loads(done.stdout)
    seconds.setdefault(way, []).append(took)
    memory.setdefault(way, []).append(peak)


def _peak_mb() -> float:
    """The largest of this process and of its children. Not ru_maxrss of itself: that remembers the starting process."""
    status = Path("/proc/self/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=[*WAYS, *AFTER_BUILD], help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        took = (WAYS | AFTER_BUILD)[options.child](options.target, options.pages[0])
        print(json.dumps([took, _peak_mb()]))
        return []
    results = [measure(pages, options.rounds) for pages in options.pages]
    print(json.dumps(results, indent=2))
    return results


if __name__ == "__main__":
    main()
