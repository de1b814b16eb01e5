"""What every template may say about the business: a chosen few words, so that no private setting can slip out."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import phonenumbers

from chalicelib.domain.consent import SMS_BOX, sms_terms
from chalicelib.domain.referrals import CHANNELS
from chalicelib.domain.settings import Settings
from chalicelib.domain.submissions import CALLBACK_WINDOWS


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
        "channels": CHANNELS,
        "callback_windows": CALLBACK_WINDOWS,
        "sms_box": SMS_BOX,
        "sms_terms": sms_terms(business.name),
        "css_url": asset_url(site, "page.css"),
        "js_url": asset_url(site, "page.js"),
        "icon_url": asset_url(site, "icon.svg"),
    }


def asset_url(site: Path, name: str) -> str:
    """Name an asset by its content, so that it may be cached for ever and a changed one is fetched at once."""
    digest = hashlib.sha256((site / "assets" / name).read_bytes()).hexdigest()
    return f"/assets/{name}?v={digest[:12]}"


def readable_phone(e164: str, country: str) -> str:
    """Write a number as people in `country` (ISO 3166-1 alpha-2) do, with the country code where it is another's."""
    number = phonenumbers.parse(e164)
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
