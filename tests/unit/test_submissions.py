"""What a prospect sends from a landing page (P15), and who is enrolled (P1)."""

from typing import Any

import pytest
from hypothesis import given

from chalicelib.domain.enrolment import parse_enrolment
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.submissions import parse_submission
from tests.unit.examples import assert_storable, damaged, unless_refused

LEAD: dict[str, Any] = {
    "code": "0j4n-e0OO",
    "name": "Sam  Lee",
    "phone": "(415) 555-2671",
    "email": "Sam@Example.com",
    "service": "Drains",
    "message": "The sink\nis blocked",
    "kind": "callback",
    "callback_window": "morning",
    "sms_consent": "on",
    "channel": "sms",
    "website": "",
}


def wrong(data: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        parse_submission(data, "US")
    return [error.field for error in caught.value.errors]


def test_a_form_is_read_whole():
    """P15."""
    lead = parse_submission(LEAD, "US")
    assert (lead.code, lead.name, lead.phone, lead.email) == ("0J4NE000", "Sam Lee", "+14155552671", "sam@example.com")
    assert (lead.kind, lead.callback_window, lead.sms_consent, lead.channel) == ("callback", "morning", True, "sms")
    assert (lead.service, lead.message, lead.honeypot) == ("Drains", "The sink is blocked", False)


def test_every_wrong_field_is_named_at_once():
    """Rule 7."""
    bad = {
        "code": "!",
        "name": "",
        "phone": "12",
        "email": "x",
        "kind": "visit",
        "callback_window": "night",
        "sms_consent": "perhaps",
        "channel": "pigeon",
        "service": "x" * 81,
        "message": "x" * 1001,
        "referred_by": 5,
    }
    assert sorted(wrong(bad)) == sorted(bad)


def test_name_and_phone_and_a_referrer_are_required():
    assert sorted(wrong({})) == ["name", "phone", "referred_by"]


def test_an_alias_stands_where_a_code_may():
    """P1: `/r/jane-smith`."""
    lead = parse_submission({**LEAD, "code": "Jane-Smith"}, "US")
    assert (lead.code, lead.alias) == (None, "jane-smith")


def test_who_referred_you_is_taken_as_said():
    """S10: never guessed."""
    lead = parse_submission({"name": "Sam", "phone": "4155552671", "referred_by": " Jane from church "}, "US")
    assert (lead.code, lead.alias, lead.referred_by) == (None, None, "Jane from church")


def test_consent_is_not_assumed():
    """FACTS, SMS rules: an unchecked box."""
    without = {key: value for key, value in LEAD.items() if key != "sms_consent"}
    assert parse_submission(without, "US").sms_consent is False


def test_a_filled_trap_is_noted_and_not_refused():
    assert parse_submission({**LEAD, "website": "http://spam.example"}, "US").honeypot is True


def test_fields_that_others_add_to_a_form_are_ignored():
    assert parse_submission({**LEAD, "utm_source": "mail", "gclid": 5}, "US") == parse_submission(LEAD, "US")


@given(damaged(LEAD))
def test_any_json_is_a_submission_or_refused(data: object):
    """Rule 7."""
    lead = unless_refused(lambda: parse_submission(data, "US"))
    if lead is not None:
        assert lead.name
        assert lead.phone.startswith("+")
        assert lead.code or lead.alias or lead.referred_by
        assert_storable(lead)


PERSON: dict[str, Any] = {
    "name": "Jane Doe",
    "phone": "415 555 2671",
    "email": "Jane@Example.com",
    "external_id": "7",
    "segment": "partner",
}


def test_a_person_is_enrolled_with_what_identifies_them():
    """P1, P25."""
    wish = parse_enrolment(PERSON, "US")
    assert (wish.name, wish.segment, wish.external_id) == ("Jane Doe", "partner", "7")
    assert wish.contact.phone == "+14155552671"
    assert wish.contact.email == "jane@example.com"
    assert wish.contact.external_ids == ("crm:7",)


def test_a_phone_or_an_email_is_needed_to_enrol():
    with pytest.raises(InvalidInput) as caught:
        parse_enrolment({"name": "Jane"}, "US")
    assert [error.field for error in caught.value.errors] == ["phone"]
    assert parse_enrolment({"name": "Jane", "email": "j@example.com"}, "US").contact.phone is None


def test_a_wrong_enrolment_names_each_field():
    """Rule 7: a typing error in a column's name is not silently ignored."""
    with pytest.raises(InvalidInput) as caught:
        parse_enrolment({"name": "", "phone": "1", "email": "x", "segment": "friend", "fone": "1"}, "US")
    assert sorted(error.field for error in caught.value.errors) == ["email", "fone", "name", "phone", "segment"]


@given(damaged(PERSON))
def test_any_json_is_an_enrolment_or_refused(data: object):
    """Rule 7."""
    wish = unless_refused(lambda: parse_enrolment(data, "US"))
    if wish is not None:
        assert wish.name
        assert wish.contact.phone or wish.contact.email
        assert_storable(wish)
