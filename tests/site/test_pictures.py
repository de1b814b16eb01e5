"""The owner's pictures: small, upright, without what a camera writes into them; and the one we draw ourselves."""

import io

import pytest
from PIL import Image

from chalicelib.cli.parser import PICTURE_USES
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.settings import changed, default_settings
from chalicelib.site.pictures import USES, Use, prepare
from chalicelib.site.preview import HEIGHT, WIDTH, default_preview

_ORIENTATION, _MAKE, _GPS = 0x0112, 0x010F, 0x8825


def photo(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG") -> bytes:
    """What a phone makes: lying on its side, with where it was taken."""
    picture = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_MAKE] = 6, "GOODCAMERA"
    exif.get_ifd(_GPS).update({1: "N", 2: (40.0, 42.0, 46.0)})
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, **({"comment": b"at Jane's"} if kind == "JPEG" else {}))
    return out.getvalue()


@pytest.mark.parametrize(("use", "size"), [("photo", (600, 800)), ("logo", (120, 160)), ("preview", (1200, 630))])
def test_a_photo_of_a_phone_becomes_small_and_upright_and_tells_nothing(use: Use, size: tuple[int, int]) -> None:
    ready = prepare(photo(), "Our  Van & Ünit!", use)
    with Image.open(io.BytesIO(ready.content)) as made:
        assert made.size == size == (ready.width, ready.height)
        assert dict(made.getexif()) == {}
    assert not [word for word in (b"GOODCAMERA", b"at Jane's") if word in ready.content]
    assert ready.name.startswith(f"our-van-nit-{size[0]}x{size[1]}-")
    assert len(ready.content) < 40_000


@pytest.mark.parametrize("use", USES)
def test_the_name_is_one_that_the_settings_take(use: Use) -> None:
    ready = prepare(photo((90, 60), "PNG"), "---", use)
    part = {"theme": {"logo": ready.name}} if use == "logo" else {"theme": {"preview": ready.name}}
    named = changed(default_settings(), part).theme
    assert ready.name in {(named.logo or named.preview).name}  # type: ignore[union-attr]
    assert ready.path == f"pictures/{ready.name}"


def test_the_command_offers_every_use_there_is() -> None:
    """It names them itself: a decoder of pictures is not loaded for every command."""
    assert PICTURE_USES == USES


def test_the_same_picture_has_the_same_name_and_another_has_another() -> None:
    assert prepare(photo(), "van", "photo").name == prepare(photo(), "van", "photo").name
    assert prepare(photo(), "van", "photo").name != prepare(photo((1200, 1600)), "van", "photo").name


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", photo()[:200], photo((9, 9))])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        prepare(content, "x", "photo")
    assert [error.field for error in refused.value.errors] == ["file"]


def test_the_picture_that_is_drawn_is_a_png_in_the_businesss_colour() -> None:
    with Image.open(io.BytesIO(default_preview("#7a1f2b"))) as drawn:
        drawn.load()
        shown = drawn.convert("RGB")
    assert (shown.size, drawn.format) == ((WIDTH, HEIGHT), "PNG")
    assert (shown.getpixel((0, 0)), shown.getpixel((600, 300))) == ((0x7A, 0x1F, 0x2B), (255, 255, 255))
    assert len(default_preview("#7a1f2b")) < 8_000
