"""Decide about a flagged referral: a person approves or declines, and the reward follows (P28, S13)."""

from chalicelib.domain.errors import Conflict, Forbidden, NotFound, Refused
from chalicelib.domain.referrals import Referral, Review, reviewed
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle


def review(ports: Ports, referral_id: str, decision: Review, by: str, note: str, *, may_take_back: bool) -> Referral:
    """Note a person's decision and settle. Raises NotFound, and Conflict where there is nothing to decide.

    `may_take_back`: the decision may take back a reward that is given already; else it raises Forbidden.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.deleted_at is not None:
            raise NotFound("referral", referral_id)
        if not referral.flags:
            raise Conflict(f"{referral_id} is not flagged: there is nothing to review")
        if referral.review == decision:
            return referral
        reward = ports.store.rewards.get(referral.reward_id) if referral.reward_id else None
        if decision == "declined" and reward is not None and reward.given and not may_take_back:
            raise Forbidden("this would take the referral's reward back, which is the owner's")
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, reviewed(referral, decision, note))
        ports.store.reviews.forget(transaction, referral_id)
        ports.store.work.plan_settlement(transaction, referral_id, ports.now())
        record_audit(ports, transaction, by, f"referral {decision}", referral_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        settle(ports, referral_id)
        return ports.store.referrals.get(referral_id) or referral
    raise AssertionError  # attempts() raises before this


def waiting_for_review(ports: Ports, *, limit: int, cursor: str | None) -> tuple[list[Referral], str | None]:
    """Flagged referrals nobody has decided about, the oldest first; what was lost meanwhile needs no decision."""
    ids, following = ports.store.reviews.page(limit=limit, cursor=cursor)
    found = ports.store.referrals.get_all(ids)
    return [r for r in found if r.awaits_review and r.stage not in {"lost", "disqualified"}], following
