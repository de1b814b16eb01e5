"""Look again for the invoices of a referral whose attribution changed: what an index did not show yet, or a person
need not decide any more."""

from chalicelib.services.adopt_invoices import adopt_invoices
from chalicelib.services.place_invoice import Customer, place_invoice
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle

_ACTOR = "settlement"
#: So many waiting invoices are looked at when an attribution is removed; the rest a person decides.
_MOST = 100


def look_again(ports: Ports, referral_id: str) -> None:
    """Give a referral made by hand what arrived while it was made; for a removed one, clear the queue of its cases."""
    referral = ports.store.referrals.get(referral_id)
    if referral is not None and referral.deleted_at is None:
        adopt_invoices(ports, referral_id, _ACTOR, older=True)
    else:
        for waiting in ports.store.invoices.ambiguous(limit=_MOST, cursor=None)[0]:
            _place(ports, waiting.invoice.id)
    transaction = ports.store.transaction()
    ports.store.work.forget_look(transaction, referral_id)
    transaction.commit()


def _place(ports: Ports, invoice_id: str) -> None:
    for _ in attempts():
        known = ports.store.invoices.get(invoice_id)
        if known is None or known.question is None:
            return
        customer = Customer(known.question.name, known.question.contact)
        placed = place_invoice(ports, known, known, customer, known.invoice.last_at or ports.now(), _ACTOR)
        if placed is not None:
            if placed.referral_id is not None:
                settle(ports, placed.referral_id)
            return
