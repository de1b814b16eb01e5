"""Mentions: answers to "who referred you?" that a person confirms, never a guess (S10, P4)."""

from tests.api.table_watch import nothing_changes
from tests.world import World


def actions(world: World, subject: str) -> list[tuple[str, str | None]]:
    entries = world.admin("GET", "audit?limit=100").json["items"]
    return [(e["action"], e["note"]) for e in entries if e["subject"] == subject]


def test_a_mention_is_confirmed_by_a_person(world: World) -> None:
    """It leaves the queue, counts, and belongs to whom they named; once (S10, P4)."""
    jane, mary, phone = world.enrol(), world.enrol("Mary Major"), world.phone()
    mention = world.lead(None, phone=phone, referred_by="Jane from church").json["reference"]
    confirmed = world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id, "note": "asked her"}).json
    assert (confirmed["participant_id"], confirmed["source"], confirmed["id"]) == (jane.id, "mention", mention)
    assert world.admin("GET", "mentions").json["items"] == []
    assert world.participant(jane.id).totals.sent == 1
    assert actions(world, mention) == [(f"attributed to {jane.id}", "asked her")]
    with nothing_changes():
        assert world.admin("POST", f"mentions/{mention}", {"participant_id": mary.id}).status == 409
        assert world.admin("POST", "mentions/ref_0", {"participant_id": mary.id}).status == 404
    assert world.lead(mary.id, phone=phone).status == 202
    assert world.participant(mary.id).totals.sent == 0


def test_a_mention_of_somebody_who_was_referred_meanwhile_is_refused(world: World) -> None:
    """The first valid submission won (rule 2)."""
    jane, phone = world.enrol(), world.phone()
    mention = world.lead(None, phone=phone, referred_by="Jane").json["reference"]
    first = world.lead(world.enrol().id, phone=phone).json["reference"]
    with nothing_changes():
        answer = world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id})
        assert world.admin("POST", f"mentions/{mention}", {"participant_id": "0000ZZZZ"}).status in {404, 409}
    assert (answer.status, first in answer.json["detail"]) == (409, True)


def test_a_stage_of_a_mention_leaves_no_work_behind(world: World) -> None:
    """Staff may note that they called before it is clear who referred."""
    mention = world.lead(None, referred_by="Jane").json["reference"]
    world.clock.forward(hours=1)
    world.admin("PATCH", f"referrals/{mention}", {"stage": "contacted"})
    world.settle_down()
    assert list(world.program.ports.store.work.due(world.clock())) == []


def test_a_mention_shows_whom_it_may_mean_and_chooses_nobody(world: World) -> None:
    """S10: the same in the list and shown alone."""
    bob = world.enrol("Robert Smith", email="bob@example.com")
    mention = world.lead(None, referred_by="my neighbor Bob Smith").json["reference"]
    world.clock.forward(minutes=1)
    nobody = world.lead(None, referred_by="saw your truck").json["reference"]
    listed = world.admin("GET", "mentions").json["items"]
    assert [(one["id"], one["participant_id"], one["more_candidates"]) for one in listed] == [
        (mention, None, False),
        (nobody, None, False),
    ]
    assert listed[0]["candidates"] == [
        {
            "participant_id": bob.id,
            "name": "Robert Smith",
            "phone": bob.phone,
            "email": "bob@example.com",
            "segment": "customer",
            "reason": "similar_name",
            "why": "a similar name: a nickname, another spelling or a part left out",
        }
    ]
    assert listed[1]["candidates"] == []
    assert world.admin("GET", f"mentions/{mention}").json == listed[0]
    assert world.participant(bob.id).totals.sent == 0


def test_one_confirmed_is_no_mention_any_more(world: World) -> None:
    jane = world.enrol()
    mention = world.lead(None, referred_by="Jane Doe").json["reference"]
    world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id})
    assert world.admin("GET", f"mentions/{mention}").status == 404


def test_a_mention_of_nobody_we_know_stays_a_lead(world: World) -> None:
    """It leaves the queue, audited, and may be taken up again."""
    jane = world.enrol()
    mention = world.lead(None, referred_by="the lady at the fair").json["reference"]
    nobody = {"participant_id": None, "note": "nobody remembers her"}
    given_up = world.admin("POST", f"mentions/{mention}", nobody).json
    assert (given_up["participant_id"], given_up["referrer_unknown"], given_up["stage"]) == (None, True, "new")
    assert world.admin("GET", "mentions").json["items"] == []
    assert [one["id"] for one in world.admin("GET", "referrals?stage=new").json["items"]] == [mention]
    with nothing_changes():
        assert world.admin("POST", f"mentions/{mention}", nobody).json == given_up
        assert world.admin("GET", f"mentions/{mention}").json["candidates"] == []
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{mention}", {"stage": "quoted"})
    assert world.admin("GET", "mentions").json["items"] == []
    found = world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id, "note": "she called"}).json
    assert (found["participant_id"], found["referrer_unknown"]) == (jane.id, False)
    assert actions(world, mention)[::-1][0] == ("referred by nobody we know", "nobody remembers her")
    with nothing_changes():
        assert world.admin("POST", f"mentions/{mention}", nobody).status == 409


def test_what_does_not_say_whom_is_refused(world: World) -> None:
    mention = world.lead(None, referred_by="Jane").json["reference"]
    with nothing_changes():
        for body, field in (
            ({}, "participant_id"),
            ({"participant_id": ""}, "participant_id"),
            ({"participant_id": "  ", "note": "who?"}, "participant_id"),
            ({"participant_id": "Jane"}, "participant_id"),
            ({"participant_id": 7}, "participant_id"),
            ({"participant_id": None}, "note"),
            ({"participant_id": None, "note": " "}, "note"),
        ):
            answer = world.admin("POST", f"mentions/{mention}", body)
            assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [field]), body
        assert world.admin("POST", "mentions/ref_0", {"participant_id": None, "note": "who?"}).status == 404


def test_the_office_writes_down_what_was_said(world: World) -> None:
    """P26: in place of a code; it waits like any other, and whoever wrote it is in the audit."""
    jane, phone = world.enrol(), world.phone()
    said = "some Jane, I believe, whose kitchen you did last year after the flood; she has a red door and two dogs"
    body = {
        "referred_by": said,
        "prospect": {"name": "Pat Roe", "phone": phone},
        "service": "Drains",
        "note": "by phone",
    }
    answer = world.admin("POST", "referrals", body)
    noted = answer.json
    assert (answer.status, noted["source"], noted["participant_id"], noted["referred_by"]) == (
        201,
        "mention",
        None,
        said,
    )
    assert [one["participant_id"] for one in noted["candidates"]] == [jane.id]
    assert [one["id"] for one in world.admin("GET", "mentions").json["items"]] == [noted["id"]]
    assert actions(world, noted["id"]) == [("mention noted", "by phone")]
    assert world.messages() == []
    confirmed = world.admin("POST", f"mentions/{noted['id']}", {"participant_id": jane.id}).json
    assert (confirmed["participant_id"], confirmed["service"]) == (jane.id, "Drains")
    assert world.lead(world.enrol().id, phone=phone).status == 202
    assert world.participant(jane.id).totals.sent == 1


def test_what_the_office_writes_down_needs_either_a_code_or_words(world: World) -> None:
    jane = world.enrol()
    prospect = {"name": "Pat Roe", "phone": world.phone()}
    with nothing_changes():
        for body, field in (
            ({"prospect": prospect}, "participant_id"),
            ({"prospect": prospect, "referred_by": " "}, "referred_by"),
            ({"prospect": prospect, "referred_by": "x" * 201}, "referred_by"),
            ({"prospect": prospect, "referred_by": "Jane", "participant_id": jane.id}, "referred_by"),
            ({"prospect": {"name": "Pat Roe"}, "referred_by": "Jane"}, "prospect.phone"),
            ({"prospect": prospect, "code": jane.id}, "code"),
        ):
            answer = world.admin("POST", "referrals", body)
            assert answer.status == 400, body
            assert field in [error["field"] for error in answer.json["errors"]], body
