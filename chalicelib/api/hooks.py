"""Webhooks in: verified over raw bytes, read, stored, answered 202; worked off from the stream."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.errors import InvalidInput, Unreadable
from chalicelib.inbound import housecallpro, jobber, quickbooks, standard, stripe, tremendous
from chalicelib.inbound.payloads import named_by, read_any
from chalicelib.inbound.signatures import (
    verify_housecallpro,
    verify_jobber,
    verify_quickbooks,
    verify_shared_secret,
    verify_standard,
    verify_stripe,
    verify_tremendous,
)
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
        return _answered("ignored")
    return _stored(call, "stripe", event_id, body)


def post_quickbooks(call: Call) -> Response:
    """QuickBooks Online's notices; each is stored by itself, so that one invoice does not keep the others waiting."""
    body = call.raw_body(_MOST_BYTES)
    verify_quickbooks(call.headers, body, call.program.config.quickbooks_secrets)
    notices = quickbooks.notices(body)
    _in_time(notices, call.program.ports.now())
    ports = call.program.ports
    new = [receive_event(ports, "quickbooks", notice.id, notice.payload) for notice in notices]
    if not notices:
        return _answered("ignored")
    return _answered("stored" if any(new) else "known")


def post_jobber(call: Call) -> Response:
    """Jobber's invoices, payments and closed jobs; what they name is read later, as Jobber waits for one second."""
    body = call.raw_body(_MOST_BYTES)
    verify_jobber(call.headers, body, call.program.config.jobber_secrets)
    notice = jobber.notice(body)
    if notice is None:
        return _answered("ignored")
    _in_time([notice], call.program.ports.now())
    return _stored(call, "jobber", notice.id, body)


def post_housecallpro(call: Call) -> Response:
    """Housecall Pro's invoices and jobs."""
    body = call.raw_body(_MOST_BYTES)
    now = call.program.ports.now()
    verify_housecallpro(call.headers, body, call.program.config.housecallpro_secrets, now)
    event_id = housecallpro.event_id(body)
    events = housecallpro.parse(body, event_id, call.program.settings().business.country)
    _in_time(events, now)
    if not events:
        return _answered("ignored")
    return _stored(call, "housecallpro", event_id, body)


def post_tremendous(call: Call) -> Response:
    """Tremendous' notices about gift cards; how the order stands is read afterwards."""
    body = call.raw_body(_MOST_BYTES)
    verify_tremendous(call.headers, body, call.program.config.tremendous_secrets)
    notice = tremendous.notice(body)
    if notice is None:
        return _answered("ignored")
    _in_time([notice], call.program.ports.now())
    return _stored(call, "tremendous", notice.id, body)


def post_mapped(call: Call, name: str) -> Response:
    """Any JSON, translated into an event by the expressions of the settings' source of this name."""
    # Loaded here: no other hook needs the expressions' language.
    from chalicelib.inbound import mapping

    body = call.raw_body(_MOST_BYTES)
    now = call.program.ports.now()
    secrets = call.program.config.mapped_secrets
    signed_id = None
    if "webhook-signature" in call.headers:
        signed_id = verify_standard(call.headers, body, secrets, now)
    else:
        verify_shared_secret(call.headers, secrets)
    settings = call.program.settings()
    source = mapping.source_named(settings.raw, name)
    payload = read_any(body)
    mapped = mapping.translate(source, payload, now)
    if mapped.body is None:
        return _answered("ignored")
    event_id = f"{name}:{mapped.id or signed_id or named_by(payload)}"
    _in_time(standard.parse(mapped.body, event_id, settings.business.country), now)
    return _stored(call, "mapped", event_id, mapped.body)


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


def _in_time(told: Iterable[_Dated], now: datetime) -> None:
    """A clock that is far ahead would make its word the last one for ever."""
    if any(one.at > now + _MOST_AHEAD for one in told):
        raise InvalidInput.of("timestamp", f"lies more than {_MOST_AHEAD} ahead of our clock")


def _stored(call: Call, source: str, event_id: str, body: bytes) -> Response:
    try:
        payload = body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("the body is not UTF-8") from error
    new = receive_event(call.program.ports, source, event_id, payload)
    return _answered("stored" if new else "known")


def _answered(status: str) -> Response:
    return Response({"status": status}, status_code=HTTPStatus.ACCEPTED)
