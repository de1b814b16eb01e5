"""When a webhook is tried again, where it may go, and what makes it one and no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.notices import TYPES, Notice
from chalicelib.domain.webhooks import (
    LONGEST_PAUSE,
    PATIENCE,
    Endpoint,
    next_attempt,
    retry_after,
    webhook_of,
    why_not_url,
)
from tests.unit.examples import CODE, NOW, any_text

URL = "https://crm.example.com/hook"
NOTICE = Notice("referral.created", "ref_1", 1, NOW, CODE, {})
WEBHOOK = webhook_of(NOTICE, URL)
chances = st.floats(0, 1)
waits = st.none() | st.timedeltas(timedelta(days=-10), timedelta(days=10))


def test_the_id_is_made_of_the_fact_and_the_endpoint():
    """So there is never a second; and it fits into the header and the signed text, which a full stop would not."""
    assert webhook_of(replace(NOTICE, at=NOW + timedelta(days=1), data={"x": 1}), URL).id == WEBHOOK.id
    others = [
        webhook_of(replace(NOTICE, type="referral.closed"), URL),
        webhook_of(replace(NOTICE, about="ref_2"), URL),
        webhook_of(replace(NOTICE, version=2), URL),
        webhook_of(NOTICE, f"{URL}2"),
    ]
    assert len({WEBHOOK.id, *(other.id for other in others)}) == 5
    assert WEBHOOK.id.startswith("whk_")
    assert WEBHOOK.id.removeprefix("whk_").isalnum()


@given(attempts=st.integers(1, 1000), chance=chances, wait=waits, late=st.timedeltas(timedelta(0), PATIENCE * 2))
def test_an_attempt_lies_ahead_and_within_three_days(
    attempts: int, chance: float, wait: timedelta | None, late: timedelta
):
    now = NOW + late
    following = next_attempt(replace(WEBHOOK, attempts=attempts), now, chance=chance, wait=wait)
    assert (following is None) == (late >= PATIENCE)
    if following is not None:
        assert now < following <= NOW + PATIENCE
        assert following - now <= LONGEST_PAUSE * 1.25


@given(chance=chances, attempts=st.integers(1, 30))
def test_the_pause_doubles_up_to_eight_hours(chance: float, attempts: int):
    following = next_attempt(replace(WEBHOOK, attempts=attempts), NOW, chance=chance)
    assert following is not None
    plain = min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_PAUSE)
    assert plain * 0.75 <= following - NOW <= plain * 1.25


@given(chances=st.lists(chances, min_size=60, max_size=60))
def test_the_attempts_of_three_days_are_few_and_the_last_is_at_their_end(chances: list[float]):
    webhook, now, times = replace(WEBHOOK, attempts=1), NOW, [NOW]
    while (following := next_attempt(webhook, now, chance=chances[webhook.attempts])) is not None:
        now = following
        times.append(now)
        webhook = replace(webhook, attempts=webhook.attempts + 1)
    assert 14 <= len(times) <= 22
    assert times[-1] == NOW + PATIENCE


@given(wait=st.timedeltas(timedelta(0), timedelta(days=9)), chance=chances)
def test_a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter(wait: timedelta, chance: float):
    plain = next_attempt(replace(WEBHOOK, attempts=6), NOW, chance=chance)
    asked = next_attempt(replace(WEBHOOK, attempts=6), NOW, chance=chance, wait=wait)
    assert plain is not None
    assert asked == max(plain, NOW + min(wait, LONGEST_PAUSE))


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("Mon, 04 May 2026 15:30:00 GMT", timedelta(minutes=30)),
        ("Mon, 04 May 2026 14:30:00 -0000", timedelta(minutes=-30)),
        ("Monday, 04-May-26 15:30:00 GMT", timedelta(minutes=30)),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 400, None),
        ("Mon, 99 May 2026 15:30:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after_in_seconds_or_as_a_date(header: str | None, wait: timedelta | None):
    """RFC 9110, 10.2.3."""
    assert retry_after(header, NOW) == wait


@given(header=any_text)
def test_any_retry_after_is_read_or_let_be(header: str):
    assert retry_after(header, NOW) is None or next_attempt(WEBHOOK, NOW, chance=0, wait=retry_after(header, NOW))


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://hooks.zapier.com/hooks/catch/1/abc/?x=1&y=%20",
        "https://crm.example.com:8443",
        "https://xn--bcher-kva.example/",
        "https://203.0.113.7/",
        "http://localhost:9000/hook",
        "http://127.0.0.1/",
        "http://[::1]:8000/",
    ],
)
def test_webhooks_go_over_https_or_to_this_machine(url: str):
    assert why_not_url(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://crm.example.com/", "https://"),
        ("http://localhost.example.com/", "https://"),
        ("http://127.0.0.1.example.com/", "https://"),
        ("http://10.0.0.1/", "https://"),
        ("https://user:pass@crm.example.com/", "name or a password"),
        ("https://crm.example.com\\@evil.example/", "not an address"),
        ("https://crm.example.com/#part", "not an address"),
        ("https://crm.example.com/a b", "not an address"),
        ("https://crm.example.com/\r\nX: y", "not an address"),
        ("https://crm.example.com:0/", "not an address"),
        ("https://crm.example.com:99999/", "not an address"),
        ("https://crm.example.com:x/", "not an address"),
        ("https://bücher.example/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https:///path", "not an address"),
        ("ftp://crm.example.com/", "not an address"),
        ("file:///etc/passwd", "not an address"),
        ("HTTPS://crm.example.com/", "not an address"),
        ("//crm.example.com/", "not an address"),
        ("", "not an address"),
    ],
)
def test_where_webhooks_do_not_go(url: str, why: str):
    assert why in (why_not_url(url) or "")


@given(url=any_text | st.text("htps:/[]@.#?%\\1ab", max_size=30).map("https://".__add__))
def test_any_address_is_judged(url: str):
    assert why_not_url(url) is None or len(why_not_url(url) or "") > 10


def test_an_endpoint_without_types_wants_all():
    assert all(Endpoint(URL).wants(kind) for kind in TYPES)
    assert [kind for kind in TYPES if Endpoint(URL, ("reward.issued",)).wants(kind)] == ["reward.issued"]


def test_three_days_begin_with_the_fact():
    assert WEBHOOK.overdue == NOW + PATIENCE
    assert (WEBHOOK.since, WEBHOOK.due_at, WEBHOOK.at) == (NOW, NOW, datetime(2026, 5, 4, 15, 0, tzinfo=UTC))
