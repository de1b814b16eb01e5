"""Change a reward by hand (P27, P28): through the same transaction as settlement, with a note and an audit entry."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.rewards import Reward, RewardStatus
from chalicelib.domain.settlement import Settlement, issue, reverse
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
            possible = ", ".join(ALLOWED[reward.status]) or "nothing"
            raise Conflict(f"a reward that is {reward.status} can become {possible}, not {status}")
        referral = ports.store.referrals.get(reward.referral_id)
        participant = ports.store.participants.get(reward.participant_id)
        if referral is None or participant is None:
            raise NotFound("referral", reward.referral_id)
        now = ports.now()
        why = f"{status} by {by}: {note}"
        if status == "issued":
            settlement = issue(referral, participant, reward, now, why=why)
        elif status == "reversed":
            # Withheld from now on: no later trigger gives it again.
            try:
                settlement = reverse(replace(referral, withheld=note), participant, reward, now, why=why)
            except ValueError:
                # The participant's tiers are newer than the reward: it was settled in between.
                continue
        else:
            redeemed = replace(reward, status="redeemed", why=why, kept=reward.status == "reversal_due")
            settlement = Settlement(replace(referral, why=why), participant, redeemed, None, None)
        try:
            commit(ports, referral, participant, reward, settlement, now, note=(by, f"reward {status}", note))
        except Refused:
            continue
        return ports.store.rewards.get(reward_id) or reward
    raise AssertionError  # attempts() raises before this
