"""What stands in the columns of a file for a spreadsheet: of a list in the console, and of an export of everything."""

from typing import TYPE_CHECKING, Any

from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.services.shapes import message_shape, participant_shape, referral_shape, reward_shape

if TYPE_CHECKING:
    from chalicelib.services.ports import Ports

Record = Participant | Referral | Reward | Message
#: The files of an export of everything.
SHEETS = ("participants", "referrals", "rewards", "messages")
#: The columns of each file, as they stand in what the API answers.
COLUMNS = {
    "participants": """
        code name phone email segment external_id address link aliases opted_out paused trusted invitation.status
        totals.visits totals.sent totals.closed totals.earned_cents credit_cents satisfaction.score created_at
        """,
    "referrals": """
        id participant_id prospect.name prospect.phone prospect.email stage source channel service message offer
        referred_by review closed reward_id created_at why
        """,
    "rewards": """
        id participant_id referral_id kind tier amount_cents spent_cents currency percent text discount_code status
        created_at issued_at redeemed_at why
        """,
    "messages": """
        id to channel template recipient participant_id referral_id subject text status reason created_at sent_at
        """,
    "replies": "id phone text meaning participant_id referral_id at",
    "commitments": """
        id participant_id promised counted due_on overdue state note why created_at created_by ended_at
        """,
    "audit": "id at actor action subject note",
}


def sheet_of(ports: "Ports", record: Record) -> tuple[str, dict[str, Any]]:
    """The file that one thing belongs in, and what its columns are looked up in."""
    match record:
        case Participant():
            return "participants", participant_shape(ports, record)
        case Referral():
            return "referrals", referral_shape(record)
        case Reward():
            return "rewards", reward_shape(record)
        case Message():
            return "messages", message_shape(record)
