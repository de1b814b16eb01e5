"""What the other programs send, signed as they sign it; the world is told their secrets."""

import hashlib
import hmac
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

from chalicelib.domain.settings import DEFAULTS
from chalicelib.inbound.signatures import sign_standard
from tests.unit.source_payloads import SECRET, body_hmac, cloud_event, housecallpro_headers, housecallpro_job
from tests.world import EVENTS_SECRET, STRIPE_SECRET, World

AT = "2026-05-04T15:00:00Z"
SOURCE = {"type": "'job.completed'", "customer_id": "person"}


def open_every_door(world: World) -> None:
    """Give each hook the secret that `signed` uses."""
    world.program.config = replace(
        world.program.config,
        quickbooks_secrets=(SECRET,),
        jobber_secrets=(SECRET,),
        housecallpro_secrets=(SECRET,),
        mapped_secrets=(EVENTS_SECRET,),
        tremendous_secrets=(SECRET,),
    )


def have_source(world: World, name: str) -> None:
    """Let the settings say how a program of one's own is to be read."""
    if "sources" in DEFAULTS:
        world.settings(sources={name: SOURCE})
        return
    settings = world.program.settings()
    changed = replace(settings, raw={**settings.raw, "sources": {name: SOURCE}})
    world.program._settings = (time.monotonic() + 3600, changed)


def signed(world: World, raw: bytes) -> dict[str, str]:
    """Every signature over a body that any hook may look for."""
    return {
        **sign_standard(f"evt_{uuid4().hex}", world.clock(), raw, EVENTS_SECRET),
        **stripe_headers(world, raw),
        **housecallpro_headers(raw, world.clock()),
        "intuit-signature": body_hmac(raw),
        "x-jobber-hmac-sha256": body_hmac(raw),
        "tremendous-webhook-signature": f"sha256={hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()}",
    }


def example_of(operation_id: str) -> Any:
    """A body that a hook stores."""
    jobber = {"topic": "INVOICE_UPDATE", "appId": "a", "accountId": "MQ==", "itemId": uuid4().hex, "occurredAt": AT}
    return {
        "postEvent": event("job.completed", {"customer": {"id": "1"}}),
        "postStripe": stripe_invoice("in_0"),
        "postQuickbooks": [cloud_event("updated", uuid4().hex, AT)],
        "postJobber": {"data": {"webHookEvent": jobber}},
        "postHousecallpro": housecallpro_job("job.completed", AT, id=uuid4().hex),
        "postMapped": {"person": uuid4().hex},
        "postTremendous": tremendous_notice("ORDERS.CANCELED", "SFZCMH4NMC5X"),
    }[operation_id]


def tremendous_notice(kind: str, identifier: str) -> dict[str, Any]:
    """Tremendous' word about an order or a reward."""
    resource = {"id": identifier, "type": kind.partition(".")[0].lower()}
    return {"event": kind, "uuid": uuid4().hex, "created_utc": AT, "payload": {"resource": resource}}


def event(kind: str, data: object) -> dict[str, object]:
    """A Standard Webhook's body."""
    return {"type": kind, "timestamp": AT, "data": data}


def stripe_invoice(invoice_id: str, kind: str = "invoice.paid", **fields: Any) -> dict[str, Any]:
    """Stripe's event about an invoice."""
    thing = {"id": invoice_id, "object": "invoice", "currency": "usd", "total": 10_000, "customer": "cus_1", **fields}
    return {"id": f"evt_{uuid4().hex}", "type": kind, "created": 1777906800, "data": {"object": thing}}


def stripe_headers(world: World, raw: bytes, *, secret: str = STRIPE_SECRET, age: int = 0) -> dict[str, str]:
    """Stripe's signature over a body."""
    at = int(world.clock().timestamp()) - age
    digest = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={at},v1={digest}"}
