"""Change a reward by hand (P28, P20): through the same transaction as settlement, with a note and an audit entry."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.money import amount_in_words
from chalicelib.domain.referrals import reviewed
from chalicelib.domain.reward_changes import adjust, issue, redeem, reverse
from chalicelib.domain.rewards import Reward, RewardStatus
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import commit

#: What a person may do with a reward in each status.
ALLOWED: dict[RewardStatus, tuple[RewardStatus, ...]] = {
    "pending": ("issued", "reversed"),
    "issued": ("redeemed", "reversed"),
    "redeemed": ("reversed",),
    "reversal_due": ("redeemed", "reversed"),
    "reversed": (),
}


def override_reward(ports: Ports, reward_id: str, status: RewardStatus, by: str, note: str) -> Reward:
    """Set a reward's status. Raises NotFound, and Conflict for a step that makes no sense."""
    for _ in attempts():
        reward = ports.store.rewards.get(reward_id)
        if reward is None:
            raise NotFound("reward", reward_id)
        if status == reward.status:
            return reward
        if status not in ALLOWED[reward.status]:
            possible = " or ".join(ALLOWED[reward.status])
            words = f"can become {possible}, not {status}" if possible else f"stays {reward.status}"
            raise Conflict(f"a reward that is {reward.status} {words}")
        referral = ports.store.referrals.get(reward.referral_id)
        participant = ports.store.participants.get(reward.participant_id)
        if referral is None or participant is None:
            raise NotFound("referral", reward.referral_id)
        now = ports.now()
        why = f"{status} by {by}: {note}"
        if status == "issued":
            # Who issues it by hand has looked at it.
            seen = reviewed(referral, "approved", note) if referral.awaits_review else referral
            settlement = issue(seen, participant, reward, now, why=why)
        elif status == "reversed":
            # Withheld from now on: no later trigger gives it again.
            seen = reviewed(referral, "declined", note) if referral.awaits_review else replace(referral, withheld=note)
            try:
                settlement = reverse(seen, participant, reward, now, why=why)
            except ValueError:
                # The participant's tiers are newer than the reward: it was settled in between.
                continue
        else:
            settlement = redeem(referral, participant, reward, now, why=why)
        try:
            commit(ports, referral, participant, reward, settlement, now, note=(by, f"reward {status}", note))
        except Refused:
            continue
        return ports.store.rewards.get(reward_id) or reward
    raise AssertionError  # attempts() raises before this


def change_amount(ports: Ports, reward_id: str, amount_cents: int, by: str, note: str) -> Reward:
    """Make a reward worth more or less. Raises NotFound, and Conflict where its amount is settled or not in money."""
    for _ in attempts():
        reward = ports.store.rewards.get(reward_id)
        if reward is None:
            raise NotFound("reward", reward_id)
        if reward.status not in {"pending", "issued"}:
            raise Conflict(f"the amount of a reward that is {reward.status} cannot be changed")
        if reward.percent is not None or reward.kind == "custom":
            raise Conflict("this reward has no amount of money")
        if amount_cents == reward.amount_cents:
            return reward
        if reward.kind == "gift_card" and reward.spent_cents:
            raise Conflict("the gift card is ordered already, so its amount stays as it is")
        if amount_cents < max(1, reward.spent_cents):
            least = amount_in_words(max(1, reward.spent_cents), reward.currency)
            raise Conflict(f"the amount must be at least {least}: so much is used already, or take the reward back")
        referral = ports.store.referrals.get(reward.referral_id)
        participant = ports.store.participants.get(reward.participant_id)
        if referral is None or participant is None:
            raise NotFound("referral", reward.referral_id)
        now = ports.now()
        was, is_ = (amount_in_words(cents, reward.currency) for cents in (reward.amount_cents, amount_cents))
        why = f"changed from {was} to {is_} by {by}: {note}"
        # Looked at again at once: a hold stays a hold.
        settlement = replace(adjust(referral, participant, reward, amount_cents, now, why=why), due_at=now)
        try:
            commit(ports, referral, participant, reward, settlement, now, note=(by, f"reward {was} to {is_}", note))
        except Refused:
            continue
        return ports.store.rewards.get(reward_id) or reward
    raise AssertionError  # attempts() raises before this
