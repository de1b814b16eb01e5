"""Take a friend's name from the referrer (M19, F6): a lead like any other, and a text for the referrer to forward.

The friend did not write to us, so we write nothing to the friend.
"""

from dataclasses import dataclass

from chalicelib.domain.errors import NotFound
from chalicelib.domain.introductions import Introduction
from chalicelib.domain.leads import Lead
from chalicelib.domain.offers import current_offer
from chalicelib.domain.participants import Participant
from chalicelib.domain.settings import Settings
from chalicelib.services.capture_lead import Door, capture_lead
from chalicelib.services.compose import text_to_forward
from chalicelib.services.ports import Ports, Wording


@dataclass(frozen=True)
class Introduced:
    """What the referrer is told, the same whatever became of it; `texted`: the words are on their way to them too."""

    reference: str
    text: str
    texted: bool


def introduce(
    ports: Ports,
    wording: Wording,
    settings: Settings,
    participant: Participant,
    introduction: Introduction,
    reference: str,
    door: Door,
) -> Introduced:
    """Bind the friend to the participant, tell the owner, and word what the participant may pass on.

    `reference` becomes the referral's id. Raises as `capture_lead` does.
    """
    now = ports.now()
    offer = current_offer(settings.offers, participant.segment, now)
    lead = Lead(
        prospect=introduction.prospect,
        source="introduction",
        at=now,
        by="referrer",
        code=participant.id,
        service=introduction.service,
        message=introduction.message,
        agreed_to_call=introduction.agreed_to_call,
        offer=offer.id if offer else None,
        discount=offer.friend_discount if offer else None,
        currency=settings.currency,
    )
    receipt = capture_lead(
        ports,
        lead,
        reference,
        door,
        first_time_only=settings.eligibility.first_time_only,
        webhooks=settings.webhooks,
        sequence=settings.sequence,
    )
    referral = ports.store.referrals.get(receipt.reference)
    if referral is None:
        raise NotFound("introduction", receipt.reference)
    text = text_to_forward(ports, wording, settings, participant, referral)
    return Introduced(receipt.reference, text, participant.phone is not None and not participant.opted_out)
