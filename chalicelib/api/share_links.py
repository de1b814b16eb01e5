"""A participant lost the link to their own page."""

from http import HTTPStatus

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.identities import Contact
from chalicelib.domain.share_wishes import parse_contact
from chalicelib.services.ask_for_link import ask_for_link


def post_link(call: Call) -> Response:
    """Send it again by SMS or e-mail; the answer is the same whether or not anybody has this number or address."""
    phone, email = parse_contact(call.body(), call.program.settings().business.country)
    ask_for_link(call.program.ports, Contact(phone, email), call.address)
    words = "If we know this number or address, the link to your page is on its way to it."
    return Response({"detail": words}, status_code=HTTPStatus.ACCEPTED)
