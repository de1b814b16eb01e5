"""Note what became of a message. A receipt may come before the sender has marked what it sent."""

from dataclasses import replace

from chalicelib.domain.errors import Refused
from chalicelib.domain.messages import Message
from chalicelib.domain.receipts import Receipt, after_receipt
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.tell import tell_of_invitation


def note_receipt(ports: Ports, receipt: Receipt) -> Message | None:
    """Move the message on where the receipt says something new; None where there is no such message."""
    for _ in attempts():
        known = ports.store.messages.get(receipt.message_id)
        if known is None:
            return None
        noted = after_receipt(known, receipt, ports.now())
        if noted is None:
            return known
        transaction = ports.store.transaction()
        ports.store.messages.change(transaction, noted)
        if known.status != "sent" and noted.status == "delivered":
            # Its sender has not marked it, or died: what follows from the mark follows from this.
            webhooks = ports.store.settings.get().webhooks
            tell_of_invitation(ports, transaction, webhooks, replace(noted, status="sent"))
        if receipt.opted_out and noted.channel == "sms" and noted.to:
            ports.store.identities.set_opt_out(transaction, ports.pseudonyms.phone(noted.to), opted_out=True)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(noted, version=known.version + 1)
    raise AssertionError  # attempts() raises before this
