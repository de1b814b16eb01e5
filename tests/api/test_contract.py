"""docs/openapi.yaml and the routes say the same, both ways."""

import re

import pytest
from openapi_spec_validator import validate

from chalicelib.api.application import create_app
from chalicelib.domain.access import KEY_ROLES
from chalicelib.domain.messages import STATUSES as MESSAGE_STATUSES
from chalicelib.domain.messages import TEMPLATES
from chalicelib.domain.notices import TYPES
from chalicelib.domain.referrals import CHANNELS, SOURCES, STAGES
from chalicelib.domain.rewards import KINDS
from chalicelib.domain.rewards import STATUSES as REWARD_STATUSES
from chalicelib.domain.settings import DEFAULTS
from chalicelib.domain.webhooks import STATUSES as WEBHOOK_STATUSES
from tests.api.openapi_contract import DOCUMENT, Operation, operations

OPERATIONS = {f"{op.method} {op.path}": op for op in operations()}
SCHEMAS = DOCUMENT["components"]["schemas"]


def unasked() -> object:
    raise AssertionError("registering routes needs no program")


ROUTES = {
    f"{method} {path}": entry
    for path, methods in create_app(unasked).routes.items()  # type: ignore[arg-type]  # never called
    for method, entry in methods.items()
}


def test_the_document_is_openapi_3_1() -> None:
    """Any tool can read it."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    validate(DOCUMENT)


def test_every_route_is_documented_and_nothing_else() -> None:
    """Neither a hidden route nor a promise without one."""
    assert set(ROUTES) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_role_parameters_and_body_are_as_registered(name: str) -> None:
    """Who may call it, what is in the path, which bodies it reads."""
    operation, entry = OPERATIONS[name], ROUTES[name]
    assert operation.role == entry.view_function.role
    assert set(re.findall(r"{(\w+)}", operation.path)) == set(entry.view_args)
    body = operation.request_types
    assert body == (set(entry.content_types) if operation.method != "GET" and body else set())
    assert bool(body) == (operation.method in {"POST", "PUT", "PATCH"})


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_security_follows_from_the_role(operation: Operation) -> None:
    """A key or a session for staff and owner, a signature for webhooks, a token for participants, nothing for all."""
    security = operation.raw.get("security", DOCUMENT["security"])
    schemes = {name for requirement in security for name in requirement}
    if operation.role in KEY_ROLES:
        assert schemes == {"key", "session"}
    else:
        assert bool(schemes) == (operation.role in {"signed", "share"})
        assert ("share" in schemes) == (operation.role == "share")
        assert schemes <= set(DOCUMENT["components"]["securitySchemes"]) - {"key", "session"}
    if operation.role in KEY_ROLES and operation.method != "GET":
        assert 403 in operation.statuses, "another site's page may send a person's cookie"
    elif 403 in operation.statuses:
        assert operation.role == "owner" or "owner" in str(operation.raw)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_what_can_happen_to_every_request_is_documented(operation: Operation) -> None:
    """A success, an unsupported media type, a table that is away; no key, too long a body where they can happen."""
    statuses = operation.statuses
    assert any(status < 400 for status in statuses)
    assert {415, 503} <= statuses
    assert 500 not in statuses
    assert (operation.role == "public" and operation.id != "signIn") == (401 not in statuses)
    assert bool(operation.request_types) == (413 in statuses)
    assert operation.raw["summary"]
    assert operation.raw["tags"]


@pytest.mark.parametrize(
    ("documented", "known"),
    [
        (SCHEMAS["Stage"]["enum"], STAGES),
        (SCHEMAS["Channel"]["enum"], CHANNELS),
        (SCHEMAS["RewardKind"]["enum"], KINDS),
        (SCHEMAS["RewardStatus"]["enum"], REWARD_STATUSES),
        (SCHEMAS["MessageStatus"]["enum"], MESSAGE_STATUSES),
        (SCHEMAS["Message"]["properties"]["template"]["enum"], TEMPLATES),
        (SCHEMAS["WebhookStatus"]["enum"], WEBHOOK_STATUSES),
        (SCHEMAS["NoticeType"]["enum"], TYPES),
        (DOCUMENT["webhooks"], TYPES),
        (SCHEMAS["Referral"]["properties"]["source"]["enum"], SOURCES),
        (SCHEMAS["Settings"]["properties"]["messages"]["properties"], TEMPLATES),
        (SCHEMAS["Settings"]["properties"], DEFAULTS),
        (SCHEMAS["Settings"]["properties"]["business"]["properties"], DEFAULTS["business"]),
        (SCHEMAS["Settings"]["properties"]["eligibility"]["properties"], DEFAULTS["eligibility"]),
        (SCHEMAS["Settings"]["properties"]["hold_days_by_kind"]["properties"], KINDS),
        (SCHEMAS["PartOfRewardPlan"]["properties"], DEFAULTS["rewards"]["customer"]),
        (SCHEMAS["Settings"]["properties"]["offers"]["items"]["properties"], DEFAULTS["offers"][0]),
    ],
    ids=lambda value: ",".join(value)[:40],
)
def test_the_document_knows_the_words_the_program_knows(documented: object, known: object) -> None:
    """A new stage, template or setting cannot be left out of it."""
    assert set(documented) == set(known)  # type: ignore[call-overload]  # each is a collection of names


def test_examples_keep_to_reserved_numbers_and_names() -> None:
    """Nobody real is called or written to from a copied example."""
    text = str(DOCUMENT)
    phones = re.findall(r"\+1\d{10}|\(\d{3}\) ?\d{3}-\d{4}", text)
    assert phones
    assert all(re.search(r"555-?01\d\d$", phone) for phone in phones), phones
    assert set(re.findall(r"@([\w.]+\.\w+)", text)) == {"example.com"}
