"""A lost link is sent again, and who asks learns nothing about whom we know."""

from chalicelib.services.links import share_link
from tests.storage.faults import metered
from tests.world import Answer, World


def asks(world: World, contact: object, network: str | None = None) -> Answer:
    return world.http("POST", "/v1/share/links", {"contact": contact}, address=network or world.address())


def test_the_link_goes_to_the_number_or_address_that_is_known(world: World) -> None:
    jane = world.enrol("Jane Doe", phone="+12125550142", email="jane@example.com")
    for contact in ("(212) 555-0142", "Jane@Example.com"):
        assert asks(world, contact).status == 202
    world.settle_down()
    link = share_link(world.program.ports, jane)
    sent = world.sent_lines()
    assert {line["to"] for line in sent} == {"+12125550142", "jane@example.com"}
    assert all(link in line["text"] for line in sent)


def test_it_leaves_at_night_too(world: World) -> None:
    """Somebody waits for it."""
    world.clock.forward(hours=16)
    world.enrol(phone="+12125550142")
    asks(world, "+12125550142")
    world.settle_down()
    assert [message.status for message in world.messages("share_link")] == ["sent"]


def test_the_token_does_not_stay_in_the_outbox(world: World) -> None:
    """Whatever template names the link, in words of the business's own too."""
    world.settings(messages={"referral_received": {"sms": "Look: {{ share_link }} Reply STOP to opt out."}})
    jane = world.enrol(phone="+12125550142", email="jane@example.com")
    for contact in ("+12125550142", "jane@example.com"):
        asks(world, contact)
    world.lead(jane.id)
    world.settle_down()
    token = share_link(world.program.ports, jane).partition("#")[2]
    kept = [m.text or "" for m in world.messages() if m.template in {"share_link", "referral_received"}]
    assert len(kept) == 3
    assert all("/share/#..." in text for text in kept)
    assert token not in str(world.messages())
    assert token not in str(world.admin("GET", "messages").json)


def test_known_and_unknown_are_answered_alike(world: World) -> None:
    """The same answer, the same calls, as many writes; and the same limits."""
    world.enrol(phone="+12125550142", email="jane@example.com")
    answers, work = [], []
    world.program.settings()  # a warm function has them
    for contact in ("+12125550142", "jane@example.com", "+12125550177", "nobody@example.com"):
        before = world.item_count()
        with metered() as meter:
            answers.append(asks(world, contact))
        work.append((meter.operations, world.item_count() - before))
    assert work == [work[0]] * 4
    assert {(answer.status, answer.body, str(sorted(answer.headers.items()))) for answer in answers} == {
        (answers[0].status, answers[0].body, str(sorted(answers[0].headers.items())))
    }
    for contact in ("+12125550142", "+12125550177"):
        assert [asks(world, contact).status for _ in range(3)] == [202, 202, 429]
    assert [message.status for message in world.messages("share_link")] == ["queued"] * 4


def test_one_address_may_not_ask_for_everybody(world: World) -> None:
    home = world.address()
    answers = [asks(world, world.phone(), home) for _ in range(21)]
    assert [answer.status for answer in answers] == [202] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_who_opted_out_is_sent_nothing(world: World) -> None:
    jane = world.enrol(phone="+12125550142")
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": True})
    assert asks(world, "+12125550142").status == 202
    world.settle_down()
    assert world.sent_lines() == []


def test_what_is_no_number_and_no_address_is_named(busy_world: World) -> None:
    for contact in ("", "x", "jane@", "911", None, 7, ["+12125550142"]):
        answer = asks(busy_world, contact)
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "contact"), contact


def test_a_prospect_has_no_page_to_be_sent(world: World) -> None:
    phone = world.phone()
    world.lead(world.enrol().id, phone=phone)
    assert asks(world, phone).status == 202
    assert world.messages("share_link") == []


def test_the_link_can_be_named_only_in_what_the_participant_reads(busy_world: World) -> None:
    """Words for friends, and subjects, which the outbox shows, are refused with it."""
    for template, part in (("forward", "sms"), ("introduction", "sms"), ("lead_received", "sms"), ("new_lead", "sms"),
                           ("share_link", "subject"), ("thank_you", "subject")):  # fmt: skip
        words = "{{ share_link }} {{ disclosure }} Reply STOP to opt out."
        answer = busy_world.admin("PUT", "settings", {"messages": {template: {part: words}}})
        assert answer.status == 400, template
        assert answer.json["errors"][0]["message"] == "names what is not there: share_link"
