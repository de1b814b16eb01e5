"""What the table's stream reports, in the domain's words."""

from dataclasses import dataclass

from chalicelib.domain.participants import Participant


@dataclass(frozen=True)
class CommitmentDue:
    """This participant's last promise is to be looked at."""

    participant_id: str


@dataclass(frozen=True)
class EventStored:
    event_id: str


@dataclass(frozen=True)
class GiftCardDue:
    """The order of this reward's card is to be placed, or to be looked at again."""

    reward_id: str


@dataclass(frozen=True)
class LookPlanned:
    referral_id: str


@dataclass(frozen=True)
class MessageQueued:
    message_id: str


@dataclass(frozen=True)
class ReferralCreated:
    """`participant_id` is None where nobody is known to have sent it."""

    referral_id: str
    participant_id: str | None


@dataclass(frozen=True)
class ReferralMoved:
    """It counts for other participants than before: these."""

    referral_id: str
    participants: tuple[str, ...]


@dataclass(frozen=True)
class WebhookQueued:
    webhook_id: str


@dataclass(frozen=True)
class SettlementPlanned:
    referral_id: str


@dataclass(frozen=True)
class FollowingPlanned:
    participant_id: str


@dataclass(frozen=True)
class ParticipantChanged:
    """`before` is None for a new participant."""

    before: Participant | None
    after: Participant


@dataclass(frozen=True)
class SettingsChanged:
    pass


@dataclass(frozen=True)
class RebuildMoved:
    pass


@dataclass(frozen=True)
class LeaderboardDue:
    """The leaderboard is to be published again: its indexes have settled, or its month is over."""


Change = (
    CommitmentDue
    | EventStored
    | FollowingPlanned
    | GiftCardDue
    | LookPlanned
    | MessageQueued
    | ReferralCreated
    | ReferralMoved
    | WebhookQueued
    | SettlementPlanned
    | ParticipantChanged
    | SettingsChanged
    | RebuildMoved
    | LeaderboardDue
)
