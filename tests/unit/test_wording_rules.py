"""The linter of words (S14, 16 CFR 255.5, carriers' rules): what breaks a rule is refused, ours keep all."""

import time
import tracemalloc
from typing import Any

import pytest

from chalicelib.delivery.wording import TemplateWording
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.settings import Settings, changed, default_settings
from chalicelib.domain.wording_rules import FORBIDDEN_PHRASES, forbidden_in
from tests.world import ROOT

GOOD = "Hi {{ participant.first_name|short(20) }}: {{ link }} You get a credit. Reply STOP to opt out."


@pytest.fixture(scope="module")
def wording() -> TemplateWording:
    return TemplateWording(ROOT / "templates")


def findings(wording: TemplateWording, part: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        wording.check(changed(default_settings(), part))
    except InvalidInput as refused:
        return [(error.field, error.message) for error in refused.errors]
    return []


def own(words: str, template: str = "invitation", part: str = "sms") -> dict[str, Any]:
    return {"messages": {template: {part: words}}}


@pytest.mark.parametrize(
    "text",
    [
        "Please help me!",
        "PLEASE,  help\nme",
        "it would mean a lot to us",
        "I'm struggling for clients",
        "I’m struggling for clients",
        "Can you do me a favor?",
        "can you do me a favour",
        "Can you dó me a fávor",
    ],
)
def test_the_documents_forbidden_phrases_are_found(text: str) -> None:
    """S14, however they are written."""
    assert forbidden_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please call to help me find the leak",
        "A mean lot of pipes",
        "They do me no favors, and a favorite",
        "I'd truly appreciate an introduction",
        "We are struggling with the old boiler",
    ],
)
def test_ordinary_words_are_not_forbidden(text: str) -> None:
    assert not forbidden_in(text)


def test_a_word_inside_another_is_no_phrase() -> None:
    assert not forbidden_in("a free quotes", ["free quote"])
    assert forbidden_in("A FREE  quote!", ["free quote"])


@pytest.mark.parametrize("phrase", FORBIDDEN_PHRASES)
@pytest.mark.parametrize(
    ("field", "part"),
    [
        ("messages.invitation.sms", lambda words: own(f"{GOOD} {words}")),
        (
            "messages.invitation.sms",
            lambda words: own(GOOD + "{% if participant.first_name == 'x' %}" + words + "{% endif %}"),
        ),
        ("messages.thank_you.email", lambda words: own(words, "thank_you", "email")),
        ("business.tagline", lambda words: {"business": {"tagline": words}}),
        ("business.credentials", lambda words: {"business": {"credentials": words}}),
        ("rewards.customer.text", lambda words: {"rewards": {"customer": {"kind": "custom", "text": words}}}),
    ],
    ids=["sms", "branch", "email", "tagline", "credentials", "reward"],
)
def test_a_forbidden_phrase_is_refused_wherever_people_read_it(
    wording: TemplateWording, phrase: str, field: str, part: Any
) -> None:
    """S14: also in a branch that no sample takes."""
    found = findings(wording, part(phrase))
    assert [name for name, _ in found] == [field]
    assert phrase in found[0][1]


def test_the_business_adds_phrases_of_its_own(wording: TemplateWording) -> None:
    """S14, extendable; also what we bring along is held to them."""
    found = findings(wording, {"forbidden_phrases": ["best price"], **own(f"{GOOD} The BEST price!")})
    assert found == [
        ("messages.invitation.sms", 'says "best price", which is never said (S14): write it in other words')
    ]
    ours = findings(wording, {"forbidden_phrases": ["no pressure"]})
    assert {"messages.invitation.sms", "messages.forward.email"} <= {field for field, _ in ours}


@pytest.mark.parametrize("phrases", ["no pressure", ["ab"], ["!!!"], ["x" * 81], [3], ["ok then"] * 101])
def test_phrases_that_cannot_be_looked_for_are_refused(wording: TemplateWording, phrases: Any) -> None:
    assert [field for field, _ in findings(wording, {"forbidden_phrases": phrases})] == ["forbidden_phrases"]


def test_good_words_have_no_findings(wording: TemplateWording) -> None:
    assert findings(wording, own(GOOD)) == []


@pytest.mark.parametrize("template", ["invitation", "reminder", "stay_in_touch", "lead_received", "reward_issued"])
def test_an_sms_without_stop_is_refused(wording: TemplateWording, template: str) -> None:
    found = findings(wording, own("Hello. You get a credit.", template))
    assert [(field, "STOP" in message) for field, message in found] == [(f"messages.{template}.sms", True)]


def test_stop_in_one_branch_only_is_refused(wording: TemplateWording) -> None:
    """No offer may run when it is sent."""
    assert findings(wording, own("Hello{% if offer %}. Reply STOP to opt out{% endif %}."))


def test_the_owners_notice_needs_no_stop(wording: TemplateWording) -> None:
    assert findings(wording, own("New: {{ prospect.name }}", "new_lead")) == []


@pytest.mark.parametrize(
    ("template", "part", "words"),
    [
        ("invitation", "sms", "Hi, pass on {{ link }} Reply STOP to opt out."),
        ("stay_in_touch", "email", "Your link: {{ link }}"),
        ("forward", "sms", "Good people: {{ link }}. You get $50 off."),
        ("introduction", "sms", "Hi, they did good work for me, you get a good price: {{ link }}"),
        ("invitation", "sms", "Pass on {{ link }}{% if offer %} You get a credit.{% endif %} Reply STOP to opt out."),
    ],
)
def test_a_link_without_the_disclosure_is_refused(
    wording: TemplateWording, template: str, part: str, words: str
) -> None:
    """16 CFR 255.5: what the friend gets does not say what the sender gets."""
    found = findings(wording, own(words, template, part))
    assert len(found) == 1
    assert "get" in found[0][1]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (GOOD + "x" * 280, "3 segments"),
        ("Hi {{ participant.first_name }}, {{ participant.first_name }}: " + GOOD + "x" * 100, "3 segments"),
        (GOOD + "{% if offer %}" + "{{ offer.friend_text }}" * 3 + "{% endif %}", "segments"),
        (GOOD + "☺" + "x" * 60, "☺"),
    ],
)
def test_an_sms_longer_than_two_segments_with_long_names_is_refused(
    wording: TemplateWording, words: str, what: str
) -> None:
    """FACTS: the finding says how long it gets, and which character halved the room."""
    found = findings(wording, own(words))
    assert len(found) == 1
    assert what in found[0][1]


def test_one_emoji_in_a_short_sms_is_allowed(wording: TemplateWording) -> None:
    assert findings(wording, own("Thanks ☺ Reply STOP to opt out.", "thank_you")) == []


def test_a_longer_offer_may_make_own_words_too_long(wording: TemplateWording) -> None:
    """Any setting that words are made of is looked at, not only the template."""
    words = "{{ what_you_get }} and {{ what_you_get }} You get it. Reply STOP to opt out."
    assert findings(wording, own(words)) == []
    offers = [{**default_settings().raw["offers"][0], "referrer_text": "r" * 160}]
    assert [field for field, _ in findings(wording, {"offers": offers, **own(words)})] == ["messages.invitation.sms"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("{% if reward.code %}{{ reward.cod }}{% endif %} Reply STOP to opt out.", "reward.cod"),
        ("{{ forward }} Reply STOP to opt out.", "forward"),
        ("{{ business }} Reply STOP to opt out.", "business.name"),
        ("{{ business|upper }} Reply STOP to opt out.", "business"),
    ],
)
def test_a_placeholder_that_is_not_there_is_named_in_whatever_branch(
    wording: TemplateWording, words: str, named: str
) -> None:
    found = findings(wording, own(words, "reward_issued"))
    assert len(found) == 1
    assert named.split(".")[-1] in found[0][1] or named in found[0][1]


@pytest.mark.parametrize(
    "words",
    [
        "{{ 'x' * 300000000 }}",
        "{{ 'x'|center(300000000) }}",
        "{{ '%300000000d' % 1 }}",
        "{{ '%300000000d'|format(1) }}",
        "{{ '{:300000000}'.format(1) }}",
        "{{ 'x'.ljust(300000000) }}",
        "{{ 'x'|indent(300000000, true) }}",
        "{{ lipsum(n=100000) }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ range(99999)|list|join(business.name) }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(40) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}",
        "{{ 'x'|replace('', 'xxxxxxxxxxxxxxxxxxxxx')|replace('x', 'xxxxxxxxxxxxxxxxxxx') }}",
        "{% filter center(300000000) %}x{% endfilter %}",
        "{{ 1|tojson(indent=300000000) }}",
        "{{ 'x'|wordwrap(1, wrapstring='y' * 300000000) }}",
        "{{ " + "(" * 900 + "1" + ")" * 900 + " }}",
    ],
)
def test_a_template_costs_neither_memory_nor_time(wording: TemplateWording, words: str) -> None:
    """Neither when it is saved nor when it is sent: settings may have been written before this was refused."""
    tracemalloc.start()
    started = time.process_time()
    try:
        assert findings(wording, own(words))
        with pytest.raises(InvalidInput):
            wording.render("invitation", "sms", {"business": {"name": "x" * 60}}, words)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
    assert time.process_time() - started < 5


def test_previews_show_every_message_with_its_length(wording: TemplateWording) -> None:
    """Ours have no findings, with the defaults as they are."""
    settings: Settings = default_settings()
    previews = list(wording.previews(settings))
    assert {preview.template for preview in previews if preview.channel == "sms"} >= {
        "invitation",
        "forward",
        "reminder",
    }
    for preview in previews:
        assert preview.findings == (), preview
        assert preview.own is False
        assert "cannot be filled" not in preview.text + preview.longest
        assert (preview.subject is None) == (preview.channel == "sms")
        if preview.length is not None:
            assert preview.length.encoding == "GSM-7"
            assert preview.length.segments <= (4 if preview.template == "forward" else 2)


def test_ours_keep_the_rules_with_everything_set_and_at_its_longest(wording: TemplateWording) -> None:
    offer = {**default_settings().raw["offers"][0], "referrer_text": "r" * 160, "friend_text": "f" * 300}
    business = {
        "name": "M" * 60,
        "phone": "+12125550142",
        "proof_url": "https://example.com/" + "w" * 80,
        "credentials": "c" * 160,
    }
    custom = {"kind": "custom", "text": "t" * 200}
    part = {"offers": [offer], "business": business, "rewards": {"customer": custom, "partner": custom}}
    for preview in wording.previews(changed(default_settings(), part)):
        assert preview.findings == (), preview


def test_a_preview_shows_own_words_and_what_is_wrong_with_them(wording: TemplateWording) -> None:
    settings = changed(default_settings(), own("Please help me, {{ participant.first_name }}"))
    preview = next(wording.previews(settings))
    assert preview.own is True
    assert preview.text == "Please help me, Jane"
    assert any("S14" in finding for finding in preview.findings)
    assert any("STOP" in finding for finding in preview.findings)
