"""Invoices that fit several referrals: a person decides whose they are (S10)."""

from typing import Any

from chalicelib.api.call import Call
from chalicelib.domain.fields import Fields
from chalicelib.domain.invoices import KnownInvoice, Question
from chalicelib.services.decide_invoice import decide_invoice
from chalicelib.services.place_invoice import possible_referrals
from chalicelib.services.ports import Ports
from chalicelib.services.shapes import invoice_shape, page_shape, time_shape


def list_invoices(call: Call) -> dict[str, object]:
    """What waits for a decision, the longest first, with the referrals each may belong to."""
    limit, cursor = call.page()
    call.choice("status", ("ambiguous",))
    ports = call.program.ports
    found, following = ports.store.invoices.ambiguous(limit=limit, cursor=cursor)
    return page_shape((_waiting(ports, known, known.question) for known in found if known.question), following)


def post_invoice(call: Call, invoice_id: str) -> dict[str, object]:
    """Give an invoice to a referral, or to none with null."""
    body = call.body()
    fields = Fields(body)
    fields.only({"referral_id", "note"})
    referral_id = fields.text("referral_id", most=60)
    if "referral_id" not in body or body["referral_id"] == "":
        fields.refuse("referral_id", "is required: a referral's id, or null where it belongs to none")
    note = fields.text("note", most=500, required=True)
    fields.done()
    decided = decide_invoice(call.program.ports, invoice_id, referral_id, call.actor.name, note or "")
    return {**invoice_shape(decided.invoice), "referral_id": decided.referral_id}


def _waiting(ports: Ports, known: KnownInvoice, question: Question) -> dict[str, Any]:
    contact = question.contact
    return {
        **invoice_shape(known.invoice),
        "since": time_shape(question.since),
        "customer": {
            "name": question.name,
            "phone": contact.phone,
            "email": contact.email,
            "ids": list(contact.external_ids),
        },
        "candidates": [
            {
                "referral_id": referral.id,
                "participant_id": referral.participant_id,
                "prospect": referral.prospect.name,
                "stage": referral.stage,
                "by": list(by),
            }
            for referral, by in possible_referrals(ports, contact)
        ],
    }
