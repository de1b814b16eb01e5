"""The public files as the services see them: render what is asked for, put what differs."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.leaderboard import Board
from chalicelib.domain.offers import current_offer
from chalicelib.domain.participants import SEGMENTS, Participant
from chalicelib.domain.settings import Settings
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from chalicelib.site.publish import publish_pages, withdraw
from chalicelib.site.recognition import LEADERBOARD_PATHS, THANKS_PATHS, leaderboard_pages, thanks_pages

if TYPE_CHECKING:
    from chalicelib.delivery.site_store import SiteStore


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
        """Put what belongs to nobody where it differs; what pages refer to comes before them."""
        builder = self.builder(settings, now)
        return publish_pages((*builder.made_assets(), *builder.fixed_pages()), self._store).put

    def publish_leaderboard(self, boards: tuple[Board, ...] | None, settings: Settings, now: datetime) -> int:
        """Put the leaderboard, or take it away."""
        if boards is None:
            return withdraw(LEADERBOARD_PATHS, self._store).put
        return publish_pages(leaderboard_pages(self.builder(settings, now), boards, now), self._store).put

    def publish_thanks(self, names: tuple[str, ...] | None, settings: Settings, now: datetime) -> int:
        """Put the wall of thanks where it differs, or take it away."""
        if names is None:
            return withdraw(THANKS_PATHS, self._store).put
        return publish_pages(thanks_pages(self.builder(settings, now), names), self._store).put

    def has_picture(self, name: str) -> bool:
        """Whether a picture of this name is there."""
        return self._store.get(f"pictures/{name}") is not None

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
