"""A participant's own page, and what they may change on it."""

from chalicelib.api.call import Call
from chalicelib.domain.participants import Participant
from chalicelib.domain.share_wishes import parse_share_wishes
from chalicelib.services.change_share import change_share
from chalicelib.services.show_share import show_share


def show_page(call: Call) -> dict[str, object]:
    """Their link and words, their friends, their rewards."""
    return _shown(call, call.participant)


def patch_page(call: Call) -> dict[str, object]:
    """Choose a name on the leaderboard, or one more link."""
    wishes = parse_share_wishes(call.body())
    return _shown(call, change_share(call.program.ports, call.participant, wishes, call.actor.name))


def _shown(call: Call, participant: Participant) -> dict[str, object]:
    return show_share(call.program.ports, call.program.outside.wording, call.program.settings(), participant)
