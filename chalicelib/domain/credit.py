"""How much service credit an invoice of a participant's own takes (M12): what is so against what must be."""

from collections.abc import Mapping

from chalicelib.domain.invoices import Invoice


def parts_to_spend(
    invoice: Invoice, credited: Mapping[str, int], credits: Mapping[str, int], currency: str
) -> dict[str, int]:
    """Cents to take from each credit (by reward), or to give back where negative; empty where all is as it must be.

    `credited` is what the invoice has taken, `credits` what the participant has left, the oldest first. An open
    invoice takes as much as it is worth; one that fell gives everything back; one that is paid stays as it was paid.
    """
    if invoice.stands and invoice.state == "paid":
        return {}
    taken = sum(credited.values())
    wanted = (invoice.net_cents or 0) if invoice.stands else 0
    if taken > wanted:
        return _shared_out(dict(reversed(list(credited.items()))), taken - wanted, sign=-1)
    if invoice.currency not in {None, currency}:
        return {}
    return _shared_out(credits, wanted - taken, sign=1)


def _shared_out(available: Mapping[str, int], cents: int, *, sign: int) -> dict[str, int]:
    parts = {}
    for reward_id, most in available.items():
        part = min(most, cents)
        if part > 0:
            parts[reward_id] = sign * part
            cents -= part
    return parts
