"""Flagged referrals through the whole program: held for a person, approved or declined, never rejected alone."""

from datetime import timedelta
from typing import Any

from chalicelib.services.keys import issue_key
from chalicelib.services.settle import settle
from tests.program.test_money import bill, rewards, why
from tests.world import World


def staff(world: World) -> str:
    return issue_key(world.program.ports, "staff", "office", "test")


def referred(world: World, code: str, name: str = "Sam Lee", **fields: Any) -> tuple[str, str]:
    """A lead that was looked at; the referral's id and the prospect's phone."""
    phone = world.phone()
    reference: str = world.lead(code, name=name, phone=phone, **fields).json["reference"]
    world.settle_down()
    return reference, phone


def shown(world: World, reference: str) -> Any:
    return world.admin("GET", f"referrals/{reference}").json


def kinds(world: World, reference: str) -> list[str]:
    return [flag["kind"] for flag in shown(world, reference)["flags"]]


def waiting(world: World) -> list[str]:
    return [entry["id"] for entry in world.admin("GET", "reviews").json["items"]]


def queued(world: World) -> list[str]:
    """What is in the queue, whether or not it is shown."""
    return world.program.ports.store.reviews.page(limit=100, cursor=None)[0]


def decide(world: World, reference: str, review: str, key: str | None = None) -> int:
    body = {"review": review, "note": "we asked her"}
    return world.admin("PATCH", f"referrals/{reference}", body, key=key).status


def test_the_answer_tells_nothing_of_a_flag(world: World) -> None:
    jane = world.enrol("Jane Doe")
    plain, flagged = world.lead(jane.id), world.lead(jane.id, name="Jane Doe")
    assert (plain.status, set(plain.json)) == (flagged.status, set(flagged.json)) == (202, {"reference"})


def test_a_flagged_referral_is_held_until_a_person_approves(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane E. Doe")
    assert kinds(world, reference) == ["similar_name"]
    assert shown(world, reference)["stage"] == "new"
    assert waiting(world) == [reference]
    bill(world, phone, "i1", 50_000)
    assert rewards(world, reference) == [("pending", 2500)]
    assert why(world, reference).startswith("held for a person: the prospect's name, Jane E. Doe, is like")
    world.clock.forward(days=400)
    world.settle_down()
    assert rewards(world, reference) == [("pending", 2500)]
    assert world.messages("reward_issued") == []
    assert list(world.program.ports.store.work.due(world.clock())) == []
    assert decide(world, reference, "approved", staff(world)) == 200
    world.settle_down()
    assert rewards(world, reference) == [("issued", 2500)]
    assert waiting(world) == []
    assert len(world.messages("reward_issued")) == 1
    assert world.participant(jane.id).totals.earned_cents == 2500


def test_a_second_event_about_a_held_reward_leaves_no_work_behind(world: World) -> None:
    """What is due and never done would be tried again every minute."""
    jane = world.enrol("Jane Doe")
    _, phone = referred(world, jane.id, "Jane Doe")
    for kind in ("invoice.issued", "invoice.paid"):
        world.clock.forward(minutes=1)
        bill(world, phone, "i1", 50_000, kind)
    world.clock.forward(days=1)
    assert list(world.program.ports.store.work.due(world.clock())) == []


def test_a_declined_referral_earns_nothing_whatever_comes_after(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    assert decide(world, reference, "declined", staff(world)) == 200
    bill(world, phone, "i2", 50_000)
    assert rewards(world, reference) == [("reversed", 2500)]
    assert why(world, reference) == "withheld by staff: we asked her"
    assert waiting(world) == []
    assert world.messages("reward_reversed") == []
    assert world.participant(jane.id).totals.earned_cents == 0
    sam, phone = referred(world, jane.id)
    bill(world, phone, "i3", 50_000)
    assert shown(world, sam)["rewards"][0]["tier"] == 1


def test_a_decision_may_be_changed_and_comes_before_the_close_too(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    assert decide(world, reference, "declined") == 200
    bill(world, phone, "i1", 50_000)
    assert rewards(world, reference) == []
    assert decide(world, reference, "approved") == 200
    assert rewards(world, reference) == [("issued", 2500)]
    assert decide(world, reference, "declined", staff(world)) == 403
    assert decide(world, reference, "declined") == 200
    assert rewards(world, reference) == [("reversed", 2500)]


def test_an_approved_reward_still_waits_for_the_end_of_its_hold(world: World) -> None:
    world.settings(hold_days=14)
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    assert decide(world, reference, "approved") == 200
    assert rewards(world, reference) == [("pending", 2500)]
    world.clock.forward(days=14)
    world.settle_down()
    assert rewards(world, reference) == [("issued", 2500)]


def test_issuing_by_hand_is_an_approval(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    reward = shown(world, reference)["reward_id"]
    assert world.admin("PATCH", f"rewards/{reward}", {"status": "issued", "note": "her mother"}).status == 200
    world.settle_down()
    assert (shown(world, reference)["review"], queued(world)) == ("approved", [])
    assert rewards(world, reference) == [("issued", 2500)]


def test_taking_the_held_reward_back_by_hand_declines(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    reward = shown(world, reference)["reward_id"]
    assert world.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "herself"}).status == 200
    assert (shown(world, reference)["review"], queued(world)) == ("declined", [])


def test_a_decision_is_in_the_audit_and_wants_a_note(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, _ = referred(world, jane.id, "Jane Doe")
    assert world.admin("PATCH", f"referrals/{reference}", {"review": "approved"}).status == 400
    decide(world, reference, "approved")
    entries = world.admin("GET", "audit").json["items"]
    told = [(entry["action"], entry["note"]) for entry in entries if entry["subject"] == reference]
    assert told == [("referral approved", "we asked her")]
    plain, _ = referred(world, jane.id)
    assert decide(world, plain, "approved") == 409


def test_no_reward_is_made_unseen_where_the_stream_lost_its_record(world: World) -> None:
    """Level-triggered: settlement looks itself."""
    jane = world.enrol("Jane Doe")
    reference: str = world.lead(jane.id, name="Jane Doe").json["reference"]
    world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    assert rewards(world, reference) == [("pending", 2500)]
    settle(world.program.ports, reference)
    world.settle_down()
    assert kinds(world, reference) == ["similar_name"]
    assert waiting(world) == [reference]


def test_the_fourth_from_one_network_address_is_flagged_for_a_month(world: World) -> None:
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    names = ("Sam Lee", "Mei Chen", "Bob Ray", "Ann Poe")
    codes = (jane.id, carlos.id, jane.id, carlos.id)
    home = [referred(world, code, name, network="203.0.113.9")[0] for name, code in zip(names, codes, strict=True)]
    assert [kinds(world, reference) for reference in home] == [[], [], [], ["per_network"]]
    assert kinds(world, referred(world, jane.id, network="203.0.113.10")[0]) == []
    world.clock.forward(days=31)
    assert kinds(world, referred(world, jane.id, network="203.0.113.9")[0]) == []


def test_one_machine_is_no_network(world: World) -> None:
    jane = world.enrol("Jane Doe")
    found = [referred(world, jane.id, network="127.0.0.1")[0] for _ in range(5)]
    assert [kinds(world, reference) for reference in found] == [[]] * 5


def test_the_sixth_of_a_participant_in_a_week_is_flagged(world: World) -> None:
    world.settings(flags={"per_week": 5})
    jane = world.enrol("Jane Doe")
    found = [referred(world, jane.id)[0] for _ in range(6)]
    assert [kinds(world, reference) for reference in found] == [[]] * 5 + [["per_week"]]
    assert kinds(world, referred(world, world.enrol("Carlos Rivera").id)[0]) == []
    world.clock.forward(days=8)
    assert kinds(world, referred(world, jane.id)[0]) == []


def test_leads_that_come_at_once_are_counted_whoever_is_looked_at_first(world: World) -> None:
    jane = world.enrol("Jane Doe")
    world.settings(flags={"per_week": 2})
    for _ in range(3):
        world.lead(jane.id)
        world.clock.forward(seconds=1)
    world.settle_down()
    assert len(waiting(world)) >= 1


def test_an_address_of_the_customers_own_is_compared_with_the_forms(world: World) -> None:
    customer = {"id": "7", "name": "Jane Doe", "phone": world.phone(), "address": "12 Maple Street, Springfield"}
    world.event("customer.updated", {"customer": customer})
    world.settle_down()
    jane = world.admin("GET", "participants").json["items"][0]
    assert jane["address"] == "12 Maple Street, Springfield"
    assert kinds(world, referred(world, jane["id"], address="12 maple st.")[0]) == ["same_address"]
    assert kinds(world, referred(world, jane["id"], address="14 maple st.")[0]) == []


def test_a_throw_away_mailbox_is_known_by_the_public_list(world: World) -> None:
    jane = world.enrol("Jane Doe")
    assert kinds(world, referred(world, jane.id, email="x7@mailinator.com")[0]) == ["disposable_email"]
    assert kinds(world, referred(world, jane.id, email="sam@example.com")[0]) == []


def test_each_look_can_be_turned_off_and_a_trusted_participant_is_never_flagged(world: World) -> None:
    jane = world.enrol("Jane Doe")
    assert world.admin("PATCH", f"participants/{jane.id}", {"trusted": True}, key=staff(world)).status == 403
    assert world.admin("PATCH", f"participants/{jane.id}", {"trusted": True}).json["trusted"] is True
    assert kinds(world, referred(world, jane.id, "Jane Doe")[0]) == []
    bob = world.enrol("Bob Ray")
    world.settings(flags={"similar_name": False, "disposable_email": None})
    assert kinds(world, referred(world, bob.id, "Bob Ray", email="x7@mailinator.com")[0]) == []


def test_what_the_office_attributed_itself_is_not_flagged(world: World) -> None:
    jane = world.enrol("Jane Doe")
    prospect = {"name": "Jane Doe", "phone": world.phone()}
    made = world.admin("POST", "referrals", {"participant_id": jane.id, "prospect": prospect}).json["id"]
    world.settle_down()
    assert kinds(world, made) == []


def test_a_moved_referral_is_looked_at_again_for_its_new_referrer(world: World) -> None:
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    world.admin("PATCH", f"referrals/{reference}", {"participant_id": carlos.id})
    world.settle_down()
    assert (kinds(world, reference), waiting(world)) == ([], [])
    assert rewards(world, reference) == [("reversed", 2500), ("issued", 2500)]
    world.admin("PATCH", f"referrals/{reference}", {"participant_id": jane.id})
    world.settle_down()
    assert (kinds(world, reference), waiting(world)) == (["similar_name"], [reference])
    assert rewards(world, reference)[-1] == ("pending", 2500)


def test_a_removed_or_lost_referral_waits_for_nobody(world: World) -> None:
    jane = world.enrol("Jane Doe")
    removed, lost = (referred(world, jane.id, "Jane Doe")[0] for _ in range(2))
    world.admin("DELETE", f"referrals/{removed}")
    world.admin("PATCH", f"referrals/{lost}", {"stage": "lost"})
    assert (waiting(world), queued(world)) == ([], [lost])
    assert world.admin("GET", "overview").json["waiting"]["reviews"] == 0


def test_a_void_takes_a_held_reward_and_the_next_invoice_is_held_again(world: World) -> None:
    jane = world.enrol("Jane Doe")
    reference, phone = referred(world, jane.id, "Jane Doe")
    bill(world, phone, "i1", 50_000)
    bill(world, phone, "i1", 50_000, "invoice.voided")
    assert rewards(world, reference) == [("reversed", 2500)]
    world.clock.forward(minutes=1)
    bill(world, phone, "i2", 50_000)
    assert rewards(world, reference) == [("reversed", 2500), ("pending", 2500)]


def test_traces_are_kept_no_longer_than_they_count(world: World) -> None:
    from chalicelib.storage.sightings import SightingItem

    jane = world.enrol("Jane Doe")
    referred(world, jane.id, network="203.0.113.9")
    kept = {item.pk.split("#")[1]: item.expires_at - world.clock() for item in SightingItem.scan() if "SEEN" in item.pk}
    assert kept == {"referrer": timedelta(days=7), "network": timedelta(days=30)}
    assert not any("203.0.113.9" in item.pk for item in SightingItem.scan())
