"""What other programs are told (P25): the types of webhooks out, and which changes they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward

NoticeType = Literal[
    "referral.created",
    "referral.moved",
    "referral.stage_changed",
    "referral.closed",
    "referral.deleted",
    "reward.issued",
    "reward.redeemed",
    "reward.reversed",
    "invitation.sent",
    "credit.applied",
]
TYPES: tuple[NoticeType, ...] = get_args(NoticeType)
#: What the CRM marks its lead with.
LABELS = ("Referral",)
#: These say who referred, in words for the CRM's notes.
NAMING: frozenset[NoticeType] = frozenset({"referral.created", "referral.moved"})


@dataclass(frozen=True)
class Notice:
    """One fact to be told, named by its type, what it is `about` and the version that made it so.

    `data` lacks the participant: their name is added when it is sent, so that a lead need not read it.
    """

    type: NoticeType
    about: str
    version: int
    at: datetime
    participant_id: str
    data: Mapping[str, Any]


def of_referral(before: Referral | None, after: Referral) -> tuple[NoticeType, ...]:
    """Which notices one change of a referral brings about; `before` is None for a new one.

    Only an attributed referral that counts is told of: no mention before a person confirmed it, no disqualified lead.
    """
    if not _counts(after):
        return ()
    if before is None or not _counts(before):
        return ("referral.created",)
    if after.deleted_at is not None:
        return ("referral.deleted",) if before.deleted_at is None else ()
    found: list[NoticeType] = []
    if after.participant_id != before.participant_id:
        found.append("referral.moved")
    if after.stage != before.stage:
        found.append("referral.stage_changed")
    if after.closed and not before.closed:
        found.append("referral.closed")
    return tuple(found)


def of_reward(before: Reward | None, after: Reward) -> tuple[NoticeType, ...]:
    """Which notices one change of a reward brings about: given, used up, taken back.

    One that was never given is not told of, and one that waits for a person's decision not before it is made.
    """
    found: list[NoticeType] = []
    if after.given and not (before is not None and before.given):
        found.append("reward.issued")
    if after.status == "redeemed" and not (before is not None and before.redeemed_at is not None):
        found.append("reward.redeemed")
    if after.status == "reversed" and before is not None and before.given:
        found.append("reward.reversed")
    return tuple(found)


def with_participant(kind: NoticeType, data: Mapping[str, Any], participant: Participant) -> dict[str, Any]:
    """Complete a notice's data with whom it concerns, under their full name: it goes to the business's own programs.

    Code, aliases and the CRM's own id are the names by which a record there may know them (S11).
    """
    person = {
        "id": participant.id,
        "code": participant.id,
        "aliases": list(participant.aliases),
        "external_id": participant.external_id,
        "name": participant.name,
    }
    complete = {"participant": person, **data}
    if kind in NAMING:
        complete |= {"labels": list(LABELS), "note": f"Referred by: {participant.name}"}
    return complete


def _counts(referral: Referral) -> bool:
    return referral.participant_id is not None and referral.disqualified is None
