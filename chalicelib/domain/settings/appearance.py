"""How the public pages look, and why to trust the business: what the owner says of it to strangers (S9)."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.settings.defaults import DEFAULTS

Font = Literal["system", "humanist", "serif", "rounded", "slab"]
FONTS: tuple[Font, ...] = ("system", "humanist", "serif", "rounded", "slab")
MOST_PHOTOS = 6
_COLOUR = re.compile(r"#[0-9a-f]{6}")
#: A picture's name says its size and its content, so a page needs no look at the file.
_PICTURE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}-([1-9]\d{1,3})x([1-9]\d{1,3})-[0-9a-f]{8}\.(?:jpg|png|webp)")


@dataclass(frozen=True)
class Picture:
    """A picture in the site, with its size in pixels; `alt` says in words what is on it."""

    name: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class Theme:
    """Two colours that can be read as text, a stack of fonts every device has, a logo, the picture of a shared link."""

    color: str
    accent: str
    font: Font
    logo: Picture | None
    preview: Picture | None


@dataclass(frozen=True)
class Proof:
    """What speaks for the business: its rating and where it stands, since when it works, license, guarantee, photos."""

    rating: float | None
    reviews: int | None
    reviews_on: str | None
    since: int | None
    license: str | None
    guarantee: str | None
    photos: tuple[Picture, ...]


def parse_theme(fields: Fields | None) -> Theme:
    """Check the theme; a colour that cannot be read is refused with one near it that can."""
    fields = fields or Fields({})
    usual = DEFAULTS["theme"]
    fields.only(usual)
    return Theme(
        color=_colour(fields, "color"),
        accent=_colour(fields, "accent"),
        font=cast(Font, fields.choice("font", FONTS, usual["font"])),
        logo=_picture(fields, "logo"),
        preview=_picture(fields, "preview"),
    )


def parse_proof(fields: Fields | None) -> Proof:
    """Check the proof; a rating without the number of its reviews says nothing, and is refused."""
    fields = fields or Fields({})
    fields.only(DEFAULTS["proof"])
    rating, reviews = fields.number("rating", least=1, most=5), fields.integer("reviews", least=1, most=10_000_000)
    if rating is not None and not fields.has("reviews"):
        fields.refuse("reviews", "is required with a rating: of how many reviews it is the average")
    if reviews is not None and not fields.has("rating"):
        fields.refuse("rating", "is required with the number of reviews")
    photos = []
    for entry in fields.objects("photos", most=MOST_PHOTOS):
        entry.only({"picture", "alt"})
        picture, alt = _picture(entry, "picture", required=True), entry.text("alt", most=120, required=True)
        if picture is not None and alt is not None:
            photos.append(Picture(picture.name, picture.width, picture.height, alt))
    return Proof(
        rating=rating,
        reviews=reviews,
        reviews_on=fields.text("reviews_on", most=40),
        since=fields.integer("since", least=1600, most=2200),
        license=fields.text("license", most=80),
        guarantee=fields.text("guarantee", most=160),
        photos=tuple(photos),
    )


def pictures_in(theme: Theme, proof: Proof) -> dict[str, str]:
    """Every picture's name by the field that names it."""
    named = {"theme.logo": theme.logo, "theme.preview": theme.preview}
    named |= {f"proof.photos[{index}].picture": photo for index, photo in enumerate(proof.photos)}
    return {field: picture.name for field, picture in named.items() if picture is not None}


def _colour(fields: Fields, name: str) -> str:
    usual: str = DEFAULTS["theme"][name]
    colour = (fields.text(name, most=7) or usual).lower()
    if colour == usual:
        return usual
    if not _COLOUR.fullmatch(colour):
        fields.refuse(name, "must be a colour as # and six hexadecimal digits, such as #12564a")
        return usual
    # Loaded here: a lead is taken without it where the colours are the usual ones.
    from chalicelib.domain.colours import ENOUGH, readability, readable

    ratio = readability(colour)
    if ratio < ENOUGH:
        words = f"has a contrast of {ratio - 0.005:.2f}:1 with the page behind it, and text needs {ENOUGH}:1"
        fields.refuse(name, f"{words}; {readable(colour)} is near it and can be read")
    return colour


def _picture(fields: Fields, name: str, *, required: bool = False) -> Picture | None:
    text = fields.text(name, most=80, required=required)
    if text is None:
        return None
    match = _PICTURE.fullmatch(text)
    if match is None:
        fields.refuse(name, "is not a picture of this site; `goodword picture add FILE` prints the name to use")
        return None
    return Picture(text, int(match[1]), int(match[2]))
