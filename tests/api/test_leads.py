"""POST /v1/leads: a lead is bound to its referrer in one transaction, the only round trip (P3, P15, P25, rule 2)."""

import pytest

from tests.api.table_watch import nothing_changes, requests_made, rows
from tests.world import World

_STAGE_NEW = {"stage": "new", "disqualified": None}


def referrals(world: World, code: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = world.admin("GET", f"referrals?participant_id={code}").json["items"]
    return items


def test_a_lead_is_one_round_trip_and_that_is_a_transaction(world: World) -> None:
    """Everything that must follow is committed at once; nothing is asked before (point 6, P15)."""
    jane = world.enrol()
    world.lead(jane.id)  # the settings are warm from here on
    with requests_made() as made:
        answer = world.lead(jane.id, email="sam@example.com", sms_consent=True)
    assert answer.status == 202
    assert made == ["TransactWriteItems"]


def test_a_lead_with_an_idempotency_key_is_still_one_round_trip(world: World) -> None:
    """The remembered answer is a part of the same transaction."""
    jane = world.enrol()
    world.lead(jane.id)
    body = {"code": jane.id, "name": "Sam Lee", "phone": world.phone()}
    with requests_made() as made:
        world.http("POST", "/v1/leads", body, headers={"Idempotency-Key": "k-1"})
    assert made == ["TransactWriteItems"]


def test_the_transaction_holds_all_that_follows(world: World) -> None:
    """Referral, identities, counters, rate limit and the messages to owner and prospect (point 6)."""
    jane = world.enrol()
    before = rows()
    reference = world.lead(jane.id, email="sam@example.com", sms_consent=True).json["reference"]
    after = rows()
    new = {key: row for key, row in after.items() if key not in before}
    changed = {key for key in before if before[key] != after[key]}
    assert sorted(pk.partition("#")[0] for pk, _ in new if not pk.startswith("STATS")) == [
        "I",
        "I",
        "M",
        "M",
        "M",
        "R",
        "RATE",
    ]
    assert (f"R#{reference}", "REFERRAL") in new
    assert (f"P#{jane.id}", "PROFILE") in changed
    assert world.participant(jane.id).totals.sent == 1
    told = {m.recipient for m in world.messages() if m.referral_id == reference}
    assert told == {"owner", "participant", "prospect"}


def test_the_lead_reaches_the_participant_with_all_it_said(world: World) -> None:
    """A referral record is made by itself, with what the prospect wrote (P25, M6)."""
    jane = world.enrol()
    reference = world.lead(
        jane.id,
        phone="(415) 555-0142",
        email="Sam@Example.com",
        service="Water heater",
        message="it  drips\nat night",
        channel="qr",
        kind="callback",
        callback_window="evening",
    ).json["reference"]
    (referral,) = referrals(world, jane.id)
    assert referral | _STAGE_NEW == referral
    assert referral["id"] == reference
    assert referral["prospect"] == {
        "name": "Sam Lee",
        "phone": "+14155550142",
        "email": "sam@example.com",
        "address": None,
    }
    assert (referral["source"], referral["channel"], referral["callback_window"]) == ("callback", "qr", "evening")
    assert (referral["service"], referral["message"]) == ("Water heater", "it drips at night")


@pytest.mark.parametrize("typed", ["{code}", "{lower}", " {spaced} ", "jane-doe", "Jane-Doe"])
def test_a_code_resolves_however_it_is_typed(world: World, typed: str) -> None:
    """Case, spaces and aliases make no difference (P1, rule 1)."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"add_alias": "jane-doe"})
    code = typed.format(code=jane.id, lower=jane.id.lower(), spaced=f"{jane.id[:4]} {jane.id[4:]}")
    assert world.lead(code).status == 202
    assert len(referrals(world, jane.id)) == 1


def test_the_code_of_a_paused_participant_still_resolves(world: World) -> None:
    """A link never dies (P16, rule 1)."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"paused": True, "opted_out": True})
    world.clock.forward(days=700)
    assert world.lead(jane.id).status == 202
    assert len(referrals(world, jane.id)) == 1


def test_the_first_submission_wins(world: World) -> None:
    """A later submission through another link changes nothing about who referred the person (rule 2)."""
    jane, mary = world.enrol(), world.enrol("Mary Major")
    phone = world.phone()
    first = world.lead(jane.id, phone=phone).json["reference"]
    second = world.lead(mary.id, phone=phone).json["reference"]
    assert first != second
    (later,) = referrals(world, mary.id)
    assert (later["disqualified"], later["first_referral_id"], later["stage"]) == (
        "already_referred",
        first,
        "disqualified",
    )
    assert (world.participant(jane.id).totals.sent, world.participant(mary.id).totals.sent) == (1, 0)


def test_the_same_person_is_recognised_by_phone_or_by_mail(world: World) -> None:
    """Either identity is enough, in whichever spelling (rule 2)."""
    jane, mary = world.enrol(), world.enrol("Mary Major")
    phone = world.phone()
    world.lead(jane.id, phone=phone, email="sam.lee@gmail.com")
    world.lead(mary.id, phone=f"1 ({phone[2:5]}) {phone[5:8]}-{phone[8:]}")
    world.lead(mary.id, email="samlee+quote@googlemail.com")
    assert [r["disqualified"] for r in referrals(world, mary.id)] == ["already_referred"] * 2


@pytest.mark.parametrize("who", ["new", "duplicate", "self", "customer", "honeypot"])
def test_what_became_of_a_submission_does_not_show_in_the_answer(world: World, who: str) -> None:
    """Nobody can try out who is a customer, or was referred before (rule 2, point 6)."""
    jane, customer = world.enrol(), world.enrol("Carl Customer")
    known = world.phone()
    world.lead(jane.id, phone=known)
    phone = {"duplicate": known, "self": jane.phone, "customer": customer.phone}.get(who)
    answer = world.lead(jane.id, phone=phone, website="http://example.com" if who == "honeypot" else None)
    assert answer.status == 202
    assert list(answer.json) == ["reference"]
    assert dict(answer.headers) == dict(world.lead(jane.id).headers)


@pytest.mark.parametrize(
    ("who", "why"), [("self", "self_referral"), ("customer", "existing_customer"), ("honeypot", "honeypot")]
)
def test_what_earns_nothing_is_kept_for_staff(world: World, who: str, why: str) -> None:
    """The submission is recorded with why it does not count, and no counter moves (rule 2)."""
    jane, customer = world.enrol(), world.enrol("Carl Customer")
    phone = {"self": jane.phone, "customer": customer.phone}.get(who)
    world.lead(jane.id, phone=phone, sms_consent=True, website="x" if who == "honeypot" else None)
    (referral,) = referrals(world, jane.id)
    assert (referral["disqualified"], referral["stage"]) == (why, "disqualified")
    assert world.participant(jane.id).totals.sent == 0
    assert world.messages("lead_received") == []
    assert len(world.messages("new_lead")) == (0 if who == "honeypot" else 1)


def test_the_owner_hears_of_every_customer_who_comes_back(world: World) -> None:
    """Two customers who ask for work through the same link on the same day are two pieces of news (M8)."""
    jane, one, other = world.enrol(), world.enrol("Carl Customer"), world.enrol("Cora Customer")
    world.lead(jane.id, phone=one.phone)
    world.lead(jane.id, phone=other.phone)
    assert len(world.messages("new_lead")) == 2


def test_a_name_instead_of_a_code_waits_for_a_person(world: World) -> None:
    """ "Who referred you?" is never guessed (S10, P4)."""
    jane = world.enrol("Jane Doe")
    reference = world.lead(None, referred_by="Jane Doe").json["reference"]
    assert world.participant(jane.id).totals.sent == 0
    (mention,) = world.admin("GET", "mentions").json["items"]
    assert (mention["id"], mention["participant_id"], mention["referred_by"]) == (reference, None, "Jane Doe")
    assert [m.referral_id for m in world.messages("new_lead")] == [reference]


@pytest.mark.parametrize("code", ["0000ZZZZ", "nobody-here"])
def test_an_unknown_code_is_refused_and_leaves_nothing(world: World, code: str) -> None:
    """The answer says what to do; the table is as before, the rate limit included (rule 7)."""
    world.enrol()
    with nothing_changes():
        answer = world.lead(code)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == ["code"]


def test_owner_and_prospect_are_told_at_once(world: World) -> None:
    """The messages leave as soon as the stream carries them (M8, P15); the referrer is thanked (M9)."""
    jane = world.enrol()
    phone = world.phone()
    world.lead(jane.id, phone=phone, sms_consent=True)
    world.settle_down()
    assert {line["to"] for line in world.sent_lines()} == {"+15555550199", phone, jane.phone}
    assert all(message["status"] == "sent" for message in world.admin("GET", "messages").json["items"])


def test_without_consent_the_prospect_gets_no_message(world: World) -> None:
    """Only who agreed to an SMS gets one."""
    world.lead(world.enrol().id)
    assert {m.recipient for m in world.messages()} == {"owner", "participant"}
