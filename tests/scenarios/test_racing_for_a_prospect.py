"""Rule 2: a prospect belongs to one participant; the first valid submission wins, under any concurrency."""

from functools import partial

import pytest

from chalicelib.domain.errors import Conflict
from chalicelib.domain.referrals import Prospect, Referral
from chalicelib.services.attribute import Attribution, attribute
from tests.scenarios.racing import WRITERS, referrals_of, together
from tests.world import Answer, World

ROUNDS = 3


def submit(world: World, code: str, number: int, **fields: str) -> Answer:
    """One prospect's form, from an address of its own."""
    body = {"code": code, "name": f"Sam {number}", **fields}
    return world.http("POST", "/v1/leads", body, address=f"198.51.100.{number}")


def owner_of(referrals: list[Referral]) -> Referral:
    """The one referral that owns the prospect; fails where there is none, or another that is not said to be later."""
    owners = [referral for referral in referrals if referral.disqualified is None]
    assert len(owners) == 1
    for late in referrals:
        if late is not owners[0]:
            assert (late.disqualified, late.first_referral_id) == ("already_referred", owners[0].id)
    return owners[0]


@pytest.mark.parametrize("same_referrer", [False, True], ids=["eight referrers", "one referrer"])
def test_one_owner_whoever_is_first(world: World, same_referrer: bool) -> None:
    for _ in range(ROUNDS):
        phone = world.phone()
        codes = [world.enrol().id] * WRITERS if same_referrer else [world.enrol().id for _ in range(WRITERS)]
        answers = together(*(partial(submit, world, code, n, phone=phone) for n, code in enumerate(codes)))
        assert [answer.status for answer in answers] == [202] * WRITERS
        references = {answer.json["reference"] for answer in answers}
        assert len(references) == WRITERS
        stored = [referral for code in set(codes) for referral in referrals_of(world, code)]
        assert {referral.id for referral in stored} == references
        owner = owner_of(stored)
        sent = {code: world.participant(code).totals.sent for code in set(codes)}
        assert sent == {code: int(code == owner.participant_id) for code in set(codes)}
        held = world.program.ports.store.identities.find([world.program.ports.pseudonyms.phone(phone)])
        assert [identity.referral_id for identity in held.values()] == [owner.id]


def test_a_person_recognised_by_phone_or_by_email_has_one_owner(world: World) -> None:
    """Each form shares its phone with one other and its e-mail with another: all of them are one person's."""
    for round_ in range(ROUNDS):
        codes = [world.enrol().id for _ in range(WRITERS)]
        phones = [world.phone() for _ in range(2)]
        emails = [f"sam{round_}{n}@example.com" for n in range(2)]
        answers = together(
            *(
                partial(submit, world, code, n, phone=phones[n % 2], email=emails[n // 2 % 2])
                for n, code in enumerate(codes)
            )
        )
        assert [answer.status for answer in answers] == [202] * WRITERS
        stored = [referral for code in codes for referral in referrals_of(world, code)]
        owners = {referral.id: referral for referral in stored if referral.disqualified is None}
        by_phone = [owner.prospect.phone for owner in owners.values()]
        by_email = [owner.prospect.email for owner in owners.values()]
        assert len(set(by_phone)) == len(by_phone) == len(set(by_email)) == len(by_email)
        assert {late.first_referral_id for late in stored if late.disqualified} <= owners.keys()
        for code in codes:
            own = [owner for owner in owners.values() if owner.participant_id == code]
            assert world.participant(code).totals.sent == len(own)


def test_a_form_that_comes_eight_times_is_one_submission(world: World) -> None:
    """Rule 7: the same Idempotency-Key, sent by a page that tries again before it was answered."""
    code, phone = world.enrol().id, world.phone()
    body = {"code": code, "name": "Sam Lee", "phone": phone, "sms_consent": True}
    answers = together(
        *(
            partial(world.http, "POST", "/v1/leads", body, headers={"Idempotency-Key": "k"}, address=f"192.0.2.{n}")
            for n in range(WRITERS)
        )
    )
    assert {answer.status for answer in answers} == {202}
    (referral,) = referrals_of(world, code)
    assert {answer.json["reference"] for answer in answers} == {referral.id}
    assert len(world.messages("new_lead")) == len(world.messages("lead_received")) == 1


def test_no_more_than_the_hourly_limit_comes_through(world: World) -> None:
    """Twelve forms at once where an address may send eight."""
    world.settings(submissions_per_hour=8)
    code = world.enrol().id
    phones = [world.phone() for _ in range(12)]
    statuses = sorted(
        answer.status
        for answer in together(*(partial(world.lead, code, phone=phone, network="198.51.100.7") for phone in phones))
    )
    assert statuses == [202] * 8 + [429] * 4
    assert len(referrals_of(world, code)) == world.participant(code).totals.sent == 8


def test_a_visit_and_a_lead_at_once_are_both_counted(world: World) -> None:
    code = world.enrol().id
    visit = {"code": code, "channel": "sms"}
    together(
        *[partial(world.http, "POST", "/v1/visits", visit)] * 4,
        *(partial(world.lead, code, phone=world.phone()) for _ in range(4)),
    )
    totals = world.participant(code).totals
    assert (totals.visits, totals.sent) == (4, 4)


def test_staff_and_a_form_at_once_give_one_owner(world: World) -> None:
    """P26: attributed by hand the moment the prospect submits; whoever is second is told."""
    ports = world.program.ports

    def by_hand(code: str, phone: str) -> str | None:
        try:
            return attribute(ports, Attribution(code, Prospect("Sam Lee", phone), "staff")).id
        except Conflict:
            return None

    for _ in range(ROUNDS):
        mine, theirs, phone = world.enrol().id, world.enrol().id, world.phone()
        together(*[partial(by_hand, mine, phone), partial(world.lead, theirs, phone=phone)] * 2)
        stored = [*referrals_of(world, mine), *referrals_of(world, theirs)]
        owner = owner_of(stored)
        assert world.participant(mine).totals.sent == int(owner.participant_id == mine)
        assert world.participant(theirs).totals.sent == int(owner.participant_id == theirs)
