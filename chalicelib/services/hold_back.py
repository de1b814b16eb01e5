"""Why a message that was decided before is not to be sent now: something came in between."""

from chalicelib.domain.commitments import Commitment
from chalicelib.domain.invitations import objections, speaks_against
from chalicelib.domain.messages import OF_AN_ISSUE, Message, message_id
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.domain.sequence import ASKS, SEQUENCE
from chalicelib.domain.settings import Settings
from chalicelib.services.ports import Ports

_NEVER_LEFT = frozenset({"queued", "skipped", "failed"})


def held_back(
    ports: Ports,
    message: Message,
    settings: Settings,
    participant: Participant | None,
    referral: Referral | None,
    reward: Reward | None,
    promise: Commitment | None,
) -> str | None:
    """Say what speaks against sending a message that is due: a complaint, an answer, a reversal; None where nothing."""
    if participant is None or message.recipient != "participant":
        return None
    if message.template in SEQUENCE and participant.sequence.ended_at is not None:
        return f"the sequence has ended: {participant.sequence.why_ended}"
    past_the_gate = message.template == "invitation" and participant.invitation.by is not None
    if message.template in ASKS and not past_the_gate:
        return "; ".join(speaks_against(participant, settings.score_threshold)) or None
    if message.template == "commitment_reminder":
        if promise is None or promise.state != "open":
            return f"the promise is {promise.state if promise else 'gone'}"
        return "; ".join(objections(participant, settings.score_threshold)) or None
    if message.template in OF_AN_ISSUE:
        return _undone(referral, reward)
    if message.template == "reward_reversed" and reward is not None and not _told_of(ports, reward):
        return "nobody was told of the reward before it was reversed"
    return None


def _undone(referral: Referral | None, reward: Reward | None) -> str | None:
    """A close that is none any more is no reason for thanks, and a reward that was taken back no news."""
    if reward is not None:
        return "the reward was reversed meanwhile" if reward.status == "reversed" else None
    return None if referral is None or referral.closed else "the referral is not closed any more"


def _told_of(ports: Ports, reward: Reward) -> bool:
    """Whether a message of this reward's issue has left, or may have.

    One that is queued will not: its claim needs that the reward stands.
    """
    told = (ports.store.messages.get(message_id(template, reward.id)) for template in sorted(OF_AN_ISSUE))
    return any(message is not None and message.status not in _NEVER_LEFT for message in told)
