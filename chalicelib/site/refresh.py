"""Build every page and bring the store to it: for the command line, and after a start."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.site.build import BuildReport, build_site
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.public_site import landing_input
from chalicelib.site.publish import publish_folder

if TYPE_CHECKING:
    from chalicelib.delivery.site_store import SiteStore
    from chalicelib.services.ports import Ports

Progress = Callable[[int], None]


class RefreshReport(NamedTuple):
    """How many files the site has, and how many were put."""

    pages: int
    put: int


def build_all(
    ports: "Ports", templates: Path, folder: Path, *, processes: int, progress: Progress, check: bool = False
) -> BuildReport:
    """Render every participant's page into `folder`, writing only what differs; `check` looks at every file."""
    settings = ports.store.settings.get()
    builder = SiteBuilder(templates, settings, ports.now(), ports.public_url)
    inputs = (landing_input(participant, settings) for participant in ports.store.participants.everyone())
    assets = templates.parent / "site"
    return build_site(inputs, builder, folder, processes=processes, assets=assets, progress=progress, check=check)


def refresh_site(ports: "Ports", templates: Path, folder: Path, store: "SiteStore") -> RefreshReport:
    """Build and publish in one, whatever a crash left behind."""
    build_all(ports, templates, folder, processes=1, progress=_quietly, check=True)
    published = publish_folder(folder, store, _quietly)
    return RefreshReport(published.put + published.unchanged, published.put)


def _quietly(done: int) -> None:
    """No progress is shown."""
