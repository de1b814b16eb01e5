"""Attribute a prospect by hand (P26, S10-S13): what the office was told, confirmed by a person, is a referral too."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, Refused
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.identities import Contact
from chalicelib.domain.referrals import Mark, Prospect, Referral, StageChange, with_invoice
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle
from chalicelib.services.tell import tell_of_referral
from chalicelib.services.thank import thank_for_milestone

#: By then an index shows what was written before the prospect was bound; what is written after finds it bound.
_SECOND_LOOK = timedelta(minutes=1)


@dataclass(frozen=True)
class Attribution:
    """A person's word that `code` sent this prospect."""

    code: str
    prospect: Prospect
    by: str
    service: str | None = None
    note: str | None = None


def attribute(ports: Ports, attribution: Attribution) -> Referral:
    """Make a referral by hand. Raises NotFound for the code, Conflict where the prospect is referred already."""
    now = ports.now()
    referral = Referral(
        id=new_id("ref", now, ports.random_bytes),
        participant_id=attribution.code,
        prospect=attribution.prospect,
        source="manual",
        created_at=now,
        mark=Mark("new", now, attribution.by),
        service=attribution.service,
        history=(StageChange("new", now, attribution.by),),
        version=0,
    )
    return _bind(ports, referral, attribution)


def confirm_mention(ports: Ports, referral_id: str, code: str, by: str, note: str | None) -> Referral:
    """Attribute a "who referred you?" answer to the participant it means, also one that was given up before."""
    referral = ports.store.referrals.get(referral_id)
    if referral is None or referral.deleted_at is not None:
        raise NotFound("mention", referral_id)
    if referral.participant_id is not None:
        raise Conflict(f"{referral_id} is attributed to {referral.participant_id} already")
    attribution = Attribution(code, referral.prospect, by, referral.service, note)
    return _bind(ports, replace(referral, participant_id=code, referrer_unknown=False), attribution)


def _bind(ports: Ports, referral: Referral, attribution: Attribution) -> Referral:
    contact = Contact(attribution.prospect.phone, attribution.prospect.email)
    keys = list(ports.pseudonyms.of(contact))
    if not keys:
        raise InvalidInput.of(
            "prospect.phone", "a phone or an e-mail is needed, or no invoice can be recognised as theirs"
        )
    for _ in attempts():
        bound = replace(referral, assessed=True, identities=tuple(dict.fromkeys((*referral.identities, *keys))))
        transaction = ports.store.transaction()
        for known in ports.store.invoices.unmatched_of(keys):
            bound = with_invoice(bound, known.invoice, known.invoice.state_at or ports.now(), attribution.by)
            ports.store.invoices.match(transaction, known, referral.id)
        ports.store.participants.count(transaction, attribution.code, sent=1)
        settings = ports.store.settings.get()
        webhooks = settings.webhooks
        if referral.version == 0:
            created = replace(bound, version=1)
            ports.store.referrals.create(transaction, created)
            tell_of_referral(ports, transaction, webhooks, None, created)
            thank_for_milestone(ports, transaction, settings.sequence, None, created)
        else:
            ports.store.referrals.change(transaction, bound)
            unbound = replace(referral, participant_id=None)
            tell_of_referral(ports, transaction, webhooks, unbound, bound)
            thank_for_milestone(ports, transaction, settings.sequence, unbound, bound)
        for key in keys:
            ports.store.identities.claim_for_referral(
                transaction, key, referral.id, referrer=attribution.code, customers=True
            )
        ports.store.statistics.count(transaction, ports.now(), referral.id, leads=1)
        ports.store.work.plan_settlement(transaction, referral.id, ports.now())
        ports.store.work.plan_look(transaction, referral.id, ports.now() + _SECOND_LOOK)
        record_audit(
            ports, transaction, attribution.by, f"attributed to {attribution.code}", referral.id, attribution.note
        )
        try:
            transaction.commit()
        except Refused as refused:
            _explain(ports, refused, attribution.code, referral)
            continue
        settle(ports, referral.id)
        return ports.store.referrals.get(referral.id) or bound
    raise AssertionError  # attempts() raises before this


def _explain(ports: Ports, refused: Refused, code: str, referral: Referral) -> None:
    if "participant" in refused.failed:
        raise NotFound("participant", code) from refused
    if "referral" in refused.failed and referral.version:
        raise Conflict(f"{referral.id} was changed by somebody else just now; look at it again") from refused
    for name, raw in refused.failed.items():
        if not name.startswith("identity:") or raw is None:
            continue
        standing = ports.store.identities.standing(raw)
        if standing.participant_id == code:
            raise Conflict("the prospect is the referrer: nobody refers themselves") from refused
        if standing.referral_id not in {None, referral.id}:
            raise Conflict(
                f"the prospect belongs to {standing.referral_id}; remove that attribution first"
            ) from refused
