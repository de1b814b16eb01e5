"""Webhooks out through the whole program: what is told, once, to whom, and what is not (P25)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks

from chalicelib.domain.notices import TYPES
from tests.program.test_money import bill, closed
from tests.receiver import Received, Receiver, receiving
from tests.storage.faults import wire
from tests.world import WEBHOOKS_SECRET, World


@pytest.fixture
def crm(world: World) -> Iterator[Receiver]:
    """A CRM that wants everything."""
    with receiving() as receiver:
        world.settings(webhooks=[{"url": receiver.url, "types": []}])
        yield receiver


def only(crm: Receiver, kind: str) -> Received:
    (found,) = crm.of(kind)
    return found


def customer(world: World, name: str = "Jane Doe", **contact: Any) -> dict[str, Any]:
    return {"id": f"C-{name.partition(' ')[0]}", "name": name, "phone": contact.get("phone") or world.phone()}


def test_a_lead_reaches_the_crm_with_its_label_and_who_referred(world: World, crm: Receiver) -> None:
    """P25; the official library accepts it."""
    world.clock.now = datetime.now(UTC)
    person = customer(world)
    world.event("customer.updated", {"customer": person})
    world.settle_down()
    jane = world.admin("GET", "participants?search=jane").json["items"][0]
    world.admin("PATCH", f"participants/{jane['id']}", {"add_alias": "plumbing-jane"})
    phone = world.phone()
    reference = world.lead(jane["id"], phone=phone, service="Drains").json["reference"]
    world.settle_down()
    told = only(crm, "referral.created")
    standardwebhooks.Webhook(WEBHOOKS_SECRET).verify(told.raw, told.headers)
    assert told.data["labels"] == ["Referral"]
    assert told.data["note"] == "Referred by: Jane Doe"
    names = {"code": jane["id"], "aliases": ["plumbing-jane"], "external_id": "C-Jane", "name": "Jane Doe"}
    assert told.data["participant"] == {"id": jane["id"], **names}
    shown = world.admin("GET", f"referrals/{reference}").json
    assert told.data["referral"] == {name: value for name, value in shown.items() if name != "rewards"}
    assert (told.data["lead"], told.data["customer"]) == (None, None)
    assert told.body["timestamp"] == shown["created_at"]
    assert told.headers["content-type"] == "application/json"


def test_the_crm_is_told_by_its_own_ids(world: World, crm: Receiver) -> None:
    jane = world.enrol()
    person = customer(world, "Sam Lee")
    world.event("lead.created", {"customer": person, "lead": {"id": "L-1", "code": jane.id}})
    world.settle_down()
    created = only(crm, "referral.created")
    assert (created.data["lead"], created.data["customer"]) == ({"id": "L-1"}, {"id": "C-Sam"})
    world.event("lead.stage_changed", {"customer": person, "lead": {"id": "L-1", "stage": "quoted"}})
    world.settle_down()
    changed = only(crm, "referral.stage_changed")
    assert (changed.data["lead"], changed.data["previous_stage"]) == ({"id": "L-1"}, "new")
    assert changed.data["referral"]["stage"] == "quoted"


def test_an_invoice_teaches_us_the_crms_name_of_a_prospect(world: World, crm: Receiver) -> None:
    jane, phone = world.enrol(), world.phone()
    world.lead(jane.id, phone=phone)
    invoice = {"id": "I-1", "amount_cents": 50_000, "currency": "USD"}
    world.event("invoice.paid", {"customer": customer(world, "Sam Lee", phone=phone), "invoice": invoice})
    world.settle_down()
    assert only(crm, "referral.created").data["customer"] is None
    assert only(crm, "referral.closed").data["customer"] == {"id": "C-Sam"}


def everything(world: World) -> None:
    """A history in which every type comes about once."""
    jane, carlos, phone = world.enrol("Jane Doe"), world.enrol("Carlos Rivera"), world.phone()
    reference = world.lead(carlos.id, phone=phone).json["reference"]
    world.admin("PATCH", f"referrals/{reference}", {"participant_id": jane.id, "note": "Jane said so"})
    bill(world, phone, "job", 50_000, "invoice.issued")
    bill(world, jane.phone or "", "own", 90_000, "invoice.issued")
    reward = world.admin("GET", f"referrals/{reference}").json["reward_id"]
    world.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "a mistake"})
    world.admin("DELETE", f"referrals/{reference}")
    who = {"id": "C-1", "name": "Mei Chen", "phone": world.phone()}
    world.event("job.completed", {"customer": who})
    world.event("review.scored", {"customer": who, "review": {"score": 5}})
    world.settle_down()


def test_every_type_is_told_once(world: World, crm: Receiver) -> None:
    everything(world)
    assert sorted(crm.types()) == sorted(TYPES)
    assert len({one.id for one in crm.received}) == len(TYPES)


def test_redelivered_events_and_a_second_look_tell_nothing_twice(world: World, crm: Receiver) -> None:
    """The stream again from its beginning, the schedule, the same events, other events about the same fact."""
    everything(world)
    world.pump._iterators.clear()
    world.pump._open_shards("TRIM_HORIZON")
    world.settle_down()
    phone = world.phone()
    before = len(crm.received)
    reference = world.lead(world.enrol().id, phone=phone).json["reference"]
    data = {"customer": {"phone": phone}, "invoice": {"id": "twice", "amount_cents": 5_000, "currency": "USD"}}
    for name in ("evt_1", "evt_1", "evt_2"):
        world.event("invoice.issued", data, event_id=name)
        world.settle_down()
    assert sorted(crm.types()[before:]) == [
        "referral.closed",
        "referral.created",
        "referral.stage_changed",
        "reward.issued",
    ]
    assert only_about(crm, "referral.closed", reference) == 1


def only_about(crm: Receiver, kind: str, reference: str) -> int:
    return sum(one.data["referral"]["id"] == reference for one in crm.of(kind))


def test_a_mention_is_told_when_a_person_confirms_it(world: World, crm: Receiver) -> None:
    jane = world.enrol()
    mention = world.lead(None, referred_by="Jane from the choir").json["reference"]
    world.admin("PATCH", f"referrals/{mention}", {"stage": "contacted"})
    world.settle_down()
    assert crm.received == []
    world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id})
    world.settle_down()
    assert crm.types() == ["referral.created"]
    assert crm.received[0].data["note"] == "Referred by: Jane Doe"
    assert crm.received[0].data["referral"]["stage"] == "contacted"


def test_an_attribution_by_hand_is_told(world: World, crm: Receiver) -> None:
    jane = world.enrol()
    body = {"participant_id": jane.id, "prospect": {"name": "Sam Lee", "phone": world.phone()}}
    made = world.admin("POST", "referrals", body).json
    world.settle_down()
    assert [one.data["referral"]["id"] for one in crm.of("referral.created")] == [made["id"]]


def test_a_lead_that_counts_for_nobody_is_not_told(world: World, crm: Receiver) -> None:
    """Neither a customer's own, nor a second submission, nor a robot's."""
    jane, bob, phone = world.enrol(), world.enrol("Bob Ray"), world.phone()
    world.lead(jane.id, phone=jane.phone)
    world.lead(jane.id, phone=bob.phone)
    world.lead(jane.id, website="https://example.com")
    world.settle_down()
    assert crm.received == []
    world.lead(jane.id, phone=phone)
    late = world.lead(bob.id, phone=phone).json["reference"]
    world.admin("DELETE", f"referrals/{late}")
    world.settle_down()
    assert crm.types() == ["referral.created"]


def test_a_reward_that_waits_is_told_when_it_is_given(world: World, crm: Receiver) -> None:
    world.settings(hold_days=3)
    first, second = closed(world, world.enrol().id), closed(world, world.enrol("Bob Ray").id)
    assert crm.of("reward.issued") == []
    world.admin("DELETE", f"referrals/{second}")
    world.clock.forward(days=3, minutes=1)
    world.settle_down()
    assert only(crm, "reward.issued").data["reward"]["referral_id"] == first
    assert crm.of("reward.reversed") == [], "what was never given is not taken back"


def test_a_moved_referral_says_who_referred_now(world: World, crm: Receiver) -> None:
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    reference = closed(world, jane.id)
    world.admin("PATCH", f"referrals/{reference}", {"participant_id": carlos.id})
    world.settle_down()
    moved = only(crm, "referral.moved")
    assert moved.data["note"] == "Referred by: Carlos Rivera"
    assert moved.data["participant"]["id"] == carlos.id
    closings = sorted(crm.of("referral.closed"), key=lambda one: int(one.data["version"]))
    assert [one.data["participant"]["id"] for one in closings] == [jane.id, carlos.id]


def test_the_invoicing_tool_is_told_what_is_taken_off_in_all(world: World, crm: Receiver) -> None:
    """M12: 0 says that nothing is taken off any more."""
    jane = world.enrol()
    first, second = closed(world, jane.id), closed(world, jane.id)
    data = {
        "customer": {"phone": jane.phone},
        "invoice": {"id": "I-7", "number": "1042", "amount_cents": 4_000, "currency": "USD"},
    }
    world.event("invoice.issued", data)
    world.settle_down()
    told = only(crm, "credit.applied").data
    names = [f"rew_{each.removeprefix('ref_')}-1" for each in (first, second)]
    assert told["participant"]["id"] == jane.id
    assert told["invoice"] == {"source": "crm", "id": "I-7", "number": "1042"}
    assert told["credit"] == {"amount_cents": 4_000, "currency": "USD"}
    assert told["rewards"] == [{"id": names[0], "amount_cents": 2_500}, {"id": names[1], "amount_cents": 1_500}]
    assert only(crm, "reward.redeemed").data["reward"]["id"] == names[0]
    world.event("invoice.voided", data)
    world.settle_down()
    last = max(crm.of("credit.applied"), key=lambda one: int(one.data["version"])).data
    assert (last["credit"]["amount_cents"], last["rewards"]) == (0, [])


def test_many_credits_with_many_endpoints_fit_into_a_transaction(world: World, crm: Receiver) -> None:
    others = [{"url": f"{crm.url}&n={number}"} for number in range(9)]
    world.settings(
        rewards={"customer": {"tiers": [{"at": 1, "amount_cents": 100}]}},
        submissions_per_hour=100,
        webhooks=[{"url": crm.url, "types": ["credit.applied"]}],
    )
    jane = world.enrol()
    for _ in range(12):
        closed(world, jane.id)
    world.settings(webhooks=[{"url": crm.url}, *others])
    bill(world, jane.phone or "", "own", 1_200, "invoice.issued")
    assert world.participant(jane.id).credit_cents == 0
    assert len(crm.of("reward.redeemed")) == 12 * 10
    assert max(one.data["credit"]["amount_cents"] for one in crm.of("credit.applied")) == 1_200


def test_an_invitation_is_told_when_it_has_left(world: World, crm: Receiver) -> None:
    who = {"id": "C-1", "name": "Mei Chen", "phone": world.phone()}
    world.event("job.completed", {"customer": who})
    world.event("review.scored", {"customer": who, "review": {"score": 5}})
    world.pump.drain()
    told = only(crm, "invitation.sent").data
    assert told["participant"]["external_id"] == "C-1"
    assert (told["message"]["to"], told["message"]["status"]) == (who["phone"], "sent")
    assert told["message"]["sent_at"] is not None


def test_nothing_that_opens_a_page_is_told(world: World, crm: Receiver) -> None:
    """Rule 9: the share page's key is the participant's own."""
    everything(world)
    people = world.admin("GET", "participants").json["items"]
    keys = [person["share_link"].partition("#")[2] for person in people]
    assert all(keys)
    assert not [key for key in keys for one in crm.received if key in one.raw.decode()]


def test_an_endpoint_gets_only_the_types_it_wants(world: World, crm: Receiver) -> None:
    with receiving() as invoicing:
        world.settings(webhooks=[{"url": crm.url, "types": ["referral.created"]}, {"url": invoicing.url}])
        closed(world, world.enrol().id)
        assert crm.types() == ["referral.created"]
        assert {"referral.created", "referral.closed", "reward.issued"} <= set(invoicing.types())


@pytest.mark.parametrize("endpoints", [0, 1, 2])
def test_a_lead_stays_one_round_trip(world: World, crm: Receiver, endpoints: int) -> None:
    """With webhooks too; the referrer's name is read when it is sent."""
    world.settings(webhooks=[{"url": f"{crm.url}&n={number}"} for number in range(endpoints)])
    jane = world.enrol()
    world.program.settings()
    with wire() as calls:
        assert world.lead(jane.id).status == 202
    (only_call,) = calls
    assert only_call.operation == "TransactWriteItems"
    assert len(only_call.body["TransactItems"]) == 7 + endpoints
    world.settle_down()
    assert len(crm.of("referral.created")) == endpoints
