"""What may come as JSON to the public door: each has a defined answer, none is a 500, and none leaves a trace."""

import json

import pytest

from tests.api.table_watch import nothing_changes
from tests.world import Answer, World

TEXTS = {"code": 60, "referred_by": 80, "name": 80, "phone": 40, "email": 254, "service": 80, "message": 1000}
CHOICES = ("kind", "callback_window", "channel")
WRONG_FOR_TEXT = [1, 1.5, True, [], {}, ["Sam"], {"a": "b"}]


@pytest.fixture
def world(busy_world: World) -> World:
    """One program for all the cases here."""
    return busy_world


def post(world: World, raw: bytes) -> Answer:
    return world.http("POST", "/v1/leads", raw=raw)


def refused(world: World, fields: dict[str, object]) -> list[str]:
    """The fields named in the 400 for an otherwise good submission, of which nothing may be left."""
    body = {"referred_by": "Jane", "name": "Sam Lee", "phone": "4155550142", **fields}
    with nothing_changes():
        answer = world.http("POST", "/v1/leads", body)
    assert answer.status == 400, answer.body
    return list(dict.fromkeys(error["field"] for error in answer.json["errors"]))


@pytest.mark.parametrize("value", WRONG_FOR_TEXT)
@pytest.mark.parametrize("field", TEXTS)
def test_what_is_not_text_is_refused_by_name(world: World, field: str, value: object) -> None:
    """Each field is checked for its type (point 6)."""
    assert refused(world, {field: value}) == [field]


@pytest.mark.parametrize("value", ["nonsense", 1, True, [], {}, ["form"], "FORM "])
@pytest.mark.parametrize("field", CHOICES)
def test_what_is_not_a_choice_is_refused_by_name(world: World, field: str, value: object) -> None:
    """Choices are as documented and nothing else."""
    assert refused(world, {field: value}) == [field]


@pytest.mark.parametrize("value", ["perhaps", 2, 0, 1.0, [], {}])
def test_a_consent_that_is_neither_yes_nor_no_is_refused(world: World, value: object) -> None:
    """Consent is never guessed."""
    assert refused(world, {"sms_consent": value}) == ["sms_consent"]


@pytest.mark.parametrize(("field", "most"), TEXTS.items())
def test_a_text_that_is_too_long_is_refused_by_name(world: World, field: str, most: int) -> None:
    """By one character, and by sixty thousand."""
    for length in (most + 1, 60_000):
        assert refused(world, {field: "x" * length}) == [field]


@pytest.mark.parametrize("text", ["a\u0000b", "\ud800", "\udfff\ud800", "a\u001bb", "\u0085\u0086"])
@pytest.mark.parametrize("field", TEXTS)
def test_what_is_not_text_to_a_reader_is_refused_by_name(world: World, field: str, text: str) -> None:
    """NUL, control characters and lone surrogates would break whatever reads them later."""
    assert refused(world, {field: text}) == [field]


@pytest.mark.parametrize(
    "phone", ["12", "555-0142", "+1 055 555 0142", "++1", "n/a", "0", "+999 123456789", "4155550142415555014"]
)
def test_a_phone_nobody_can_call_is_refused(world: World, phone: str) -> None:
    """Unreadable phone (point 6)."""
    assert refused(world, {"phone": phone}) == ["phone"]


@pytest.mark.parametrize("phone", ["+1 900 555 0142", "+881 6 1234 56789", "+44 909 879 0000"])
def test_a_number_that_is_dear_to_text_is_refused_and_named_so(world: World, phone: str) -> None:
    answer = world.lead(None, referred_by="Jane", phone=phone)
    assert answer.status == 400
    words = "is a premium-rate or satellite number; please give an ordinary one"
    assert answer.json["errors"] == [{"field": "phone", "message": words}]


@pytest.mark.parametrize("email", ["sam", "sam@", "@example.com", "sam@example", "a b@example.com", "sam@ex..com"])
def test_an_address_that_cannot_be_one_is_refused(world: World, email: str) -> None:
    """E-mail is optional; a wrong one is said."""
    assert refused(world, {"email": email}) == ["email"]


@pytest.mark.parametrize("name", ["123", "+++", "..."])
def test_a_name_without_a_letter_is_refused(world: World, name: str) -> None:
    """Someone will have to address this person."""
    assert refused(world, {"name": name}) == ["name"]


def test_a_field_is_named_once(world: World) -> None:
    """Two sentences that contradict each other help nobody."""
    answer = world.http("POST", "/v1/leads", {"name": "Sam Lee", "phone": "4155550142", "referred_by": 7})
    assert [error["field"] for error in answer.json["errors"]] == ["referred_by"]


def test_all_that_is_wrong_is_named_at_once(world: World) -> None:
    """A person mends a form once, not five times."""
    fields = {"name": "", "phone": "12", "email": "x", "kind": "y", "channel": "z", "sms_consent": "?"}
    assert refused(world, fields) == ["name", "phone", "kind", "email", "sms_consent", "channel"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"null",
        b"true",
        b"1",
        b'"text"',
        b"[]",
        b'[{"name": "Sam"}]',
        b"{",
        b"{}}",
        b"{'name': 'Sam'}",
        b'{"name": "Sam",}',
        b'{"name": "Sam" // comment\n}',
        b'\xef\xbb\xbf{"name": "Sam"}',
        '{"name": "Zoë"}'.encode("latin-1"),
        '{"name": "Sam"}'.encode("utf-16"),
        '{"name": "Sam"}'.encode("utf-32"),
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": -Infinity}',
        b'{"name": "Sam", "name": "Eve"}',
        b'{"x": {"y": 1, "y": 2}}',
        b'{"name": "a\nb"}',
        b'{"name": "\\x41"}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"x": ' * 7_000 + b"1" + b"}" * 7_000,
        b'{"x": ' + b"[" * 21 + b"]" * 21 + b"}",
        b"[" * 60_000,
        b"\x00" * 100,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_a_body_that_cannot_be_read_is_refused(world: World, raw: bytes) -> None:
    """Not JSON, not an object, ambiguous or bottomless (point 6): 400 with the reason, and nothing stored."""
    with nothing_changes():
        answer = post(world, raw)
    assert answer.status == 400
    assert "errors" not in answer.json


@pytest.mark.parametrize("number", [b"9" * 4000, b"1e999", b"-1e999", b"1e-999", b"0.1" + b"0" * 5000])
def test_a_number_without_end_is_refused_where_it_is_used_and_ignored_elsewhere(world: World, number: bytes) -> None:
    """No field of a lead is a number, and fields nobody knows are left alone."""
    with nothing_changes():
        assert post(world, b'{"name": ' + number + b"}").status == 400
    raw = b'{"referred_by": "Jane", "name": "Sam", "phone": "4155550142", "utm": ' + number + b"}"
    assert post(world, raw).status == 202


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded; charset=utf-16"])
def test_a_body_of_a_megabyte_is_refused_unread(world: World, content_type: str) -> None:
    """413, whatever it claims to be (point 6)."""
    with nothing_changes():
        answer = world.http("POST", "/v1/leads", raw=b"[" * 1_048_576, headers={"content-type": content_type})
    assert answer.status == 413


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "", "x"])
def test_another_kind_of_body_is_refused(world: World, content_type: str) -> None:
    """415 says what was sent."""
    with nothing_changes():
        answer = world.http("POST", "/v1/leads", raw=b"{}", headers={"content-type": content_type})
    assert answer.status == 415


def test_the_largest_body_allowed_is_read(world: World) -> None:
    """64 KB with a field nobody knows."""
    lead = {"referred_by": "Jane", "name": "Sam", "phone": "4155550142", "padding": ""}
    lead["padding"] = "x" * (64 * 1024 - len(json.dumps(lead)))
    assert post(world, json.dumps(lead).encode()).status == 202
    assert post(world, json.dumps(lead).encode() + b" ").status == 413


@pytest.mark.parametrize("field", ["code", "email", "service", "message", "kind", "callback_window", "channel"])
@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_field_counts_as_left_out(world: World, field: str, value: str | None) -> None:
    """Forms send what was left empty."""
    lead = {"referred_by": "Jane", "name": "Sam", "phone": "4155550142", field: value}
    assert world.http("POST", "/v1/leads", lead).status == 202
