"""An item stands in an index exactly as long as somebody wants to find it there, and in the order they want."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.domain.access import AuditEntry
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.invoices import Invoice, KnownInvoice
from chalicelib.domain.messages import STATUSES, Message
from chalicelib.domain.participants import Participant, Totals
from chalicelib.domain.rebuild import Rebuild
from chalicelib.domain.referrals import Mark, Prospect, Referral
from chalicelib.domain.rewards import Reward
from chalicelib.domain.webhooks import STATUSES as WEBHOOK_STATUSES
from chalicelib.domain.webhooks import Webhook, WebhookStatus
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from tests.storage.conftest import Commit
from tests.storage.faults import wire
from tests.world import START

CODE = "0J4NE000"
LATER = START + timedelta(days=400)
jane = Participant(CODE, "Jane Doe", "customer", START)
referral = Referral("ref_1", CODE, Prospect("Sam Lee"), "form", START, Mark("new", START, "test"))
message = Message("msg_1", "new_lead", "sms", "owner", START, START)
webhook = Webhook("whk_1", "referral.closed", "https://example.com", "ref_1", START, CODE, {}, START, START)
event = StoredEvent("events:1", "events", "{}", START)


def indexed(pk: str, sk: str) -> tuple[str | None, str | None]:
    """The partitions of `lists` and `work` in which an item stands, read from the indexes themselves."""
    found = []
    for index, attribute in ((Item.lists, "list_pk"), (Item.work, "work_pk")):
        standing = [item for item in index.scan() if (item.pk, item.sk) == (pk, sk)]
        assert len(standing) <= 1
        found.append(getattr(standing[0], attribute) if standing else None)
    return found[0], found[1]


def test_a_participant_is_on_the_leaderboard_while_something_is_closed(store: Store, commit: Commit) -> None:
    """P21: and off it again when the last close is reversed."""
    commit(lambda t: store.participants.create(t, jane, "hash"))
    assert indexed(f"P#{CODE}", "PROFILE") == ("PARTICIPANTS", None)
    for version, closed in enumerate((1, 2, 0), start=1):
        changed = replace(jane, totals=Totals(closed=closed), version=version)
        commit(lambda t, changed=changed: store.participants.change(t, changed))
        assert indexed(f"P#{CODE}", "PROFILE") == ("PARTICIPANTS", "BOARD" if closed else None)
        assert [leader.totals.closed for leader in store.participants.leaders(10)] == ([closed] if closed else [])


def test_the_leaderboard_is_ordered_by_number_not_by_text(store: Store, commit: Commit) -> None:
    for number, closed in enumerate((9, 100, 10, 1)):
        person = replace(jane, id=f"0000000{number}", totals=Totals(closed=closed))
        commit(lambda t, person=person: store.participants.create(t, person, f"hash{person.id}"))
    assert [leader.totals.closed for leader in store.participants.leaders(10)] == [100, 10, 9, 1]
    assert [leader.totals.closed for leader in store.participants.leaders(2)] == [100, 10]


def test_somebody_is_on_the_board_of_a_month_and_a_year_while_something_closed_in_them(
    store: Store, commit: Commit
) -> None:
    months: list[dict[str, int]] = [{}, {"2026-04": 2}, {"2026-04": 2, "2026-05": 11}, {"2026-05": 1}, {}]
    for before, after in pairwise(months):
        was, now = replace(jane, closed_in=before), replace(jane, closed_in=after)
        commit(lambda t, was=was, now=now: store.standings.note(t, was, now))
        year = {"2026": sum(after.values())} if after else {}
        assert store.standings.of(CODE) == {**year, **after}
        for month in ("2026-04", "2026-05"):
            partition = f"BOARD#{month}" if month in after else None
            assert indexed(f"P#{CODE}", f"BOARD#{month}") == (None, partition)


def test_participants_are_found_by_the_beginning_of_their_name(store: Store, commit: Commit) -> None:
    for number, name in enumerate(["Zoe", "Élodie Roy", "anna", "Anna B", "ANNABEL", "Bob"]):
        person = replace(jane, id=f"0000000{number}", name=name)
        commit(lambda t, person=person: store.participants.create(t, person, f"hash{person.id}"))

    def names(search: str | None) -> list[str]:
        found, _ = store.participants.page(search=search, limit=10, cursor=None)
        return [person.name for person in found]

    assert names(None) == ["Anna B", "anna", "ANNABEL", "Bob", "Élodie Roy", "Zoe"]
    assert names("ann") == ["Anna B", "anna", "ANNABEL"]
    assert names("ELO") == ["Élodie Roy"]
    assert names("q") == []


def test_a_search_for_nothing_but_an_accent_is_answered(store: Store, commit: Commit) -> None:
    """It folds to nothing, and DynamoDB refuses an empty key condition."""
    commit(lambda t: store.participants.create(t, jane, "hash"))
    with wire() as calls:
        store.participants.page(search="\u0301", limit=10, cursor=None)
    assert {"S": ""} not in calls[0].body["ExpressionAttributeValues"].values()


def test_a_participant_that_is_renamed_moves_in_the_list(store: Store, commit: Commit) -> None:
    commit(lambda t: store.participants.create(t, jane, "hash"))
    commit(lambda t: store.participants.change(t, replace(jane, name="Zoe Doe")))
    assert store.participants.page(search="jane", limit=10, cursor=None) == ([], None)
    assert len(store.participants.page(search="zoe", limit=10, cursor=None)[0]) == 1


@pytest.mark.parametrize(
    ("changed", "lists", "work"),
    [
        (referral, f"P#{CODE}", "STAGE#new"),
        (replace(referral, mark=Mark("quoted", START, "x")), f"P#{CODE}", "STAGE#quoted"),
        (replace(referral, deleted_at=START), None, None),
        (replace(referral, participant_id=None, source="mention"), "MENTIONS", "STAGE#new"),
        (replace(referral, participant_id=None, deleted_at=START), None, None),
        (replace(referral, participant_id=None, mark=Mark("disqualified", START, "x")), None, "STAGE#disqualified"),
        (replace(referral, participant_id=None, mark=Mark("lost", START, "x")), None, "STAGE#lost"),
        (replace(referral, disqualified="already_referred"), f"P#{CODE}", "STAGE#new"),
    ],
    ids=[
        "new",
        "moved on",
        "removed",
        "a mention",
        "a removed mention",
        "an anonymous robot",
        "a mention that came to nothing",
        "a second submission",
    ],
)
def test_where_a_referral_is_found(
    store: Store, commit: Commit, changed: Referral, lists: str | None, work: str | None
) -> None:
    commit(lambda t: store.referrals.create(t, referral))
    commit(lambda t: store.referrals.change(t, changed))
    assert indexed("R#ref_1", "REFERRAL") == (lists, work)
    mentions, _ = store.referrals.mentions(limit=10, cursor=None)
    assert len(mentions) == (lists == "MENTIONS")


@pytest.mark.parametrize("status", STATUSES)
def test_a_message_is_due_until_what_became_of_it_is_known(store: Store, commit: Commit, status: str) -> None:
    """Rule 5: a claimed one stays in sight, for its sender may die."""
    commit(lambda t: store.messages.queue(t, message))
    commit(lambda t: store.messages.change(t, replace(message, status=status)))
    waits = status in {"queued", "claimed"}
    assert indexed("M#msg_1", "MESSAGE") == (f"MESSAGES#{status}", "DUE" if waits else None)
    assert list(store.work.due(START)) == ([("M#msg_1", "MESSAGE")] if waits else [])


@pytest.mark.parametrize("status", WEBHOOK_STATUSES)
def test_a_webhook_is_due_until_it_came_to_an_end_and_then_kept_a_while(
    store: Store, commit: Commit, status: WebhookStatus
) -> None:
    """P25: 30 days after it was delivered; one that is dead waits for a person for 90."""
    commit(lambda t: store.webhooks.queue(t, webhook))
    waits = status in {"pending", "claimed"}
    changed = replace(webhook, status=status, ended_at=None if waits else LATER)
    commit(lambda t: store.webhooks.change(t, changed))
    assert indexed("H#whk_1", "WEBHOOK") == (f"WEBHOOKS#{status}", "DUE" if waits else None)
    (stored,) = Item.scan()
    kept = {"delivered": 30, "dropped": 30, "dead": 90}.get(status)
    assert stored.expires_at == (LATER + timedelta(days=kept) if kept else None)


@pytest.mark.parametrize(
    ("status", "due", "lists", "work"),
    [
        ("pending", START, None, "DUE"),
        ("waiting", START, "EVENTS#waiting", "DUE"),
        ("failed", None, "EVENTS#failed", None),
        ("done", None, None, None),
    ],
)
def test_where_an_event_is_found(
    store: Store, commit: Commit, status: str, due: object, lists: str | None, work: str | None
) -> None:
    """Rule 7: one that failed stays in sight of staff; one that is done leaves every list."""
    store.events.add(store.transaction(), event)
    commit(lambda t: store.events.change(t, replace(event, status=status), due))
    assert indexed("E#events:1", "EVENT") == (lists, work)


def test_an_invoice_is_listed_while_it_belongs_to_nobody(store: Store, commit: Commit) -> None:
    known = KnownInvoice(Invoice("crm:1"), identity="someone")
    commit(lambda t: store.invoices.write(t, known))
    assert indexed("V#crm:1", "INVOICE") == ("V#someone", None)
    assert [found.invoice.id for found in store.invoices.unmatched_of(["nobody", "someone"])] == ["crm:1"]
    commit(lambda t: store.invoices.write(t, replace(known, referral_id="ref_1", version=1)))
    assert indexed("V#crm:1", "INVOICE") == (None, None)
    assert store.invoices.unmatched_of(["nobody", "someone"]) == []


def test_a_settlement_is_due_when_it_was_planned_last(store: Store, commit: Commit) -> None:
    commit(lambda t: store.work.plan_settlement(t, "ref_1", LATER))
    assert list(store.work.due(START)) == []
    commit(lambda t: store.work.plan_settlement(t, "ref_1", START))
    assert list(store.work.due(START)) == [("R#ref_1", "SETTLE")]
    commit(lambda t: store.work.forget_settlement(t, "ref_1"))
    assert indexed("R#ref_1", "SETTLE") == (None, None)


def test_a_rebuild_is_due_until_its_last_page(store: Store, commit: Commit) -> None:
    commit(lambda t: store.site.write(t, Rebuild("digest", "cursor"), START))
    assert indexed("SITE", "REBUILD") == (None, "DUE")
    commit(lambda t: store.site.write(t, Rebuild("digest", None, done=True, version=1), START))
    assert indexed("SITE", "REBUILD") == (None, None)


def test_what_is_longest_due_comes_first(store: Store, commit: Commit) -> None:
    for minutes in (3, 1, 5, 2):
        due = replace(message, id=f"msg_{minutes}", due_at=START + timedelta(minutes=minutes))
        commit(lambda t, due=due: store.messages.queue(t, due))
    at = START + timedelta(minutes=3)
    assert list(store.work.due(at)) == [(f"M#msg_{minutes}", "MESSAGE") for minutes in (1, 2, 3)]
    assert next(store.work.due(at)) == ("M#msg_1", "MESSAGE")


def test_what_expires_says_when_in_whole_seconds(store: Store, commit: Commit) -> None:
    """DynamoDB's time to live wants a number of seconds and ignores anything else."""
    commit(lambda t: store.submissions.count(t, "lead", "address", START, 5))
    commit(lambda t: store.submissions.answer(t, "key", "ref_1", "print", START))
    store.events.add(store.transaction(), event)
    commit(lambda t: store.events.change(t, replace(event, status="done"), None))
    client = Item._get_connection().connection.client
    raw = {item["pk"]["S"]: item for item in client.scan(TableName=Item.Meta.table_name)["Items"]}
    assert {pk: item["expires_at"] for pk, item in raw.items()} == {
        f"RATE#lead#address#{START:%Y-%m-%dT%H}": {"N": str(int((START + timedelta(hours=2)).timestamp()))},
        "IDEM#key": {"N": str(int((START + timedelta(days=1)).timestamp()))},
        "E#events:1": {"N": str(int((START + timedelta(days=90)).timestamp()))},
    }


def test_what_must_stay_does_not_expire(store: Store, commit: Commit) -> None:
    reward = Reward("rew_1-1", "ref_1", CODE, "service_credit", 1, 2500, "USD", "issued", "x", START, version=0)
    commit(lambda t: store.participants.create(t, jane, "hash"))
    commit(lambda t: store.referrals.create(t, referral))
    commit(lambda t: store.rewards.write(t, reward))
    commit(lambda t: store.messages.queue(t, message))
    commit(lambda t: store.audit.record(t, AuditEntry("aud_1", START, "a", "b", "c")))
    store.events.add(store.transaction(), event)
    commit(lambda t: store.events.change(t, replace(event, status="failed"), None))
    assert [item.pk for item in Item.scan() if item.expires_at is not None] == []
