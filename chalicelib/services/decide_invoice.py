"""Decide by hand whose an invoice is that fits several referrals (S10)."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.invoices import KnownInvoice
from chalicelib.domain.referrals import Referral
from chalicelib.services.audit import record_audit
from chalicelib.services.place_invoice import give_invoice
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle


def decide_invoice(ports: Ports, invoice_id: str, referral_id: str | None, by: str, note: str) -> KnownInvoice:
    """Give a waiting invoice to a standing referral, or to none; later facts about it follow.

    Raises NotFound, and Conflict where it does not wait for anybody's decision.
    """
    for _ in attempts():
        known = ports.store.invoices.get(invoice_id)
        if known is None:
            raise NotFound("invoice", invoice_id)
        if known.question is None:
            if known.decided and known.referral_id == referral_id:
                return known
            where = f"belongs to {known.referral_id}" if known.referral_id else "waits for no decision"
            raise Conflict(f"invoice {invoice_id} {where}")
        referral = _standing(ports, referral_id) if referral_id is not None else None
        decided = replace(known, referral_id=referral_id, question=None, decided=True, identity=None)
        transaction = ports.store.transaction()
        ports.store.invoices.write(transaction, decided)
        if referral is not None:
            at = known.invoice.last_at or ports.now()
            give_invoice(ports, transaction, known.invoice, referral, known.question.contact, at, by)
        action = f"invoice given to {referral_id}" if referral_id else "invoice given to no referral"
        record_audit(ports, transaction, by, action, invoice_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        if referral_id is not None:
            settle(ports, referral_id)
        return ports.store.invoices.get(invoice_id) or decided
    raise AssertionError  # attempts() raises before this


def _standing(ports: Ports, referral_id: str) -> Referral:
    referral = ports.store.referrals.get(referral_id)
    if referral is None or referral.deleted_at is not None or referral.disqualified is not None:
        raise NotFound("standing referral", referral_id)
    return referral
