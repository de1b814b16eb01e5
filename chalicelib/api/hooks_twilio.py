"""Twilio's webhook: texts that people send us, and receipts of ours."""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from chalice import Response

from chalicelib.api.bodies import media_type, read_form
from chalicelib.api.call import Call
from chalicelib.inbound.signatures import verify_twilio
from chalicelib.inbound.twilio import incoming_text, receipt
from chalicelib.services.note_receipt import note_receipt
from chalicelib.services.receive_text import receive_text

#: Twilio takes an answer for words to send; this one is none.
_SAY_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def post_twilio(call: Call) -> Response:
    """Take what Twilio reports; told again, it changes nothing."""
    body = call.raw_body()
    form = read_form(body, media_type(call.content_type)[1])
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    verify_twilio(call.headers, _address(call), pairs, call.program.config.twilio_tokens)
    if "MessageStatus" in form and "Body" not in form:
        told = receipt(form, call.query.get("message", ""))
        if told is not None:
            note_receipt(call.program.ports, told)
    elif (text := incoming_text(form)) is not None:
        receive_text(call.program.ports, text)
    return Response(_SAY_NOTHING, status_code=HTTPStatus.ACCEPTED, headers={"Content-Type": "text/xml"})


def _address(call: Call) -> str:
    """The address that Twilio was given: ours as configured, never as the request's Host says."""
    address = f"{call.program.config.public_url}/v1/hooks/twilio"
    return f"{address}?{urlencode(call.query)}" if call.query else address
