"""Rewards, messages, settings, numbers and the audit, for staff and owner (P19, P24, P27, P28)."""

from datetime import UTC, datetime
from typing import cast

from chalicelib.api.call import Call
from chalicelib.domain.errors import Forbidden, InvalidInput, NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.leaderboard import period_of, ranked
from chalicelib.domain.messages import STATUSES as MESSAGE_STATUSES
from chalicelib.domain.participants import SPANS, Span
from chalicelib.domain.rewards import STATUSES as REWARD_STATUSES
from chalicelib.domain.rewards import RewardStatus
from chalicelib.domain.settings import changed
from chalicelib.services.change_settings import change_settings
from chalicelib.services.numbers import numbers
from chalicelib.services.override_reward import change_amount, override_reward
from chalicelib.services.overview import overview
from chalicelib.services.shapes import audit_shape, message_shape, page_shape, reward_shape


def show_overview(call: Call) -> dict[str, object]:
    """The dashboard's numbers (P24) and what is stuck."""
    return overview(call.program.ports)


def show_numbers(call: Call) -> dict[str, object]:
    """How far referrals got, by channel, offer and source (P24, O18)."""
    return numbers(call.program.ports)


def show_leaderboard(call: Call) -> dict[str, object]:
    """Who refers most in the running month or year, or of all time, for staff, public or not (P22)."""
    span = cast(Span, call.choice("period", SPANS) or "all")
    settings = call.program.settings()
    period = period_of(span, call.program.ports.now(), settings.business.zone)
    leaders = call.program.ports.store.participants.leaders(settings.leaderboard_size, period)
    entries = [
        {"rank": place, "participant_id": one.id, "name": one.name, "closed": closed}
        for place, one, closed in ranked(leaders, period)
    ]
    return {"period": period, "entries": entries}


def list_rewards(call: Call) -> dict[str, object]:
    """Rewards, newest first: of one `participant_id`, or with one `status`, or all."""
    limit, cursor = call.page()
    status = call.choice("status", REWARD_STATUSES)
    typed = call.query.get("participant_id")
    code = normalise_code(typed) if typed else None
    if typed and code is None:
        raise NotFound("participant", typed[:60])
    found, following = call.program.ports.store.rewards.page(
        participant_id=code, status=status, limit=limit, cursor=cursor
    )
    return page_shape(map(reward_shape, found), following)


def show_reward(call: Call, reward_id: str) -> dict[str, object]:
    """One reward."""
    reward = call.program.ports.store.rewards.get(reward_id)
    if reward is None:
        raise NotFound("reward", reward_id[:60])
    return reward_shape(reward)


def patch_reward(call: Call, reward_id: str) -> dict[str, object]:
    """Set a reward's status or its amount by hand, with a note (P28); taking back and amounts are the owner's."""
    fields = Fields(call.body())
    fields.only({"status", "amount_cents", "note"})
    status = fields.choice("status", REWARD_STATUSES)
    amount = fields.cents("amount_cents")
    if status is None and amount is None and not fields.errors:
        fields.refuse("status", f"or amount_cents is required; the statuses are {', '.join(REWARD_STATUSES)}")
    if status is not None and amount is not None:
        fields.refuse("amount_cents", "is changed by itself, before the status")
    note = fields.text("note", most=500, required=True)
    fields.done()
    if (status == "reversed" or amount is not None) and not call.actor.may("owner"):
        raise Forbidden("taking a reward back, or changing its amount, is the owner's")
    ports, by = call.program.ports, call.actor.name
    if amount is not None:
        return reward_shape(change_amount(ports, reward_id, amount, by, note or ""))
    return reward_shape(override_reward(ports, reward_id, cast(RewardStatus, status), by, note or ""))


def list_messages(call: Call) -> dict[str, object]:
    """The outbox, newest first, all or with one `status`."""
    limit, cursor = call.page()
    status = call.choice("status", MESSAGE_STATUSES)
    found, following = call.program.ports.store.messages.page(status=status, limit=limit, cursor=cursor)
    return page_shape(map(message_shape, found), following)


def show_settings(call: Call) -> dict[str, object]:
    """All settings."""
    return dict(call.program.ports.store.settings.get().raw)


def put_settings(call: Call) -> dict[str, object]:
    """Change a part of the settings (P19); the whole of them is checked first."""
    part = call.body()
    if "sources" in part:
        from chalicelib.inbound.mapping import read_sources

        read_sources(changed(call.program.ports.store.settings.get(), part).raw)
    if "proof" in part or "theme" in part:
        from chalicelib.services.require_pictures import require_pictures

        require_pictures(call.program.outside.site, changed(call.program.ports.store.settings.get(), part))
    settings = change_settings(call.program.ports, call.program.outside.wording, part, call.actor.name)
    call.program.forget_settings()
    return dict(settings.raw)


def list_audit(call: Call) -> dict[str, object]:
    """Who changed what, newest first, in one `month` (2026-05), this one unless said otherwise."""
    limit, cursor = call.page()
    month = call.query.get("month")
    try:
        at = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC) if month else call.program.ports.now()
    except ValueError as error:
        raise InvalidInput.of("month", "must be a year and a month, such as 2026-05") from error
    entries, following = call.program.ports.store.audit.page(at, limit=limit, cursor=cursor)
    return page_shape(map(audit_shape, entries), following)
