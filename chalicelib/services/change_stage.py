"""Set a referral's stage by hand or by the CRM (M7), and let the settlement follow."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.errors import Forbidden, NotFound, Refused
from chalicelib.domain.referrals import Referral, Stage, mark
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle
from chalicelib.services.tell import tell_of_referral
from chalicelib.services.thank import thank_for_milestone


def change_stage(
    ports: Ports,
    referral_id: str,
    stage: Stage,
    at: datetime,
    by: str,
    *,
    note: str | None = None,
    audit: bool = True,
    may_reopen: bool = True,
    appointment_on: date | None = None,
) -> Referral:
    """Mark the stage as of `at`; raises NotFound. `audit`: a person's word, which holds and is written down.

    `may_reopen`: it may take a closed referral back from its end, and its reward with it; else it raises Forbidden.
    A tool's word that is older than the last one changes nothing. `appointment_on` is the day of an appointment.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.deleted_at is not None:
            raise NotFound("referral", referral_id)
        if audit:
            # A person decides on what they see, even where a tool's clock was ahead.
            at = max(at, referral.mark.at + timedelta(microseconds=1))
        changed = mark(referral, stage, at, by)
        if changed == referral:
            return referral
        if appointment_on is not None:
            changed = replace(changed, appointment_on=appointment_on)
        settings = ports.store.settings.get()
        if referral.closed and not may_reopen and not changed.reached(settings.trigger):
            raise Forbidden("this would take the referral's reward back, which is the owner's")
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, changed)
        ports.store.work.plan_settlement(transaction, referral_id, ports.now())
        tell_of_referral(ports, transaction, settings.webhooks, referral, changed)
        thank_for_milestone(ports, transaction, settings.sequence, referral, changed)
        if audit:
            record_audit(ports, transaction, by, f"stage {referral.stage} -> {changed.stage}", referral_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        settle(ports, referral_id)
        return ports.store.referrals.get(referral_id) or changed
    raise AssertionError  # attempts() raises before this
