"""What a reward is, how much the nth closed referral earns (P6-P9, P20), and which n are taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

RewardKind = Literal["service_credit", "discount_code", "gift_card", "custom"]
RewardStatus = Literal["pending", "issued", "redeemed", "reversed", "reversal_due"]
TierMode = Literal["step", "milestone"]

KINDS: tuple[RewardKind, ...] = ("service_credit", "discount_code", "gift_card", "custom")
STATUSES: tuple[RewardStatus, ...] = ("pending", "issued", "redeemed", "reversal_due", "reversed")
TIER_MODES: tuple[TierMode, ...] = ("step", "milestone")
#: A person approves these before they leave: nothing like cash is paid out by itself (S6).
NEEDS_APPROVAL: frozenset[RewardKind] = frozenset({"gift_card"})
#: What counts in the ledger: given to the participant and not taken back.
GIVEN: frozenset[RewardStatus] = frozenset({"issued", "redeemed", "reversal_due"})


@dataclass(frozen=True)
class Tier:
    """From (or exactly at) the `at`th closed referral the reward is `amount_cents`."""

    at: int
    amount_cents: int


@dataclass(frozen=True)
class RewardPlan:
    """How a segment, or one participant by exception (P19), is rewarded.

    `step`: a tier's amount holds until the next one. `milestone`: it is given only at its count.
    `percent` makes a discount code a percentage instead of an amount; `text` is what a custom reward says.
    """

    kind: RewardKind
    tiers: tuple[Tier, ...]
    tier_mode: TierMode = "step"
    percent: int | None = None
    text: str | None = None

    def amount_for(self, count: int) -> int | None:
        """Cents earned by the `count`th closed referral (1 is the first), or None where none is due."""
        if self.tier_mode == "milestone":
            return next((tier.amount_cents for tier in self.tiers if tier.at == count), None)
        reached = [tier for tier in self.tiers if tier.at <= count]
        return max(reached, key=lambda tier: tier.at).amount_cents if reached else None


@dataclass(frozen=True)
class TierBook:
    """Which counts of a participant's closed referrals are taken: all up to `highest` but the `freed`.

    Compact for any number of referrals; a reversal frees its count for the next close (DESIGN 5, rule 3).
    """

    highest: int = 0
    freed: tuple[int, ...] = ()

    def take(self) -> tuple[int, "TierBook"]:
        """Take the lowest free count."""
        if self.freed:
            return self.freed[0], replace(self, freed=self.freed[1:])
        return self.highest + 1, replace(self, highest=self.highest + 1)

    def release(self, count: int) -> "TierBook":
        """Give a taken count back; raises ValueError for one that is free already."""
        if not 1 <= count <= self.highest or count in self.freed:
            raise ValueError(f"count {count} is not taken")
        freed: Sequence[int] = sorted({*self.freed, count})
        highest = self.highest
        while freed and freed[-1] == highest:
            freed, highest = freed[:-1], highest - 1
        return TierBook(highest, tuple(freed))

    @property
    def taken(self) -> int:
        return self.highest - len(self.freed)


def next_tier(plan: RewardPlan, book: TierBook) -> tuple[int, int] | None:
    """How many closed referrals from now the next tier is reached (1: by the next), and the cents it brings.

    None where no tier lies ahead. A count that a reversal freed is taken first, as settlement does.
    """
    amounts = {tier.at: tier.amount_cents for tier in plan.tiers}
    last = max(amounts, default=0)
    ahead = [*book.freed, *range(book.highest + 1, last + 1)]
    return next(((more, amounts[count]) for more, count in enumerate(ahead, start=1) if count in amounts), None)


@dataclass(frozen=True)
class Reward:
    """One reward for one referral. `amount_cents` is 0 where `percent` or `text` says what is given.

    `spent_cents` cannot be taken back any more: credit on an invoice, or a card with its provider. `cut_cents` is what
    a reversal took off because it was not spent yet. `adjustments` counts changes of the amount after it was issued.
    `kept`: a reversal was due, and a person decided to let the participant keep it.
    """

    id: str
    referral_id: str
    participant_id: str
    kind: RewardKind
    tier: int
    amount_cents: int
    currency: str
    status: RewardStatus
    why: str
    created_at: datetime
    percent: int | None = None
    text: str | None = None
    discount_code: str | None = None
    issued_at: datetime | None = None
    redeemed_at: datetime | None = None
    spent_cents: int = 0
    cut_cents: int = 0
    adjustments: int = 0
    kept: bool = False
    version: int = 1

    @property
    def left_cents(self) -> int:
        """What is not spent yet."""
        return self.amount_cents - self.spent_cents

    @property
    def untouched(self) -> bool:
        """Whether all of it can still be taken back."""
        return self.spent_cents == 0 and self.redeemed_at is None

    @property
    def live(self) -> bool:
        return self.status != "reversed"

    @property
    def given(self) -> bool:
        return self.status in GIVEN


def reward_id(referral_id: str, generation: int) -> str:
    """The id of a referral's nth reward: a business key, so that one cannot be made twice."""
    return f"rew_{referral_id.removeprefix('ref_')}-{generation}"


def referral_of(reward: str) -> tuple[str, int] | None:
    """The referral and the generation that a reward's id names, or None where it is no such id."""
    ulid, _, generation = reward.removeprefix("rew_").rpartition("-")
    numbered = generation.isascii() and generation.isdigit() and len(generation) < 8
    if not reward.startswith("rew_") or not (ulid.isascii() and ulid.isalnum() and len(ulid) < 60) or not numbered:
        return None
    return f"ref_{ulid}", int(generation)
