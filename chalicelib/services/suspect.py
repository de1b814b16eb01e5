"""Hold a referral for a person where an invoice shows what its form did not: that it is the referrer's, or older."""

from typing import TYPE_CHECKING

from chalicelib.domain.invoices import Invoice
from chalicelib.domain.referrals import Referral, flagged
from chalicelib.domain.suspicion import flags_of_invoice
from chalicelib.services.ports import Ports

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def suspect(
    ports: Ports, transaction: "Transaction", referral: Referral, invoice: Invoice, owner_id: str | None
) -> Referral:
    """The referral with the flags that this invoice gives it; in the transaction in which they are put together.

    `owner_id` is the participant whose own invoice it is. Who is trusted is let be, and what the office attributed,
    unless it is the referrer's own: that nobody could know then.
    """
    own = owner_id is not None and owner_id == referral.participant_id
    if not referral.may_be_flagged and not (own and referral.stands):
        return referral
    owner = ports.store.participants.get(owner_id) if owner_id else None
    others = owner is not None and owner.id != referral.participant_id
    first_time_only = others and ports.store.settings.get().eligibility.first_time_only
    flags = flags_of_invoice(referral, invoice, owner, first_time_only=first_time_only)
    if not referral.may_be_flagged:
        flags = tuple(flag for flag in flags if flag.kind == "own_invoice")
    changed = flagged(referral, flags)
    if changed == referral:
        return referral
    referrer = ports.store.participants.get(referral.participant_id or "")
    if referrer is not None and referrer.trusted:
        return referral
    if changed.awaits_review:
        ports.store.reviews.ask(transaction, changed)
    return changed
