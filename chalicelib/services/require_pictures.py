"""Whether the pictures that the settings name are in the site: a page must not show a broken one."""

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.settings import Settings
from chalicelib.domain.settings.appearance import pictures_in
from chalicelib.services.ports import Site


def require_pictures(site: Site, settings: Settings) -> None:
    """Raise InvalidInput naming each field whose picture is not there."""
    missing = [
        FieldError(field, "is not in the site; `goodword picture add FILE` puts it there and prints its name")
        for field, name in pictures_in(settings.theme, settings.proof).items()
        if not site.has_picture(name)
    ]
    if missing:
        raise InvalidInput(missing)
