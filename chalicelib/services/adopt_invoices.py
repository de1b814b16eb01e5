"""Take up invoices that arrived before the lead they belong to, as tools deliver in any order."""

from chalicelib.domain.errors import Refused
from chalicelib.domain.referrals import with_invoice
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle
from chalicelib.services.suspect import suspect
from chalicelib.services.tell import tell_of_referral


def adopt_invoices(ports: Ports, referral_id: str, by: str, *, older: bool = False) -> None:
    """Fold the person's unmatched invoices into the referral and settle it.

    Only invoices that are, by their own time, not older than the referral: an older one shows a customer of before.
    Where a person attributed it, they are wanted too (`older`).
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.disqualified is not None or referral.deleted_at is not None:
            return
        known = [
            found
            for found in ports.store.invoices.unmatched_of(referral.identities)
            if older or (found.invoice.state_at is not None and found.invoice.state_at >= referral.created_at)
        ]
        if not known:
            return
        transaction, folded = ports.store.transaction(), referral
        for found in known:
            folded = suspect(ports, transaction, folded, found.invoice, found.participant_id)
            folded = with_invoice(folded, found.invoice, found.invoice.state_at or ports.now(), by)
            ports.store.invoices.match(transaction, found, referral_id)
        ports.store.referrals.change(transaction, folded)
        tell_of_referral(ports, transaction, ports.store.settings.get().webhooks, referral, folded)
        ports.store.work.plan_settlement(transaction, referral_id, ports.now())
        try:
            transaction.commit()
        except Refused:
            continue
        settle(ports, referral_id)
        return
