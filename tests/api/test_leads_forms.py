"""A landing page's form posted without JavaScript: thanks, or a page that says what to mend, never a 500 (P15)."""

from urllib.parse import quote_plus, urlencode

import pytest

from tests.api.table_watch import nothing_changes
from tests.world import Answer, World

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def world(busy_world: World) -> World:
    """One program for all the cases here."""
    return busy_world


def post(world: World, raw: bytes, content_type: str = FORM) -> Answer:
    return world.http("POST", "/v1/leads", raw=raw, headers={"content-type": content_type})


def form(code: str, encoding: str = "utf-8", **fields: str) -> bytes:
    return urlencode({"code": code, "name": "Sam Lee", "phone": "4155550142", **fields}, encoding=encoding).encode()


def only_name(world: World, code: str) -> object:
    (referral,) = world.admin("GET", f"referrals?participant_id={code}").json["items"]
    return referral["prospect"]["name"]


def test_a_form_post_is_thanked(world: World) -> None:
    """303, so that a reload does not send it again."""
    jane = world.enrol()
    answer = post(world, form(jane.id, phone=world.phone(), sms_consent="on", website=""))
    assert (answer.status, answer.headers["Location"], answer.body) == (303, "/thanks/", b"")
    assert [m.participant_id for m in world.messages("lead_received")] == [jane.id]


@pytest.mark.parametrize("case", ["duplicate", "self", "customer", "honeypot"])
def test_the_thanks_are_the_same_whatever_became_of_it(world: World, case: str) -> None:
    """A form tells no more than JSON does (rule 2)."""
    jane, customer = world.enrol(), world.enrol("Carl Customer")
    phone = {"self": jane.phone, "customer": customer.phone}.get(case) or "4155550142"
    usual = post(world, form(jane.id))
    answer = post(world, form(jane.id, phone=phone, website="x" if case == "honeypot" else ""))
    assert (answer.status, dict(answer.headers), answer.body) == (usual.status, dict(usual.headers), usual.body)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"phone": "12"}, "Your phone number"),
        ({"phone": ""}, "Your phone number"),
        ({"name": "  "}, "Your name"),
        ({"email": "sam@"}, "Your e-mail address"),
        ({"message": "x" * 1001}, "Your message"),
        ({"callback_window": "midnight"}, "The time for our call"),
        ({"kind": "spam"}, "What you would like"),
        ({"sms_consent": "maybe"}, "The box about text messages"),
        ({"code": "not one of ours!"}, "The link"),
        ({"code": ""}, "Please tell us who referred you"),
    ],
)
def test_a_refused_form_is_a_page_that_names_the_field(world: World, fields: dict[str, str], label: str) -> None:
    """In plain words, for a person, and nothing is stored (rule 7)."""
    jane = world.enrol()
    typed = {"code": jane.id, "name": "Sam Lee", "phone": "4155550142", **fields}
    with nothing_changes():
        answer = post(world, urlencode(typed).encode())
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert label in answer.body.decode()


def test_a_refused_form_escapes_what_was_typed(world: World) -> None:
    """What a stranger typed never becomes markup."""
    answer = post(world, form("<script>alert(1)</script>", kind="<img src=x>"))
    assert answer.status == 400
    assert b"<script>alert" not in answer.body
    assert b"<img src=x" not in answer.body


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("utf-8", "Zoë Müller"),
        ("iso-8859-1", "Zoë Müller"),
        ("latin-1", "Zoë Müller"),
        ("windows-1252", "Zoë O’Neil"),
        ("us-ascii", "Zoe Miller"),
        ("UTF-8", "Zoë 王"),
    ],
)
def test_percent_encoded_bytes_are_read_in_the_charset_named(world: World, charset: str, name: str) -> None:
    """Old systems post forms in their own charset (point 6)."""
    jane = world.enrol()
    assert post(world, form(jane.id, charset, name=name), f"{FORM}; charset={charset}").status == 303
    assert only_name(world, jane.id) == name


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "utf-16-le", "utf-16-be"])
def test_raw_bytes_are_read_in_the_charset_named(world: World, charset: str) -> None:
    """Also where the characters were not percent-encoded at all."""
    jane = world.enrol()
    raw = f"code={jane.id}&name=Zoë Müller&phone=4155550142".encode(charset)
    assert post(world, raw, f"{FORM}; charset={charset}").status == 303
    assert only_name(world, jane.id) == "Zoë Müller"


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (b"name=%E9%E8&phone=1", "utf-8"),
        (b"name=\xff\xfe&phone=1", "utf-8"),
        (b"name=%C3&phone=1", "utf-8"),
        (b"name=%ED%A0%80&phone=1", "utf-8"),
        (b"name=%80", "us-ascii"),
        (b"\xff\xfen\x00a\x00m", "utf-16"),
        (b"\x00\xd8=\x00", "utf-16-le"),
        (b"name=Sam", "klingon"),
        (b"name=Sam", "zlib"),
        (b"name=Sam", "utf-7"),
        (b"name=Sam", "idna"),
        (b"name=Sam", "../../etc"),
        (b"name=Sam", "x" * 3000),
        (b"name=Sam", "é"),
        (b"name=Sam", '"'),
    ],
)
def test_bytes_that_are_not_the_charset_named_are_refused(world: World, raw: bytes, charset: str) -> None:
    """Broken UTF-8, bytes of another charset, a charset nobody has: a page, nothing stored (point 6)."""
    with nothing_changes():
        answer = post(world, raw, f"{FORM}; charset={charset}")
    assert answer.status == 400


def test_a_charset_with_a_hidden_nul_is_refused(world: World) -> None:
    """RFC 2231 lets a header carry any character."""
    assert post(world, b"name=Sam", f"{FORM}; charset*=us-ascii''utf%00").status == 400


def test_the_media_type_may_be_written_in_any_case(world: World) -> None:
    """RFC 9110: media types are case-insensitive."""
    assert post(world, form(world.enrol().id), "Application/X-WWW-Form-URLEncoded").status == 303


def test_of_a_field_sent_twice_the_first_counts(world: World) -> None:
    """A page never sends two; a proxy or a program may."""
    jane = world.enrol()
    raw = form(jane.id) + b"&name=Eve&phone=4155550199&code=00000000"
    assert post(world, raw).status == 303
    assert only_name(world, jane.id) == "Sam Lee"


def test_a_form_of_ten_thousand_fields_is_refused(world: World) -> None:
    """Counted before they are read."""
    raw = form(world.enrol().id) + b"&a=" * 10_000
    with nothing_changes():
        answer = post(world, raw)
    assert (answer.status, b"100" in answer.body) == (400, True)


@pytest.mark.parametrize(
    "raw",
    [b"", b"&&&&", b"=", b"%", b"%zz=1", b"name", b";;", b"\x00", b"name=Sam%00Lee&phone=4155550142&referred_by=J"],
)
def test_an_odd_form_is_refused(world: World, raw: bytes) -> None:
    """Each has a defined answer, none a 500 (point 6)."""
    with nothing_changes():
        assert post(world, raw).status == 400


def test_a_form_of_a_megabyte_is_refused_with_a_page(world: World) -> None:
    """Whoever pasted a book into the message reads what to do."""
    raw = form(world.enrol().id, message="x" * 1_000_000)
    with nothing_changes():
        answer = post(world, raw)
    assert (answer.status, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")


def test_a_key_used_before_is_told_to_a_form_with_a_page(world: World) -> None:
    """409 is for a person here too."""
    jane = world.enrol()
    headers = {"content-type": FORM, "Idempotency-Key": "k-1"}
    world.http("POST", "/v1/leads", raw=form(jane.id), headers=headers)
    answer = world.http("POST", "/v1/leads", raw=form(jane.id, name="Eve"), headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (409, "text/html; charset=utf-8")


@pytest.mark.parametrize("emoji", ["\U0001f600", "\U0001fae8", "\U0001fadf"], ids=["2010", "2022", "2024"])
def test_a_message_may_hold_emoji(world: World, emoji: str) -> None:
    """Phones get them years before servers know them, and a lead is not lost to one (rule 7)."""
    jane = world.enrol()
    assert post(world, form(jane.id) + b"&message=" + quote_plus(f"hi {emoji}").encode()).status == 303
