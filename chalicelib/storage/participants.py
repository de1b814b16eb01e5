"""Participant items, their share tokens and aliases, and the two lists they stand in."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import Raw
from chalicelib.domain.fields import Fields
from chalicelib.domain.participants import Invitation, Participant, Progress, Satisfaction, StepTaken, Totals
from chalicelib.domain.people import fold_name
from chalicelib.domain.rewards import TierBook
from chalicelib.domain.settings import parse_plan, plan_as_json
from chalicelib.storage.reading import list_keys, read, read_all, read_in_order
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.results_review import ResultsReview

_SK = "PROFILE"
_KEYS_AT_ONCE = 10_000
_ITEMS_AT_ONCE = 100
_EVERYBODY = "PARTICIPANTS"
_BOARD = "BOARD"
#: Counted by others than the version's holder, so a guarded change leaves them alone.
_COUNTERS = frozenset({"visits", "sent"})


class ParticipantItem(Item):
    """`P#<code>` / `PROFILE`."""

    name = UnicodeAttribute()
    segment = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    opted_out = BooleanAttribute(default=False)
    paused = BooleanAttribute(default=False)
    leaderboard_name = UnicodeAttribute()
    share_generation = NumberAttribute(default=1)
    aliases = JSONAttribute()
    visits = NumberAttribute(default=0)
    sent = NumberAttribute(default=0)
    closed = NumberAttribute(default=0)
    earned_cents = NumberAttribute(default=0)
    tiers = JSONAttribute()
    satisfaction = JSONAttribute()
    invitation = JSONAttribute()
    sequence = JSONAttribute(null=True)
    reward_plan = JSONAttribute(null=True)
    address = UnicodeAttribute(null=True)
    trusted = BooleanAttribute(null=True)
    committed = JSONAttribute(null=True)
    credits = JSONAttribute(null=True)
    closed_in = JSONAttribute(null=True)
    results = JSONAttribute(null=True)


class ShareTokenItem(Item):
    """`S#<sha256 of the token>` / `SHARE`: which participant a share token opens."""

    participant_id = UnicodeAttribute()


class AliasItem(Item):
    """`A#<alias>` / `ALIAS`: an alias, once given, is the participant's for ever (DESIGN 5, rule 1)."""

    participant_id = UnicodeAttribute()


class Participants:
    """Everybody who may refer."""

    def get(self, code: str) -> Participant | None:
        item = read(ParticipantItem, _pk(code), _SK)
        return _participant(item) if item else None

    def get_all(self, codes: Iterable[str]) -> dict[str, Participant]:
        """Several by code; unknown ones are left out."""
        items = read_all(ParticipantItem, [(_pk(code), _SK) for code in codes])
        return {item.pk.removeprefix("P#"): _participant(item) for item in items.values()}

    def with_alias(self, alias: str) -> str | None:
        """The code an alias stands for."""
        item = read(AliasItem, f"A#{alias}", "ALIAS")
        return item.participant_id if item else None

    def with_aliases(self, aliases: Iterable[str]) -> dict[str, str]:
        """The codes that several aliases stand for; unknown ones are left out."""
        items = read_all(AliasItem, [(f"A#{alias}", "ALIAS") for alias in aliases])
        return {item.pk.removeprefix("A#"): item.participant_id for item in items.values()}

    def with_share_token(self, token_hash: str) -> str | None:
        """The code of the participant whose share token has this hash."""
        item = read(ShareTokenItem, f"S#{token_hash}", "SHARE")
        return item.participant_id if item else None

    def page(self, *, search: str | None, limit: int, cursor: str | None) -> tuple[list[Participant], str | None]:
        """Participants by name, from the first whose name begins with `search`."""
        prefix = fold_name(search) if search else ""
        condition = ParticipantItem.list_sk.startswith(prefix) if prefix else None
        keys = list_keys(ParticipantItem.lists, _EVERYBODY, condition, limit=limit, cursor=cursor)
        return [_participant(item) for item in read_in_order(ParticipantItem, keys.keys)], keys.next

    def everyone(self) -> Iterator[Participant]:
        """Every participant, by name; for rebuilding the site, never on a request's path."""
        cursor = None
        while True:
            # For each query the engine of one machine goes through all of an index's partition, however small the page.
            keys = list_keys(ParticipantItem.lists, _EVERYBODY, limit=_KEYS_AT_ONCE, cursor=cursor)
            for start in range(0, len(keys.keys), _ITEMS_AT_ONCE):
                batch = keys.keys[start : start + _ITEMS_AT_ONCE]
                yield from (_participant(item) for item in read_in_order(ParticipantItem, batch))
            cursor = keys.next
            if cursor is None:
                return

    def leaders(self, limit: int, period: str = "all") -> list[Participant]:
        """Those with the most closed referrals in a period; costs the same with ten participants as with a million."""
        keys = list_keys(ParticipantItem.work, _board(period), limit=limit, newest_first=True)
        profiles = [(pk, _SK) for pk, _ in keys.keys]
        return [_participant(item) for item in read_in_order(ParticipantItem, profiles)]

    def create(self, transaction: Transaction, participant: Participant, token_hash: str) -> None:
        """Add a participant with its share token; refused as `participant` where the code is taken."""
        transaction.create("participant", _item(participant))
        self.add_share_token(transaction, token_hash, participant.id)

    def add_share_token(self, transaction: Transaction, token_hash: str, code: str) -> None:
        """Refused as `share_token` where it is known; which of several is good, the participant's generation says."""
        transaction.create("share_token", ShareTokenItem(f"S#{token_hash}", "SHARE", participant_id=code))

    def add_alias(self, transaction: Transaction, alias: str, code: str) -> None:
        """Refused as `alias` where it belongs to anybody."""
        transaction.create("alias", AliasItem(f"A#{alias}", "ALIAS", participant_id=code))

    def change(self, transaction: Transaction, participant: Participant) -> None:
        """Write all but the counters, refused as `participant` where somebody changed it since it was read."""
        item = _item(participant)
        item.version = participant.version + 1
        transaction.update(
            "participant", _reference(participant.id), _set_all(item), ParticipantItem.version == participant.version
        )

    def count(
        self, transaction: Transaction, code: str, *, sent: int = 0, visits: int = 0, name: str = "participant"
    ) -> None:
        """Add to the counters without a version; refused as `name` where the code is unknown."""
        added = {counter: number for counter, number in (("sent", sent), ("visits", visits)) if number}
        expression = "ADD " + ", ".join(f"{counter} :{counter}" for counter in added)
        values = {f":{counter}": number for counter, number in added.items()}
        transaction.apply(name, (_pk(code), _SK), expression, values, "attribute_exists(pk)")

    def require(self, transaction: Transaction, code: str) -> None:
        """Refused as `participant` where the code is unknown."""
        transaction.check("participant", _reference(code), ParticipantItem.pk.exists())

    def require_not_opted_out(self, transaction: Transaction, code: str) -> None:
        """Refused as `opted_out` where the participant said no."""
        transaction.check("opted_out", _reference(code), ParticipantItem.opted_out == False)  # noqa: E712 - a condition


def board_key(period: str, closed: int, code: str) -> Key:
    """Where somebody stands on the board of a period: text that sorts as the number does."""
    return _board(period), f"{closed:08d}#{code}"


def code_in(pk: str, sk: str) -> str | None:
    """The code of the participant whose item this key names, or None for another kind of item."""
    return pk.removeprefix("P#") if pk.startswith("P#") and sk == _SK else None


def participant_in(image: Raw) -> Participant:
    """The participant in a stream record's image."""
    return _participant(ParticipantItem.from_raw_data(dict(image)))


def _board(period: str) -> str:
    return _BOARD if period == "all" else f"{_BOARD}#{period}"


def _pk(code: str) -> str:
    return f"P#{code}"


def _reference(code: str) -> ParticipantItem:
    return ParticipantItem(_pk(code), _SK)


def _set_all(item: ParticipantItem) -> list[Action]:
    actions: list[Action] = []
    for name, attribute in ParticipantItem.get_attributes().items():
        if name in _COUNTERS or name in {"pk", "sk", "created_at"}:
            continue
        value = getattr(item, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions


def _item(participant: Participant) -> ParticipantItem:
    closed = participant.totals.closed
    board, place = board_key("all", closed, participant.id)
    return ParticipantItem(
        _pk(participant.id),
        _SK,
        list_pk=_EVERYBODY,
        list_sk=f"{fold_name(participant.name)}#{participant.id}",
        work_pk=board if closed > 0 else None,
        work_sk=place if closed > 0 else None,
        version=participant.version,
        name=participant.name,
        segment=participant.segment,
        created_at=participant.created_at,
        phone=participant.phone,
        email=participant.email,
        external_id=participant.external_id,
        opted_out=participant.opted_out,
        paused=participant.paused,
        leaderboard_name=participant.leaderboard_name,
        share_generation=participant.share_generation,
        aliases=list(participant.aliases),
        visits=participant.totals.visits,
        sent=participant.totals.sent,
        closed=closed,
        earned_cents=participant.totals.earned_cents,
        tiers={"highest": participant.tiers.highest, "freed": list(participant.tiers.freed)},
        satisfaction=_satisfaction_as_json(participant.satisfaction),
        invitation={
            "status": participant.invitation.status,
            "reasons": list(participant.invitation.reasons),
            "at": _iso(participant.invitation.at),
            "asked": [at.isoformat() for at in participant.invitation.asked],
            "closed": participant.invitation.closed,
            "by": participant.invitation.by,
        },
        sequence=_sequence_as_json(participant.sequence),
        reward_plan=plan_as_json(participant.reward_plan) if participant.reward_plan else None,
        address=participant.address,
        trusted=participant.trusted or None,
        committed=dict(participant.committed) or None,
        credits=dict(participant.credits) or None,
        closed_in=dict(participant.closed_in) or None,
        results=_results_as_json(participant.results) if participant.results else None,
    )


def _participant(item: ParticipantItem) -> Participant:
    return Participant(
        id=item.pk.removeprefix("P#"),
        name=item.name,
        segment=item.segment,  # type: ignore[arg-type]  # written from the same Literal
        created_at=item.created_at,
        phone=item.phone,
        email=item.email,
        external_id=item.external_id,
        opted_out=item.opted_out,
        paused=item.paused,
        leaderboard_name=item.leaderboard_name,  # type: ignore[arg-type]  # written from the same Literal
        share_generation=int(item.share_generation),
        aliases=tuple(item.aliases),
        totals=Totals(int(item.visits), int(item.sent), int(item.closed), int(item.earned_cents)),
        tiers=TierBook(item.tiers["highest"], tuple(item.tiers["freed"])),
        satisfaction=_satisfaction(item.satisfaction),
        invitation=_invitation(item.invitation),
        sequence=_sequence(item.sequence or {}),
        reward_plan=parse_plan(Fields(item.reward_plan)) if item.reward_plan else None,
        address=item.address,
        trusted=bool(item.trusted),
        committed=item.committed or {},
        credits=item.credits or {},
        closed_in=item.closed_in or {},
        results=_results(item.results) if item.results else None,
        version=int(item.version or 1),
    )


def _invitation(raw: dict[str, Any]) -> Invitation:
    return Invitation(
        raw["status"],
        tuple(raw["reasons"]),
        _moment(raw["at"]),
        asked=tuple(datetime.fromisoformat(at) for at in raw.get("asked", ())),
        closed=raw.get("closed", 0),
        by=raw.get("by"),
    )


def _sequence_as_json(progress: Progress) -> dict[str, Any] | None:
    if progress == Progress():
        return None
    return {
        "steps": {
            name: {"at": step.at.isoformat(), "number": step.number, "outcome": step.outcome}
            for name, step in progress.steps.items()
        },
        "ended_at": _iso(progress.ended_at),
        "why_ended": progress.why_ended,
        "next_at": _iso(progress.next_at),
    }


def _sequence(raw: dict[str, Any]) -> Progress:
    if not raw:
        return Progress()
    steps = {
        name: StepTaken(datetime.fromisoformat(step["at"]), step["number"], step["outcome"])
        for name, step in raw["steps"].items()
    }
    return Progress(steps, _moment(raw["ended_at"]), raw["why_ended"], _moment(raw["next_at"]))


def _satisfaction_as_json(known: Satisfaction) -> dict[str, Any]:
    return {
        "job_at": _iso(known.job_at),
        "score": known.score,
        "score_at": _iso(known.score_at),
        "opened": {issue: at.isoformat() for issue, at in known.opened.items()},
        "closed": {issue: at.isoformat() for issue, at in known.closed.items()},
    }


def _satisfaction(raw: dict[str, Any]) -> Satisfaction:
    return Satisfaction(
        job_at=_moment(raw["job_at"]),
        score=raw["score"],
        score_at=_moment(raw["score_at"]),
        opened={issue: datetime.fromisoformat(at) for issue, at in raw["opened"].items()},
        closed={issue: datetime.fromisoformat(at) for issue, at in raw["closed"].items()},
    )


def _results_as_json(review: "ResultsReview") -> dict[str, Any]:
    return {
        "job_at": review.job_at.isoformat(),
        "opened_at": review.opened_at.isoformat(),
        "outcome": review.outcome,
        "held_at": _iso(review.held_at),
        "held_by": review.held_by,
        "asked": review.asked,
    }


def _results(raw: dict[str, Any]) -> "ResultsReview":
    # Loaded here: a lead has no review to read.
    from chalicelib.domain.results_review import ResultsReview

    times = {name: _moment(raw[name]) for name in ("job_at", "opened_at", "held_at")}
    return ResultsReview(**{**raw, **times})


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
