"""Rewards by hand, settings, numbers and the audit (P19, P24, P27, P28)."""

from typing import Any

import pytest

from tests.api.table_watch import nothing_changes, requests_made
from tests.world import World


def rewarded(world: World, **settings: Any) -> tuple[str, str]:
    """A participant's code and their reward's id."""
    if settings:
        world.settings(**settings)
    jane = world.enrol()
    reference = world.lead(jane.id).json["reference"]
    world.clock.forward(hours=1)
    return jane.id, world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"}).json["reward_id"]


def set_status(world: World, reward: str, status: str, note: str = "because") -> Any:
    return world.admin("PATCH", f"rewards/{reward}", {"status": status, "note": note})


def test_a_reward_is_marked_by_hand_with_its_note_in_one_transaction(world: World) -> None:
    """The change and its audit entry are committed together (P28)."""
    _, reward = rewarded(world)
    with requests_made() as made:
        changed = set_status(world, reward, "redeemed", "taken off invoice 1042").json
    writes = [name for name in made if name not in {"GetItem", "BatchGetItem", "Query"}]
    assert writes == ["TransactWriteItems"]
    assert (changed["status"], "taken off invoice 1042" in changed["why"]) == ("redeemed", True)
    entry = next(e for e in world.admin("GET", "audit").json["items"] if e["subject"] == reward)
    assert (entry["action"], entry["note"]) == ("reward redeemed", "taken off invoice 1042")
    with nothing_changes():
        assert set_status(world, reward, "redeemed").json == changed


def test_a_gift_card_waits_for_approval_and_then_counts(world: World) -> None:
    """Nothing like cash leaves by itself (S6, P8, P27)."""
    jane, reward = rewarded(world, rewards={"customer": {"kind": "gift_card"}})
    assert world.admin("GET", f"rewards/{reward}").json["status"] == "pending"
    assert world.participant(jane).totals.earned_cents == 0
    assert set_status(world, reward, "issued", "approved").json["issued_at"] is not None
    assert world.participant(jane).totals.earned_cents == 2500
    assert len(world.messages("reward_issued")) == 1


def test_a_reward_taken_back_by_hand_is_not_given_again(world: World) -> None:
    """Its money leaves the total, and no later trigger brings it back (P28, P29)."""
    jane, reward = rewarded(world)
    assert set_status(world, reward, "reversed").json["status"] == "reversed"
    assert world.participant(jane).totals.earned_cents == 0
    world.clock.forward(hours=1)
    world.admin("PATCH", f"referrals/{world.admin('GET', f'rewards/{reward}').json['referral_id']}", {"stage": "paid"})
    world.settle_down()
    assert [r["status"] for r in world.admin("GET", "rewards").json["items"]] == ["reversed"]


@pytest.mark.parametrize(
    ("path", "impossible"),
    [
        ([], ["pending", "reversal_due"]),
        (["redeemed"], ["pending", "issued", "reversal_due"]),
        (["reversed"], ["pending", "issued", "redeemed", "reversal_due"]),
    ],
    ids=["issued", "redeemed", "reversed"],
)
def test_a_step_that_makes_no_sense_is_refused(world: World, path: list[str], impossible: list[str]) -> None:
    """409 says what can be done instead."""
    _, reward = rewarded(world)
    for status in path:
        set_status(world, reward, status)
    for status in impossible:
        with nothing_changes():
            answer = set_status(world, reward, status)
        words = "stays reversed" if path == ["reversed"] else "can become"
        assert (answer.status, words in answer.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": "x"}, "status"),
        ({"status": "issued"}, "note"),
        ({"status": "issued", "note": " "}, "note"),
        ({"status": "issued", "note": "x" * 501}, "note"),
        ({"status": "given", "note": "x"}, "status"),
        ({"status": "issued", "note": "x", "amount_cents": 1}, "amount_cents"),
    ],
)
def test_a_status_needs_its_note(busy_world: World, body: object, field: str) -> None:
    """400 by name, also for a reward nobody has."""
    with nothing_changes():
        answer = busy_world.admin("PATCH", "rewards/rew_0-1", body)
    assert (answer.status, [e["field"] for e in answer.json["errors"]]) == (400, [field])


def test_a_part_of_the_settings_changes_that_part(world: World) -> None:
    """Objects merge, lists replace, the rest stays; the audit names what was changed (P19)."""
    before = world.admin("GET", "settings").json
    part = {"hold_days": 14, "business": {"tagline": "Since 1987"}, "rewards": {"partner": {"tiers": []}}}
    world.clock.forward(minutes=1)
    after = world.admin("PUT", "settings", part).json
    assert after == {
        **before,
        "hold_days": 14,
        "business": {**before["business"], "tagline": "Since 1987"},
        "rewards": {**before["rewards"], "partner": {**before["rewards"]["partner"], "tiers": []}},
    }
    assert world.admin("GET", "settings").json == after
    entry = world.admin("GET", "audit").json["items"][0]
    assert (entry["action"], entry["subject"]) == ("settings changed", "business, hold_days, rewards")


def test_a_changed_reward_holds_for_the_next_close(world: World) -> None:
    """Settings decide what is earned, from the moment they are saved (P19)."""
    world.admin("PUT", "settings", {"rewards": {"customer": {"tiers": [{"at": 1, "amount_cents": 7500}]}}})
    jane, _ = rewarded(world)
    assert world.participant(jane).totals.earned_cents == 7500


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"hold_day": 1}, "hold_day"),
        ({"hold_days": -1}, "hold_days"),
        ({"hold_days": 1.5}, "hold_days"),
        ({"hold_days": True}, "hold_days"),
        ({"trigger": "won"}, "trigger"),
        ({"currency": "usd"}, "currency"),
        ({"business": None}, "business"),
        ({"business": {"timezone": "Mars/Olympus"}}, "business.timezone"),
        ({"business": {"timezone": "../../etc/passwd"}}, "business.timezone"),
        ({"business": {"website": "javascript:alert(1)"}}, "business.website"),
        ({"business": {"services": ["", "x"]}}, "business.services"),
        ({"business": {"owner_phone": "12"}}, "business.owner_phone"),
        ({"rewards": {"vip": {}}}, "rewards.vip"),
        ({"rewards": {"customer": {"tiers": [{"at": 0, "amount_cents": 1}]}}}, "rewards.customer.tiers[0].at"),
        ({"rewards": {"customer": {"tiers": [{"at": 1, "amount_cents": 1}] * 2}}}, "rewards.customer.tiers"),
        ({"offers": [{"id": "a"}]}, "offers[0].headline"),
        ({"offers": {}}, "offers"),
        ({"messages": {"hello": {"sms": "x"}}}, "messages.hello"),
        ({"messages": {"invitation": {"sms": "{{ participant.first_nam }}"}}}, "messages.invitation.sms"),
        ({"messages": {"invitation": {"sms": "{% for %}"}}}, "messages.invitation.sms"),
        ({"messages": {"invitation": {"sms": "x" * 2001}}}, "messages.invitation.sms"),
        ({"submissions_per_hour": 0}, "submissions_per_hour"),
        ({"score_threshold": "4"}, "score_threshold"),
        ({"leaderboard_size": 101}, "leaderboard_size"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_settings_that_cannot_be_change_nothing(busy_world: World, part: dict[str, object], field: str) -> None:
    """The whole is checked first; what was right in the same request is not kept either (P19)."""
    with nothing_changes():
        answer = busy_world.admin("PUT", "settings", {"leaderboard_public": True, **part})
    assert answer.status == 400
    assert field in {error["field"] for error in answer.json["errors"]}, answer.json["errors"]


@pytest.mark.parametrize(
    "part",
    [{"business": {"services": ["\ud800"]}}, {"messages": {"new_lead": {"sms": "\ud800"}}}],
    ids=["services", "messages"],
)
def test_what_cannot_be_written_is_no_setting(busy_world: World, part: dict[str, object]) -> None:
    """A lone surrogate would stop every page, or a message, for good."""
    with nothing_changes():
        assert busy_world.admin("PUT", "settings", part).status == 400


@pytest.mark.parametrize(
    ("part", "name", "shown"),
    [
        ({"show_referrer_name": "on"}, "show_referrer_name", True),
        ({"leaderboard_public": None}, "leaderboard_public", False),
        ({"trigger": ""}, "trigger", "invoiced"),
        ({"currency": " EUR "}, "currency", "EUR"),
        ({"messages": None}, "messages", {}),
    ],
    ids=str,
)
def test_settings_are_shown_as_they_hold(world: World, part: dict[str, object], name: str, shown: object) -> None:
    """Whoever reads them need not guess what an empty text means; or such a part is refused."""
    answer = world.admin("PUT", "settings", part)
    assert answer.status == 400 or answer.json[name] == shown


def test_the_numbers_add_up(world: World) -> None:
    """This month and twelve, counted as things happen (P24, O18)."""
    jane, _ = rewarded(world)
    world.http("POST", "/v1/visits", {"code": jane})
    found = world.admin("GET", "overview").json
    expected = {"participants": 1, "visits": 1, "leads": 1, "invited": 0, "closed": 1, "earned_cents": 2500}
    assert found["this_month"] == found["twelve_months"] == found["months"]["2026-05"] == expected


def test_the_leaderboard_tells_the_office_who_it_is(world: World) -> None:
    """Whom to thank, also where they are hidden on the public one (P21, P22)."""
    jane, _ = rewarded(world)
    world.admin("PATCH", f"participants/{jane}", {"leaderboard_name": "hidden"})
    assert world.admin("GET", "leaderboard?period=month").json == {
        "period": "2026-05",
        "entries": [{"rank": 1, "participant_id": jane, "name": "Jane Doe", "closed": 1}],
    }
    assert world.admin("GET", "leaderboard").json["period"] == "all"
    assert world.admin("GET", "leaderboard?period=week").status == 400


def test_the_audit_is_kept_by_month(world: World) -> None:
    """The present one unless said otherwise."""
    before = len(world.admin("GET", "audit").json["items"])
    world.clock.forward(days=40)
    assert world.admin("GET", "audit").json["items"] == []
    assert len(world.admin("GET", "audit?month=2026-05").json["items"]) == before
