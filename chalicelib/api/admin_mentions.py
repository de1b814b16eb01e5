"""Answers to "who referred you?" that wait for a person, each with whom it may mean (P4, P26, S10)."""

from collections.abc import Sequence

from chalicelib.api.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.referrals import Referral
from chalicelib.services.attribute import confirm_mention
from chalicelib.services.find_candidates import find_candidates
from chalicelib.services.reject_mention import reject_mention
from chalicelib.services.shapes import candidate_shape, page_shape, referral_shape


def list_mentions(call: Call) -> dict[str, object]:
    """What waits, oldest first."""
    limit, cursor = call.page()
    found, following = call.program.ports.store.referrals.mentions(limit=limit, cursor=cursor)
    return page_shape(with_candidates(call, found), following)


def show_mention(call: Call, referral_id: str) -> dict[str, object]:
    """One mention, also one that was given up before."""
    referral = call.program.ports.store.referrals.get(referral_id)
    if referral is None or referral.deleted_at is not None or referral.participant_id is not None:
        raise NotFound("mention", referral_id[:60])
    return with_candidates(call, [referral])[0]


def post_mention(call: Call, referral_id: str) -> dict[str, object]:
    """Confirm whom a mention means, or with null that it means nobody we know."""
    body = call.body()
    fields = Fields(body)
    fields.only({"participant_id", "note"})
    typed = fields.text("participant_id", most=60)
    nobody = "participant_id" in body and body["participant_id"] is None
    if typed is None and not nobody and not fields.errors:
        fields.refuse("participant_id", "is required: a participant's code, or null where it means nobody we know")
    code = normalise_code(typed) if typed else None
    if typed and code is None:
        fields.refuse("participant_id", "is not a participant's code")
    note = fields.text("note", most=500, required=nobody)
    fields.done()
    ports, by = call.program.ports, call.actor.name
    if code is None:
        return referral_shape(reject_mention(ports, referral_id, by, note or ""))
    return referral_shape(confirm_mention(ports, referral_id, code, by, note))


def with_candidates(call: Call, mentions: Sequence[Referral]) -> list[dict[str, object]]:
    """Mentions, each with the participants it may mean."""
    region = call.program.settings().business.country
    found = find_candidates(call.program.ports, [mention.referred_by for mention in mentions], region)
    return [
        {
            **referral_shape(mention),
            "candidates": [candidate_shape(participant, hint.reason) for participant, hint in candidates.found],
            "more_candidates": candidates.more,
        }
        for mention, candidates in zip(mentions, found, strict=True)
    ]
