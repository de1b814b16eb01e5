"""Promised introductions and results reviews, through the whole program: recorded, counted, reminded of (F1-F6, O2)."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.participants import Participant
from chalicelib.services.follow_commitment import follow_commitment
from tests.program.test_asking import days, finished, issue
from tests.storage.faults import Call, wire
from tests.world import World

ADDRESS = {"address": "1 Maple Street, Springfield, IL 62701"}
#: The world begins on 4 May.
DUE_ON = "2026-05-15"


@pytest.fixture
def jane(world: World) -> Participant:
    world.settings(business=ADDRESS, sequence=[], results_review_days=None)
    return world.enrol("Jane Doe", email="jane@example.com")


def promise(world: World, code: str, promised: int = 3, **more: Any) -> dict[str, Any]:
    body = {"participant_id": code, "promised": promised, "due_on": DUE_ON, **more}
    answer = world.admin("POST", "commitments", body)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


def shown(world: World, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"commitments/{made['id']}").json
    return found


def refer(world: World, code: str) -> str:
    reference: str = world.lead(code).json["reference"]
    world.settle_down()
    return reference


def letters(world: World) -> list[Any]:
    return [message for message in world.messages("commitment_reminder") if message.status == "sent"]


def listed(world: World, state: str) -> list[str]:
    return [item["id"] for item in world.admin("GET", f"commitments?state={state}").json["items"]]


def test_a_promise_that_is_not_kept_brings_two_letters_and_lapses(world: World, jane: Participant) -> None:
    """F1-F5: recorded with its number and day, noticed, reminded of gently, and then let go."""
    made = promise(world, jane.id, note="at the final walk-through")
    assert (made["id"], made["state"]) == (f"com_{jane.id}-1", "open")
    assert made["created_by"].endswith("(test)")
    assert listed(world, "open") == [made["id"]]
    days(world, 11)
    assert (letters(world), listed(world, "overdue")) == ([], [])
    for _ in range(90):
        days(world, 1)
    assert [message.created_at.isoformat()[:10] for message in letters(world)] == ["2026-05-16", "2026-06-15"]
    assert (shown(world, made)["state"], listed(world, "lapsed")) == ("lapsed", [made["id"]])
    assert list(world.program.ports.store.work.due(world.clock() + timedelta(days=999))) == []


def test_the_letter_says_why_and_what_both_get_and_how_to_stop(world: World, jane: Participant) -> None:
    """F4-F6, CAN-SPAM."""
    promise(world, jane.id)
    refer(world, jane.id)
    days(world, 12)
    letter = letters(world)[0]
    assert (letter.to, letter.subject) == ("jane@example.com", "Picking up where we left off")
    text = " ".join(letter.text.split())
    for words in (
        "introduce us to 3 people",
        "You have sent us 1 person so far: thank you.",
        "we would rather spend our money on making our services better than on marketing",
        "You get a reward for every friend whose job we complete.",
        "for those you introduce: Ask for a call back",
        "so that they know we are coming",
        f"/r/{jane.id}/?via=email",
        ADDRESS["address"],
        "No more e-mails: http://localhost:8000/v1/unsubscribe/",
    ):
        assert words in text


def test_a_promise_is_kept_by_referrals_since_and_open_again_when_one_is_removed(
    world: World, jane: Participant
) -> None:
    refer(world, jane.id)
    world.clock.forward(minutes=1)
    made = promise(world, jane.id, promised=2)
    first, second = refer(world, jane.id), refer(world, jane.id)
    assert (shown(world, made)["state"], shown(world, made)["introductions"]) == ("kept", sorted([first, second]))
    assert world.admin("DELETE", f"referrals/{first}").status == 200
    world.settle_down()
    assert (shown(world, made)["state"], shown(world, made)["counted"]) == ("open", 1)
    days(world, 12)
    assert len(letters(world)) == 1
    refer(world, jane.id)
    days(world, 90)
    assert (shown(world, made)["state"], len(letters(world))) == ("kept", 1)


def test_what_is_moved_disqualified_or_confirmed_counts_where_it_then_belongs(world: World, jane: Participant) -> None:
    """Re-attribution takes an introduction from one promise and gives it to another."""
    john = world.enrol("John Roe")
    hers, his = promise(world, jane.id, promised=1), promise(world, john.id, promised=1)
    reference = refer(world, jane.id)
    world.admin("PATCH", f"referrals/{reference}", {"participant_id": john.id})
    world.settle_down()
    assert (shown(world, hers)["state"], shown(world, his)["state"]) == ("open", "kept")
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{reference}", {"stage": "disqualified"})
    world.settle_down()
    assert shown(world, his)["state"] == "open"
    mention = world.lead(None, referred_by="Jane").json["reference"]
    assert world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id}).status == 200
    world.settle_down()
    assert shown(world, hers)["state"] == "kept"


def test_a_prospect_who_was_there_already_keeps_no_promise(world: World, jane: Participant) -> None:
    john = world.enrol("John Roe")
    phone = world.phone()
    world.lead(john.id, phone=phone)
    made = promise(world, jane.id, promised=1)
    world.lead(jane.id, phone=phone)
    world.lead(jane.id, phone=jane.phone)
    world.settle_down()
    assert (shown(world, made)["counted"], shown(world, made)["state"]) == (0, "open")


@pytest.mark.parametrize(
    ("body", "why"),
    [({"opted_out": True}, "opted out of messages"), ({"paused": True}, "paused by staff")],
)
def test_no_letter_while_opted_out_or_paused(world: World, jane: Participant, body: dict[str, bool], why: str) -> None:
    made = promise(world, jane.id)
    world.admin("PATCH", f"participants/{jane.id}", body)
    days(world, 12)
    assert (letters(world), shown(world, made)["why"]) == ([], why)
    world.admin("PATCH", f"participants/{jane.id}", dict.fromkeys(body, False))
    days(world, 2)
    assert (len(letters(world)), shown(world, made)["why"]) == (1, None)


def test_no_letter_while_a_complaint_is_open(world: World, jane: Participant) -> None:
    """Rule 8: and a word between the decision and the sending counts too."""
    made = promise(world, jane.id)
    issue(world, jane.id, "issue.opened")
    days(world, 12)
    assert (letters(world), shown(world, made)["why"]) == ([], "issue leak is open")
    issue(world, jane.id, "issue.closed")
    days(world, 1)
    assert len(letters(world)) == 1


def test_a_letter_that_waits_is_not_sent_once_the_promise_is_kept(world: World, jane: Participant) -> None:
    promise(world, jane.id, promised=1)
    world.clock.forward(days=12)
    follow_commitment(world.program.ports, jane.id)
    assert [message.status for message in world.messages("commitment_reminder")] == ["queued"]
    reference = world.lead(jane.id).json["reference"]
    follow_commitment(world.program.ports, jane.id, (reference,))
    world.settle_down()
    message = world.messages("commitment_reminder")[0]
    assert (message.status, message.reason) == ("skipped", "the promise is kept")


@pytest.mark.parametrize(
    ("email", "address", "why"),
    [
        (None, ADDRESS["address"], "no e-mail address"),
        ("jo@example.com", None, "business.address is not set, and advertising must name it"),
    ],
)
def test_a_letter_that_cannot_be_an_email_is_for_staff_to_print(
    world: World, email: str | None, address: str | None, why: str
) -> None:
    world.settings(business={"address": address})
    body = {"name": "Jo Poe", "phone": world.phone(), "email": email, "address": "7 Oak Lane, Springfield"}
    jo = world.participant(world.admin("POST", "participants", body).json["id"])
    made = promise(world, jo.id)
    days(world, 12)
    assert world.messages("commitment_reminder") == []
    assert [(one["by"], one["why"]) for one in shown(world, made)["letters"]] == [("print", why)]
    assert world.admin("GET", "overview").json["waiting"]["commitments_overdue"] == 1
    page = world.admin("GET", f"commitments/{made['id']}/letter")
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = page.body.decode()
    assert "<script" not in html
    assert "style=" not in html
    for words in (
        "Jo Poe",
        "7 Oak Lane",
        "Dear Jo,",
        "May 16, 2026",
        "than on marketing",
        "?via=print",
        "Maple Street Plumbing",
    ):
        assert words in html
    assert (address or "Jo Poe") in html


def test_a_name_cannot_write_markup_into_the_letter(world: World, jane: Participant) -> None:
    made = promise(world, jane.id)
    world.settings(messages={"commitment_reminder": {"email": "<b>Hi</b> {{ link }} You get {{ what_you_get }}"}})
    html = world.admin("GET", f"commitments/{made['id']}/letter").body.decode()
    assert "&lt;b&gt;Hi" in html


def test_one_promise_is_open_at_a_time_and_the_last_one_counts(world: World, jane: Participant) -> None:
    made = promise(world, jane.id, promised=1)
    body = {"participant_id": jane.id, "promised": 2, "due_on": DUE_ON}
    assert world.admin("POST", "commitments", body).status == 409
    first = refer(world, jane.id)
    world.clock.forward(minutes=1)
    second = promise(world, jane.id, promised=1)
    assert second["id"] == f"com_{jane.id}-2"
    world.admin("DELETE", f"referrals/{first}")
    world.settle_down()
    assert (shown(world, made)["state"], shown(world, second)["state"]) == ("kept", "open")
    assert world.admin("PATCH", f"commitments/{made['id']}", {"promised": 5}).status == 409


def test_a_promise_is_changed_withdrawn_and_taken_up_again(world: World, jane: Participant) -> None:
    made = promise(world, jane.id)
    refer(world, jane.id)

    def patch(body: dict[str, Any]) -> Any:
        return world.admin("PATCH", f"commitments/{made['id']}", body)

    assert patch({"due_on": "2026-06-30"}).json["due_on"] == "2026-06-30"
    assert patch({"promised": 1, "note": "one is what she can do"}).json["state"] == "kept"
    assert patch({"promised": 2}).json["state"] == "open"
    assert patch({"withdrawn": True}).json["state"] == "withdrawn"
    days(world, 90)
    refer(world, jane.id)
    assert (letters(world), shown(world, made)["state"]) == ([], "withdrawn")
    assert patch({"withdrawn": False}).json["state"] == "kept"
    actions = [entry["action"] for entry in world.admin("GET", "audit").json["items"]]
    assert any(action.startswith("promise of 2 by 2026-06-30 taken up again") for action in actions)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"promised": 0}, "promised"),
        ({"promised": 51}, "promised"),
        ({"promised": "3"}, "promised"),
        ({"due_on": "2026-05-03"}, "due_on"),
        ({"due_on": "2028-06-01"}, "due_on"),
        ({"due_on": "15 May"}, "due_on"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"when": 1}, "when"),
    ],
)
def test_what_cannot_be_a_promise_is_refused_by_its_field(
    world: World, jane: Participant, part: dict[str, Any], field: str
) -> None:
    items = world.item_count()
    body = {"participant_id": jane.id, "promised": 3, "due_on": DUE_ON, **part}
    answer = world.admin("POST", "commitments", body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field])
    assert world.item_count() == items


def test_looking_again_changes_nothing(world: World, jane: Participant) -> None:
    """Level-triggered: the stream and the schedule may both come, and come again."""
    promise(world, jane.id)
    refer(world, jane.id)
    days(world, 12)
    before, items = world.program.ports.store.commitments.newest(jane.id), world.item_count()
    for _ in range(3):
        follow_commitment(world.program.ports, jane.id)
    assert (world.program.ports.store.commitments.newest(jane.id), world.item_count()) == (before, items)
    assert follow_commitment(world.program.ports, "0000ZZZZ") is None


def test_two_looks_at_once_write_one_letter(world: World, jane: Participant) -> None:
    """A second one, of the stream or the schedule, at every place between two calls of the first."""
    for number in itertools.count(1):
        person = world.enrol(f"Ann Ray {number}", email=f"ann{number}@example.com")
        promise(world, person.id, due_on=f"{world.clock():%Y-%m-%d}")
        world.clock.forward(days=1, hours=1)
        calls: list[Call] = []

        def other(call: Call, calls: list[Call] = calls, number: int = number, code: str = person.id) -> None:
            calls.append(call)
            if len(calls) == number:
                follow_commitment(world.program.ports, code)

        with wire(before=other):
            follow_commitment(world.program.ports, person.id)
        world.settle_down()
        assert [one.to for one in letters(world)].count(person.email) == 1
        if len(calls) < number:
            assert number > 4
            return


def reviewed(world: World, code: str, **body: Any) -> Any:
    return world.admin("POST", f"participants/{code}/results-review", {"outcome": "good", **body})


def due_reviews(world: World) -> list[str]:
    return [item["id"] for item in world.admin("GET", "results-reviews").json["items"]]


def test_ninety_days_after_the_job_staff_hold_the_review_and_three_introductions_are_asked_for(world: World) -> None:
    """O2."""
    jane = world.enrol()
    world.settings(sequence=[])
    finished(world, jane.id)
    days(world, 89)
    assert due_reviews(world) == []
    days(world, 1)
    assert due_reviews(world) == [jane.id]
    assert world.admin("GET", "overview").json["waiting"]["results_reviews"] == 1
    held = reviewed(world, jane.id, note="very happy").json["results_review"]
    assert (held["outcome"], held["asked"]) == ("good", "queued")
    assert held["held_by"].endswith("(test)")
    world.settle_down()
    asked = [message for message in world.messages("introductions") if message.status == "sent"]
    assert [message.to for message in asked] == [jane.phone]
    assert "three of them" in asked[0].text
    assert (due_reviews(world), reviewed(world, jane.id).status) == ([], 409)
    days(world, 400)
    assert (due_reviews(world), len(world.messages("introductions"))) == ([], 1)
    finished(world, jane.id)
    days(world, 90)
    assert due_reviews(world) == [jane.id]


def test_a_reply_or_an_opt_out_does_not_forget_the_review(world: World) -> None:
    """It is a person's task, not a message."""
    from chalicelib.services.follow_sequence import end_sequence

    jane, john = world.enrol("Jane Doe"), world.enrol("John Roe")
    for person in (jane, john):
        finished(world, person.id)
    end_sequence(world.program.ports, jane.id, "answered")
    world.admin("PATCH", f"participants/{john.id}", {"opted_out": True})
    days(world, 90)
    assert sorted(due_reviews(world)) == sorted([jane.id, john.id])


def test_what_was_promised_on_the_spot_is_recorded_and_not_asked_for_again(world: World) -> None:
    jane = world.enrol()
    finished(world, jane.id)
    held = reviewed(world, jane.id, promised=3, due_on=DUE_ON).json
    assert held["results_review"]["asked"] == "promised 3"
    assert listed(world, "open") == [f"com_{jane.id}-1"]
    assert world.messages("introductions") == []


@pytest.mark.parametrize("closed", ["issue", "promise", "poor"])
def test_the_ask_of_a_review_goes_through_the_gate(world: World, closed: str) -> None:
    """Rule 8; and nobody is asked for what they have promised already."""
    jane = world.enrol()
    finished(world, jane.id)
    if closed == "issue":
        issue(world, jane.id, "issue.opened")
    if closed == "promise":
        promise(world, jane.id)
    held = reviewed(world, jane.id, outcome="poor" if closed == "poor" else "good").json["results_review"]
    world.settle_down()
    assert world.messages("introductions") == []
    said = {"issue": "issue leak is open", "promise": f"com_{jane.id}-1 is open: 3 are promised", "poor": None}
    assert held["asked"] == said[closed]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"outcome": "fine"}, "outcome"), ({"outcome": None}, "outcome"), ({"promised": 3}, "due_on")],
)
def test_what_cannot_be_a_review_is_refused_by_its_field(world: World, body: dict[str, Any], field: str) -> None:
    jane = world.enrol()
    finished(world, jane.id)
    answer = reviewed(world, jane.id, **body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field])
    poor = reviewed(world, jane.id, outcome="poor", promised=3, due_on=DUE_ON)
    assert (poor.status, world.participant(jane.id).results) == (400, None)
