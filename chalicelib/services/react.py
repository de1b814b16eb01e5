"""What follows from a change of the table: called by the stream at once, and by the schedule for what is overdue."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

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
from chalicelib.domain.errors import Contended, Unavailable
from chalicelib.domain.participants import Participant
from chalicelib.services.assess import assess
from chalicelib.services.deliver import deliver
from chalicelib.services.deliver_webhook import deliver_webhook
from chalicelib.services.events import note_failure, work_off_event
from chalicelib.services.follow_commitment import follow_commitment
from chalicelib.services.follow_sequence import follow_sequence
from chalicelib.services.look_again import look_again
from chalicelib.services.order_gift_card import order_gift_card
from chalicelib.services.ports import Outside, Ports
from chalicelib.services.publish import publish_leaderboard, publish_participant, rebuild_site, turn_leaderboard
from chalicelib.services.settle import settle

_log = logging.getLogger(__name__)
#: How many pieces of due work one run of the schedule takes on.
BATCH = 100


@dataclass
class Outcome:
    """How many changes were followed up, and which could not be."""

    done: int = 0
    failed: int = 0


def react(ports: Ports, outside: Outside, change: Change) -> None:
    """Do what one change asks for. Idempotent: the stream may report it twice, the schedule once more."""
    match change:
        case EventStored(event_id):
            work_off_event(ports, outside.parsers, event_id)
        case GiftCardDue(reward_id):
            order_gift_card(ports, outside, reward_id)
        case MessageQueued(message_id):
            deliver(ports, outside, message_id)
        case ReferralCreated(referral_id, participant_id):
            assess(ports, referral_id)
            if participant_id is not None:
                follow_commitment(ports, participant_id, (referral_id,))
        case ReferralMoved(referral_id, participants):
            for code in participants:
                follow_commitment(ports, code, (referral_id,))
        case CommitmentDue(participant_id):
            follow_commitment(ports, participant_id)
        case WebhookQueued(webhook_id):
            deliver_webhook(ports, outside, webhook_id)
        case SettlementPlanned(referral_id):
            settle(ports, referral_id)
        case FollowingPlanned(participant_id):
            follow_sequence(ports, participant_id)
        case LookPlanned(referral_id):
            look_again(ports, referral_id)
        case ParticipantChanged(before, after):
            if _page_differs(before, after):
                publish_participant(ports, outside, after)
            if _standing_differs(before, after):
                publish_leaderboard(ports, outside)
        case SettingsChanged():
            publish_leaderboard(ports, outside)
            rebuild_site(ports, outside)
        case RebuildMoved():
            rebuild_site(ports, outside)
        case LeaderboardDue():
            turn_leaderboard(ports, outside)


def follow_up(ports: Ports, outside: Outside, change: Change) -> bool:
    """React to one change and say whether it worked; an unexpected failure is logged, and kept with its event."""
    try:
        react(ports, outside, change)
    except (Contended, Unavailable) as error:
        _log.warning("could not follow up %s: %s", type(change).__name__, error)
        return False
    except Exception as error:  # noqa: BLE001 - the outermost boundary of the stream and the schedule
        _log.exception("could not follow up %s", type(change).__name__)
        if isinstance(change, EventStored):
            return note_failure(ports, change.event_id, f"{type(error).__name__}: {error}")
        return False
    return True


def catch_up(ports: Ports, outside: Outside, due: Iterable[Change], *, most: int | None = None) -> Outcome:
    """Work off what is due, `most` pieces at the most; one that fails does not keep the others waiting."""
    outcome = Outcome()
    for change in due:
        if follow_up(ports, outside, change):
            outcome.done += 1
        else:
            outcome.failed += 1
        if most is not None and outcome.done >= most:
            break
    return outcome


def _page_differs(before: Participant | None, after: Participant) -> bool:
    return before is None or (before.name, before.segment, before.aliases) != (after.name, after.segment, after.aliases)


def _standing_differs(before: Participant | None, after: Participant) -> bool:
    was = (before.totals.closed, before.closed_in, before.name_on_leaderboard()) if before else (0, {}, "")
    now = (after.totals.closed, after.closed_in, after.name_on_leaderboard())
    return was != now and (was[0] > 0 or now[0] > 0)
