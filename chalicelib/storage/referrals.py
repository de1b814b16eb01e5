"""Referral items: by participant, by stage, and the mentions nobody has confirmed yet."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.consent import Consent
from chalicelib.domain.errors import Raw
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.referrals import STAGES, Flag, Mark, Prospect, Referral, Stage, StageChange
from chalicelib.storage.reading import list_keys, merge_keys, read, read_in_order
from chalicelib.storage.table import Item, Row, row
from chalicelib.storage.transaction import Transaction

_SK = "REFERRAL"
_MENTIONS = "MENTIONS"


class ReferralItem(Item):
    """`R#<id>` / `REFERRAL`, guarded by its version."""

    participant_id = UnicodeAttribute(null=True)
    prospect_name = UnicodeAttribute()
    prospect_phone = UnicodeAttribute(null=True)
    prospect_email = UnicodeAttribute(null=True)
    source = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    mark = JSONAttribute()
    stage = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    service = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    callback_window = UnicodeAttribute(null=True)
    offer = UnicodeAttribute(null=True)
    discount_code = UnicodeAttribute(null=True)
    referred_by = UnicodeAttribute(null=True)
    referrer_unknown = BooleanAttribute(null=True)
    agreed_to_call = BooleanAttribute(null=True)
    appointment_on = UnicodeAttribute(null=True)
    sms_consent = BooleanAttribute(default=False)
    consent = JSONAttribute(null=True)
    disqualified = UnicodeAttribute(null=True)
    first_referral_id = UnicodeAttribute(null=True)
    identities = JSONAttribute(null=True)
    external_ids = JSONAttribute(null=True)
    invoices = JSONAttribute(null=True)
    history = JSONAttribute()
    deleted_at = UTCDateTimeAttribute(null=True)
    withheld = UnicodeAttribute(null=True)
    prospect_address = UnicodeAttribute(null=True)
    network = UnicodeAttribute(null=True)
    assessed = BooleanAttribute(null=True)
    flags = JSONAttribute(null=True)
    review = UnicodeAttribute(null=True)
    closed = BooleanAttribute(default=False)
    credited_to = UnicodeAttribute(null=True)
    closed_at = UTCDateTimeAttribute(null=True)
    closed_in = UnicodeAttribute(null=True)
    tier = NumberAttribute(null=True)
    reward_id = UnicodeAttribute(null=True)
    reward_count = NumberAttribute(default=0)
    why = UnicodeAttribute(null=True)


class Referrals:
    """Every prospect somebody sent."""

    def get(self, referral_id: str) -> Referral | None:
        item = read(ReferralItem, _pk(referral_id), _SK)
        return _referral(item) if item else None

    def page(
        self, *, participant_id: str | None, stage: Stage | None, limit: int, cursor: str | None
    ) -> tuple[list[Referral], str | None]:
        """Newest first: of one participant, or of one stage, or all."""
        if participant_id is not None:
            keys = list_keys(ReferralItem.lists, f"P#{participant_id}", limit=limit, cursor=cursor, newest_first=True)
        elif stage is not None:
            keys = list_keys(ReferralItem.work, f"STAGE#{stage}", limit=limit, cursor=cursor, newest_first=True)
        else:
            stages = [f"STAGE#{known}" for known in STAGES]
            keys = merge_keys(ReferralItem.work, ReferralItem.work_sk, stages, limit=limit, cursor=cursor)
        return [_referral(item) for item in read_in_order(ReferralItem, keys.keys)], keys.next

    def mentions(self, *, limit: int, cursor: str | None) -> tuple[list[Referral], str | None]:
        """Answers to "who referred you?" that a person has to confirm (S10), oldest first."""
        keys = list_keys(ReferralItem.lists, _MENTIONS, limit=limit, cursor=cursor)
        return [_referral(item) for item in read_in_order(ReferralItem, keys.keys)], keys.next

    def get_all(self, referral_ids: Iterable[str]) -> list[Referral]:
        """Several by id, in this order; unknown ones are left out."""
        return [_referral(item) for item in read_in_order(ReferralItem, [(_pk(name), _SK) for name in referral_ids])]

    def create(self, transaction: Transaction, referral: Referral) -> None:
        """Refused as `referral` where the id exists, which for a derived id means: written before."""
        transaction.create("referral", _row(referral, referral.version))

    def change(self, transaction: Transaction, referral: Referral) -> None:
        """Refused as `referral` where somebody changed it since it was read."""
        transaction.replace("referral", _row(referral, referral.version + 1), referral.version, ReferralItem)

    def require(self, transaction: Transaction, referral: Referral) -> None:
        """Refused as `referral` where somebody changed it since it was read."""
        transaction.check("referral", ReferralItem(_pk(referral.id), _SK), ReferralItem.version == referral.version)


def referral_in(pk: str, sk: str) -> str | None:
    """The id of the referral whose item this key names, or None for another kind of item."""
    return pk.removeprefix("R#") if pk.startswith("R#") and sk == _SK else None


def referral_shown(image: Raw) -> Referral:
    """The referral in an item as it goes over the wire."""
    return _referral(ReferralItem.from_raw_data(dict(image)))


def counted_for(image: Raw) -> str | None:
    """Whose referral a stream record's image shows, as far as it counts: None where it is removed or disqualified."""
    gone = "deleted_at" in image or "disqualified" in image or image["stage"]["S"] == "disqualified"
    return image["participant_id"]["S"] if "participant_id" in image and not gone else None


def _pk(referral_id: str) -> str:
    return f"R#{referral_id}"


def _row(referral: Referral, version: int) -> Row:
    stage = referral.stage
    shown = referral.deleted_at is None
    listed = _list_of(referral)
    order = f"{referral.created_at:%Y-%m-%dT%H:%M:%S.%f}#{referral.id}"
    return row(
        ReferralItem,
        pk=_pk(referral.id),
        sk=_SK,
        list_pk=listed,
        list_sk=order if listed else None,
        work_pk=f"STAGE#{stage}" if shown else None,
        work_sk=order if shown else None,
        version=version,
        participant_id=referral.participant_id,
        prospect_name=referral.prospect.name,
        prospect_phone=referral.prospect.phone,
        prospect_email=referral.prospect.email,
        source=referral.source,
        created_at=referral.created_at,
        mark=_change_as_json(referral.mark),
        stage=stage,
        channel=referral.channel,
        service=referral.service,
        message=referral.message,
        callback_window=referral.callback_window,
        offer=referral.offer,
        discount_code=referral.discount_code,
        referred_by=referral.referred_by,
        referrer_unknown=referral.referrer_unknown or None,
        agreed_to_call=referral.agreed_to_call,
        appointment_on=referral.appointment_on.isoformat() if referral.appointment_on else None,
        sms_consent=referral.sms_consent,
        consent=_consent_as_json(referral.consent),
        disqualified=referral.disqualified,
        first_referral_id=referral.first_referral_id,
        identities=list(referral.identities) or None,
        external_ids=list(referral.external_ids) or None,
        invoices={key: invoice_as_json(invoice) for key, invoice in referral.invoices.items()} or None,
        history=[_change_as_json(change) for change in referral.history],
        deleted_at=referral.deleted_at,
        withheld=referral.withheld,
        prospect_address=referral.prospect.address,
        network=referral.network,
        assessed=referral.assessed or None,
        flags=[{"kind": flag.kind, "why": flag.why} for flag in referral.flags] or None,
        review=referral.review,
        closed=referral.closed,
        credited_to=referral.credited_to,
        closed_at=referral.closed_at,
        closed_in=referral.closed_in,
        tier=referral.tier,
        reward_id=referral.reward_id,
        reward_count=referral.reward_count,
        why=referral.why or None,
    )


def _list_of(referral: Referral) -> str | None:
    if referral.awaits_referrer:
        return _MENTIONS
    if referral.participant_id is None or referral.deleted_at is not None:
        return None
    return f"P#{referral.participant_id}"


def _referral(item: ReferralItem) -> Referral:
    return Referral(
        id=item.pk.removeprefix("R#"),
        participant_id=item.participant_id,
        prospect=Prospect(item.prospect_name, item.prospect_phone, item.prospect_email, item.prospect_address),
        source=item.source,  # type: ignore[arg-type]  # written from the same Literal
        created_at=item.created_at,
        mark=Mark(**_change(item.mark)),
        channel=item.channel,
        service=item.service,
        message=item.message,
        callback_window=item.callback_window,
        offer=item.offer,
        discount_code=item.discount_code,
        referred_by=item.referred_by,
        referrer_unknown=bool(item.referrer_unknown),
        agreed_to_call=item.agreed_to_call,
        appointment_on=date.fromisoformat(item.appointment_on) if item.appointment_on else None,
        sms_consent=item.sms_consent,
        consent=_consent(item.consent),
        disqualified=item.disqualified,  # type: ignore[arg-type]  # written from the same Literal
        first_referral_id=item.first_referral_id,
        identities=tuple(item.identities or ()),
        external_ids=tuple(item.external_ids or ()),
        invoices={key: invoice_from_json(raw) for key, raw in (item.invoices or {}).items()},
        history=tuple(StageChange(**_change(raw)) for raw in item.history),
        deleted_at=item.deleted_at,
        withheld=item.withheld,
        network=item.network,
        assessed=bool(item.assessed),
        flags=tuple(Flag(**raw) for raw in item.flags or ()),
        review=item.review,  # type: ignore[arg-type]  # written from the same Literal
        closed=item.closed,
        credited_to=item.credited_to,
        closed_at=item.closed_at,
        closed_in=item.closed_in,
        tier=int(item.tier) if item.tier is not None else None,
        reward_id=item.reward_id,
        reward_count=int(item.reward_count),
        why=item.why or "",
        version=int(item.version or 1),
    )


def invoice_as_json(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "state": invoice.state,
        "state_at": invoice.state_at.isoformat() if invoice.state_at else None,
        "amount_cents": invoice.amount_cents,
        "amount_at": invoice.amount_at.isoformat() if invoice.amount_at else None,
        "currency": invoice.currency,
        "number": invoice.number,
        "refunds": dict(invoice.refunds),
        "refunded_at": invoice.refunded_at.isoformat() if invoice.refunded_at else None,
        "since": invoice.since.isoformat() if invoice.since else None,
    }


def invoice_from_json(raw: dict[str, Any]) -> Invoice:
    return Invoice(
        **{
            **raw,
            "state_at": datetime.fromisoformat(raw["state_at"]) if raw["state_at"] else None,
            "amount_at": datetime.fromisoformat(raw["amount_at"]) if raw["amount_at"] else None,
            "refunded_at": datetime.fromisoformat(raw["refunded_at"]) if raw["refunded_at"] else None,
            # What was written before this was noted has none.
            "since": datetime.fromisoformat(raw["since"]) if raw.get("since") else None,
        }
    )


def _change_as_json(change: Mark | StageChange) -> dict[str, str]:
    return {"stage": change.stage, "at": change.at.isoformat(), "by": change.by}


def _change(raw: dict[str, str]) -> dict[str, Any]:
    return {"stage": raw["stage"], "at": datetime.fromisoformat(raw["at"]), "by": raw["by"]}


def _consent_as_json(consent: Consent | None) -> dict[str, str] | None:
    return {"text": consent.text, "at": consent.at.isoformat(), "source": consent.source} if consent else None


def _consent(raw: dict[str, str] | None) -> Consent | None:
    return Consent(raw["text"], datetime.fromisoformat(raw["at"]), raw["source"]) if raw else None
