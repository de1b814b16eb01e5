"""A friend introduced by the referrer (M19, F6): bound as any lead, told to the office, and not written to."""

from typing import Any

import pytest

from chalicelib.domain.messages import Message
from chalicelib.domain.people import first_name
from tests.api.table_watch import nothing_changes
from tests.world import Answer, World

PHONE = "+12125550142"


def token(world: World, code: str) -> str:
    return world.program.ports.pseudonyms.share_token(code, 1)


def introduces(world: World, code: str, *, key: str | None = None, network: str | None = None, **fields: Any) -> Answer:
    """Post the referrer's form with the token of their page."""
    headers = {"authorization": f"Share {token(world, code)}", **({"Idempotency-Key": key} if key else {})}
    body = {"name": "Kim Ray", "phone": PHONE, "agreed_to_call": True, **fields}
    sent = {name: value for name, value in body.items() if value is not None}
    return world.http("POST", "/v1/share/referrals", sent, headers=headers, address=network or world.address())


def referral(world: World, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"referrals/{reference}").json
    return found


def sent(world: World) -> list[tuple[str, str]]:
    """What left: to whom, and the words."""
    return [(line["to"], line["text"]) for line in world.sent_lines()]


def test_an_introduction_binds_the_friend_and_tells_the_office(world: World) -> None:
    jane = world.enrol()
    answer = introduces(world, jane.id, service="Drains", message="Best after six.")
    made = referral(world, answer.json["reference"])
    assert (answer.status, made["participant_id"], made["source"], made["stage"]) == (
        202,
        jane.id,
        "introduction",
        "new",
    )
    assert (made["service"], made["message"], made["agreed_to_call"]) == ("Drains", "Best after six.", True)
    assert world.participant(jane.id).totals.sent == 1
    world.settle_down()
    text = f"New referral: Kim Ray, {PHONE}, Drains.\nIntroduced by Jane, expects your call."
    assert ("+15555550199", f"{text}\nhttp://localhost:8000/admin/#referrals/{made['id']}") in sent(world)
    later = world.lead(world.enrol("Bob Ray").id, phone=PHONE).json["reference"]
    assert referral(world, later)["disqualified"] == "already_referred"


def test_the_office_reads_that_the_friend_has_not_agreed(world: World) -> None:
    introduces(world, world.enrol().id, agreed_to_call=False)
    world.settle_down()
    assert any("Introduced by Jane, has not agreed to a call." in text for _, text in sent(world))


def test_the_referrer_gets_the_words_to_forward_and_the_friend_nothing(world: World) -> None:
    """16 CFR 255.5: they say that there is a reward. The whole way to the reward brings the friend no message."""
    jane = world.enrol(email="jane@example.com")
    answer = introduces(world, jane.id, email="kim@example.com").json
    world.settle_down()
    link = f"http://localhost:8000/r/{jane.id}/"
    assert (jane.phone, answer["text"]) in sent(world)
    assert answer["text"] == (
        "Hi Kim, I told Maple Street Plumbing about you: they did good work for me. They will get in touch, "
        f"as we agreed. {link}?via=sms\n"
        "Just so you know: I get a reward if you become their customer."
    )
    assert (answer["link"], answer["texted"]) == (link, True)
    for stage in ("contacted", "appointment", "won", "paid"):
        world.clock.forward(hours=1)
        assert world.admin("PATCH", f"referrals/{answer['reference']}", {"stage": stage}).status == 200
        world.settle_down()
    assert {line["to"] for line in world.sent_lines()} <= {jane.phone, jane.email, "+15555550199"}
    assert [message for message in world.messages() if message.recipient == "prospect"] == []
    assert "got in touch" not in " ".join(text for _, text in sent(world)), "the friend has not"
    assert any("appointment" in message.template for message in world.messages())


def test_the_words_to_forward_are_waited_for_and_leave_at_night_too(world: World) -> None:
    world.clock.forward(hours=16)
    answer = introduces(world, world.enrol().id).json
    world.settle_down()
    assert answer["text"] in {text for _, text in sent(world)}


def test_no_message_to_an_introduced_friend_has_an_address(world: World) -> None:
    """Whatever asks for one."""
    reference = introduces(world, world.enrol().id, email="kim@example.com").json["reference"]
    now, store = world.clock(), world.program.ports.store
    message = Message("msg_lead_received_1", "lead_received", "sms", "prospect", now, now, referral_id=reference)
    transaction = store.transaction()
    store.messages.queue(transaction, message)
    transaction.commit()
    world.settle_down()
    (skipped,) = world.messages("lead_received")
    assert (skipped.status, skipped.reason) == ("skipped", "the friend did not give us this number themselves")


def test_who_opted_out_reads_the_words_in_the_answer_only(world: World) -> None:
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": True})
    answer = introduces(world, jane.id).json
    world.settle_down()
    assert (answer["texted"], answer["text"][:7]) == (False, "Hi Kim,")
    assert jane.phone not in {to for to, _ in sent(world)}
    (message,) = world.messages("introduction")
    assert (message.status, message.reason) == ("skipped", "opted out of messages")


def test_the_friends_own_code_is_in_the_words(world: World) -> None:
    """F5: where the offer has one."""
    offer = {"id": "spring", "segment": "customer", "headline": "Spring", "friend_text": "$50 off the first visit",
             "referrer_text": "a $25 service credit"}  # fmt: skip
    world.settings(offers=[offer])
    jane = world.enrol()
    assert "code" not in introduces(world, jane.id).json["text"]
    world.settings(offers=[{**offer, "friend_discount": {"amount_cents": 5000}}])
    answer = introduces(world, jane.id, phone="+12125550143").json
    code = referral(world, answer["reference"])["discount_code"]
    assert f"\nYour code for $50 off: {code}\n" in answer["text"]
    assert world.admin("GET", f"discounts/{code}").json["referral_id"] == answer["reference"]


KNOWN = ("self_referral", "existing_customer", "already_referred")


@pytest.mark.parametrize("known", KNOWN)
def test_whether_we_know_the_friend_is_not_told(world: World, known: str) -> None:
    """Answer, texts and limits are the same; staff see what became of it."""
    offer = {"id": "spring", "segment": "customer", "headline": "Spring", "friend_text": "$50 off",
             "referrer_text": "a $25 service credit", "friend_discount": {"amount_cents": 5000}}  # fmt: skip
    world.settings(offers=[offer])
    jane = world.enrol()
    phone = {
        "self_referral": lambda: jane.phone,
        "existing_customer": lambda: world.enrol("Ann Lee").phone,
        "already_referred": lambda: _referred(world),
    }[known]()
    fresh, old = introduces(world, jane.id, phone="+12125550143").json, introduces(world, jane.id, phone=phone).json
    assert referral(world, old["reference"])["disqualified"] == known
    codes = [world.program.ports.pseudonyms.friend_code(one["reference"]) for one in (fresh, old)]
    assert old["text"] == fresh["text"].replace(codes[0], codes[1])
    assert codes[1] in old["text"]
    assert {**old, "reference": "", "text": ""} == {**fresh, "reference": "", "text": ""}
    world.settle_down()
    assert {text for to, text in sent(world) if to == jane.phone} == {fresh["text"], old["text"]}
    assert world.participant(jane.id).totals.sent == 1


def _referred(world: World) -> str:
    phone = world.phone()
    world.lead(world.enrol("Bob Ray").id, phone=phone)
    return phone


def test_an_introduction_sent_twice_is_one(world: World) -> None:
    """By its Idempotency-Key, which is this participant's own."""
    jane, bob = world.enrol(), world.enrol("Bob Ray")
    first = introduces(world, jane.id, key="form-1")
    with nothing_changes():
        assert introduces(world, jane.id, key="form-1").json == first.json
        assert introduces(world, jane.id, key="form-1", name="Kim Day").status == 409
        assert introduces(world, jane.id, key="k" * 201).status == 400
    other = introduces(world, bob.id, key="form-1").json
    assert other["reference"] != first.json["reference"]
    assert len(world.messages("introduction")) == 2


def test_introductions_count_for_the_limit_of_their_address(world: World) -> None:
    world.settings(submissions_per_hour=2)
    jane = world.enrol()
    statuses = [
        introduces(world, jane.id, phone=world.phone(), network="198.51.100.9").status,
        world.lead(jane.id, network="198.51.100.9").status,
        introduces(world, jane.id, phone=world.phone(), network="198.51.100.9").status,
    ]
    assert statuses == [202, 202, 429]


def test_many_friends_from_one_address_are_not_suspicious(world: World) -> None:
    """It is the referrer's address; the friends wrote from nowhere."""
    jane = world.enrol()
    made = [introduces(world, jane.id, phone=world.phone(), network="198.51.100.9").json for _ in range(5)]
    world.settle_down()
    assert [referral(world, one["reference"])["flags"] for one in made] == [[]] * 5


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "www.example.com"}, "name"),
        ({"phone": None}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "kim@"}, "email"),
        ({"agreed_to_call": None}, "agreed_to_call"),
        ({"agreed_to_call": "perhaps"}, "agreed_to_call"),
        ({"message": "x" * 1001}, "message"),
        ({"service": 7}, "service"),
        ({"sms_consent": True}, "sms_consent"),
    ],
)
def test_what_cannot_be_accepted_is_named(world: World, fields: dict[str, object], field: str) -> None:
    """Nobody consents to texts for a friend."""
    jane = world.enrol()
    with nothing_changes():
        answer = introduces(world, jane.id, **fields)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field])


def test_an_e_mail_is_enough(world: World) -> None:
    jane = world.enrol()
    answer = introduces(world, jane.id, phone=None, email="kim@example.com")
    assert referral(world, answer.json["reference"])["prospect"]["email"] == "kim@example.com"


def test_only_the_newest_token_of_a_page_opens_it(world: World) -> None:
    jane = world.enrol()
    good = token(world, jane.id)
    body = {"name": "Kim Ray", "phone": PHONE, "agreed_to_call": True}
    wrong = ["", "Share", f"Bearer {good}", f"Share {good[:-1]}", f"Share {good}0", f"Share {'0' * 64}",
             f"Share {jane.id}", f"Bearer {world.owner}", "Share " + "\u0661" * 64, "Share \u00e9"]  # fmt: skip
    with nothing_changes():
        for authorization in wrong:
            headers = {"authorization": authorization} if authorization else {}
            answer = world.http("POST", "/v1/share/referrals", body, headers=headers)
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Share"), authorization
    _issue_anew(world, jane.id)
    with nothing_changes():
        assert introduces(world, jane.id).status == 401


def _issue_anew(world: World, code: str) -> None:
    """As the office does where somebody else has the link; the old token's item stays where it is."""
    assert world.admin("PATCH", f"participants/{code}", {"new_share_link": True}).status == 200


def test_the_longest_name_is_shortened_in_the_words(world: World) -> None:
    jane, name = world.enrol(), "Wolfeschlegelsteinhausenbergerdorff Ray"
    assert introduces(world, jane.id, name=name).json["text"].startswith(f"Hi {first_name(name)[:20]}, ")
