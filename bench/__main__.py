"""Measure everything and write docs/performance.md: `make bench`."""

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import cold_start, first_lead, lead, money, site

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
_SIZES = {10_000: 3, 100_000: 2}


def main() -> None:
    """Run the benchmarks one after the other and write what they said."""
    start, request, cents = cold_start.measure(9), lead.measure(20), money.measure(200)
    packaged = first_lead.measure(9)
    pages = [site.measure(size, rounds) for size, rounds in _SIZES.items()]
    PAGE.write_text(_page(start, packaged, request, cents, pages))
    print(PAGE.read_text())


def _page(
    start: Mapping[str, float],
    packaged: Mapping[str, float],
    request: Mapping[str, float],
    cents: Mapping[str, Mapping[str, Any]],
    pages: list[dict[str, Any]],
) -> str:
    money_rows = "\n".join(
        f"| {name} | {m['round_trips']} | {m['rru']:g} | {m['wru']:g} | {m['ms']} | {m['bare_ms']} | **{m['ratio']}** |"
        for name, m in cents.items()
    )
    rows = "\n".join(
        f"| {title} | {goal} | " + " | ".join(_cell(result, path) for result in pages) + " |"
        for title, goal, path in site.REPORTED
    )
    return f"""# Performance

Written by `make bench`, in one run on one machine (Python {platform.python_version()}, {platform.system()}). Trust the
ratios; the times do not travel. Each measurement takes turns with what it is compared with.

## Building the landing pages

On tmpfs, full pages, against the loop anybody would write (render one template, encode, make the folder, write).

| | goal | {" | ".join(f"{size:,} pages" for size in _SIZES)} |
|---|---|{"---|" * len(_SIZES)}
{rows}

Reading the participants is not part of this. With the embedded engine it is most of `goodword site build`: 4.8 s
on a busy machine for 5,000 participants of whom nothing changed ([engine.md](engine.md)). An unchanged rebuild looks
whether each page's folder is there; `goodword site build --check` looks at every file.

## A lead

CPU time of `POST /v1/leads` through the whole application against a bare Chalice route that does one
`TransactWriteItems` of the same items with boto3's client.

| | CPU, microseconds |
|---|---|
| the application | {request["app_us"]:,} |
| the bare route | {request["bare_us"]:,} |
| **ratio** (goal: at most 1.15) | **{request["ratio"]}** |

## Capture, settle, redeem

`python -m bench.money`: each use case whole, with what it reads, against a bare `TransactWriteItems` of the items it
writes, without their conditions. One client, one thread, medians.

| use case | round trips | RRU | WRU | ms | the bare transaction, ms | ratio |
|---|---|---|---|---|---|---|
{money_rows}

## A cold start

CPU time of a fresh interpreter until the application and its DynamoDB client stand, against Chalice and a boto3 client.

| | CPU, milliseconds |
|---|---|
| the application | {start["app_ms"]:,} |
| Chalice and boto3 | {start["floor_ms"]:,} |
| **ratio** (goal: at most 1.2) | **{start["ratio"]}** |

The zip that goes to Lambda, from a fresh interpreter until its first lead is accepted, secrets read from SSM; against
Chalice and a boto3 client from the same zip, until a bare route has written one item. `python -m bench.first_lead`.

| | |
|---|---|
| CPU until the first lead, milliseconds | {packaged["first_lead_ms"]:,} |
| CPU of Chalice and boto3 until one write, milliseconds | {packaged["one_write_ms"]:,} |
| **ratio** (goal: at most 1.3) | **{packaged["ratio"]}** |
| most memory, MB (goal: at most 128) | {packaged["peak_mb"]} |
| the zip, MB (goal: at most 8) | {packaged["zip_mb"]} |

The engine's figures are in [engine.md](engine.md): `.venv/bin/python -m bench.engine`.
"""


def _cell(result: Mapping[str, Any], path: str) -> str:
    value: Any = result
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "not measured" if value is None else f"{value:,}"


if __name__ == "__main__":
    main()
