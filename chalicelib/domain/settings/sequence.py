"""The setting `sequence`: a list of steps, checked."""

from typing import cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.messages import Channel, Template
from chalicelib.domain.sequence import CONDITIONS, MOMENTS, TEMPLATES_AFTER, Condition, Moment, Step

_MOST_STEPS = 12
_LEAST_REPEAT_DAYS = 30
_KEYS = ("after", "template", "channel", "wait_days", "unless", "repeat")


def parse_sequence(fields: Fields) -> tuple[Step, ...]:
    """Read the steps; what is wrong with one is refused under its number."""
    steps = []
    for entry in fields.objects("sequence", most=_MOST_STEPS):
        entry.only(_KEYS)
        after = cast(Moment, entry.choice("after", MOMENTS, "invitation"))
        templates = TEMPLATES_AFTER[after]
        template = entry.choice("template", templates)
        if not entry.has("template"):
            entry.refuse("template", f"is required: one of {', '.join(templates)}")
        unless = entry.raw("unless") or []
        if not isinstance(unless, list) or any(condition not in CONDITIONS for condition in unless):
            entry.refuse("unless", f"must be a list of some of {', '.join(CONDITIONS)}")
            unless = []
        repeat, wait = entry.boolean("repeat"), entry.integer("wait_days", least=0, most=730, required=True) or 0
        if repeat and (after != "invitation" or wait < _LEAST_REPEAT_DAYS):
            entry.refuse("repeat", f"goes with a wait of {_LEAST_REPEAT_DAYS} days or more after the invitation")
        channel = cast(Channel, entry.choice("channel", ("sms", "email"), "sms"))
        steps.append(
            Step(after, cast(Template, template), channel, wait, cast(tuple[Condition, ...], tuple(unless)), repeat)
        )
    if len({(step.after, step.name) for step in steps}) != len(steps):
        fields.refuse("sequence", "has the same step twice")
    return tuple(steps)
