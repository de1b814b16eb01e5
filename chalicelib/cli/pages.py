"""The public pages."""

import argparse
import sys
from pathlib import Path

from chalicelib.cli.showing import moves, show
from chalicelib.config import ROOT
from chalicelib.wiring import Program


def site_build(program: Program, options: argparse.Namespace) -> int:
    """Render every page into the build folder."""
    from tqdm import tqdm

    from chalicelib.site.refresh import build_all

    with tqdm(unit="page", disable=options.json or not sys.stderr.isatty()) as bar:
        report = build_all(
            program.ports,
            program.config.templates,
            build_folder(program),
            processes=options.processes,
            progress=moves(bar),
            check=options.check,
        )
    show(options, report._asdict(), f"{report.pages} files, {report.written} written in {report.seconds:.1f} s")
    return 0


def site_publish(program: Program, options: argparse.Namespace) -> int:
    """Render, and put into the site store what differs."""
    from tqdm import tqdm

    from chalicelib.site.publish import publish_folder
    from chalicelib.site.refresh import build_all

    # Never an old build: the stream publishes past the built folder, so it is brought up to date first.
    folder = build_folder(program)
    build_all(program.ports, program.config.templates, folder, processes=1, progress=lambda done: None)
    with tqdm(unit="file", disable=options.json or not sys.stderr.isatty()) as bar:
        report = publish_folder(folder, program.site_store, moves(bar))
    show(options, report._asdict(), f"{report.put} put, {report.deleted} deleted, {report.unchanged} as they were")
    return 0


def build_folder(program: Program) -> Path:
    """Where the pages are built before they are published."""
    return (program.config.data or ROOT) / "build" / ("" if program.config.data else "site")
