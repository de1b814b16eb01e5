"""The tables of an export for a spreadsheet: what stands in each column."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward

Sheet = Literal["participants", "referrals", "rewards", "messages"]
Record = Participant | Referral | Reward | Message
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS: dict[Sheet, tuple[str, ...]] = {
    "participants": (
        "code", "name", "phone", "email", "segment", "external_id", "address", "created_at", "opted_out", "paused",
        "visits", "sent", "closed", "earned_cents", "aliases",
    ),
    "referrals": (
        "id", "participant_code", "prospect_name", "prospect_phone", "prospect_email", "stage", "source", "channel",
        "service", "message", "referred_by", "created_at", "closed_at", "removed_at", "disqualified", "reward_id",
    ),
    "rewards": (
        "id", "referral_id", "participant_code", "kind", "tier", "amount_cents", "currency", "status", "discount_code",
        "created_at", "issued_at", "redeemed_at", "why",
    ),
    "messages": (
        "id", "template", "channel", "recipient", "to", "status", "participant_code", "referral_id", "created_at",
        "sent_at", "subject", "text", "reason",
    ),
}  # fmt: skip


def line_of(record: Record) -> tuple[Sheet, list[str]]:
    """The sheet of one thing and its cells, in the order of COLUMNS, guarded."""
    match record:
        case Participant():
            return "participants", _cells(_participant(record))
        case Referral():
            return "referrals", _cells(_referral(record))
        case Reward():
            return "rewards", _cells(_reward(record))
        case Message():
            return "messages", _cells(_message(record))


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what could begin one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(values: Iterable[object]) -> list[str]:
    return [guarded(_text(value)) for value in values]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case datetime():
            return value.isoformat()
        case tuple():
            return " ".join(map(str, value))
    return str(value)


def _participant(one: Participant) -> tuple[object, ...]:
    return (
        one.id, one.name, one.phone, one.email, one.segment, one.external_id, one.address, one.created_at,
        one.opted_out, one.paused, one.totals.visits, one.totals.sent, one.totals.closed, one.totals.earned_cents,
        one.aliases,
    )  # fmt: skip


def _referral(one: Referral) -> tuple[object, ...]:
    return (
        one.id, one.participant_id, one.prospect.name, one.prospect.phone, one.prospect.email, one.stage, one.source,
        one.channel, one.service, one.message, one.referred_by, one.created_at, one.closed_at, one.deleted_at,
        one.disqualified, one.reward_id,
    )  # fmt: skip


def _reward(one: Reward) -> tuple[object, ...]:
    return (
        one.id, one.referral_id, one.participant_id, one.kind, one.tier, one.amount_cents, one.currency, one.status,
        one.discount_code, one.created_at, one.issued_at, one.redeemed_at, one.why,
    )  # fmt: skip


def _message(one: Message) -> tuple[object, ...]:
    return (
        one.id, one.template, one.channel, one.recipient, one.to, one.status, one.participant_id, one.referral_id,
        one.created_at, one.sent_at, one.subject, one.text, one.reason,
    )  # fmt: skip
