"""Promised introductions, and the results reviews where they are promised, for staff (F1-F6, O2)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.commitments import MOST_PROMISED, STATES, Commitment, State, parts_of
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.results_review import OUTCOMES, Outcome
from chalicelib.services.hold_results_review import hold_results_review
from chalicelib.services.print_letter import print_letter
from chalicelib.services.record_commitment import Promise, change_commitment, record_commitment
from chalicelib.services.shapes import commitment_shape, page_shape, participant_shape

#: The letter's page brings nothing along but our own style sheet and icon.
_LETTER_HEADERS: Mapping[str, str | list[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def list_commitments(call: Call) -> dict[str, object]:
    """Promises in one `state`, the first due first; `overdue` are the open ones whose day has passed."""
    limit, cursor = call.page()
    state = call.choice("state", (*STATES, "overdue")) or "open"
    overdue = state == "overdue"
    now = call.program.ports.now()
    found, following = call.program.ports.store.commitments.page(
        cast(State, "open" if overdue else state), due_before=now if overdue else None, limit=limit, cursor=cursor
    )
    return page_shape((commitment_shape(call.program.ports, commitment) for commitment in found), following)


def create_commitment(call: Call) -> Response:
    """Record "promised 3 introductions", and by when (F1)."""
    fields = Fields(call.body())
    fields.only({"participant_id", "promised", "due_on", "note"})
    typed = fields.text("participant_id", most=60, required=True)
    promise = _promise(fields, required=True)
    fields.done()
    code = normalise_code(typed or "")
    if code is None:
        raise NotFound("participant", (typed or "")[:60])
    made = record_commitment(call.program.ports, code, promise, call.actor.name)
    return Response(commitment_shape(call.program.ports, made), status_code=HTTPStatus.CREATED)


def show_commitment(call: Call, commitment_id: str) -> dict[str, object]:
    """One promise."""
    return commitment_shape(call.program.ports, _known(call, commitment_id))


def patch_commitment(call: Call, commitment_id: str) -> dict[str, object]:
    """Change the number or the day, withdraw it, or take it up again."""
    fields = Fields(call.body())
    fields.only({"promised", "due_on", "note", "withdrawn"})
    withdrawn = fields.boolean("withdrawn") if fields.has("withdrawn") else None
    change = _promise(fields, withdrawn=withdrawn)
    fields.done()
    known = _known(call, commitment_id)
    changed = change_commitment(call.program.ports, known.participant_id, known.number, change, call.actor.name)
    return commitment_shape(call.program.ports, changed)


def show_letter(call: Call, commitment_id: str) -> Response:
    """The letter about a promise, to print (F3)."""
    letter = print_letter(call.program.ports, call.program.outside.wording, _known(call, commitment_id))
    return Response(call.program.letter_page(letter), headers=dict(_LETTER_HEADERS))


def list_results_reviews(call: Call) -> dict[str, object]:
    """Participants with whom a results review is due, the longest waiting first (O2)."""
    limit, cursor = call.page()
    store = call.program.ports.store
    codes, following = store.results_reviews.page(limit=limit, cursor=cursor)
    found = store.participants.get_all(codes)
    return page_shape((participant_shape(call.program.ports, found[c]) for c in codes if c in found), following)


def post_results_review(call: Call, code: str) -> dict[str, object]:
    """Record how a review turned out; a good one asks for three introductions, or notes those promised (O2)."""
    fields = Fields(call.body())
    fields.only({"outcome", "promised", "due_on", "note"})
    outcome = fields.choice("outcome", OUTCOMES)
    if outcome is None and not fields.errors:
        fields.refuse("outcome", f"is required: one of {', '.join(OUTCOMES)}")
    promised = fields.has("promised") or fields.has("due_on")
    promise = _promise(fields, required=promised)
    fields.done()
    typed, code = code, normalise_code(code) or ""
    if not code:
        raise NotFound("participant", typed[:60])
    held = hold_results_review(
        call.program.ports,
        code,
        cast(Outcome, outcome),
        call.actor.name,
        promise=promise if promised else None,
        note=promise.note,
    )
    return participant_shape(call.program.ports, held)


def _promise(fields: Fields, *, required: bool = False, withdrawn: bool | None = None) -> Promise:
    promised = fields.integer("promised", least=1, most=MOST_PROMISED, required=required)
    return Promise(promised, fields.day("due_on", required=required), fields.text("note", most=500), withdrawn)


def _known(call: Call, commitment_id: str) -> Commitment:
    named = parts_of(commitment_id)
    commitment = call.program.ports.store.commitments.get(*named) if named else None
    if commitment is None:
        raise NotFound("commitment", commitment_id[:60])
    return commitment
