"""Let a participant choose their name on the leaderboard and a link that can be spelt (P22)."""

from chalicelib.domain.participants import Participant
from chalicelib.domain.share_wishes import MOST_OWN_ALIASES, ShareWishes
from chalicelib.services.change_participant import Decisions, change_participant
from chalicelib.services.ports import Ports


def change_share(ports: Ports, participant: Participant, wishes: ShareWishes, by: str) -> Participant:
    """Do what they wish, under their own name in the audit; raises Conflict for an alias too many or taken."""
    decisions = Decisions(
        leaderboard_name=wishes.leaderboard_name, add_alias=wishes.alias, most_aliases=MOST_OWN_ALIASES
    )
    return change_participant(ports, participant.id, decisions, by)
