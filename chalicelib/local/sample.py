"""A plausible contractor, loaded on the first start through the interfaces a CRM and a browser would use.

Every person is invented: phone numbers are 555-01xx, addresses at example.com.
"""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from chalicelib.config import ROOT
from chalicelib.domain.users import NewUser
from chalicelib.inbound.signatures import sign_standard
from chalicelib.local.wait import until
from chalicelib.services.keys import issue_key, revoke_key
from chalicelib.services.users import add_user
from chalicelib.wiring import Program

_log = logging.getLogger(__name__)
_AREAS = ("212", "312", "415", "512", "617")
_CUSTOMERS = (
    "Jane Doe", "Carlos Rivera", "Aisha Khan", "Tom Becker", "Mei Chen", "Priya Natarajan", "Liam O'Connor",
    "Sofia Rossi", "Marcus Hill", "Hannah Weiss", "Dmitri Volkov", "Grace Okafor", "Noah Bergman", "Elena Petrova",
    "Samuel Adeyemi", "Ruth Goldberg", "Kenji Watanabe", "Fatima Zahra", "Owen Davies", "Isabel Moreno",
    "Peter Novak", "Lucy Tran", "André Lefèvre", "Wendy Park", "Yusuf Demir",
)  # fmt: skip
_SCORES = (5, 5, 4, 5, 5, 4, 5, 2, 5, 4, 5, 5, 3, 5, 4, 5, 5, 5, 1, 4)
_OPEN_ISSUE = 10
_PROSPECTS = (
    # name, referred by (index), channel, what becomes of it
    ("Sam Lee", 0, "sms", "paid"),
    ("Nora Blake", 0, "whatsapp", "paid"),
    ("Victor Ames", 0, "facebook", "invoiced"),
    ("Tara Singh", 0, "sms", "appointment"),
    ("Bill Yates", 1, "sms", "paid"),
    ("Chloe Martin", 1, "email", "invoiced"),
    ("Ivan Horvat", 2, "qr", "paid"),
    ("Dana Fox", 3, "copy", "voided"),
    ("Hugo Santos", 4, "sms", "quoted"),
    ("Kate Lund", 5, "sms", "new"),
    ("Omar Haddad", 6, "print", "lost"),
    ("Jill Stone", 8, "sms", "invoiced"),
)
_KEY = "sample"
_SETTINGS = {
    "business": {
        "name": "Maple Street Plumbing",
        "phone": "+12125550198",
        "owner_phone": "+12125550199",
        "owner_email": "owner@example.com",
        "website": "https://example.com",
        "tagline": "Licensed plumbers, family-run since 1998",
        "services": ["Drain cleaning", "Water heater", "Leak repair", "Bathroom remodel", "Something else"],
    },
    "offers": [
        {
            "id": "customer-standing",
            "segment": "customer",
            "headline": "A plumber your friend already trusts",
            "friend_text": "$50 off your first visit when you come through this page.",
            "friend_discount": {"amount_cents": 5000},
            "referrer_text": "up to $100 service credit for each friend whose job we complete",
            "starts_at": None,
            "ends_at": None,
        },
        {
            "id": "partner-standing",
            "segment": "partner",
            "headline": "Recommended by people who know the trade",
            "friend_text": "$50 off your first visit when you come through this page.",
            "friend_discount": {"amount_cents": 5000},
            "referrer_text": "a referral fee for each client whose job we complete",
            "starts_at": None,
            "ends_at": None,
        },
    ],
    "proof": {
        "rating": 4.9,
        "reviews": 212,
        "reviews_on": "Google",
        "since": 1998,
        "license": "NYC master plumber 00000",
        "guarantee": "Two years' guarantee on every repair",
    },
    "leaderboard_public": True,
    "thanks_public": True,
    "gift_cards": {"products": ["OKMHM2X2OHYV"]},
}


def load_sample(program: Program, environment: Mapping[str, str], url: str) -> bool:
    """Load the sample business into an empty table; False where there is anybody already, or it was loaded before.

    A load that was cut short is done again from the beginning: what arrived of it has the same ids and is not doubled.
    """
    unfinished = (program.config.data or ROOT) / "sample.unfinished"
    if not unfinished.exists() and (program.ports.store.settings.get().version > 0 or _known(program)):
        return False
    _log.info("first start: loading a sample business (GOODWORD_SAMPLE=0 leaves it out)")
    unfinished.touch()
    key = issue_key(program.ports, "owner", _KEY, _KEY)
    crm = _Crm(url, environment["GOODWORD_EVENTS_SECRET"].split(",")[0], key)
    crm.put_settings(_SETTINGS)
    if not program.ports.store.users.page(limit=1, cursor=None)[0]:
        add_user(program.ports, NewUser("Pat Maple", "owner", email="owner@example.com"), _KEY)
    start = program.ports.now() - timedelta(days=45)
    _customers(crm, start)
    until(lambda: len(_known(program)) == len(_CUSTOMERS), seconds=60)
    _leads(program, crm)
    until(lambda: not any(True for _ in program.ports.store.work.due(program.ports.now())), seconds=60)
    keys, _ = program.ports.store.keys.page(limit=100, cursor=None)
    for used in keys:
        if used.name == _KEY:
            revoke_key(program.ports, used.kid, _KEY)
    unfinished.unlink()
    return True


def _customers(crm: "_Crm", start: datetime) -> None:
    for index in range(len(_CUSTOMERS)):
        at = start + timedelta(days=index // 2, hours=index % 5)
        crm.event("customer.updated", _customer(index), at)
        if index < len(_SCORES):
            crm.event("job.completed", _customer(index), at + timedelta(hours=3))
            crm.event(
                "review.scored", {**_customer(index), "review": {"score": _SCORES[index]}}, at + timedelta(hours=20)
            )
    crm.event("issue.opened", {**_customer(_OPEN_ISSUE), "issue": {"id": "leak-again"}}, start)
    crm.event("invoice.paid", {**_customer(0), "invoice": _invoice("inv-own", 18_500)}, start)


def _leads(program: Program, crm: "_Crm") -> None:
    codes = {person["email"]: person["id"] for person in _known(program)}
    for index, (name, referrer, channel, fate) in enumerate(_PROSPECTS):
        person = {"id": f"P{index}", "name": name, "phone": _phone(index + 50), "email": _email(name)}
        lead = {"code": codes[_email(_CUSTOMERS[referrer])], "name": name, "phone": person["phone"], "channel": channel}
        for look in range(1 + 3 * (index % 3)):
            crm.visit({"code": lead["code"], "channel": channel}, look)
        crm.lead({**lead, "email": person["email"], "service": "Leak repair", "sms_consent": index % 2 == 0}, index)
        if fate in {"appointment", "quoted", "lost"}:
            lead_id = {"id": f"L{index}", "stage": fate}
            crm.event("lead.stage_changed", {"customer": person, "lead": lead_id}, program.ports.now())
        kinds = {"invoiced": ["issued"], "paid": ["issued", "paid"], "voided": ["issued", "voided"]}.get(fate, [])
        for kind in kinds:
            invoice = _invoice(f"inv-{index}", 42_000 + 1_500 * index)
            # An invoice of before the lead would be an older customer's.
            crm.event(f"invoice.{kind}", {"customer": person, "invoice": invoice}, program.ports.now())


class _Crm:
    """Talks to the program as other programs do: over HTTP, signed."""

    def __init__(self, url: str, secret: str, key: str) -> None:
        self._url, self._secret, self._key = url, secret, key
        self._sent = 0

    def event(self, kind: str, data: Mapping[str, object], at: datetime) -> None:
        self._sent += 1
        body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}).encode()
        self._post(
            "POST",
            "/v1/hooks/events",
            body,
            sign_standard(f"sample-{self._sent}", datetime.now(UTC), body, self._secret),
        )

    def lead(self, fields: Mapping[str, object], visitor: int) -> None:
        headers = {**_from(visitor), "Idempotency-Key": f"sample-{visitor}"}
        self._post("POST", "/v1/leads", json.dumps(fields).encode(), headers)

    def visit(self, fields: Mapping[str, object], visitor: int) -> None:
        self._post("POST", "/v1/visits", json.dumps(fields).encode(), _from(visitor))

    def put_settings(self, part: Mapping[str, object]) -> None:
        self._post("PUT", "/v1/admin/settings", json.dumps(part).encode(), {"Authorization": f"Bearer {self._key}"})

    def _post(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        request = urllib.request.Request(  # noqa: S310 - our own server on the loopback
            self._url + path, body, {"Content-Type": "application/json", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
                answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the sample business was refused at {path}: {error.read().decode()}") from error


def _from(visitor: int) -> dict[str, str]:
    """Each visitor from an address of their own (TEST-NET-2), as it is with visitors."""
    return {"X-Forwarded-For": f"198.51.100.{visitor + 1}"}


def _known(program: Program) -> list[dict[str, str]]:
    found, _ = program.ports.store.participants.page(search=None, limit=100, cursor=None)
    return [{"email": person.email or "", "id": person.id} for person in found]


def _customer(index: int) -> dict[str, object]:
    name = _CUSTOMERS[index]
    return {"customer": {"id": f"C{index}", "name": name, "phone": _phone(index), "email": _email(name)}}


def _invoice(identifier: str, cents: int) -> dict[str, object]:
    return {"id": identifier, "number": identifier.upper(), "amount_cents": cents, "currency": "USD"}


def _phone(index: int) -> str:
    return f"+1{_AREAS[index % len(_AREAS)]}55501{index:02d}"


def _email(name: str) -> str:
    plain = "".join(c for c in name.lower().replace(" ", ".") if c.isascii() and (c.isalpha() or c == "."))
    return f"{plain}@example.com"
