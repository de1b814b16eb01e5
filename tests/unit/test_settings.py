"""What the owner decides, checked whole before any of it takes effect (P19)."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import Fields
from chalicelib.domain.messages import TEMPLATES
from chalicelib.domain.rewards import Tier
from chalicelib.domain.settings import (
    DEFAULTS,
    Settings,
    changed,
    default_settings,
    parse_plan,
    parse_settings,
    plan_as_json,
)
from chalicelib.domain.webhooks import Endpoint
from tests.unit.examples import any_text, damaged, json_values, unless_refused

EXAMPLE: dict[str, Any] = {
    **DEFAULTS,
    "business": {**DEFAULTS["business"], "name": "Maple Street", "phone": "415 555 2671", "services": ["Drains"]},
    "messages": {"invitation": {"sms": "Hi {{ participant.first_name }}"}},
    "webhooks": [{"url": "https://crm.example.com/hook", "types": ["referral.created"]}],
}
TIERS = (Tier(1, 2500), Tier(3, 5000), Tier(5, 10000))


def wrong(part: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        changed(default_settings(), part)
    return [error.field for error in caught.value.errors]


def test_the_defaults_are_those_of_the_documents():
    """P20, P11, P22: $25, $50, $100 at 1, 3, 5; threshold 4; a private leaderboard; no hold."""
    settings = default_settings()
    for plan in settings.rewards.values():
        assert (plan.kind, plan.tiers, plan.tier_mode) == ("service_credit", TIERS, "step")
    assert (settings.trigger, settings.score_threshold, settings.hold_days) == ("invoiced", 4, 0)
    assert (settings.leaderboard_public, settings.submissions_per_hour) == (False, 20)


def test_a_part_changes_that_part_only():
    """P19."""
    before = default_settings()
    after = changed(before, {"rewards": {"partner": {"tiers": [{"at": 1, "amount_cents": 9900}]}}})
    assert after.rewards["partner"].tiers == (Tier(1, 9900),)
    assert after.rewards["customer"] == before.rewards["customer"]
    assert after.business == before.business
    assert (before, DEFAULTS["rewards"]["partner"]["tiers"][0]["amount_cents"]) == (default_settings(), 2500)


def test_webhooks_go_to_the_addresses_and_types_that_are_named():
    """P25; no types means all."""
    urls = ("https://crm.example.com/hook", "http://localhost:9000/")
    settings = changed(
        default_settings(), {"webhooks": [{"url": urls[0], "types": ["reward.issued"]}, {"url": urls[1]}]}
    )
    assert settings.webhooks == (Endpoint(urls[0], ("reward.issued",)), Endpoint(urls[1]))
    assert changed(settings, {"webhooks": []}).webhooks == ()


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"triger": "paid"}, "triger"),
        ({"trigger": "won"}, "trigger"),
        ({"score_threshold": 11}, "score_threshold"),
        ({"score_threshold": 10**400}, "score_threshold"),
        ({"hold_days": 1.5}, "hold_days"),
        ({"hold_days": None}, "hold_days"),
        ({"leaderboard_public": "perhaps"}, "leaderboard_public"),
        ({"leaderboard_size": 0}, "leaderboard_size"),
        ({"currency": "dollars"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"business": {"name": ""}}, "business.name"),
        ({"business": {"country": "USA"}}, "business.country"),
        ({"business": {"country": "UK"}}, "business.country"),
        ({"business": {"country": "XX"}}, "business.country"),
        ({"business": {"timezone": "Mars/Phobos"}}, "business.timezone"),
        ({"business": {"timezone": "../../etc/passwd"}}, "business.timezone"),
        ({"business": {"timezone": "America"}}, "business.timezone"),
        ({"business": {"website": "javascript:alert(1)"}}, "business.website"),
        ({"business": {"phone": "12"}}, "business.phone"),
        ({"business": {"services": ["x" * 61]}}, "business.services"),
        ({"business": {"services": ["\ud800"]}}, "business.services"),
        ({"business": {"services": ["a\x00b"]}}, "business.services"),
        ({"business": None}, "business"),
        ({"rewards": {"customer": {"kind": "cash"}}}, "rewards.customer.kind"),
        ({"rewards": {"customer": {"kind": "custom"}}}, "rewards.customer.text"),
        ({"rewards": {"customer": {"percent": 10}}}, "rewards.customer.percent"),
        (
            {"rewards": {"customer": {"tiers": [{"at": 1, "amount_cents": 25.0}]}}},
            "rewards.customer.tiers[0].amount_cents",
        ),
        ({"rewards": {"customer": {"tiers": [{"at": 0, "amount_cents": 1}]}}}, "rewards.customer.tiers[0].at"),
        ({"rewards": {"customer": {"tiers": [{"at": 1, "amount_cents": 1}] * 2}}}, "rewards.customer.tiers"),
        ({"rewards": {"everyone": {}}}, "rewards.everyone"),
        (
            {"rewards": {"customer": {"tiers": [{"at": 1, "amount_cents": 1, "note": "\ud800"}]}}},
            "rewards.customer.tiers[0].note",
        ),
        ({"webhooks": None}, "webhooks"),
        ({"webhooks": {}}, "webhooks"),
        ({"webhooks": [{"url": f"https://crm.example.com/{n}"} for n in range(11)]}, "webhooks"),
        ({"webhooks": [{"url": "https://crm.example.com/"}] * 2}, "webhooks"),
        ({"webhooks": [{"url": ""}]}, "webhooks[0].url"),
        ({"webhooks": [{"url": " https://crm.example.com/"}]}, "webhooks[0].url"),
        ({"webhooks": [{"url": "http://crm.example.com/"}]}, "webhooks[0].url"),
        ({"webhooks": [{"url": "https://crm.example.com/" + "x" * 500}]}, "webhooks[0].url"),
        ({"webhooks": [{"url": "https://crm.example.com/", "types": ["referral.made"]}]}, "webhooks[0].types"),
        ({"webhooks": [{"url": "https://crm.example.com/", "types": "referral.closed"}]}, "webhooks[0].types"),
        ({"webhooks": [{"url": "https://crm.example.com/", "types": [["x"]]}]}, "webhooks[0].types"),
        ({"webhooks": [{"url": "https://crm.example.com/", "secret": "x"}]}, "webhooks[0].secret"),
        ({"offers": {}}, "offers"),
        ({"offers": [DEFAULTS["offers"][0], DEFAULTS["offers"][0]]}, "offers"),
        ({"offers": [{**DEFAULTS["offers"][0], "starts_at": "soon"}]}, "offers[0].starts_at"),
        ({"messages": {"invite": {"sms": "x"}}}, "messages.invite"),
        ({"messages": {"invitation": {"fax": "x"}}}, "messages.invitation.fax"),
        ({"messages": {"invitation": {"sms": "x" * 2001}}}, "messages.invitation.sms"),
        ({"messages": {"invitation": {"sms": "Hi \ud800"}}}, "messages.invitation.sms"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_part_that_cannot_be_accepted_names_its_field(part: dict[str, Any], field: str):
    """Rule 7."""
    assert wrong(part) == [field]


@pytest.mark.parametrize(
    ("part", "shown"),
    [({"leaderboard_public": "off"}, False), ({"show_referrer_name": "no"}, False), ({"trigger": ""}, "invoiced")],
)
def test_what_is_shown_is_what_holds(part: dict[str, Any], shown: object):
    """P19: a console that reads the text `off` back would tick the box."""
    after = unless_refused(lambda: changed(default_settings(), part))
    assert after is None or after.raw[next(iter(part))] == shown


def test_all_errors_come_at_once():
    part = {
        "trigger": "x",
        "hold_days": -1,
        "business": {"name": "", "country": "?"},
        "rewards": {"partner": {"kind": 1}},
    }
    assert sorted(wrong(part)) == ["business.country", "business.name", "hold_days", "rewards.partner.kind", "trigger"]


@given(damaged(EXAMPLE) | st.dictionaries(st.sampled_from(sorted(DEFAULTS)), json_values(), max_size=3))
def test_a_refused_change_leaves_everything_as_it_was(part: object):
    """Rule 7: any JSON is taken whole or refused whole, by InvalidInput and nothing else."""
    settings, defaults = default_settings(), copy.deepcopy(dict(DEFAULTS))
    raw = copy.deepcopy(settings.raw)
    after = unless_refused(lambda: changed(settings, part))
    if after is not None:
        assert parse_settings(after.raw) == after
        assert json.dumps(after.raw, ensure_ascii=False).encode(), "what is accepted can be stored"
    assert settings.raw == raw
    assert defaults == DEFAULTS


texts = any_text.filter(lambda text: text.isprintable() and text.strip() != "" and text.isascii())
parts = st.fixed_dictionaries(
    {},
    optional={
        "trigger": st.sampled_from(["invoiced", "paid"]),
        "hold_days": st.integers(0, 365),
        "score_threshold": st.integers(0, 10) | st.floats(0, 10),
        "business": st.fixed_dictionaries({}, optional={"name": texts, "tagline": texts, "services": st.lists(texts)}),
        "messages": st.dictionaries(st.sampled_from(TEMPLATES), st.fixed_dictionaries({"sms": texts})),
    },
)


@given(st.lists(parts, max_size=4))
def test_settings_read_back_as_themselves_after_any_changes(changes: list[dict[str, Any]]):
    settings = default_settings()
    for part in changes:
        settings = changed(settings, part)
        again: Settings = parse_settings(settings.raw, version=settings.version)
        assert again == settings
        assert again.raw == settings.raw


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 10**6)), max_size=6, unique_by=lambda tier: tier[0]))
def test_a_plan_reads_back_as_itself(tiers: list[tuple[int, int]]):
    """P19: one participant's exception is kept as JSON."""
    fields = Fields({"kind": "gift_card", "tiers": [{"at": at, "amount_cents": cents} for at, cents in tiers]})
    plan = parse_plan(fields)
    assert not fields.errors
    assert list(plan.tiers) == [Tier(*tier) for tier in sorted(tiers)]
    assert parse_plan(Fields(plan_as_json(plan))) == plan
