"""Move a referral to the participant it really belongs to; the reward follows, reversed here and earned there."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.referrals import Referral
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle
from chalicelib.services.tell import tell_of_referral


def reattribute(ports: Ports, referral_id: str, code: str, by: str, note: str | None = None) -> Referral:
    """Attribute a referral to another participant. Raises NotFound, and Conflict where that is the prospect."""
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.deleted_at is not None or referral.participant_id is None:
            raise NotFound("attributed referral", referral_id)
        if referral.participant_id == code:
            return referral
        held = ports.store.identities.find(referral.identities)
        if any(identity.participant_id == code for identity in held.values()):
            raise Conflict("the prospect is that participant: nobody refers themselves")
        transaction = ports.store.transaction()
        moved = _unseen(replace(referral, participant_id=code))
        if referral.awaits_review:
            ports.store.reviews.forget(transaction, referral_id)
        ports.store.referrals.change(transaction, moved)
        tell_of_referral(ports, transaction, ports.store.settings.get().webhooks, referral, moved)
        if referral.disqualified is None:
            ports.store.participants.count(transaction, referral.participant_id, sent=-1, name="old_participant")
            ports.store.participants.count(transaction, code, sent=1)
        else:
            ports.store.participants.require(transaction, code)
        ports.store.work.plan_settlement(transaction, referral_id, ports.now())
        record_audit(ports, transaction, by, f"moved from {referral.participant_id} to {code}", referral_id, note)
        try:
            transaction.commit()
        except Refused as refused:
            if "participant" in refused.failed:
                raise NotFound("participant", code) from refused
            continue
        settle(ports, referral_id)
        return ports.store.referrals.get(referral_id) or referral
    raise AssertionError  # attempts() raises before this


def _unseen(referral: Referral) -> Referral:
    """To be assessed again: what was found, and what was decided about it, was about another referrer."""
    withheld = None if referral.review == "declined" else referral.withheld
    return replace(referral, assessed=False, flags=(), review=None, withheld=withheld)
