"""The public files as the services see them: render what is asked for, put what differs."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.leaderboard import Standing
from chalicelib.domain.offers import current_offer
from chalicelib.domain.participants import SEGMENTS, Participant
from chalicelib.domain.settings import Settings
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from chalicelib.site.publish import publish_pages, withdraw_leaderboard

if TYPE_CHECKING:
    from chalicelib.delivery.site_store import SiteStore

_PERIOD = "all"


class PublicSite:
    """Implements `services.ports.Site` over a builder and a store."""

    def __init__(self, templates: Path, store: "SiteStore", public_url: str) -> None:
        self._templates = templates
        self._store = store
        self._public_url = public_url
        self._builder: tuple[object, SiteBuilder] | None = None

    def builder(self, settings: Settings, now: datetime) -> SiteBuilder:
        """The builder for these settings at this moment; made anew when an offer begins or ends."""
        key = (settings.raw, [current_offer(settings.offers, segment, now) for segment in SEGMENTS])
        if self._builder is None or self._builder[0] != key:
            self._builder = (key, SiteBuilder(self._templates, settings, now, self._public_url))
        return self._builder[1]

    def publish_landing(self, participant: Participant, settings: Settings, now: datetime) -> int:
        """Put a participant's page, and the same page for each alias, where it differs."""
        landing = landing_input(participant, settings)
        return publish_pages(self.builder(settings, now).landing(landing), self._store).put

    def publish_fixed(self, settings: Settings, now: datetime) -> int:
        """Put the pages that belong to nobody where they differ."""
        return publish_pages(self.builder(settings, now).fixed_pages(), self._store).put

    def publish_leaderboard(self, standings: tuple[Standing, ...] | None, settings: Settings, now: datetime) -> int:
        """Put the leaderboard where the ranking changed, or take it away."""
        if standings is None:
            return withdraw_leaderboard(self._store).put
        builder = self.builder(settings, now)
        return publish_pages(builder.leaderboard(standings, _PERIOD, now), self._store).put

    def withdraw_landing(self, name: str) -> None:
        """Take the page of a code or an alias away."""
        self._store.delete(f"r/{name}/index.html")

    def digest(self, settings: Settings, now: datetime) -> str:
        """What all landing pages have in common, hashed."""
        return self.builder(settings, now).digest


def landing_input(participant: Participant, settings: Settings) -> LandingInput:
    """All that a page may know of its participant."""
    name = participant.name_on_page(shown=settings.show_referrer_name)
    return LandingInput(participant.id, name, participant.segment, participant.aliases)
