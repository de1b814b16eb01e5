"""Read the table's stream records, and the keys of due work, as changes in the domain's words."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.changes import (
    Change,
    CommitmentDue,
    EventStored,
    FollowingPlanned,
    GiftCardDue,
    LeaderboardDue,
    LookPlanned,
    MessageQueued,
    ParticipantChanged,
    RebuildMoved,
    ReferralCreated,
    ReferralMoved,
    SettingsChanged,
    SettlementPlanned,
    WebhookQueued,
)
from chalicelib.domain.errors import Raw
from chalicelib.storage.commitments import commitment_in
from chalicelib.storage.events import event_in
from chalicelib.storage.gift_cards import card_in
from chalicelib.storage.messages import message_in
from chalicelib.storage.participants import code_in, participant_in
from chalicelib.storage.referrals import counted_for, referral_in
from chalicelib.storage.settings import is_settings
from chalicelib.storage.site import is_rebuild, is_turn
from chalicelib.storage.webhooks import webhook_in
from chalicelib.storage.work import following_in, look_in, settlement_in

#: Marks an item that a restore has written and not yet set going: others it refers to may not be there.
ASLEEP = "asleep"


def change_in(record: Mapping[str, Any]) -> Change | None:
    """What one DynamoDB stream record (the shape Lambda receives) means, or None where nothing follows from it."""
    image = record["dynamodb"]
    keys = image["Keys"]
    pk, sk = keys["pk"]["S"], keys["sk"]["S"]
    new, old = image.get("NewImage"), image.get("OldImage")
    if new is None or ASLEEP in new:
        return None
    if code_in(pk, sk) is not None:
        return ParticipantChanged(participant_in(old) if old else None, participant_in(new))
    if (referral_id := referral_in(pk, sk)) is not None:
        return _referral_changed(referral_id, old, new)
    if look_in(pk, sk) is not None or commitment_in(pk, sk) is not None or is_turn(pk, sk):
        # Planned for later: the schedule's.
        return None
    if message_in(pk, sk) is not None and new["status"]["S"] != "queued":
        return None
    if webhook_in(pk, sk) is not None and new["status"]["S"] != "pending":
        return None
    if event_in(pk, sk) is not None and new["status"]["S"] != "pending":
        return None
    if card_in(pk, sk) is not None and "due_at" not in new:
        return None
    return change_of_key(pk, sk)


def _referral_changed(referral_id: str, old: Raw | None, new: Raw) -> Change | None:
    after = counted_for(new)
    if old is None:
        return ReferralCreated(referral_id, after) if "disqualified" not in new else None
    before = counted_for(old)
    moved = tuple(code for code in (before, after) if code is not None)
    return ReferralMoved(referral_id, moved) if before != after else None


def change_of_key(pk: str, sk: str) -> Change | None:
    """What an item in the list of due work asks for."""
    if (message_id := message_in(pk, sk)) is not None:
        return MessageQueued(message_id)
    if (event_id := event_in(pk, sk)) is not None:
        return EventStored(event_id)
    if (webhook_id := webhook_in(pk, sk)) is not None:
        return WebhookQueued(webhook_id)
    if (reward_id := card_in(pk, sk)) is not None:
        return GiftCardDue(reward_id)
    if (referral_id := settlement_in(pk, sk)) is not None:
        return SettlementPlanned(referral_id)
    if (code := following_in(pk, sk)) is not None:
        return FollowingPlanned(code)
    if (referral_id := look_in(pk, sk)) is not None:
        return LookPlanned(referral_id)
    if (code := commitment_in(pk, sk)) is not None:
        return CommitmentDue(code)
    if is_settings(pk, sk):
        return SettingsChanged()
    if is_rebuild(pk, sk):
        return RebuildMoved()
    if is_turn(pk, sk):
        return LeaderboardDue()
    return None
