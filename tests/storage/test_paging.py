"""A list read page by page shows everything once and in order, whatever happens meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.access import AuditEntry
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.messages import STATUSES, Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import STAGES, Mark, Prospect, Referral
from chalicelib.domain.rewards import STATUSES as REWARD_STATUSES
from chalicelib.domain.rewards import Reward
from chalicelib.storage.store import Store
from tests.storage.conftest import Commit
from tests.storage.faults import Call, wire
from tests.world import START

# Few moments for many items: equal timestamps in one partition, and across partitions.
_spread = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=14)
often = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def referral(number: int, minute: int, stage: int, code: str = "0J4NE000") -> Referral:
    at = START + timedelta(minutes=minute)
    name = STAGES[stage % len(STAGES)]
    return Referral(f"ref_{number:05}", code, Prospect(f"Sam {number}"), "form", at, Mark(name, at, "test"))


def pages(read: object, limit: int) -> list[str]:
    """Every id of a list, read page by page; fails where a page is too long or the last cursor leads on for ever."""
    seen: list[str] = []
    cursor = None
    while True:
        found, cursor = read(limit=limit, cursor=cursor)  # type: ignore[operator]
        assert len(found) <= limit
        seen.extend(item.id for item in found)
        if cursor is None:
            return seen


@often
@given(spread=_spread, limit=st.integers(1, 6))
def test_merged_lists_are_walked_once_newest_first(
    store: Store, commit: Commit, spread: list[tuple[int, int]], limit: int
) -> None:
    for leftover, _ in [store.referrals.page(participant_id=None, stage=None, limit=100, cursor=None)]:
        for old in leftover:
            commit(lambda t, old=old: store.referrals.change(t, replace(old, deleted_at=START)))
    first = next(_numbers)
    made = [referral(first * 1000 + number, *where) for number, where in enumerate(spread)]
    for each in made:
        commit(lambda t, each=each: store.referrals.create(t, each))
    expected = [each.id for each in sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)]

    def read(*, limit: int, cursor: str | None) -> object:
        return store.referrals.page(participant_id=None, stage=None, limit=limit, cursor=cursor)

    assert pages(read, limit) == expected


_numbers = iter(range(10**6))


@pytest.fixture
def filled(store: Store, commit: Commit) -> Store:
    """Seven of everything, two of them always at the same moment."""
    for number in range(7):
        at = START + timedelta(minutes=number // 2)
        commit(lambda t, n=number: store.referrals.create(t, referral(n, n // 2, n % 2)))
        person = Participant(f"0000000{number}", "Jane Doe", "customer", at)
        commit(lambda t, p=person: store.participants.create(t, p, f"hash{p.id}"))
        status = STATUSES[number % len(STATUSES)]
        message = Message(f"msg_{number}", "new_lead", "sms", "owner", at, at, status=status)
        commit(lambda t, m=message: store.messages.queue(t, m))
        outcome = REWARD_STATUSES[number % len(REWARD_STATUSES)]
        reward = Reward(f"rew_{number}-1", f"ref_{number}", "0J4NE000", "custom", 1, 1, "USD", outcome, "", at)
        commit(lambda t, r=reward: store.rewards.write(t, replace(r, version=0)))
        commit(lambda t, n=number, at=at: store.audit.record(t, AuditEntry(f"aud_{n}", at, "a", "b", "c")))
        mention = replace(referral(100 + number, number // 2, 0), participant_id=None)
        commit(lambda t, m=mention: store.referrals.create(t, m))
        event = StoredEvent(f"events:{number}", "events", "{}", at)
        store.events.add(store.transaction(), event)
        commit(lambda t, e=event: store.events.change(t, replace(e, status="failed"), None))
    return store


def test_every_list_shows_everything_once(filled: Store) -> None:
    store = filled
    seven = range(7)
    lists = {
        "participants": (lambda **page: store.participants.page(search=None, **page), [f"0000000{n}" for n in seven]),
        "found": (lambda **page: store.participants.page(search="jane", **page), [f"0000000{n}" for n in seven]),
        "messages": (
            lambda **page: store.messages.page(status=None, **page),
            [f"msg_{n}" for n in reversed(seven)],
        ),
        "rewards": (
            lambda **page: store.rewards.page(participant_id=None, status=None, **page),
            [f"rew_{n}-1" for n in reversed(seven)],
        ),
        "one's rewards": (
            lambda **page: store.rewards.page(participant_id="0J4NE000", status=None, **page),
            [f"rew_{n}-1" for n in reversed(seven)],
        ),
        "one's referrals": (
            lambda **page: store.referrals.page(participant_id="0J4NE000", stage=None, **page),
            [f"ref_{n:05}" for n in reversed(seven)],
        ),
        "a stage": (
            lambda **page: store.referrals.page(participant_id=None, stage="contacted", **page),
            [f"ref_{n:05}" for n in (5, 3, 1)],
        ),
        "mentions": (lambda **page: store.referrals.mentions(**page), [f"ref_{100 + n:05}" for n in seven]),
        "audit": (lambda **page: store.audit.page(START, **page), [f"aud_{n}" for n in reversed(seven)]),
        "failed events": (lambda **page: store.events.with_status("failed", **page), [f"events:{n}" for n in seven]),
    }
    for name, (read, expected) in lists.items():
        for limit in (1, 2, 3, 6, 7, 8, 100):
            assert pages(read, limit) == expected, f"{name}, {limit} a page"


def test_everyone_is_everyone(store: Store, commit: Commit) -> None:
    """More than one batch of items, and one query for them all: each costs the embedded engine the whole partition."""
    people = [Participant(f"{number:08}", f"Jane {number:03}", "customer", START) for number in range(230)]
    for person in people:
        commit(lambda t, p=person: store.participants.create(t, p, f"hash{p.id}"))
    with wire() as calls:
        assert list(store.participants.everyone()) == people
    assert [call.operation for call in calls] == ["Query", *["BatchGetItem"] * 3]
    assert len(store.participants.get_all(person.id for person in people)) == len(people)


@pytest.mark.parametrize("what", ["referrals", "messages"])
def test_what_moves_on_while_it_is_listed_is_shown_once(store: Store, commit: Commit, what: str) -> None:
    """A merged list asks partition after partition; what moves from one to the next meanwhile is in both answers."""
    message = Message("msg_1", "new_lead", "sms", "owner", START, START)
    moving = referral(1, 0, 0)
    commit(lambda t: store.messages.queue(t, message))
    commit(lambda t: store.referrals.create(t, moving))

    def meanwhile(call: Call) -> None:
        if call.number == 2:
            commit(lambda t: store.messages.change(t, replace(message, status="sent")))
            commit(lambda t: store.referrals.change(t, replace(moving, mark=Mark("won", START, "test"))))

    with wire(before=meanwhile):
        if what == "referrals":
            found = store.referrals.page(participant_id=None, stage=None, limit=10, cursor=None)[0]
        else:
            found = store.messages.page(status=None, limit=10, cursor=None)[0]
    assert [each.id for each in found] == [moving.id if what == "referrals" else message.id]


STRANGE = ["x", "e30", "W10", "bnVsbA", "eyJhIjoxfQ", "eyJiZWZvcmUiOiIifQ", "\u00e9", "=" * 9, "0" * 5000]


def test_a_strange_cursor_is_refused(store: Store) -> None:
    for cursor in STRANGE:
        with pytest.raises(InvalidInput, match="cursor"):
            store.messages.page(status=None, limit=3, cursor=cursor)
        with pytest.raises(InvalidInput, match="cursor"):
            store.participants.page(search=None, limit=3, cursor=cursor)
