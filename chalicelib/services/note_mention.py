"""Note a prospect who told the office who sent them (P26, S10): it waits until a person says whom that means."""

from dataclasses import dataclass

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.referrals import Mark, Prospect, Referral, StageChange
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports


@dataclass(frozen=True)
class Mention:
    """What was said, in free words, and who wrote it down."""

    referred_by: str
    prospect: Prospect
    by: str
    service: str | None = None
    note: str | None = None


def note_mention(ports: Ports, mention: Mention) -> Referral:
    """Put the prospect into the queue of mentions. Raises InvalidInput without a phone and an e-mail."""
    if mention.prospect.phone is None and mention.prospect.email is None:
        raise InvalidInput.of("prospect.phone", "or prospect.email is needed, or nobody can call them back")
    now = ports.now()
    referral = Referral(
        id=new_id("ref", now, ports.random_bytes),
        participant_id=None,
        prospect=mention.prospect,
        source="mention",
        created_at=now,
        mark=Mark("new", now, mention.by),
        service=mention.service,
        referred_by=mention.referred_by,
        history=(StageChange("new", now, mention.by),),
    )
    transaction = ports.store.transaction()
    ports.store.referrals.create(transaction, referral)
    record_audit(ports, transaction, mention.by, "mention noted", referral.id, mention.note)
    transaction.commit()
    return referral
