"""Render each kind of page. What all landing pages have in common is rendered once, a page adds its participant."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.offers import current_offer
from chalicelib.domain.participants import SEGMENTS, Segment
from chalicelib.domain.people import FRIEND
from chalicelib.domain.settings import Settings
from chalicelib.services.print_letter import PaperLetter
from chalicelib.site.context import page_context
from chalicelib.site.environment import page_environment
from chalicelib.site.pages import LandingInput, Page
from chalicelib.site.preview import PREVIEW, default_preview
from chalicelib.site.refusals import sentences
from chalicelib.site.stylesheet import STYLESHEET, stylesheet

SHARED_PARTS = (
    "business",
    "head",
    "description",
    "header",
    "tagline",
    "rating",
    "proof",
    "reward",
    "offer",
    "form_start",
    "form_fields",
    "steps",
    "footer",
)
FIXED_PAGES = (
    ("index.html", "index.html"),
    ("r/index.html", "general.html"),
    ("thanks/index.html", "thanks.html"),
    ("404.html", "not_found.html"),
    ("share/index.html", "share.html"),
)
FIXED_PATHS = (STYLESHEET, PREVIEW, *(path for path, _ in FIXED_PAGES))


class SiteBuilder:
    """The pages of one business at one moment.

    `templates` is the folder that holds `pages/`, `site` the folder served as written (its neighbour by default), and
    `now` decides which offers run. Make a new builder when the settings, the offers or the files have changed.
    """

    def __init__(
        self, templates: Path, settings: Settings, now: datetime, public_url: str, *, site: Path | None = None
    ) -> None:
        self._settings = settings
        self._environment = page_environment(templates)
        self._site = site or templates.parent / "site"
        self._context = page_context(settings, public_url, self._site)
        self._offers = {segment: current_offer(settings.offers, segment, now) for segment in SEGMENTS}
        self._url = f"{self._context['public_url']}/r/"
        self.digest = self._digest(templates / "pages")

    def landing(self, landing: LandingInput) -> list[Page]:
        """Render a participant's page, and the same page once more for each alias (rule 1).

        Raises InvalidInput where the code or an alias is not one.
        """
        content = self.render_landing(checked(landing))
        return [Page(path, content) for path in landing_paths(landing)]

    def render_landing(self, landing: LandingInput) -> bytes:
        """Render a participant's page; an alias page is the same page, with the canonical code in it."""
        text = self._landing.render(
            shared=self._shared[landing.segment],
            name=landing.name,
            named=landing.name != FRIEND,
            code=landing.code,
            url=f"{self._url}{landing.code}/",
        )
        return text.encode()

    def fixed_pages(self) -> list[Page]:
        """Render the pages that belong to nobody in particular: front page, general form, thanks, unknown link."""
        return [Page(path, self.render(template)) for path, template in FIXED_PAGES]

    def made_assets(self) -> list[Page]:
        """Make what every page refers to: the stylesheet in the theme's colours, the picture of a shared link."""
        theme = self._settings.theme
        return [Page(STYLESHEET, stylesheet(self._site, theme)), Page(PREVIEW, default_preview(theme.color))]

    @property
    def settings(self) -> Settings:
        """What these pages are made from."""
        return self._settings

    def form_error(self, errors: Iterable[FieldError], back: str = "/r/") -> str:
        """Render the answer to a refused form post where JavaScript is off; `back` is the page the form stands on."""
        return self.render("form_error.html", sentences=sentences(errors), back=back).decode()

    def unsubscribe(self, *, done: bool) -> str:
        """Render the question whether e-mails shall end, or that they have ended."""
        return self.render("unsubscribe.html", done=done).decode()

    def letter(self, letter: PaperLetter) -> str:
        """Render a letter to be printed, with the business's postal address at its head."""
        return self.render("letter.html", **asdict(letter), address=self._settings.business.address).decode()

    def render(self, template: str, **values: object) -> bytes:
        """Render a whole page from its template and what all pages share."""
        context = {**self._context, "offer": self._offers["customer"], **values}
        return self._environment.get_template(template).render(context).encode()

    @cached_property
    def _landing(self) -> Template:
        return self._environment.get_template("landing.html")

    @cached_property
    def _shared(self) -> Mapping[Segment, Mapping[str, Markup]]:
        """The common parts of each segment; what comes out of an escaping template is safe to insert as it is."""
        return {
            segment: {
                part: Markup(self._environment.get_template(f"parts/{part}.html").render(self._context, offer=offer))  # noqa: S704
                for part in SHARED_PARTS
            }
            for segment, offer in self._offers.items()
        }

    def _digest(self, pages: Path) -> str:
        """Hash all that a page shows and that is not its participant's: the templates and what they are given."""
        digest = hashlib.sha256()
        for path in sorted(pages.rglob("*.html")):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        offers = {segment: offer and asdict(offer) for segment, offer in self._offers.items()}
        common = [self._context, offers, self._settings.show_referrer_name]
        digest.update(json.dumps(common, sort_keys=True, default=str).encode())
        return digest.hexdigest()


def checked(landing: LandingInput) -> LandingInput:
    """Return the input; raises InvalidInput where its code or an alias is not one, as both become paths."""
    if normalise_code(landing.code) != landing.code:
        raise InvalidInput.of("code", f"{landing.code!r} is not a tracking code")
    for alias in landing.aliases:
        if normalise_alias(alias) != alias:
            raise InvalidInput.of("aliases", f"{alias!r} is not an alias")
    return landing


def landing_paths(landing: LandingInput) -> list[str]:
    """Say where the page of a checked input stands: at its code and at each alias."""
    return [f"r/{name}/index.html" for name in (landing.code, *landing.aliases)]
