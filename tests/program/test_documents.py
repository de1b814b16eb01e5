"""What is written about the program is true of it."""

import argparse
import re
from collections.abc import Iterator

import pytest

from chalicelib.api.application import create_app, handler_of, require_roles
from chalicelib.api.routes import ROUTES, Route
from chalicelib.cli import build_parser
from tests.world import ROOT


def commands(parser: argparse.ArgumentParser, prefix: str) -> Iterator[str]:
    subparsers = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not subparsers:
        yield prefix
    for action in subparsers:
        for name, child in action.choices.items():
            yield from commands(child, f"{prefix} {name}")


def test_the_readme_lists_every_command_and_no_other() -> None:
    listed = set(
        re.findall(r"^\| `(goodword[a-z ]*?)(?: [A-Z][A-Z.a-z]*)?` \|", (ROOT / "README.md").read_text(), re.M)
    )
    assert listed == set(commands(build_parser(), "goodword"))


def test_every_required_package_has_its_line() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text().lower()
    for path in ROOT.glob("requirements*.txt"):
        for name in re.findall(r"^([A-Za-z][\w-]*)(?:\[[\w,]+\])?==", path.read_text(), re.M):
            assert name.lower().removeprefix("types-") in text, f"{name} of {path.name}"


def test_every_requirement_is_pinned_exactly() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            assert re.fullmatch(r"(#.*|-r \S+|[\w-]+(\[[\w,]+\])?==[\w.]+|)", line), f"{path.name}: {line}"


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_names_a_handler_that_exists(route: Route) -> None:
    assert handler_of(route).__doc__


def test_a_route_without_a_role_keeps_the_application_from_starting() -> None:
    """DESIGN 6: a route without a declared role does not start."""

    def nobody() -> None:
        raise AssertionError

    app = create_app(nobody)  # type: ignore[arg-type]  # no program is needed to start

    @app.route("/v1/admin/forgotten")
    def forgotten() -> str:
        return ""

    with pytest.raises(RuntimeError, match="GET /v1/admin/forgotten declares no role"):
        require_roles(app)
