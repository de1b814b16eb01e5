"""Participants for staff and owner (P19, P24)."""

from http import HTTPStatus
from typing import cast

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.enrolment import parse_enrolment
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.participants import LEADERBOARD_NAMES, LeaderboardName, Participant
from chalicelib.domain.settings import parse_plan
from chalicelib.services.change_participant import Decisions, change_participant
from chalicelib.services.enrol import enrol
from chalicelib.services.find_participant import find_participant
from chalicelib.services.invite import invite
from chalicelib.services.shapes import page_shape, participant_shape

_CHANGEABLE = frozenset(
    {"name", "opted_out", "paused", "leaderboard_name", "add_alias", "reward_plan", "trusted", "new_share_link", "note"}
)


def list_participants(call: Call) -> dict[str, object]:
    """Participants by name; `search` is the beginning of a name, or a whole code, phone, e-mail or id in the CRM."""
    limit, cursor = call.page()
    ports, search = call.program.ports, call.query.get("search") or None
    named = find_participant(ports, search, call.program.settings().business.country) if search else None
    if named is not None:
        return page_shape([participant_shape(ports, named)], None)
    found, following = ports.store.participants.page(search=search, limit=limit, cursor=cursor)
    return page_shape((participant_shape(ports, p) for p in found), following)


def create_participant(call: Call) -> Response:
    """Enrol somebody, or bring a known one up to date (P1)."""
    region = call.program.settings().business.country
    enrolled = enrol(call.program.ports, parse_enrolment(call.body(), region), by=call.actor.name)
    status = HTTPStatus.CREATED if enrolled.outcome == "created" else HTTPStatus.OK
    return Response(participant_shape(call.program.ports, enrolled.participant), status_code=status)


def show_participant(call: Call, code: str) -> dict[str, object]:
    """One participant."""
    return participant_shape(call.program.ports, _known(call, code))


def patch_participant(call: Call, code: str) -> dict[str, object]:
    """Rename, pause, opt out, add an alias, give a new share link.

    Trust, and an exception to the rewards (null removes it), are the owner's.
    """
    participant = _known(call, code)
    body = call.body()
    fields = Fields(body)
    fields.only(_CHANGEABLE)
    typed = fields.text("add_alias", most=60)
    alias = normalise_alias(typed) if typed else None
    if typed and alias is None:
        fields.refuse("add_alias", "must be 3 to 40 letters, digits and hyphens, and not look like a code")
    plan = fields.object("reward_plan")
    decisions = Decisions(
        name=fields.name(),
        opted_out=fields.boolean("opted_out") if fields.has("opted_out") else None,
        paused=fields.boolean("paused") if fields.has("paused") else None,
        leaderboard_name=cast(LeaderboardName | None, fields.choice("leaderboard_name", LEADERBOARD_NAMES)),
        trusted=fields.boolean("trusted") if fields.has("trusted") else None,
        add_alias=alias,
        new_share_link=fields.boolean("new_share_link"),
        sets_plan="reward_plan" in body,
        reward_plan=parse_plan(plan) if plan else None,
    )
    note = fields.text("note", most=500)
    fields.done()
    if decisions.trusted is not None and not call.actor.may("owner"):
        raise Forbidden("whom to trust is the owner's to say")
    if decisions.sets_plan and not call.actor.may("owner"):
        raise Forbidden("exceptions to the rewards are the owner's")
    changed = change_participant(call.program.ports, participant.id, decisions, call.actor.name, note)
    return participant_shape(call.program.ports, changed)


def post_invite(call: Call, code: str) -> dict[str, object]:
    """Text them their link now (P31); `override` passes the gate and is kept with its note."""
    participant = _known(call, code)
    fields = Fields(call.body())
    fields.only({"override", "note"})
    override, note = fields.boolean("override"), fields.text("note", most=500)
    fields.done()
    invited = invite(call.program.ports, participant.id, call.actor.name, override=override, note=note)
    return participant_shape(call.program.ports, invited)


def _known(call: Call, typed: str) -> Participant:
    code = normalise_code(typed)
    participant = call.program.ports.store.participants.get(code) if code else None
    if participant is None:
        raise NotFound("participant", typed[:60])
    return participant
