"""What a participant gets for a success, by segment or by exception (P19)."""

from collections.abc import Mapping
from typing import Any, cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.participants import SEGMENTS, Segment
from chalicelib.domain.rewards import KINDS, TIER_MODES, RewardKind, RewardPlan, Tier, TierMode


def parse_plan(fields: Fields) -> RewardPlan:
    """Check one reward plan: of a segment, or of one participant by exception (P19)."""
    fields.only({"kind", "tiers", "tier_mode", "percent", "text"})
    kind = cast(RewardKind, fields.choice("kind", KINDS, "service_credit"))
    tiers = []
    for tier in fields.objects("tiers", most=20):
        at = tier.integer("at", least=1, most=10_000, required=True)
        tier.only({"at", "amount_cents"})
        amount = tier.cents(required=True)
        if at is not None and amount is not None:
            tiers.append(Tier(at, amount))
    if len({tier.at for tier in tiers}) != len(tiers):
        fields.refuse("tiers", "name the same count twice")
    percent = fields.integer("percent", least=1, most=100)
    if percent is not None and kind != "discount_code":
        fields.refuse("percent", "goes with the kind discount_code only")
    text = fields.text("text", most=200)
    if kind == "custom" and not text:
        fields.refuse("text", "says what the custom reward is, and is required for it")
    mode = cast(TierMode, fields.choice("tier_mode", TIER_MODES, "step"))
    return RewardPlan(kind, tuple(sorted(tiers, key=lambda tier: tier.at)), mode, percent, text)


def plan_as_json(plan: RewardPlan) -> dict[str, Any]:
    """A reward plan in the shape `parse_plan` takes."""
    return {
        "kind": plan.kind,
        "tiers": [{"at": tier.at, "amount_cents": tier.amount_cents} for tier in plan.tiers],
        "tier_mode": plan.tier_mode,
        "percent": plan.percent,
        "text": plan.text,
    }


def parse_rewards(fields: Fields | None) -> Mapping[Segment, RewardPlan]:
    fields = fields or Fields({})
    fields.only(SEGMENTS)
    return {segment: parse_plan(fields.object(segment, required=True) or Fields({})) for segment in SEGMENTS}


def parse_holds(fields: Fields | None) -> Mapping[str, int]:
    fields = fields or Fields({})
    fields.only(KINDS)
    days = {kind: fields.integer(kind, least=0, most=365) for kind in KINDS}
    return {kind: held for kind, held in days.items() if held is not None}
