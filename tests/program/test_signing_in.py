"""Signing in: a link or a code that works once, a cookie that means something only here, and the way out."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.cli import build_parser
from chalicelib.domain.access import Role
from chalicelib.domain.users import NewUser, User
from chalicelib.services.links import sign_in_link
from chalicelib.services.sign_in import new_sign_in
from chalicelib.services.users import add_user
from tests.world import Answer, World

OWN_PAGE = {"origin": "http://localhost:8000", "x-requested-with": "goodword"}


def user(world: World, role: Role = "owner", email: str = "pat@example.com", phone: str | None = None) -> User:
    return add_user(world.program.ports, NewUser("Pat Maple", role, email, phone), "test")


def post(world: World, path: str, body: Any, headers: dict[str, str] | None = None, address: str = "") -> Answer:
    return world.http("POST", f"/v1/admin/{path}", body, headers=headers, address=address or world.address())


def token(world: World, somebody: User) -> str:
    link = sign_in_link(world.program.ports, new_sign_in(world.program.ports, somebody))
    return link.partition("#sign-in=")[2]


def cookie(answer: Answer) -> str:
    return answer.headers["Set-Cookie"].partition(";")[0]


def signed_in(world: World, somebody: User) -> dict[str, str]:
    """The headers of the console's page, for who signed in."""
    answer = post(world, "session", {"token": token(world, somebody)})
    assert answer.status == 201
    return {"cookie": cookie(answer), **OWN_PAGE}


def session(world: World, headers: dict[str, str]) -> Answer:
    return world.http("GET", "/v1/admin/session", headers=headers)


def sent(world: World) -> str:
    """The words of the newest message, as they left."""
    text: str = (world.data / "outbox.jsonl").read_text().splitlines()[-1]
    return text


@pytest.mark.parametrize(
    ("contact", "channel"), [({"email": "pat@example.com"}, "email"), ({"phone": "+12125550142"}, "sms")]
)
def test_a_link_and_a_code_are_sent_and_either_lets_in(world: World, contact: dict[str, str], channel: str) -> None:
    user(world, phone="+12125550142")
    asked = post(world, "sign-in", contact)
    assert asked.status == 202
    world.settle_down()
    text = sent(world)
    [message] = world.admin("GET", "messages").json["items"]
    assert (message["channel"], message["status"]) == (channel, "sent")
    code = re.search(r"\b(\d{3} \d{3})\b", text)
    link = re.search(r"/admin/#sign-in=(sgn_[0-9A-Z]{26}\.[0-9a-f]{32})", text)
    assert code
    assert link
    assert link[1].startswith(asked.json["sign_in"])
    assert code[1] not in message["text"]
    assert link[1] not in message["text"]
    by_code = post(world, "session", {"sign_in": asked.json["sign_in"], "code": code[1]})
    assert (by_code.status, by_code.json["name"], by_code.json["role"]) == (201, "Pat Maple", "owner")
    assert post(world, "session", {"token": link[1]}).status == 401, "one of them, once"


@pytest.mark.parametrize("secret", ["code", "link"])
def test_a_subject_cannot_carry_what_lets_in(world: World, secret: str) -> None:
    """It stays in the outbox, where the staff read it."""
    words = {"messages": {"sign_in": {"subject": f"Your sign-in: {{{{ sign_in.{secret} }}}}"}}}
    assert world.admin("PUT", "settings", words).status == 400


def test_the_cookie_is_bound_to_the_host_and_shown_to_no_script(world: World) -> None:
    answer = post(world, "session", {"token": token(world, user(world))})
    value, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert value.startswith("__Host-goodword=")
    assert set(attributes) == {"Path=/", "Max-Age=43200", "Secure", "HttpOnly", "SameSite=Strict"}


def test_who_is_unknown_is_answered_the_same_and_told_nothing(world: World) -> None:
    somebody = user(world)
    known = post(world, "sign-in", {"email": somebody.email})
    unknown = post(world, "sign-in", {"email": "nobody@example.com"})
    assert (known.status, set(known.json), known.json["seconds"]) == (unknown.status, set(unknown.json), 600)
    world.settle_down()
    assert len(world.admin("GET", "messages").json["items"]) == 1
    refused = post(world, "session", {"sign_in": unknown.json["sign_in"], "code": "000000"})
    wrong = post(world, "session", {"sign_in": known.json["sign_in"], "code": _wrong(world, known)})
    assert (refused.status, refused.body) == (wrong.status, wrong.body)


def test_a_link_ends_after_ten_minutes(world: World) -> None:
    somebody = user(world)
    late, in_time = token(world, somebody), token(world, somebody)
    world.clock.forward(minutes=9, seconds=59)
    assert post(world, "session", {"token": in_time}).status == 201
    world.clock.forward(seconds=1)
    assert post(world, "session", {"token": late}).status == 401


@pytest.mark.parametrize("place", [0, 5, 29, 31, 45, 61])
def test_a_link_that_was_changed_lets_nobody_in(world: World, place: int) -> None:
    right = token(world, user(world))
    wrong = right[:place] + ("1" if right[place] != "1" else "2") + right[place + 1 :]
    assert post(world, "session", {"token": wrong}).status == 401
    assert post(world, "session", {"token": right}).status == 201


def test_a_code_is_guessed_five_times_at_most_also_at_once(world: World) -> None:
    user(world)
    asked = post(world, "sign-in", {"email": "pat@example.com"})
    code = world.program.ports.pseudonyms.sign_in_code(asked.json["sign_in"])
    guesses = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 21)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda g: post(world, "session", {"sign_in": asked.json["sign_in"], "code": g}), guesses)
        )
    assert {answer.status for answer in answers} == {401}
    assert post(world, "session", {"sign_in": asked.json["sign_in"], "code": code}).status == 401


def test_fifty_at_once_with_one_link_are_one_session(world: World) -> None:
    one = token(world, user(world))
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: post(world, "session", {"token": one}), range(50)))
    assert sorted(answer.status for answer in answers) == [201] + [401] * 49


def test_one_person_is_sent_five_links_an_hour_and_an_address_may_try_sixty_times(world: World) -> None:
    user(world)
    answers = [post(world, "sign-in", {"email": "pat@example.com"}).status for _ in range(6)]
    assert answers == [202] * 5 + [429]
    assert [post(world, "sign-in", {"email": "no@example.com"}).status for _ in range(6)] == [202] * 5 + [429]
    tries = [post(world, "session", {"token": "x"}, address="192.0.2.1").status for _ in range(61)]
    assert tries == [401] * 60 + [429]


def test_a_session_ends_after_an_idle_hour_and_after_twelve_in_all(world: World) -> None:
    somebody = user(world)
    idle = signed_in(world, somebody)
    world.clock.forward(minutes=59)
    assert session(world, idle).status == 200
    world.clock.forward(minutes=59)
    assert session(world, idle).status == 200, "used meanwhile"
    world.clock.forward(hours=1)
    assert session(world, idle).status == 401
    busy = signed_in(world, somebody)
    for _ in range(23):
        world.clock.forward(minutes=30)
        assert session(world, busy).status == 200
    world.clock.forward(minutes=30)
    assert session(world, busy).status == 401


def test_signing_out_here_and_everywhere(world: World) -> None:
    somebody = user(world)
    phone, laptop, office = (signed_in(world, somebody) for _ in range(3))
    out = world.http("DELETE", "/v1/admin/session", headers=phone)
    assert (out.status, "Max-Age=0" in out.headers["Set-Cookie"]) == (204, True)
    assert [session(world, one).status for one in (phone, laptop, office)] == [401, 200, 200]
    world.clock.forward(seconds=1)
    assert world.http("DELETE", "/v1/admin/session?everywhere=true", headers=laptop).status == 204
    assert [session(world, one).status for one in (phone, laptop, office)] == [401] * 3
    world.clock.forward(seconds=1)
    assert session(world, signed_in(world, somebody)).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example.com", "x-requested-with": "goodword"},
        {"origin": "null", "x-requested-with": "goodword"},
        {"origin": "http://localhost:8000"},
        {"x-requested-with": "goodword"},
        {},
    ],
)
def test_another_sites_page_changes_nothing_with_our_cookie(world: World, headers: dict[str, str]) -> None:
    signed = signed_in(world, user(world))
    other = {"cookie": signed["cookie"], **headers}
    assert world.http("PUT", "/v1/admin/settings", {"hold_days": 3}, headers=other).status == 403
    assert world.http("DELETE", "/v1/admin/session", headers=other).status == 403
    assert world.program.ports.store.settings.get().hold_days == 0
    assert world.http("PUT", "/v1/admin/settings", {"hold_days": 3}, headers=signed).status == 200


def test_another_sites_page_signs_nobody_in(world: World) -> None:
    """Or whoever sat there would work in the attacker's account."""
    there = {"origin": "https://evil.example.com"}
    assert post(world, "session", {"token": token(world, user(world))}, there).status == 403
    assert post(world, "sign-in", {"email": "pat@example.com"}, there).status == 403


def test_staff_who_signed_in_may_what_staff_may(world: World) -> None:
    staff = signed_in(world, user(world, "staff"))
    assert world.http("GET", "/v1/admin/participants", headers=staff).status == 200
    assert world.http("GET", "/v1/admin/users", headers=staff).status == 403
    assert world.http("PUT", "/v1/admin/settings", {"hold_days": 3}, headers=staff).status == 403


def test_who_is_shut_out_is_out_at_once_and_stays_out_till_signed_in_again(world: World) -> None:
    owner, staff = user(world), user(world, "staff", "sam@example.com")
    boss, other = signed_in(world, owner), signed_in(world, staff)
    link = token(world, staff)
    path = f"/v1/admin/users/{staff.id}"
    assert world.http("PATCH", path, {"disabled": True}, headers=boss).json["disabled_at"] is not None
    assert session(world, other).status == 401
    assert post(world, "session", {"token": link}).status == 401
    world.clock.forward(seconds=1)
    assert world.http("PATCH", path, {"disabled": False}, headers=boss).json["disabled_at"] is None
    assert session(world, other).status == 401, "an old session does not come back"
    assert session(world, signed_in(world, staff)).status == 200


def test_a_role_that_was_changed_holds_at_once(world: World) -> None:
    owner, other = user(world), user(world, "owner", "sam@example.com")
    boss, theirs = signed_in(world, owner), signed_in(world, other)
    assert world.http("PATCH", f"/v1/admin/users/{other.id}", {"role": "staff"}, headers=boss).json["role"] == "staff"
    assert world.http("GET", "/v1/admin/users", headers=theirs).status == 403


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "staff"}])
def test_no_owner_takes_their_own_rights_away(world: World, change: dict[str, object]) -> None:
    owner = user(world)
    boss = signed_in(world, owner)
    assert world.http("PATCH", f"/v1/admin/users/{owner.id}", change, headers=boss).status == 403
    assert session(world, boss).json["role"] == "owner"


def test_one_phone_or_e_mail_signs_in_one_person(world: World) -> None:
    user(world)
    again = world.admin("POST", "users", {"name": "Sam", "role": "staff", "email": "PAT@example.com"})
    assert again.status == 409
    assert len(world.admin("GET", "users").json["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Sam", "role": "staff"}, "email"),
        ({"name": "Sam", "email": "sam@example.com"}, "role"),
        ({"role": "staff", "email": "sam@example.com"}, "name"),
        ({"name": "Sam", "role": "king", "email": "sam@example.com"}, "role"),
        ({"name": "Sam", "role": "staff", "email": "sam"}, "email"),
        ({"name": "Sam", "role": "staff", "phone": "12"}, "phone"),
    ],
)
def test_a_user_that_cannot_be(world: World, body: dict[str, str], field: str) -> None:
    answer = world.admin("POST", "users", body)
    assert answer.status == 400
    assert field in {error["field"] for error in answer.json["errors"]}
    assert world.admin("GET", "users").json["items"] == []


def test_what_people_do_is_in_the_audit_under_their_name(world: World) -> None:
    owner = user(world)
    boss = signed_in(world, owner)
    made = world.http("POST", "/v1/admin/keys", {"role": "staff", "name": "CRM"}, headers=boss).json["key"]
    kid = made.partition(".")[0]
    assert world.admin("GET", "participants", key=made).status == 200
    assert world.http("DELETE", f"/v1/admin/keys/{kid}", headers=boss).json["revoked_at"] is not None
    assert world.admin("GET", "participants", key=made).status == 401
    entries = world.admin("GET", "audit").json["items"]
    theirs = [entry["action"] for entry in entries if entry["actor"] == f"Pat Maple ({owner.id})"]
    assert sorted(theirs) == ["key added with role staff", "key revoked", "signed in"]


def _wrong(world: World, asked: Answer) -> str:
    right = world.program.ports.pseudonyms.sign_in_code(asked.json["sign_in"])
    return f"{(int(right) + 1) % 1_000_000:06}"


def test_the_command_line_makes_the_first_owner_and_new_links(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> Any:
        options = build_parser().parse_args(["user", *words, "--json"])
        assert options.command(world.program, options) == 0
        return json.loads(capsys.readouterr().out)

    made = run("add", "Pat Maple", "--email", "pat@example.com")
    assert made["role"] == "owner"
    again = run("link", made["id"])
    assert [one["id"] for one in run("list")] == [made["id"]]
    for answer in (made, again):
        link = answer["sign_in_link"].partition("#sign-in=")[2]
        assert post(world, "session", {"token": link}).status == 201
