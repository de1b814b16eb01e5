"""Referrals for staff and owner: lists, manual attribution, stages, removal (P25, P26, P29, M7)."""

from http import HTTPStatus
from typing import cast

from chalice import Response

from chalicelib.api.admin_mentions import with_candidates
from chalicelib.api.call import Call
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.referrals import REVIEWS, STAGES, Prospect, Referral, Review, Stage
from chalicelib.services.attribute import Attribution, attribute
from chalicelib.services.change_stage import change_stage
from chalicelib.services.note_mention import Mention, note_mention
from chalicelib.services.reattribute import reattribute
from chalicelib.services.remove_attribution import remove_attribution
from chalicelib.services.review import review, waiting_for_review
from chalicelib.services.shapes import page_shape, referral_shape, reward_shape

#: Longer than on the public form: the office writes down whole sentences.
_MOST_SAID = 200


def list_referrals(call: Call) -> dict[str, object]:
    """Referrals, newest first: of one `participant_id`, or in one `stage`, or all."""
    limit, cursor = call.page()
    stage = call.choice("stage", STAGES)
    code = normalise_code(call.query.get("participant_id", ""))
    if call.query.get("participant_id") and code is None:
        raise NotFound("participant", call.query["participant_id"][:60])
    found, following = call.program.ports.store.referrals.page(
        participant_id=code, stage=stage, limit=limit, cursor=cursor
    )
    return page_shape(map(referral_shape, found), following)


def create_referral(call: Call) -> Response:
    """Attribute a prospect by hand (P26), or note in `referred_by` what they said; nothing is guessed."""
    region = call.program.settings().business.country
    fields = Fields(call.body())
    fields.only({"participant_id", "referred_by", "prospect", "service", "note"})
    said = fields.text("referred_by", most=_MOST_SAID)
    code = _code(fields) if fields.has("participant_id") or not fields.has("referred_by") else None
    if code is not None and said is not None:
        fields.refuse("referred_by", "waits for a person to confirm it, so it cannot come with a participant_id")
    if code is None and said is None and not fields.errors:
        fields.refuse("referred_by", "is empty; leave it out and name the participant_id")
    person = fields.object("prospect", required=True) or Fields({}, "prospect", [])
    prospect = Prospect(person.name(required=True) or "", person.phone(region), person.email())
    service, note = fields.text("service", most=80), fields.text("note", most=500)
    fields.done()
    ports, by = call.program.ports, call.actor.name
    if code is None:
        noted = note_mention(ports, Mention(said or "", prospect, by, service, note))
        return Response(with_candidates(call, [noted])[0], status_code=HTTPStatus.CREATED)
    made = attribute(ports, Attribution(code, prospect, by, service, note))
    return Response(referral_shape(made), status_code=HTTPStatus.CREATED)


def show_referral(call: Call, referral_id: str) -> dict[str, object]:
    """One referral with every reward it ever had."""
    referral = _known(call, referral_id)
    rewards = call.program.ports.store.rewards.of_referral(referral.id)
    return {**referral_shape(referral), "rewards": [reward_shape(reward) for reward in rewards]}


def patch_referral(call: Call, referral_id: str) -> dict[str, object]:
    """Set the stage, decide about its flags, or move it to another participant (the owner's); the reward follows."""
    fields = Fields(call.body())
    fields.only({"stage", "appointment_on", "participant_id", "review", "note"})
    stage = fields.choice("stage", STAGES)
    decision = cast(Review | None, fields.choice("review", REVIEWS))
    code = _code(fields) if fields.has("participant_id") else None
    if stage is None and code is None and decision is None and not fields.errors:
        fields.refuse("stage", f"or participant_id or review is required; the stages are {', '.join(STAGES)}")
    if decision is not None and (stage is not None or code is not None):
        fields.refuse("review", "is decided by itself, after the referral is where it belongs")
    day = fields.day("appointment_on")
    if day is not None and stage != "appointment":
        fields.refuse("appointment_on", "goes with the stage appointment")
    note = fields.text("note", most=500, required=decision is not None)
    fields.done()
    ports, actor = call.program.ports, call.actor
    if code is not None:
        if not actor.may("owner"):
            raise Forbidden("moving a referral to another participant is the owner's")
        changed = reattribute(ports, referral_id, code, actor.name, note)
    if decision is not None:
        takes_back = actor.may("owner")
        changed = review(ports, referral_id, decision, actor.name, note or "", may_take_back=takes_back)
    if stage is not None:
        reopen, wanted = actor.may("owner"), cast(Stage, stage)
        changed = change_stage(
            ports, referral_id, wanted, ports.now(), actor.name, note=note, may_reopen=reopen, appointment_on=day
        )
    return referral_shape(changed)


def delete_referral(call: Call, referral_id: str) -> dict[str, object]:
    """Remove a wrong attribution (P29); the answer shows what became of its reward."""
    note = call.query.get("note")
    removed = remove_attribution(call.program.ports, referral_id, call.actor.name, note[:500] if note else None)
    rewards = call.program.ports.store.rewards.of_referral(referral_id)
    return {**referral_shape(removed), "rewards": [reward_shape(reward) for reward in rewards]}


def list_reviews(call: Call) -> dict[str, object]:
    """Flagged referrals that wait for a person, oldest first."""
    limit, cursor = call.page()
    found, following = waiting_for_review(call.program.ports, limit=limit, cursor=cursor)
    return page_shape(map(referral_shape, found), following)


def _code(fields: Fields) -> str:
    typed = fields.text("participant_id", most=60, required=True)
    code = normalise_code(typed) if typed else None
    if typed and code is None:
        fields.refuse("participant_id", "is not a participant's code")
    return code or ""


def _known(call: Call, referral_id: str) -> Referral:
    referral = call.program.ports.store.referrals.get(referral_id)
    if referral is None:
        raise NotFound("referral", referral_id[:60])
    return referral
