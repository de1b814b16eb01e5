"""Where the way from a view to a closed job breaks, by channel, offer and source (P24, O18); reads no table whole."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.funnel import Funnel, funnels
from chalicelib.domain.referrals import Referral
from chalicelib.services.ports import Ports
from chalicelib.services.shapes import time_shape

#: The newest referrals that are looked at: more than a small business has in a year, and a fifth of a second to read.
MOST = 500
_PAGE = 100
_YEAR = timedelta(days=365)


def numbers(ports: Ports) -> dict[str, Any]:
    """Funnels over the referrals of a year, the newest 500 of them; `since` is when the first of these came.

    Views are those of the calendar months since then.
    """
    now = ports.now()
    currency = ports.store.settings.get().currency
    looked_at, all_of_them = _newest(ports, now - _YEAR)
    since = looked_at[-1].created_at if looked_at and not all_of_them else now - _YEAR
    visits = _visits(ports, since, now)
    by_channel = funnels(looked_at, lambda referral: referral.channel or "unknown", currency)
    whole = funnels(looked_at, lambda referral: "whole", currency).get("whole", Funnel())
    return {
        "since": time_shape(since),
        "referrals": len(looked_at),
        "all_of_a_year": all_of_them,
        "currency": currency,
        "whole": {"views": sum(visits.values()), **_shape(whole)},
        "by_channel": {
            name: {"views": visits[name], **_shape(by_channel.get(name, Funnel()))}
            for name in sorted({*by_channel, *visits})
        },
        "by_offer": _shapes(funnels(looked_at, lambda referral: referral.offer or "none", currency)),
        "by_source": _shapes(funnels(looked_at, lambda referral: referral.source, currency)),
    }


def _newest(ports: Ports, since: datetime) -> tuple[list[Referral], bool]:
    """Referrals that came since then, the newest first, and whether these are all of them."""
    found: list[Referral] = []
    cursor = None
    while len(found) < MOST:
        page, cursor = ports.store.referrals.page(participant_id=None, stage=None, limit=_PAGE, cursor=cursor)
        recent = [referral for referral in page if referral.created_at >= since]
        found += recent
        if cursor is None or len(recent) < len(page):
            return found, True
    return found, False


def _visits(ports: Ports, since: datetime, now: datetime) -> Counter[str]:
    """Views by channel in every calendar month that has a part after `since`."""
    counts: Counter[str] = Counter()
    at = now
    while (at.year, at.month) >= (since.year, since.month):
        counts.update(ports.store.statistics.visits_by_channel(at))
        at = at.replace(day=1) - timedelta(days=1)
    return counts


def _shapes(found: dict[str, Funnel]) -> dict[str, Any]:
    return {name: _shape(funnel) for name, funnel in sorted(found.items())}


def _shape(funnel: Funnel) -> dict[str, Any]:
    return {
        "leads": funnel.leads,
        "appointments": funnel.appointments,
        "closed": funnel.closed,
        "job_cents": {"median": funnel.median_job_cents, "sum": sum(funnel.jobs), "known": len(funnel.jobs)},
    }
