"""Settle a referral: make its reward what it must be (P5, P17, P20, P27, P29), whatever happened and however often."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.errors import Refused
from chalicelib.domain.gift_cards import CardOrder
from chalicelib.domain.identifiers import DISCOUNT_CODE_LENGTH, discount_code_from
from chalicelib.domain.messages import Message, Template, message_id
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.reward_changes import Settlement
from chalicelib.domain.rewards import NEEDS_APPROVAL, Reward
from chalicelib.domain.settings import Settings
from chalicelib.domain.settlement import hold_of
from chalicelib.domain.settlement import settle as decide
from chalicelib.services.assess import assess
from chalicelib.services.audit import record_audit
from chalicelib.services.follow_sequence import look_after_success
from chalicelib.services.plan_gift_card import plan_gift_card
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.tell import tell_of_referral, tell_of_reward

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def settle(ports: Ports, referral_id: str) -> Settlement | None:
    """Bring the reward of one referral in line with its facts; None where nothing had to change.

    Level-triggered: it reads the present state, so a duplicate, a late or a lost trigger does no harm.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        holder = (referral.credited_to or referral.participant_id) if referral else None
        participant = ports.store.participants.get(holder) if holder else None
        if referral is None:
            return None
        reward = ports.store.rewards.get(referral.reward_id) if referral.reward_id else None
        settings = ports.store.settings.get()
        now = ports.now()
        if _earns_unseen(referral, settings):
            # The stream lost its record: no reward is made before somebody could have been asked.
            assess(ports, referral_id)
            continue
        try:
            # Without a participant it is a mention nobody has confirmed yet: nothing is owed to anybody.
            settlement = decide(referral, participant, reward, settings, now) if participant else None
        except ValueError:
            # The participant's tiers are newer than the referral: another worker settled it in between.
            continue
        if settlement is None or participant is None:
            held = referral.awaits_review or (reward is not None and reward.kind in NEEDS_APPROVAL)
            waits = reward is not None and reward.status == "pending" and not held
            due_at = reward.created_at + hold_of(reward.kind, settings) if reward and waits else None
            if _put_away(ports, referral, due_at):
                return None
            continue
        moving = referral.credited_to not in {None, referral.participant_id}
        if moving:
            settlement = replace(settlement, due_at=now)
        try:
            commit(ports, referral, participant, reward, settlement, now, settings=settings)
        except Refused:
            continue
        if moving and settlement.referral.credited_to is None:
            continue
        return settlement
    raise AssertionError  # attempts() raises before this


def commit(
    ports: Ports,
    referral: Referral,
    participant: Participant,
    reward: Reward | None,
    settlement: Settlement,
    now: datetime,
    *,
    note: "tuple[str, str, str] | None" = None,
    settings: Settings | None = None,
    card: CardOrder | None = None,
    transaction: "Transaction | None" = None,
) -> None:
    """Write one settlement, guarded by the versions it was computed from; raises Refused where they moved on.

    `note` is the actor, the action and the words of a person's decision, for the audit; `transaction` may hold
    writes that belong to it. `card` is the new state of a gift card's order where
    that brought it about. `settings`, which say whom to tell, are read where the caller has none.
    """
    webhooks = (settings or ports.store.settings.get()).webhooks
    transaction = transaction or ports.store.transaction()
    ports.store.referrals.change(transaction, settlement.referral)
    tell_of_referral(ports, transaction, webhooks, referral, settlement.referral)
    ports.store.participants.change(
        transaction, look_after_success(ports, transaction, participant, settlement.participant)
    )
    ports.store.standings.note(transaction, participant, settlement.participant)
    after = settlement.reward
    if after is not None:
        if settlement.reward_is_new and after.kind == "discount_code":
            after = replace(after, discount_code=discount_code_from(ports.random_bytes(DISCOUNT_CODE_LENGTH)))
            ports.store.discounts.create(transaction, _discount(after))
        ports.store.rewards.write(transaction, after)
        tell_of_reward(ports, transaction, webhooks, reward, after)
        plan_gift_card(ports, transaction, settlement, reward, now, card)
    if settlement.ledger is not None:
        ports.store.rewards.record(transaction, settlement.ledger)
    for message in _messages(referral, settlement, reward, now):
        ports.store.messages.queue(transaction, message)
    ports.store.statistics.count(
        transaction,
        now,
        referral.id,
        closed=settlement.participant.totals.closed - participant.totals.closed,
        earned_cents=settlement.participant.totals.earned_cents - participant.totals.earned_cents,
    )
    if referral.awaits_review and not settlement.referral.awaits_review:
        ports.store.reviews.forget(transaction, referral.id)
    if settlement.due_at is not None:
        ports.store.work.plan_settlement(transaction, referral.id, settlement.due_at)
    elif note is None:
        ports.store.work.forget_settlement(transaction, referral.id)
    if note is not None:
        # What a person decides about a reward settles nothing: a plan to settle, such as after a move, stands.
        actor, action, words = note
        record_audit(ports, transaction, actor, action, after.id if after else referral.id, words)
    transaction.commit()


def _earns_unseen(referral: Referral, settings: Settings) -> bool:
    moving = referral.credited_to not in {None, referral.participant_id}
    return referral.to_be_assessed and not moving and referral.tier is None and referral.reached(settings.trigger)


def _put_away(ports: Ports, referral: Referral, due_at: datetime | None) -> bool:
    """Nothing to change: due again when its hold ends, or not at all; False where the referral changed meanwhile."""
    if not ports.store.work.planned(referral.id):
        return True
    transaction = ports.store.transaction()
    ports.store.referrals.require(transaction, referral)
    if due_at is None:
        ports.store.work.forget_settlement(transaction, referral.id)
    else:
        ports.store.work.plan_settlement(transaction, referral.id, due_at)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def _messages(referral: Referral, settlement: Settlement, before: Reward | None, now: datetime) -> list[Message]:
    """No reward message without a reward, no reward without its message (DESIGN 5, rule 5)."""
    after = settlement.reward
    was_given = before is not None and before.given
    if after is not None and after.status == "issued" and not was_given:
        return [
            _message("reward_issued", after.id, settlement, now),
            _message("thank_you", after.id, settlement, now),
        ]
    if after is not None and after.status == "reversed" and was_given:
        return [_message("reward_reversed", after.id, settlement, now)]
    if after is None and before is None and settlement.referral.closed and not referral.closed:
        return [_message("thank_you", f"{referral.id}-{referral.version}", settlement, now)]
    return []


def _message(template: Template, cause: str, settlement: Settlement, now: datetime) -> Message:
    by_email = template == "thank_you" and settlement.participant.email is not None
    return Message(
        id=message_id(template, cause),
        template=template,
        channel="email" if by_email else "sms",
        recipient="participant",
        created_at=now,
        due_at=now,
        participant_id=settlement.participant.id,
        referral_id=settlement.referral.id,
        reward_id=settlement.reward.id if settlement.reward else None,
    )


def _discount(reward: Reward) -> Discount:
    terms = Terms(percent=reward.percent) if reward.percent is not None else Terms(reward.amount_cents)
    return Discount(reward.discount_code or "", reward.referral_id, reward.id, terms, reward.currency)
