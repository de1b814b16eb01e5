"""Words of messages: ours fit into two segments, and those of the business are tried before they are used."""

import copy
import itertools
from pathlib import Path
from typing import Any

import pytest

from chalicelib.delivery.samples import SAMPLE
from chalicelib.delivery.wording import TemplateWording
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.messages import TEMPLATES
from chalicelib.domain.referrals import WHY_DISQUALIFIED
from chalicelib.domain.settings import changed, default_settings
from chalicelib.domain.sms_length import sms_length
from chalicelib.domain.wording_rules import NEEDS_NO_STOP

ROOT = Path(__file__).resolve().parents[2]
#: 3GPP TS 23.038: the basic alphabet takes one septet a character, the extension two.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
TWO_SEGMENTS = 306
NAME = "Wolfeschlegelsteinhausenbergerdorff" + "x" * 45
SMS = sorted(path.parent.name for path in (ROOT / "templates" / "messages").glob("*/sms.txt"))

LONG_NAMES: dict[str, Any] = {
    **SAMPLE,
    "participant": {"first_name": NAME, "closed": 12, "earned": "$1,250.50"},
    "prospect": {"name": NAME, "first_name": NAME, "phone": "+15555550101"},
    "link": "https://refer.maplestreetplumbing.com/r/0J4NE000/?via=sms",
}
#: The longest that the settings and the form let through.
WORST: dict[str, Any] = {
    **LONG_NAMES,
    "business": {
        "name": "M" * 60,
        "phone": "+15555550100",
        "proof_url": "https://example.com/" + "w" * 80,
        "credentials": "c" * 160,
    },
    "what_you_get": "r" * 160,
    "offer": {"friend_text": "f" * 300, "referrer_text": "r" * 160},
    "lead": {
        "agreed": False,
        "callback_window": "afternoon",
        "kind": "call back",
        "note": max(WHY_DISQUALIFIED.values(), key=len),
        "referred_by": "R" * 80,
        "service": "S" * 80,
    },
    "reply": {"phone": "+15555550101", "text": "t" * 1600},
    "reward": {
        "text": "t" * 200,
        "code": "0123456789",
        "kind": "custom",
        "why": "the invoice was voided or refunded",
    },
}


@pytest.fixture(scope="module")
def wording() -> TemplateWording:
    return TemplateWording(ROOT / "templates")


def septets(text: str) -> int:
    """The length in GSM-7; fails for a character that would make the message UCS-2."""
    assert set(text) <= GSM_BASIC | GSM_EXTENSION, f"not in GSM-7: {set(text) - GSM_BASIC - GSM_EXTENSION}"
    return sum(2 if character in GSM_EXTENSION else 1 for character in text)


def own(words: str, template: str = "invitation", part: str = "sms") -> Any:
    return changed(default_settings(), {"messages": {template: {part: words}}})


def refused(wording: TemplateWording, words: str, template: str = "invitation") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        wording.check(own(words, template))
    return [error.field for error in caught.value.errors]


def test_every_template_but_the_letter_has_an_sms():
    assert {*SMS, "commitment_reminder"} == set(TEMPLATES)


@pytest.mark.parametrize("template", SMS)
@pytest.mark.parametrize("data", [LONG_NAMES, WORST], ids=["long names", "all at its longest"])
def test_an_sms_is_at_most_two_segments(wording: TemplateWording, template: str, data: dict[str, Any]):
    """FACTS: 2 GSM-7 segments with an 80-character name; every further one costs the business again."""
    text = wording.render(template, "sms", data, None)
    most = 4 * 153 if template == "forward" else TWO_SEGMENTS
    assert septets(text) <= most, f"{septets(text)} septets"
    assert sms_length(text).units == septets(text)


@pytest.mark.parametrize("template", SMS)
def test_our_own_words_are_gsm_7(wording: TemplateWording, template: str):
    """FACTS: one character outside GSM-7 halves the room."""
    assert septets((ROOT / "templates" / "messages" / template / "sms.txt").read_text()) > 0


@pytest.mark.parametrize("template", SMS)
def test_every_sms_to_a_customer_says_how_to_opt_out(wording: TemplateWording, template: str):
    """FACTS, SMS rules; what the business reads itself and what a customer passes on need it not, nor a farewell."""
    text = wording.render(template, "sms", SAMPLE, None)
    assert ("STOP" in text) is (template not in NEEDS_NO_STOP)


def variants() -> list[dict[str, Any]]:
    """What may be missing when a message is composed, in every combination."""
    found = []
    for offer, phone, window, service, note, code in itertools.product((False, True), repeat=6):
        data: dict[str, Any] = copy.deepcopy(dict(SAMPLE))
        data["offer"] = data["offer"] if offer else None
        data["business"]["phone"] = "+15555550100" if phone else None
        data["lead"] |= {
            "callback_window": "morning" if window else None,
            "service": "Drains" if service else None,
            "note": "why" if note else "",
        }
        data["reward"]["code"] = "0123456789" if code else None
        found.append(data)
    return found


@pytest.mark.parametrize(
    ("template", "part", "absent"),
    [
        *((template, "sms", ()) for template in SMS),
        ("invitation", "sms", ("prospect", "lead", "reward")),
        ("lead_received", "sms", ("participant", "reward", "link", "share_link")),
        ("new_lead", "sms", ("participant", "reward", "link", "share_link")),
        ("thank_you", "sms", ("reward",)),
        ("thank_you", "email", ("reward",)),
        ("thank_you", "email", ()),
        ("thank_you", "subject", ("reward",)),
    ],
)
def test_no_placeholder_stays_unfilled(wording: TemplateWording, template: str, part: str, absent: tuple[str, ...]):
    """P13, P18: whatever is not known, nobody reads `None` or a brace."""
    for data in variants():
        text = wording.render(template, part, {**data, **dict.fromkeys(absent)}, None)
        assert text
        for trace in ("{", "}", "None", "Undefined", " ,", " .", "  "):
            assert trace not in text


@pytest.mark.parametrize("part", ["sms", "subject", "email"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_our_own_words_pass_the_check_as_the_businesss(wording: TemplateWording, template: str, part: str):
    path = ROOT / "templates" / "messages" / template / f"{part}.txt"
    if path.exists():
        wording.check(own(path.read_text(), template, part))


@pytest.mark.parametrize(
    "words",
    [
        "Hi {{ nmae }}",
        "Hi {{ participant.surname }}",
        "Hi {{ participant.phone }}",
        "{{ business.name",
        "{% if %}",
        "{{ participant.first_name + 1 }}",
        "{{ 1 / 0 }}",
        "{% include '../../../etc/passwd' %}",
        "{% include 'no/such.txt' %}",
        "   ",
        "{# nothing #}",
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_by_name(wording: TemplateWording, words: str):
    """Rule 7: found when it is saved, not when a reward is due."""
    assert refused(wording, words) == ["messages.invitation.sms"]


@pytest.mark.parametrize("words", ["{{ [].pop() }}", "{{ '{}'.format() }}", "{{ '{x}'.format() }}"])
def test_a_template_that_fails_in_any_way_is_refused_by_name(wording: TemplateWording, words: str):
    """Rule 7: LookupError is not among what `render` expects."""
    assert refused(wording, words) == ["messages.invitation.sms"]


def test_a_template_that_calls_itself_is_refused(wording: TemplateWording):
    assert refused(wording, "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}") == ["messages.invitation.sms"]


@pytest.mark.parametrize(
    "words", ["{% if not participant %}{{ nmae }}{% endif %}Hi", "Hi{{ '' if business else nmae }}"]
)
def test_an_unknown_name_behind_a_condition_is_refused(wording: TemplateWording, words: str):
    """Rule 7: the sample takes one branch, the customer's message another."""
    assert refused(wording, words) == ["messages.invitation.sms"]


def test_a_name_that_this_message_does_not_have_is_refused(wording: TemplateWording):
    """P13: an invitation is about no prospect and no reward; every one of them would fail when sent."""
    assert refused(wording, "Hi {{ prospect.first_name }}") == ["messages.invitation.sms"]
    assert refused(wording, "You earned {{ reward.text }}") == ["messages.invitation.sms"]


@pytest.mark.parametrize(
    "words",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ participant.first_name.__class__ }}",
        "{{ participant.first_name.upper }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ business.__class__.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__.__mro__}'.format('') }}",
        "{{ '{x.__class__}'.format_map({'x': ''}) }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
    ],
)
def test_the_sandbox_is_not_left(wording: TemplateWording, words: str):
    assert refused(wording, words) == ["messages.invitation.sms"]


@pytest.mark.parametrize(
    "words", ["{{ business.clear() }}x", "{{ business.update(name='Evil') }}x", "{{ business.pop('name') }}"]
)
def test_a_template_does_not_change_what_the_next_one_reads(wording: TemplateWording, words: str):
    """One sample serves every check: a template that empties it would make every later one fail."""
    data = copy.deepcopy(dict(SAMPLE))
    with pytest.raises(InvalidInput):
        wording.render("invitation", "sms", data, words)
    assert data == SAMPLE


def test_all_templates_that_fail_are_named_at_once(wording: TemplateWording):
    part = {"messages": {"invitation": {"sms": "{{ x }}"}, "thank_you": {"subject": "{{ y }}", "email": "Thank you"}}}
    with pytest.raises(InvalidInput) as caught:
        wording.check(changed(default_settings(), part))
    assert sorted(e.field for e in caught.value.errors) == ["messages.invitation.sms", "messages.thank_you.subject"]


def test_a_message_without_words_for_its_part_says_so(wording: TemplateWording):
    with pytest.raises(InvalidInput, match="has no words"):
        wording.render("invitation", "email", SAMPLE, None)


def test_names_are_filled_in_as_they_are(wording: TemplateWording):
    """Plain text: an apostrophe is not escaped, and a brace in a name is not a template."""
    data = {**SAMPLE, "participant": {"first_name": "O'{{ x }}"}}
    assert wording.render("invitation", "sms", data, "Hi {{ participant.first_name }}") == "Hi O'{{ x }}"
