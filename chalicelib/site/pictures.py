"""Make a picture of the owner's ready for the site: small, upright, and without what a camera writes into it."""

import hashlib
import io
import re
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from chalicelib.domain.errors import InvalidInput

Use = Literal["photo", "logo", "preview"]
USES: tuple[Use, ...] = ("photo", "logo", "preview")
MOST_BYTES = 25 * 1024 * 1024
_BOX = {"photo": (800, 800), "logo": (480, 160), "preview": (1200, 630)}
_LEAST = 16
_SETTING = {"photo": "proof.photos[].picture", "logo": "theme.logo", "preview": "theme.preview"}


@dataclass(frozen=True)
class Ready:
    """A picture as it goes into the site; `setting` is where its name belongs."""

    name: str
    content: bytes
    width: int
    height: int
    setting: str

    @property
    def path(self) -> str:
        return f"pictures/{self.name}"


def prepare(content: bytes, title: str, use: Use) -> Ready:
    """Turn it upright, scale it down, drop its metadata (a photo may say where a customer lives).

    The name says the size and holds a hash of the content. Raises InvalidInput for what is no picture, or too large.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput.of("file", f"has {len(content)} bytes; a picture may have {MOST_BYTES}")
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput.of("file", f"is not a picture that can be read: {error}") from error
    if min(picture.size) < _LEAST:
        raise InvalidInput.of("file", f"is smaller than {_LEAST} pixels")
    data, kind, picture = _encoded(picture, use)
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:30].strip("-") or use
    width, height = picture.size
    name = f"{stem}-{width}x{height}-{hashlib.sha256(data).hexdigest()[:8]}.{kind}"
    return Ready(name, data, width, height, _SETTING[use])


def _encoded(picture: Image.Image, use: Use) -> tuple[bytes, str, Image.Image]:
    """A logo keeps what is transparent; what other programs show of a link must be a JPEG of their size."""
    box, out = _BOX[use], io.BytesIO()
    if use == "logo":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size), picture.convert("RGBA"))
        picture.thumbnail(box)
        picture.save(out, "PNG", optimize=True)
        return out.getvalue(), "png", picture
    picture = _on_white(picture)
    if use == "preview":
        picture = ImageOps.fit(picture, box)
        picture.save(out, "JPEG", quality=82, optimize=True, progressive=True)
        return out.getvalue(), "jpg", picture
    picture.thumbnail(box)
    picture.save(out, "WEBP", quality=78, method=6)
    return out.getvalue(), "webp", picture


def _on_white(picture: Image.Image) -> Image.Image:
    """A new picture of the same pixels: what the camera or a program noted in the old one is not in it."""
    with_alpha = picture.convert("RGBA")
    ground = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(ground, with_alpha).convert("RGB")
