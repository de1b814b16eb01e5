"""Webhooks in: verified over raw bytes, read, stored, answered 202; worked off from the stream."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.errors import InvalidInput, Unreadable
from chalicelib.domain.events import Event
from chalicelib.inbound import standard, stripe
from chalicelib.inbound.signatures import verify_standard, verify_stripe
from chalicelib.services.events import receive_event

#: Stripe's invoices can be long; an item of the table holds 400 KB.
_MOST_BYTES = 300 * 1024
_MOST_AHEAD = timedelta(hours=24)


def post_event(call: Call) -> Response:
    """Standard Webhooks from a CRM, an invoicing or a review tool."""
    body = call.raw_body(_MOST_BYTES)
    now = call.program.ports.now()
    event_id = verify_standard(call.headers, body, call.program.config.events_secrets, now)
    _in_time(standard.parse(body, event_id, call.program.settings().business.country), now)
    return _stored(call, "events", event_id, body)


def post_stripe(call: Call) -> Response:
    """Stripe's invoices, refunds and credit notes."""
    body = call.raw_body(_MOST_BYTES)
    verify_stripe(call.headers, body, call.program.config.stripe_secrets, call.program.ports.now())
    event_id = stripe.event_id(body)
    events = stripe.parse(body, event_id, call.program.settings().business.country)
    _in_time(events, call.program.ports.now())
    if not events:
        return Response({"status": "ignored"}, status_code=HTTPStatus.ACCEPTED)
    return _stored(call, "stripe", event_id, body)


def _in_time(events: Iterable[Event], now: datetime) -> None:
    """A clock that is far ahead would make its word the last one for ever."""
    if any(event.at > now + _MOST_AHEAD for event in events):
        raise InvalidInput.of("timestamp", f"lies more than {_MOST_AHEAD} ahead of our clock")


def _stored(call: Call, source: str, event_id: str, body: bytes) -> Response:
    try:
        payload = body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("the body is not UTF-8") from error
    new = receive_event(call.program.ports, source, event_id, payload)
    return Response({"status": "stored" if new else "known"}, status_code=HTTPStatus.ACCEPTED)
