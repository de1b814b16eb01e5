"""A participant's own page by the API: what it shows of whom, what may be changed, the QR code."""

import re
from typing import Any

import pytest
import zxingcpp

from chalicelib.services.links import share_token
from tests.api.table_watch import nothing_changes
from tests.world import Answer, World


def share(world: World, code: str, method: str = "GET", path: str = "", body: object = None) -> Answer:
    """A request with the token of somebody's own page."""
    token = share_token(world.program.ports, world.participant(code))
    return world.http(method, f"/v1/share{path}", body, headers={"authorization": f"Share {token}"})


def page(world: World, code: str) -> dict[str, Any]:
    answer = share(world, code)
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.json
    return shown


def moved(world: World, reference: str, stage: str) -> None:
    world.clock.forward(hours=1)
    assert world.admin("PATCH", f"referrals/{reference}", {"stage": stage}).status == 200
    world.settle_down()


def test_it_shows_links_and_words_with_each_channel_told_apart(world: World) -> None:
    """P2, S9: the words carry the proof, the disclosure and the channel's own link."""
    world.settings(business={"website": "https://maple.example.com"})
    jane = world.enrol("Jane Doe")
    shown = page(world, jane.id)
    link = f"http://localhost:8000/r/{jane.id}/"
    assert (shown["first_name"], shown["link"], shown["opted_out"]) == ("Jane", link, False)
    for channel in ("sms", "whatsapp", "email", "facebook", "copy", "link"):
        assert shown["links"][channel] == f"{link}?via={channel}"
    for channel in ("sms", "whatsapp", "email", "copy", "link"):
        assert f"{link}?via={channel}\n" in shown["words"][channel]
        assert "https://maple.example.com" in shown["words"][channel]
        assert shown["disclosure"] in shown["words"][channel]
    assert shown["next_tier"] == {
        "more": 1, "amount_cents": 2500, "currency": "USD", "text": "a $25 service credit",
    }  # fmt: skip


def test_the_owners_own_words_to_forward_are_the_ones_shown(world: World) -> None:
    world.settings(messages={"forward": {"sms": "Look: {{ link }} {{ disclosure }}"}})
    jane = world.enrol("Jane Doe")
    assert page(world, jane.id)["words"]["whatsapp"].startswith(
        f"Look: http://localhost:8000/r/{jane.id}/?via=whatsapp"
    )


def test_a_friends_way_from_received_to_the_reward(world: World) -> None:
    """P24, P27: sentences, and never more of the friend than the first name."""
    jane = world.enrol("Jane Doe")
    reference = world.lead(jane.id, name="Sam Lee", phone="+12125550142", message="The tap drips").json["reference"]
    states = []
    for stage in (None, "contacted", "qualified", "appointment", "quoted", "won", "invoiced"):
        if stage:
            moved(world, reference, stage)
        (friend,) = page(world, jane.id)["referrals"]
        states.append(friend["state"])
        assert set(friend) == {"first_name", "state", "since"}
        assert friend["first_name"] == "Sam"
    assert states == [
        "Received", "We are in touch", "We are in touch", "Appointment made", "They have our quote", "They chose us",
        "Job done: your reward is ready",
    ]  # fmt: skip
    shown = page(world, jane.id)
    assert [(r["for"], r["text"], r["status"], r["state"]) for r in shown["rewards"]] == [
        ("Sam", "a $25 service credit", "issued", "Yours: it comes off your next invoice")
    ]
    assert (shown["credit_cents"], shown["totals"]) == (2500, {"sent": 1, "closed": 1, "earned_cents": 2500})
    assert (shown["next_tier"]["more"], shown["next_tier"]["amount_cents"]) == (2, 5000)
    text = share(world, jane.id).body.decode()
    assert not any(secret in text for secret in ("Lee", "5550142", "tap drips"))
    moved(world, reference, "lost")
    shown = page(world, jane.id)
    assert [friend["state"] for friend in shown["referrals"]] == ["It did not work out this time"]
    assert [reward["state"] for reward in shown["rewards"]] == ["Taken back"]


def test_an_appointment_is_told_by_its_day(world: World) -> None:
    """M7: as the office or the CRM named it; where nobody did, the stage alone."""
    jane = world.enrol("Jane Doe")
    reference = world.lead(jane.id).json["reference"]

    def state(day: str | None) -> str:
        world.clock.forward(seconds=1)
        body = {"stage": "appointment", "appointment_on": day}
        assert world.admin("PATCH", f"referrals/{reference}", body).status == 200
        return str(page(world, jane.id)["referrals"][0]["state"])

    assert [state(day) for day in (None, "2026-05-04", "2026-05-05", "2026-05-10", "2026-05-11", "2026-05-01")] == [
        "Appointment made", "Appointment today", "Appointment on Tuesday", "Appointment on Sunday",
        "Appointment on Monday, May 11", "Appointment on Friday, May 1",
    ]  # fmt: skip
    with nothing_changes():
        for body in (
            {"stage": "won", "appointment_on": "2026-05-05"},
            {"stage": "appointment", "appointment_on": "soon"},
        ):
            answer = world.admin("PATCH", f"referrals/{reference}", body)
            assert (answer.status, answer.json["errors"][0]["field"]) == (400, "appointment_on")
    world.event(
        "lead.created", {"customer": {"phone": "+12125550177", "name": "Ann Ray"}, "lead": {"id": "7", "code": jane.id}}
    )
    world.settle_down()
    for day, told in (("2026-05-06", "on Wednesday"), ("whenever", "on Wednesday"), ("2026-05-07", "on Thursday")):
        world.clock.forward(minutes=1)
        world.event("lead.stage_changed", {"lead": {"id": "7", "stage": "appointment", "appointment_on": day}})
        world.settle_down()
        assert page(world, jane.id)["referrals"][0]["state"] == f"Appointment {told}"


def test_a_reward_that_is_held_is_on_its_way(world: World) -> None:
    world.settings(hold_days=7)
    jane = world.enrol()
    moved(world, world.lead(jane.id).json["reference"], "paid")
    shown = page(world, jane.id)
    assert [friend["state"] for friend in shown["referrals"]] == ["Job done: your reward is on its way"]
    assert [reward["state"] for reward in shown["rewards"]] == ["On its way"]


def test_it_does_not_tell_who_is_known_to_us(world: World) -> None:
    """A customer, a repeat and oneself read as somebody who has just come in; a program's entry is nobody."""
    jane, ann, bob = (world.enrol(name) for name in ("Jane Doe", "Ann Lee", "Bob Ray"))
    taken = world.phone()
    world.lead(bob.id, phone=taken)
    for phone in (ann.phone, taken, jane.phone, world.phone()):
        assert world.lead(jane.id, phone=phone).status == 202
    world.lead(jane.id, name="Viagra", website="https://spam.example.com")
    world.settle_down()
    assert [(friend["first_name"], friend["state"]) for friend in page(world, jane.id)["referrals"]] == [
        ("Sam", "Received")
    ] * 4


def test_a_discount_code_is_shown_while_it_is_worth_something(world: World) -> None:
    world.settings(rewards={"customer": {"kind": "discount_code"}})
    jane = world.enrol()
    reference = world.lead(jane.id).json["reference"]
    moved(world, reference, "paid")
    (reward,) = page(world, jane.id)["rewards"]
    assert reward["state"] == "Yours: tell us the code with your next job"
    assert world.admin("GET", f"discounts/{reward['discount_code']}").json["reward_id"] == reward["id"]
    moved(world, reference, "lost")
    (reward,) = page(world, jane.id)["rewards"]
    assert (reward["discount_code"], reward["state"]) == (None, "Taken back")


def test_a_name_on_the_leaderboard_is_the_participants_to_choose(world: World) -> None:
    """P22: from first name and initial to no name at all."""
    jane = world.enrol("Jane Doe")
    seen = [page(world, jane.id)["leaderboard"]]
    seen += [
        share(world, jane.id, "PATCH", body={"leaderboard_name": n}).json["leaderboard"] for n in ("first", "hidden")
    ]
    assert [(one["name"], one["shown_as"]) for one in seen] == [
        ("initial", "Jane D."), ("first", "Jane"), ("hidden", "Anonymous"),
    ]  # fmt: skip
    assert f"participant {jane.id}" in {entry["actor"] for entry in world.admin("GET", "audit").json["items"]}


def test_an_alias_is_unique_permanent_and_one_of_few(world: World) -> None:
    """P16: what is typed becomes a link as good as the first."""
    jane, bob = world.enrol("Jane Doe"), world.enrol("Bob Ray")
    shown = share(world, jane.id, "PATCH", body={"alias": "Jane Doe"}).json
    assert (shown["aliases"], shown["aliases_left"]) == (
        [{"alias": "jane-doe", "link": "http://localhost:8000/r/jane-doe/"}], 2,
    )  # fmt: skip
    world.settle_down()
    assert f'value="{jane.id}"'.encode() in (world.program.site_store.get("r/jane-doe/index.html") or b"")
    with nothing_changes():
        taken = share(world, bob.id, "PATCH", body={"alias": "jane-doe"})
        assert (taken.status, taken.json["detail"]) == (409, "the alias jane-doe belongs to somebody already")
        assert share(world, jane.id, "PATCH", body={"alias": "jane-doe"}).status == 200
    for alias in ("jane-two", "jane-three"):
        assert share(world, jane.id, "PATCH", body={"alias": alias}).status == 200
    with nothing_changes():
        answer = share(world, jane.id, "PATCH", body={"alias": "jane-four"})
        assert (answer.status, "there are 3 aliases already" in answer.json["detail"]) == (409, True)
    assert world.lead("jane-two").status == 202


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"alias": "ab"}, "alias"),
        ({"alias": "7KQ2M9XA"}, "alias"),
        ({"alias": "<script>"}, "alias"),
        ({"alias": "call-212-555-0142"}, "alias"),
        ({"leaderboard_name": "full"}, "leaderboard_name"),
        ({"name": "Jane"}, "name"),
    ],
)
def test_a_wish_that_cannot_be_is_named(busy_world: World, body: object, field: str) -> None:
    jane = busy_world.enrol()
    with nothing_changes():
        answer = share(busy_world, jane.id, "PATCH", body=body)
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field])


def test_a_strangers_and_an_old_token_open_nothing(world: World) -> None:
    jane = world.enrol("Jane Doe")
    old = share_token(world.program.ports, jane)
    renewed = world.admin("PATCH", f"participants/{jane.id}", {"new_share_link": True}).json
    assert page(world, jane.id)["first_name"] == "Jane"
    assert renewed["share_link"].endswith(share_token(world.program.ports, world.participant(jane.id)))
    with nothing_changes():
        for token in (old, "0" * 64, old[:-1], ""):
            for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/qr")):
                headers = {"authorization": f"Share {token}"}
                answer = world.http(method, f"/v1/share{path}", {"alias": "jane"}, headers=headers)
                assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Share")


def test_the_qr_code_is_read_as_the_link(busy_world: World) -> None:
    """By somebody else's reader, from the path alone."""
    jane = busy_world.enrol()
    for query, via in (("", "qr"), ("?via=print", "print")):
        code = share(busy_world, jane.id, path=f"/qr{query}").json
        assert code["link"] == f"http://localhost:8000/r/{jane.id}/?via={via}"
        assert [found.text for found in zxingcpp.read_barcodes(picture(code["size"], code["path"]))] == [code["link"]]
    assert share(busy_world, jane.id, path="/qr?via=fax").status == 400


def picture(size: int, path: str, scale: int = 4) -> memoryview:
    """The path painted black on white, each module `scale` pixels wide."""
    pixels = bytearray(b"\xff") * (size * scale) ** 2
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for line in range(int(y) * scale, (int(y) + 1) * scale):
            start, length = line * size * scale + int(x) * scale, int(width) * scale
            pixels[start : start + length] = bytes(length)
    return memoryview(pixels).cast("B", (size * scale, size * scale))
