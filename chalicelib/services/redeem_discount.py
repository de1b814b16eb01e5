"""Redeem a discount code once: a participant's reward, or the friend's own (P6, F5); by event or by staff."""

from dataclasses import dataclass, replace

from chalicelib.domain.discounts import Discount, Terms, why_not_for_friend
from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.referrals import Referral
from chalicelib.domain.reward_changes import redeem
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import commit


@dataclass(frozen=True)
class Use:
    """Who says that a code was used, for which invoice. `reference` is the same when the same news is told again."""

    by: str
    reference: str
    invoice_id: str | None = None
    note: str | None = None


def find_discount(ports: Ports, code: str) -> Discount:
    """One code with its terms, a reward's as they are now; raises NotFound."""
    found = ports.store.discounts.get(code)
    if found is None:
        raise NotFound("discount code", code)
    reward = ports.store.rewards.get(found.reward_id) if found.reward_id else None
    if reward is None or reward.percent is not None:
        return found
    return replace(found, terms=Terms(reward.amount_cents))


def redeem_discount(ports: Ports, code: str, use: Use) -> Discount:
    """Use a code up. Raises NotFound, and Conflict where it was redeemed before or does not hold for this invoice."""
    for _ in attempts():
        found = find_discount(ports, code)
        if found.redeemed_at is not None:
            if found.redeemed_for == use.reference:
                return found
            raise Conflict(f"{code} was redeemed on {found.redeemed_at:%Y-%m-%d} for {found.redeemed_for}")
        referral = ports.store.referrals.get(found.referral_id)
        if referral is None:
            raise NotFound("referral", found.referral_id)
        try:
            if found.reward_id is not None:
                _redeem_reward(ports, found, referral, use)
            else:
                _redeem_friends(ports, found, referral, use)
        except Refused:
            continue
        return find_discount(ports, code)
    raise AssertionError  # attempts() raises before this


def _redeem_reward(ports: Ports, found: Discount, referral: Referral, use: Use) -> None:
    reward = ports.store.rewards.get(found.reward_id or "")
    participant = ports.store.participants.get(reward.participant_id) if reward else None
    if reward is None or participant is None:
        raise NotFound("reward", found.reward_id or "")
    if reward.status != "issued":
        raise Conflict(f"the reward of {found.code} is {reward.status}")
    now = ports.now()
    what = f"code redeemed for {use.reference}"
    settlement = redeem(referral, participant, reward, now, why=f"{what} by {use.by}")
    transaction = ports.store.transaction()
    ports.store.discounts.redeem(transaction, found.code, now, use=use.reference, invoice_id=use.invoice_id)
    note = (use.by, "reward redeemed", use.note or what)
    commit(ports, referral, participant, reward, settlement, now, note=note, transaction=transaction)


def _redeem_friends(ports: Ports, found: Discount, referral: Referral, use: Use) -> None:
    why_not = why_not_for_friend(referral, use.invoice_id)
    known = ports.store.invoices.get(use.invoice_id) if use.invoice_id else None
    if known is not None and known.referral_id not in {None, referral.id}:
        why_not = f"invoice {use.invoice_id} is somebody else's"
    if why_not is not None:
        raise Conflict(f"{found.code} cannot be redeemed: {why_not}")
    transaction = ports.store.transaction()
    ports.store.discounts.redeem(transaction, found.code, ports.now(), use=use.reference, invoice_id=use.invoice_id)
    ports.store.referrals.require(transaction, referral)
    record_audit(ports, transaction, use.by, f"friend's code redeemed for {use.reference}", referral.id, use.note)
    transaction.commit()
