"""Send an e-mail address nothing more: who unsubscribed, whose mailbox is gone, who complained (CAN-SPAM, RFC 8058)."""

from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports


def suppress(ports: Ports, key: str, why: str) -> bool:
    """Put an e-mail's identity on the list that is checked when a message is claimed; False where it stands there."""
    known = ports.store.identities.find([key]).get(key)
    if known is not None and known.opted_out:
        return False
    transaction = ports.store.transaction()
    ports.store.identities.set_opt_out(transaction, key, opted_out=True)
    holder = known.participant_id or known.referral_id if known else None
    record_audit(ports, transaction, "recipient", f"no more e-mail: {why}", holder or key)
    transaction.commit()
    return True
