"""Whose an invoice is, through the whole program: ids first, and what is ambiguous waits for a person (S10)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain import events
from chalicelib.domain.errors import Refused
from chalicelib.domain.events import InvoiceChanged
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, InvoiceFact, KnownInvoice
from chalicelib.domain.referrals import Prospect
from chalicelib.services.attribute import Attribution, attribute
from chalicelib.services.record_invoice import record_invoice
from chalicelib.storage.store import Store
from chalicelib.storage.transaction import Transaction
from tests.program.test_money import rewards
from tests.world import World

SAM, MEI = {"phone": "+12125550142"}, {"email": "mei@example.com"}


def two_referrals(world: World) -> tuple[str, str]:
    """Sam by phone and Mei by e-mail, of two participants."""
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    sam = world.lead(jane.id, **SAM).json["reference"]
    mei = world.lead(carlos.id, name="Mei Chen", **MEI).json["reference"]
    world.settle_down()
    return sam, mei


def invoiced(
    world: World, customer: dict[str, Any] | None, invoice: str = "i1", kind: str = "invoice.paid", **more: Any
) -> None:
    data: dict[str, Any] = {"invoice": {"id": invoice, "amount_cents": 50_000, "currency": "USD", **more}}
    if customer is not None:
        data["customer"] = customer
    answer = world.event(kind, data)
    assert answer.status == 202, answer.body
    world.settle_down()


def known(world: World, invoice: str = "i1") -> KnownInvoice:
    found = world.program.ports.store.invoices.get(f"crm:{invoice}")
    assert found is not None
    return found


def queue(world: World) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = world.admin("GET", "invoices?status=ambiguous").json["items"]
    return items


def decide(world: World, referral: str | None, invoice: str = "crm:i1") -> int:
    body = {"referral_id": referral, "note": "we asked"}
    status = world.admin("POST", f"invoices/{invoice}", body).status
    world.settle_down()
    return status


def failed(world: World) -> list[Any]:
    found, _ = world.program.ports.store.events.with_status("failed", limit=10)
    return found


def test_phone_and_e_mail_of_two_referrals_make_a_case_for_a_person(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {"id": "c9", "name": "The Lees", **SAM, **MEI}, number="A-17")
    assert failed(world) == []
    assert (rewards(world, sam), rewards(world, mei)) == ([], [])
    (case,) = queue(world)
    assert (case["id"], case["number"], case["amount_cents"]) == ("crm:i1", "A-17", 50_000)
    assert case["customer"] == {"name": "The Lees", **SAM, **MEI, "ids": ["crm:c9"]}
    assert {c["referral_id"]: c["by"] for c in case["candidates"]} == {sam: ["phone"], mei: ["e-mail"]}
    assert world.admin("GET", "overview").json["waiting"]["invoices"] == 1


def test_what_a_person_decides_settles_and_later_facts_follow(world: World) -> None:
    sam, mei = two_referrals(world)
    customer = {"id": "c9", **SAM, **MEI}
    invoiced(world, customer, kind="invoice.issued")
    assert decide(world, mei) == 200
    assert (rewards(world, sam), rewards(world, mei)) == ([], [("issued", 2500)])
    assert queue(world) == []
    invoiced(world, customer, kind="invoice.voided")
    assert (rewards(world, sam), rewards(world, mei)) == ([], [("reversed", 2500)])
    audit = [entry for entry in world.admin("GET", "audit").json["items"] if entry["subject"] == "crm:i1"]
    assert [(entry["action"], entry["note"]) for entry in audit] == [(f"invoice given to {mei}", "we asked")]
    # The id was Mei's all along: her next invoice is no question any more.
    invoiced(world, customer, "i2")
    assert known(world, "i2").referral_id == mei


def test_an_invoice_may_belong_to_none_of_them(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {**SAM, **MEI})
    assert decide(world, None) == 200
    world.clock.forward(minutes=1)
    invoiced(world, SAM)
    assert (rewards(world, sam), rewards(world, mei), queue(world)) == ([], [], [])
    assert (decide(world, None), decide(world, sam)) == (200, 409)


def test_a_decision_needs_a_case_a_standing_referral_and_a_note(world: World) -> None:
    sam, _ = two_referrals(world)
    invoiced(world, SAM, "plain")
    invoiced(world, {**SAM, **MEI})
    assert decide(world, sam, "crm:plain") == 409
    assert decide(world, sam, "crm:unknown") == 404
    assert decide(world, "ref_0") == 404
    assert world.admin("POST", "invoices/crm:i1", {"referral_id": sam}).status == 400
    assert world.admin("POST", "invoices/crm:i1", {"note": "we asked"}).status == 400


def test_what_was_told_before_counts_so_no_order_of_facts_guesses(world: World) -> None:
    two_referrals(world)
    invoiced(world, {**SAM, **MEI}, kind="invoice.issued")
    invoiced(world, SAM, kind="invoice.paid")
    assert [case["state"] for case in queue(world)] == ["paid"]


def test_an_outside_id_that_is_known_decides_alone(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {"id": "c1", **SAM}, "first")
    invoiced(world, {"id": "c1", **MEI}, "second")
    assert known(world, "second").referral_id == sam
    assert rewards(world, mei) == []


def test_two_ids_of_two_referrals_are_a_case_too(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {"id": "c1", **SAM}, "first")
    invoiced(world, MEI, "second", job_id="j2")
    invoiced(world, {"id": "c1"}, job_id="j2")
    (case,) = queue(world)
    assert {c["referral_id"]: c["by"] for c in case["candidates"]} == {sam: ["outside id"], mei: ["outside id"]}


def test_a_job_known_from_an_earlier_event_leads_to_its_customer(world: World) -> None:
    sam, _ = two_referrals(world)
    world.event("job.completed", {"customer": {"name": "Sam Lee", **SAM}, "job": {"id": "j1"}})
    world.settle_down()
    invoiced(world, None, job_id="j1")
    assert rewards(world, sam) == [("issued", 2500)]
    invoiced(world, None, "i2", job_id="unheard of")
    waiting, _ = world.program.ports.store.events.with_status("waiting", limit=10)
    assert [event.reason for event in waiting] == ["nobody is known yet by crm-job:unheard of"]


def test_a_job_that_changed_hands_stops_no_event(world: World) -> None:
    for name, phone in (("Sam Lee", "+12125550142"), ("Bob Ray", "+12125550143")):
        customer = {"id": name, "name": name, "phone": phone}
        world.event("job.completed", {"customer": customer, "job": {"id": "j1"}})
    world.settle_down()
    assert failed(world) == []
    assert [person["name"] for person in world.admin("GET", "participants").json["items"]] == ["Bob Ray", "Sam Lee"]


def test_removing_one_candidate_leaves_the_other(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {**SAM, **MEI})
    world.admin("DELETE", f"referrals/{sam}")
    world.settle_down()
    assert queue(world) == []
    assert rewards(world, mei) == [("issued", 2500)]


def test_removing_both_frees_the_invoice_for_the_right_one(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {**SAM, **MEI})
    for reference in (sam, mei):
        world.admin("DELETE", f"referrals/{reference}")
        world.settle_down()
    assert (queue(world), rewards(world, mei)) == ([], [("reversed", 2500)])
    again = world.enrol("Ann Poe")
    prospect = world.admin("GET", f"referrals/{mei}").json["prospect"]
    body = {"participant_id": again.id, "prospect": {"name": "Mei Chen", "phone": prospect["phone"]}}
    right = world.admin("POST", "referrals", body).json["id"]
    assert rewards(world, right) == [("issued", 2500)]


def test_a_removed_candidate_cannot_be_chosen_and_a_moved_one_can(world: World) -> None:
    sam, mei = two_referrals(world)
    ann = world.enrol("Ann Poe")
    third = world.lead(ann.id, name="Bob Ray", phone="+12125550143").json["reference"]
    invoiced(world, {"phone": "+12125550143"}, "first", job_id="j3")
    invoiced(world, {"id": "c1", **SAM}, "second")
    invoiced(world, {"id": "c1"}, job_id="j3")
    world.admin("PATCH", f"referrals/{sam}", {"participant_id": ann.id})
    (case,) = queue(world)
    assert {c["referral_id"]: c["participant_id"] for c in case["candidates"]} == {sam: ann.id, third: ann.id}
    world.admin("DELETE", f"referrals/{mei}")
    assert decide(world, mei) == 404
    assert decide(world, sam) == 200
    assert known(world).referral_id == sam


def test_a_decided_invoice_is_free_again_when_its_referral_is_removed(world: World) -> None:
    sam, mei = two_referrals(world)
    invoiced(world, {**SAM, **MEI})
    decide(world, mei)
    world.admin("DELETE", f"referrals/{mei}")
    invoiced(world, {**SAM, **MEI}, kind="invoice.issued")
    assert known(world).referral_id == sam


def test_an_invoice_is_nobodys_own_where_phone_and_e_mail_disagree(world: World) -> None:
    """Credit comes off the invoice of who is certain."""
    jane = world.enrol("Jane Doe", phone="+12125550142", external_ids=("crm:c1",))
    world.enrol("Carlos Rivera", email="mei@example.com")
    invoiced(world, {**SAM, **MEI}, "both")
    invoiced(world, SAM, "phone")
    invoiced(world, {"id": "c1", **MEI}, "id")
    owners = [known(world, name).participant_id for name in ("both", "phone", "id")]
    assert owners == [None, jane.id, jane.id]


class InterruptedStore(Store):
    """The real table, at a bad moment: something happens between a read and the write that follows."""

    meanwhile: Callable[[], object] | None = None

    def transaction(self) -> Transaction:
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return super().transaction()


def test_an_invoice_written_while_its_customer_is_attributed_is_not_lost(world: World) -> None:
    """The write of an invoice that belonged to nobody is refused where it belongs to somebody by now."""
    ports, jane = world.program.ports, world.enrol("Jane Doe")
    wish = Attribution(jane.id, Prospect("Sam Lee", SAM["phone"]), "office")
    store = InterruptedStore(ports.store._connection)
    store.meanwhile = lambda: attribute(ports, wish)
    fact = InvoiceFact("crm:i1", "paid", world.clock(), 50_000, "USD")
    changed = InvoiceChanged(events.Customer(None, Contact(SAM["phone"])), fact)
    placed = record_invoice(replace(ports, store=store), changed, "test")
    assert placed.referral_id is not None
    assert rewards(world, placed.referral_id) == [("issued", 2500)]


def test_a_second_look_finds_what_the_index_did_not_show_yet(world: World) -> None:
    ports, jane = world.program.ports, world.enrol("Jane Doe")
    body = {"participant_id": jane.id, "prospect": {"name": "Sam Lee", **SAM}}
    hidden = KnownInvoice(
        Invoice("crm:i1", "paid", world.clock(), 50_000), identity=ports.pseudonyms.phone(SAM["phone"])
    )
    reference = world.admin("POST", "referrals", body).json["id"]
    transaction = ports.store.transaction()
    # As a lagging index has it: written before the attribution, seen after.
    ports.store.invoices.write(transaction, hidden)
    transaction.commit()
    world.settle_down()
    assert rewards(world, reference) == []
    world.clock.forward(minutes=1)
    world.settle_down()
    assert rewards(world, reference) == [("issued", 2500)]
    assert list(ports.store.work.due(world.clock())) == []


def test_a_waiting_invoice_is_refused_where_somebody_was_faster(world: World) -> None:
    sam, _ = two_referrals(world)
    invoiced(world, {**SAM, **MEI})
    before = known(world)
    decide(world, sam)
    transaction = world.program.ports.store.transaction()
    world.program.ports.store.invoices.write(transaction, before)
    with pytest.raises(Refused):
        transaction.commit()
