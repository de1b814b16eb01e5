"""The order of a gift card (P6, S6): what the provider is asked for, how far it has come, and when to look again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.participants import Participant
from chalicelib.domain.rewards import Reward, RewardStatus

CardState = Literal["planned", "placing", "placed", "delivered", "failed", "canceled"]
#: How the provider's order stands: not carried out yet, a card with its link, refused for good, or called off.
ProviderState = Literal["pending", "ready", "failed", "canceled"]
STATES: tuple[CardState, ...] = ("planned", "placing", "placed", "delivered", "failed", "canceled")

#: After this long whoever talks to the provider is taken for dead.
CLAIM = timedelta(minutes=2)
#: How long a card waits for what a person has to set up.
BLOCKED = timedelta(minutes=5)
#: How long between one attempt, or one look, and the next; the last holds from then on.
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
#: As long as its reward is one of these, the card is meant for the participant.
WANTED: frozenset[RewardStatus] = frozenset({"issued", "redeemed"})
#: From this attempt on staff see that a card does not get on.
PATIENCE = 3


@dataclass(frozen=True)
class CardTerms:
    """What the owner decided about gift cards, in the provider's terms: a campaign or products, and who pays."""

    campaign_id: str | None = None
    products: tuple[str, ...] = ()
    funding_source_id: str = "BALANCE"

    @property
    def complete(self) -> bool:
        return bool(self.campaign_id or self.products)


@dataclass(frozen=True)
class CardWish:
    """What is ordered. It stays the same at every attempt: the provider refuses another order of the same name."""

    external_id: str
    amount_cents: int
    currency: str
    recipient: str
    terms: CardTerms


@dataclass(frozen=True)
class ProviderOrder:
    """An order as its provider has it. `link` is told once; `words` are the provider's own for the state."""

    id: str
    external_id: str | None
    card_id: str | None
    state: ProviderState
    words: str
    link: str | None = None
    awaits_approval: bool = False


@dataclass(frozen=True)
class CardOrder:
    """One reward's order. `due_at`: when it must be looked at again, None where nobody has to.

    `round` counts the orders placed for this reward one after another, each after the one before came to nothing.
    `unsure`: an attempt was begun and not surely refused, so the order may be placed. `canceled_there`: the provider
    said so in a notice. `stuck`: staff should see `reason`.
    """

    reward_id: str
    participant_id: str
    created_at: datetime
    due_at: datetime | None
    state: CardState = "planned"
    round: int = 1
    attempts: int = 0
    unsure: bool = False
    wish: CardWish | None = None
    provider_id: str | None = None
    card_id: str | None = None
    link: str | None = None
    canceled_there: bool = False
    reason: str | None = None
    stuck: bool = False
    version: int = 0

    @property
    def external_id(self) -> str:
        """The order's name with the provider: the reward's id, and which round."""
        return self.reward_id if self.round == 1 else f"{self.reward_id}.{self.round}"


def reward_named(external_id: str) -> str:
    """The id of the reward that an order of this name is for."""
    return external_id.partition(".")[0]


def wish_for(order: CardOrder, reward: Reward, participant: Participant, terms: CardTerms) -> CardWish:
    return CardWish(order.external_id, reward.amount_cents, reward.currency, participant.name, terms)


def why_not_yet(participant: Participant | None, terms: CardTerms, *, connected: bool) -> str | None:
    """What has to be mended before the card can be ordered, in words for staff."""
    if not connected:
        return "GOODWORD_TREMENDOUS_KEY is not set: the card is ordered once it is"
    if not terms.complete:
        return "gift_cards in the settings names neither a campaign_id nor products: the card is ordered once it does"
    if participant is None:
        return "the participant is not there any more"
    if participant.opted_out:
        return "the participant opted out of messages, so the card's link cannot be sent; give it in another way"
    if not (participant.phone or participant.email):
        return "the participant has neither a phone number nor an e-mail address to send the card's link to"
    return None


def taken(order: CardOrder, now: datetime) -> CardOrder:
    """Keep others away while somebody talks to the provider."""
    return replace(order, due_at=now + CLAIM, attempts=order.attempts + 1)


def put_off(order: CardOrder, now: datetime, reason: str, *, wait: timedelta = timedelta()) -> CardOrder:
    """To be tried, or looked at, later: each time a little later, and not before `wait` is over."""
    later = max(WAITS[min(order.attempts, len(WAITS)) - 1] if order.attempts else WAITS[0], wait)
    return replace(order, due_at=now + later, reason=reason, stuck=order.stuck or order.attempts >= PATIENCE)


def closed(order: CardOrder, state: CardState, reason: str, *, stuck: bool) -> CardOrder:
    """Nothing more is to be done about it, unless a person says so."""
    return replace(order, state=state, due_at=None, reason=reason, stuck=stuck, link=None)


def once_more(order: CardOrder, now: datetime) -> CardOrder:
    """A new attempt after it came to nothing; under a new name where the provider knows the old one."""
    return CardOrder(
        reward_id=order.reward_id,
        participant_id=order.participant_id,
        created_at=order.created_at,
        due_at=now,
        round=order.round + (order.provider_id is not None),
        version=order.version,
    )


def laid_out(reward: Reward) -> Reward:
    """The reward as its card is ordered: from now on the money may have left, so it is not taken back by itself."""
    return replace(reward, spent_cents=reward.amount_cents, why="the gift card is being ordered")


def money_back(reward: Reward, *, was_delivered: bool, why: str) -> Reward:
    """The reward after its order came to nothing; what a person gave in another way stays given."""
    if reward.redeemed_at is not None and not was_delivered:
        return reward
    status: RewardStatus = "issued" if reward.status == "redeemed" else reward.status
    why = reward.why if reward.status == "reversed" else why
    return replace(reward, spent_cents=0, redeemed_at=None, kept=False, status=status, why=why)
