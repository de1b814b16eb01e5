"""What a participant may do with the token of their share page: introduce a friend (M19)."""

import hashlib
from http import HTTPStatus

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.introductions import parse_introduction
from chalicelib.services.capture_lead import Door
from chalicelib.services.introduce import introduce
from chalicelib.services.links import landing_link


def post_introduction(call: Call) -> Response:
    """Take a friend's name; the answer is the same whoever the friend is."""
    participant, ports = call.participant, call.program.ports
    settings = call.program.settings()
    introduction = parse_introduction(call.body(), settings.business.country)
    key = call.idempotency_key
    # A key is one participant's: another one's with the same name is another introduction.
    door = Door(
        call.address,
        settings.submissions_per_hour,
        f"{participant.id} {key}" if key else None,
        hashlib.sha256(call.raw_body()).hexdigest(),
    )
    reference = new_id("ref", ports.now(), ports.random_bytes)
    made = introduce(ports, call.program.outside.wording, settings, participant, introduction, reference, door)
    answer = {
        "reference": made.reference,
        "text": made.text,
        "texted": made.texted,
        "link": landing_link(ports, participant.id),
    }
    return Response(answer, status_code=HTTPStatus.ACCEPTED)
