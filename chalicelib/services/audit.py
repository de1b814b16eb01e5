"""Write down who changed what, in the transaction of the change itself."""

from typing import TYPE_CHECKING

from chalicelib.domain.access import AuditEntry
from chalicelib.domain.identifiers import new_id
from chalicelib.services.ports import Ports

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def record_audit(
    ports: Ports, transaction: "Transaction", actor: str, action: str, subject: str, note: str | None = None
) -> None:
    """Add an audit entry to a transaction."""
    now = ports.now()
    entry = AuditEntry(new_id("aud", now, ports.random_bytes), now, actor, action, subject, note)
    ports.store.audit.record(transaction, entry)
