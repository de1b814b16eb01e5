"""One invented business, and a builder for it with any part changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.settings import Settings, changed, default_settings
from chalicelib.site.builder import SiteBuilder

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://refer.example.com"

MakeBuilder = Callable[..., SiteBuilder]


@pytest.fixture(scope="session")
def settings() -> Settings:
    return changed(
        default_settings(),
        {
            "leaderboard_public": True,
            "thanks_public": True,
            "business": {
                "name": "Maple Street Plumbing",
                "phone": "+12175550134",
                "owner_phone": "+12175550177",
                "owner_email": "owner@example.com",
                "website": "https://maple.example.com",
                "tagline": "Honest plumbing since 1994",
                "services": ["Leaks and repairs", "Water heaters"],
            },
        },
    )


@pytest.fixture(scope="session")
def make_builder(settings: Settings) -> MakeBuilder:
    """Make a builder; `business` changes parts of the business, the rest parts of the settings, both unchecked."""

    def make(*, business: dict[str, Any] | None = None, now: datetime = NOW, **parts: Any) -> SiteBuilder:
        mine = replace(settings, business=replace(settings.business, **(business or {})), **parts)
        return SiteBuilder(ROOT / "templates", mine, now, URL, site=ROOT / "site")

    return make


@pytest.fixture(scope="session")
def assets() -> Path:
    return ROOT / "site"


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW
