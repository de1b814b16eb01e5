"""What goes into the table comes out as it was: every field, also where it is None."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.domain.access import ApiKey, AuditEntry
from chalicelib.domain.commitments import Commitment
from chalicelib.domain.discounts import Discount
from chalicelib.domain.errors import Refused
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.gift_cards import CardOrder
from chalicelib.domain.invoices import KnownInvoice
from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.rebuild import Rebuild
from chalicelib.domain.referrals import Referral
from chalicelib.domain.reward_changes import LedgerEntry
from chalicelib.domain.rewards import Reward
from chalicelib.domain.sessions import Session, SignIn
from chalicelib.domain.settings import changed, default_settings
from chalicelib.domain.users import User
from chalicelib.domain.webhooks import Webhook
from chalicelib.storage.participants import ParticipantItem, participant_in
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from tests.storage import examples
from tests.storage.conftest import Commit

AT = datetime(2026, 5, 4, tzinfo=UTC)
# One table serves all examples: each of them has an id of its own.
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(participant=examples.participants)
def test_a_participant(store: Store, commit: Commit, participant: Participant) -> None:
    commit(lambda t: store.participants.create(t, participant, f"hash-{participant.id}"))
    assert store.participants.get(participant.id) == participant
    assert store.participants.get_all([participant.id, "UUUUUUUU"]) == {participant.id: participant}
    assert store.participants.with_share_token(f"hash-{participant.id}") == participant.id


@often
@given(before=examples.participants, after=examples.participants)
def test_a_changed_participant_keeps_only_its_counters(
    store: Store, commit: Commit, before: Participant, after: Participant
) -> None:
    """Each field takes its new value, also where that is None; visits and sent are counted, never written."""
    commit(lambda t: store.participants.create(t, before, f"hash-{before.id}"))
    wanted = replace(after, id=before.id, created_at=before.created_at)
    commit(lambda t: store.participants.change(t, wanted))
    totals = replace(wanted.totals, visits=before.totals.visits, sent=before.totals.sent)
    assert store.participants.get(before.id) == replace(wanted, totals=totals, version=2)


@often
@given(participant=examples.participants)
def test_a_participant_in_a_stream_record(store: Store, commit: Commit, participant: Participant) -> None:
    commit(lambda t: store.participants.create(t, participant, f"hash-{participant.id}"))
    client = Item._get_connection().connection.client
    key = {"pk": {"S": f"P#{participant.id}"}, "sk": {"S": "PROFILE"}}
    image = client.get_item(TableName=ParticipantItem.Meta.table_name, Key=key)["Item"]
    assert participant_in(image) == participant


@often
@given(referral=examples.referrals)
def test_a_referral(store: Store, commit: Commit, referral: Referral) -> None:
    commit(lambda t: store.referrals.create(t, referral))
    assert store.referrals.get(referral.id) == referral


@often
@given(before=examples.referrals, after=examples.referrals)
def test_a_changed_referral(store: Store, commit: Commit, before: Referral, after: Referral) -> None:
    commit(lambda t: store.referrals.create(t, before))
    wanted = replace(after, id=before.id)
    commit(lambda t: store.referrals.change(t, wanted))
    assert store.referrals.get(before.id) == replace(wanted, version=2)


@often
@given(reward=examples.rewards)
def test_a_reward(store: Store, commit: Commit, reward: Reward) -> None:
    commit(lambda t: store.rewards.write(t, reward))
    written = replace(reward, version=1)
    assert store.rewards.get(reward.id) == written
    assert store.rewards.of_referral(reward.referral_id) == [written]


@often
@given(made=examples.commitments, after=examples.commitments)
def test_a_commitment(store: Store, commit: Commit, made: Commitment, after: Commitment) -> None:
    commit(lambda t: store.commitments.write(t, made))
    assert store.commitments.newest(made.participant_id) == replace(made, version=1)
    wanted = replace(after, participant_id=made.participant_id, number=made.number, version=1)
    commit(lambda t: store.commitments.write(t, wanted))
    assert store.commitments.get(made.participant_id, made.number) == replace(wanted, version=2)
    for stale in (made, wanted):
        with pytest.raises(Refused):
            commit(lambda t, stale=stale: store.commitments.write(t, stale))


@often
@given(discount=examples.discounts)
def test_a_discount(store: Store, commit: Commit, discount: Discount) -> None:
    commit(lambda t: store.discounts.create(t, discount))
    assert store.discounts.get(discount.code) == discount
    commit(lambda t: store.discounts.redeem(t, discount.code, AT, use="an event", invoice_id="crm:1"))
    used = replace(discount, redeemed_at=AT, redeemed_for="an event", invoice_id="crm:1")
    assert store.discounts.get(discount.code) == used
    with pytest.raises(Refused):
        commit(lambda t: store.discounts.redeem(t, discount.code, AT, use="another", invoice_id=None))


@often
@given(order=examples.card_orders)
def test_the_order_of_a_gift_card(store: Store, commit: Commit, order: CardOrder) -> None:
    commit(lambda t: store.gift_cards.write(t, order))
    assert store.gift_cards.get(order.reward_id) == replace(order, version=1)


@often
@given(entry=examples.ledger_entries)
def test_a_ledger_entry(store: Store, commit: Commit, entry: LedgerEntry) -> None:
    commit(lambda t: store.rewards.record(t, entry))
    assert list(store.rewards.ledger_of(entry.participant_id)) == [entry]


@often
@given(message=examples.messages)
def test_a_message(store: Store, commit: Commit, message: Message) -> None:
    commit(lambda t: store.messages.queue(t, message))
    assert store.messages.get(message.id) == message


@often
@given(before=examples.messages, after=examples.messages)
def test_a_changed_message(store: Store, commit: Commit, before: Message, after: Message) -> None:
    commit(lambda t: store.messages.queue(t, before))
    wanted = replace(after, id=before.id)
    commit(lambda t: store.messages.change(t, wanted))
    assert store.messages.get(before.id) == replace(wanted, version=2)


@often
@given(webhook=examples.webhooks)
def test_a_webhook(store: Store, commit: Commit, webhook: Webhook) -> None:
    commit(lambda t: store.webhooks.queue(t, webhook))
    assert store.webhooks.get(webhook.id) == webhook


@often
@given(before=examples.webhooks, after=examples.webhooks)
def test_a_changed_webhook(store: Store, commit: Commit, before: Webhook, after: Webhook) -> None:
    commit(lambda t: store.webhooks.queue(t, before))
    wanted = replace(after, id=before.id)
    commit(lambda t: store.webhooks.change(t, wanted))
    assert store.webhooks.get(before.id) == replace(wanted, version=2)


@often
@given(known=examples.known_invoices)
def test_an_invoice(store: Store, commit: Commit, known: KnownInvoice) -> None:
    commit(lambda t: store.invoices.write(t, known, [f"payment of {known.invoice.id}"]))
    assert store.invoices.get(known.invoice.id) == replace(known, version=1)
    assert store.invoices.named(f"payment of {known.invoice.id}") == known.invoice.id


@often
@given(event=examples.events)
def test_an_event(store: Store, event: StoredEvent) -> None:
    assert store.events.add(store.transaction(), event)
    assert store.events.get(event.id) == event
    assert not store.events.add(store.transaction(), event)


@often
@given(before=examples.events, after=examples.events)
def test_a_changed_event(store: Store, commit: Commit, before: StoredEvent, after: StoredEvent) -> None:
    store.events.add(store.transaction(), before)
    wanted = replace(after, id=before.id)
    commit(lambda t: store.events.change(t, wanted, AT))
    assert store.events.get(before.id) == replace(wanted, version=2)


@often
@given(key=examples.keys)
def test_a_key(store: Store, commit: Commit, key: ApiKey) -> None:
    commit(lambda t: store.keys.create(t, key))
    assert store.keys.get(key.kid) == key


@often
@given(before=examples.users, after=examples.users)
def test_a_user(store: Store, commit: Commit, before: User, after: User) -> None:
    commit(lambda t: store.users.create(t, before, [f"contact-of-{before.id}"]))
    assert store.users.get(before.id) == before
    wanted = replace(after, id=before.id)
    commit(lambda t: store.users.change(t, wanted))
    assert store.users.get(before.id) == replace(wanted, version=2)
    assert store.users.with_contact(f"contact-of-{before.id}") == before.id


def test_a_sign_in_and_a_session(store: Store, commit: Commit) -> None:
    asked = SignIn("sgn_1", "usr_1", AT)
    commit(lambda t: store.sessions.ask(t, asked))
    commit(lambda t: store.sessions.count_try(t, asked.id))
    assert store.sessions.sign_in(asked.id) == replace(asked, tries=1)
    commit(lambda t: store.sessions.use(t, asked, AT))
    assert store.sessions.sign_in(asked.id) == replace(asked, tries=1, used_at=AT)
    session = Session("key", "usr_1", AT, AT)
    commit(lambda t: store.sessions.start(t, session))
    commit(lambda t: store.sessions.note(t, "key", AT + timedelta(minutes=5)))
    assert store.sessions.get("key") == replace(session, seen_at=AT + timedelta(minutes=5))
    commit(lambda t: store.sessions.end(t, "key"))
    assert store.sessions.get("key") is None


@often
@given(entry=examples.audit_entries)
def test_an_audit_entry(store: Store, commit: Commit, entry: AuditEntry) -> None:
    commit(lambda t: store.audit.record(t, entry))
    found, _ = store.audit.page(entry.at, limit=100, cursor=None)
    assert entry in found


def test_settings(store: Store, commit: Commit) -> None:
    assert store.settings.get() == default_settings()
    wanted = changed(default_settings(), {"hold_days": 7, "business": {"name": "Maple Street Plumbing"}})
    commit(lambda t: store.settings.write(t, wanted))
    assert store.settings.get() == replace(wanted, version=1)


@pytest.mark.parametrize("rebuild", [Rebuild("d"), Rebuild("d", "cursor"), Rebuild("d", None, done=True)])
def test_a_rebuild(store: Store, commit: Commit, rebuild: Rebuild) -> None:
    commit(lambda t: store.site.write(t, rebuild, AT))
    assert store.site.get() == replace(rebuild, version=1)


def test_the_examples_leave_no_field_out() -> None:
    """A field that somebody adds is tried with a value and without, or this says that it is not."""
    for model, strategy in (
        (Participant, examples.participants),
        (Referral, examples.referrals),
        (Reward, examples.rewards),
        (CardOrder, examples.card_orders),
        (Commitment, examples.commitments),
        (Message, examples.messages),
        (StoredEvent, examples.events),
        (KnownInvoice, examples.known_invoices),
        (User, examples.users),
        (Webhook, examples.webhooks),
    ):
        named = {field.name for field in fields(model)} - {"version"}
        assert all(f"{name}=" in repr(strategy) for name in named), model.__name__
