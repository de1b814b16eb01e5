"""Capture a lead (P3, P15, P25): everything that must follow from it in one transaction, the only round trip."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.errors import Conflict, InvalidInput, Refused, TooManySubmissions
from chalicelib.domain.identities import Contact, Identity
from chalicelib.domain.leads import Lead
from chalicelib.domain.messages import Message, Recipient, Template, message_id
from chalicelib.domain.networks import network_of
from chalicelib.domain.referrals import (
    WHY_DISQUALIFIED,
    Disqualification,
    Mark,
    Referral,
    Stage,
    StageChange,
    crm_ids,
)
from chalicelib.domain.sequence import Step
from chalicelib.domain.webhooks import Endpoint
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.thank import thank_for_milestone

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


@dataclass(frozen=True)
class Door:
    """What guards a public door: one address's hourly limit, and the key of a submission that may be repeated."""

    address: str
    limit: int
    idempotency_key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class Receipt:
    """The reference given to whoever submitted, and what became of it, which only staff may see."""

    reference: str
    disqualified: Disqualification | None = None
    repeated: bool = False


def capture_lead(
    ports: Ports,
    lead: Lead,
    reference: str,
    door: Door | None = None,
    *,
    first_time_only: bool = True,
    webhooks: tuple[Endpoint, ...] = (),
    sequence: tuple[Step, ...] = (),
) -> Receipt:
    """Bind the prospect to the participant; the first valid submission wins (DESIGN 5, rule 2).

    `reference` becomes the referral's id. A later submission of the same person, a self-referral or a customer's is
    recorded as disqualified and answered the same way. Raises InvalidInput for a code nobody has, TooManySubmissions,
    and Conflict where an idempotency key comes back with other contents. `first_time_only` keeps customers out;
    `webhooks` are told of a lead that counts, and the referrer is thanked as `sequence` says (M9).
    """
    first: tuple[Disqualification, str | None] | None = ("honeypot", None) if lead.honeypot else None
    notice, now = True, ports.now()
    for _ in attempts():
        lead = _with_code(ports, lead)
        keys = tuple(ports.pseudonyms.of(_contact(lead))) if lead.code is not None and first is None else ()
        referral = replace(_referral(lead, reference, first, keys), network=_network(ports, lead, door))
        transaction = ports.store.transaction()
        if lead.code is None:
            ports.store.referrals.create(transaction, referral)
        elif first is None:
            ports.store.participants.count(transaction, lead.code, sent=1)
            if lead.discount is not None:
                referral = replace(referral, discount_code=ports.pseudonyms.friend_code(reference))
                ports.store.discounts.create(transaction, _friend_discount(lead, referral))
            ports.store.referrals.create(transaction, referral)
            for key in keys:
                ports.store.identities.claim_for_referral(
                    transaction, key, reference, referrer=lead.code, customers=not first_time_only
                )
            ports.store.statistics.count(transaction, now, reference, leads=1)
            _tell(ports, transaction, webhooks, referral)
            thank_for_milestone(ports, transaction, sequence, None, referral)
        else:
            ports.store.participants.require(transaction, lead.code)
            ports.store.referrals.create(transaction, referral)
        if door is not None:
            _guard(ports, transaction, door, reference, lead)
        person = next(iter(ports.pseudonyms.of(_contact(lead))), reference)
        for message in _messages(referral, person, now, repeated=not notice):
            ports.store.messages.queue(transaction, message)
        try:
            transaction.commit()
        except Refused as refused:
            receipt = _already_answered(ports, refused, door, reference)
            if receipt is not None:
                return receipt
            _explain(refused, lead)
            if "message:new_lead" in refused.failed:
                notice = False
            if first is None and lead.code is not None:
                first = _standing_in_the_way(ports, refused, lead.code, reference)
            continue
        return Receipt(reference, referral.disqualified)
    raise AssertionError  # attempts() raises before this


def _tell(ports: Ports, transaction: "Transaction", webhooks: tuple[Endpoint, ...], referral: Referral) -> None:
    if webhooks:
        # Loaded here: most who take a lead have nobody to tell.
        from chalicelib.services.tell import tell_of_referral

        tell_of_referral(ports, transaction, webhooks, None, referral)


def _friend_discount(lead: Lead, referral: Referral) -> Discount:
    return Discount(referral.discount_code or "", referral.id, None, lead.discount or Terms(), lead.currency)


def _with_code(ports: Ports, lead: Lead) -> Lead:
    if lead.code is not None or lead.alias is None:
        return lead
    code = ports.store.participants.with_alias(lead.alias)
    if code is None:
        raise _unknown_code(lead.alias)
    return replace(lead, code=code)


def _referral(
    lead: Lead, reference: str, first: tuple[Disqualification, str | None] | None, keys: tuple[str, ...]
) -> Referral:
    disqualified, first_referral_id = first or (None, None)
    stage: Stage = "disqualified" if disqualified else "new"
    return Referral(
        id=reference,
        participant_id=lead.code,
        prospect=lead.prospect,
        source="mention" if lead.code is None and lead.source == "form" else lead.source,
        created_at=lead.at,
        mark=Mark(stage, lead.at, lead.by),
        channel=lead.channel,
        service=lead.service,
        message=lead.message,
        callback_window=lead.callback_window,
        offer=lead.offer,
        referred_by=lead.referred_by,
        agreed_to_call=lead.agreed_to_call,
        sms_consent=lead.sms_consent,
        consent=lead.consent,
        disqualified=disqualified,
        first_referral_id=first_referral_id,
        identities=keys,
        external_ids=crm_ids(lead.external_ids),
        history=(StageChange(stage, lead.at, lead.by),),
        why=WHY_DISQUALIFIED[disqualified] if disqualified else "",
    )


def _network(ports: Ports, lead: Lead, door: Door | None) -> str | None:
    """Where the prospect wrote from; a friend who was introduced wrote from nowhere."""
    network = network_of(door.address) if door and lead.source != "introduction" else None
    return ports.pseudonyms.address(network) if network else None


def _contact(lead: Lead) -> Contact:
    return Contact(lead.prospect.phone, lead.prospect.email, lead.external_ids)


def _guard(ports: Ports, transaction: "Transaction", door: Door, reference: str, lead: Lead) -> None:
    address = ports.pseudonyms.address(door.address)
    ports.store.submissions.count(transaction, "lead", address, lead.at, door.limit)
    if door.idempotency_key is not None:
        key = ports.pseudonyms.key("idempotency", door.idempotency_key)
        ports.store.submissions.answer(transaction, key, reference, door.fingerprint, lead.at)


def _messages(referral: Referral, person: str, now: datetime, *, repeated: bool) -> list[Message]:
    """Tell the owner at once (M8), and the prospect where they consented; a program that filled the form in, nobody.

    Who introduces a friend gets the words to pass on, whoever the friend turns out to be (M19).
    """
    if referral.disqualified == "honeypot":
        return []
    messages = []
    if not repeated:
        messages.append(_message(referral, "new_lead", _cause(referral, person), now))
    if referral.sms_consent and referral.disqualified is None:
        messages.append(_message(referral, "lead_received", referral.id, now))
    if referral.source == "introduction":
        messages.append(_message(referral, "introduction", referral.id, now))
    return messages


def _cause(referral: Referral, person: str) -> str:
    """Once for each new prospect; for a person we know already, once a day."""
    if referral.disqualified is None:
        return referral.id
    return f"{person}-{referral.created_at:%Y%m%d}"


_RECIPIENTS: Mapping[Template, Recipient] = {
    "new_lead": "owner",
    "lead_received": "prospect",
    "introduction": "participant",
}


def _message(referral: Referral, template: Template, cause: str, now: datetime) -> Message:
    return Message(
        id=message_id(template, cause),
        template=template,
        channel="sms",
        recipient=_RECIPIENTS[template],
        created_at=now,
        due_at=now,
        participant_id=referral.participant_id,
        referral_id=referral.id,
    )


def _already_answered(ports: Ports, refused: Refused, door: Door | None, reference: str) -> Receipt | None:
    if "referral" in refused.failed:
        # Our own commit, whose answer was lost: the reference is ours alone.
        return Receipt(reference, repeated=True)
    raw = refused.failed.get("answer")
    if raw is None or door is None:
        return None
    answered, fingerprint = ports.store.submissions.answered(raw)
    if fingerprint != door.fingerprint:
        raise Conflict("this Idempotency-Key came with another submission before")
    return Receipt(answered, repeated=True)


def _explain(refused: Refused, lead: Lead) -> None:
    if "rate" in refused.failed:
        raise TooManySubmissions.this_hour(lead.at) from refused
    if "participant" in refused.failed:
        raise _unknown_code(lead.code or "") from refused


def _unknown_code(code: str) -> InvalidInput:
    return InvalidInput.of("code", f"{code} is not one of our links; leave it out and say who referred you")


def _standing_in_the_way(
    ports: Ports, refused: Refused, code: str, reference: str
) -> tuple[Disqualification, str | None] | None:
    """Who holds the prospect's identity, and what that makes of the submission; None where nobody does any more."""
    held: list[Identity] = [
        ports.store.identities.standing(raw)
        for name, raw in refused.failed.items()
        if name.startswith("identity:") and raw is not None
    ]
    if any(identity.participant_id == code for identity in held):
        return "self_referral", None
    others = [identity for identity in held if identity.referral_id not in {None, reference}]
    if others:
        return "already_referred", others[0].referral_id
    if any(identity.participant_id for identity in held):
        return "existing_customer", None
    return None
