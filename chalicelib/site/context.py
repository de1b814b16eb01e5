"""What every template may say about the business: a chosen few words, so that no private setting can slip out."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import phonenumbers

from chalicelib.domain.consent import SMS_BOX, sms_terms
from chalicelib.domain.referrals import CHANNELS
from chalicelib.domain.settings import Settings
from chalicelib.domain.settings.appearance import Picture
from chalicelib.domain.submissions import CALLBACK_WINDOWS
from chalicelib.site.preview import HEIGHT, PREVIEW, WIDTH, default_preview
from chalicelib.site.stylesheet import STYLESHEET, stylesheet


def page_context(settings: Settings, public_url: str, site: Path) -> Mapping[str, Any]:
    """Gather the words all pages share; the owner's own phone and e-mail are left behind (rule 9)."""
    business = settings.business
    return {
        "business": business.name,
        "tagline": business.tagline,
        "website": business.website,
        "services": business.services,
        "phone_url": f"tel:{business.phone}" if business.phone else None,
        "phone_text": readable_phone(business.phone, business.country) if business.phone else None,
        "leaderboard_public": settings.leaderboard_public,
        "thanks_public": settings.thanks_public,
        "public_url": public_url.rstrip("/"),
        "proof": proof_words(settings),
        "photos": [_picture(photo) for photo in settings.proof.photos],
        "logo": _picture(settings.theme.logo) if settings.theme.logo else None,
        "preview": _preview(settings, public_url.rstrip("/")),
        "channels": CHANNELS,
        "callback_windows": CALLBACK_WINDOWS,
        "sms_box": SMS_BOX,
        "sms_terms": sms_terms(business.name),
        "css_url": versioned(STYLESHEET, stylesheet(site, settings.theme)),
        "js_url": asset_url(site, "page.js"),
        "icon_url": asset_url(site, "icon.svg"),
    }


def asset_url(site: Path, name: str) -> str:
    """Where an asset that is served as written is."""
    return versioned(f"assets/{name}", (site / "assets" / name).read_bytes())


def versioned(path: str, content: bytes) -> str:
    """Name a file by its content, so that it may be cached for ever and a changed one is fetched at once."""
    return f"/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


def proof_words(settings: Settings) -> Mapping[str, Any]:
    """What speaks for the business, in the words of a page (S9)."""
    proof = settings.proof
    return {
        "stars": f"{proof.rating:g}" if proof.rating else None,
        "reviews": f"{proof.reviews:,}" if proof.reviews else None,
        "reviews_on": proof.reviews_on,
        "since": proof.since,
        "license": proof.license,
        "guarantee": proof.guarantee,
        "credentials": settings.business.credentials,
        "url": settings.business.proof_url,
    }


def _picture(picture: Picture) -> Mapping[str, Any]:
    return {"url": f"/pictures/{picture.name}", "width": picture.width, "height": picture.height, "alt": picture.alt}


def _preview(settings: Settings, public_url: str) -> Mapping[str, Any]:
    """The picture of a shared link; other programs fetch it, so its address is a whole one."""
    own = settings.theme.preview
    path = f"/pictures/{own.name}" if own else versioned(PREVIEW, default_preview(settings.theme.color))
    width, height = (own.width, own.height) if own else (WIDTH, HEIGHT)
    return {"url": f"{public_url}{path}", "width": width, "height": height}


def readable_phone(e164: str, country: str) -> str:
    """Write a number as people in `country` (ISO 3166-1 alpha-2) do, with the country code where it is another's."""
    number = phonenumbers.parse(e164)
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
