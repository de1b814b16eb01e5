"""Assess a referral: find what a person should look at before its reward is given (S13), after it was answered."""

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import Refused
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.referrals import Referral, flagged
from chalicelib.domain.settings import Settings
from chalicelib.domain.suspicion import NETWORK_DAYS, WEEK_DAYS, Counts, flags_of, older_customer
from chalicelib.services.ports import Ports, attempts

#: Referrals of the next hour count too: one of them may be assessed before this one.
_OUT_OF_ORDER = timedelta(hours=1)


def assess(ports: Ports, referral_id: str) -> Referral | None:
    """Put the flags on a referral, once; None where it has none to get.

    Called by the stream when it is new, and by settlement before its reward is made, whichever comes first.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or not referral.to_be_assessed or referral.participant_id is None:
            return None
        participant = ports.store.participants.get(referral.participant_id)
        if participant is None:
            return None
        settings = ports.store.settings.get()
        _note(ports, referral, referral.participant_id)
        counts = _counts(ports, referral, referral.participant_id, settings)
        flags = flags_of(referral.prospect, participant, counts, settings.flags, _disposable(referral))
        if settings.eligibility.first_time_only and not participant.trusted:
            flags += older_customer(referral, _left_invoices(ports, referral))
        assessed = flagged(replace(referral, assessed=True), flags)
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, assessed)
        if assessed.awaits_review:
            ports.store.reviews.ask(transaction, assessed)
        try:
            transaction.commit()
        except Refused:
            continue
        return assessed
    raise AssertionError  # attempts() raises before this


def _note(ports: Ports, referral: Referral, code: str) -> None:
    """Leave a trace before looking for others': of two that are assessed at once, one sees the other."""
    transaction = ports.store.transaction()
    week, month = timedelta(days=WEEK_DAYS), timedelta(days=NETWORK_DAYS)
    ports.store.sightings.note(transaction, "referrer", code, referral.created_at, referral.id, kept=week)
    if referral.network is not None:
        at = referral.created_at
        ports.store.sightings.note(transaction, "network", referral.network, at, referral.id, kept=month)
    transaction.commit()


def _counts(ports: Ports, referral: Referral, code: str, settings: Settings) -> Counts:
    """As many as decide, and no more."""
    at, until, limits = referral.created_at, referral.created_at + _OUT_OF_ORDER, settings.flags
    network = week = 1
    if limits.per_network is not None and referral.network is not None:
        since = at - timedelta(days=NETWORK_DAYS)
        most = limits.per_network + 1
        network = ports.store.sightings.count("network", referral.network, since, until, most=most)
    if limits.per_week is not None:
        since = at - timedelta(days=WEEK_DAYS)
        week = ports.store.sightings.count("referrer", code, since, until, most=limits.per_week + 1)
    return Counts(network, week)


def _left_invoices(ports: Ports, referral: Referral) -> Iterator[Invoice]:
    """The person's invoices that belong to no referral."""
    return (known.invoice for known in ports.store.invoices.unmatched_of(referral.identities))


def _disposable(referral: Referral) -> Container[str]:
    """The list of throw-away domains, loaded where an address is to be looked up."""
    if referral.prospect.email is None:
        return ()
    from disposable_email_domains import blocklist

    return blocklist
