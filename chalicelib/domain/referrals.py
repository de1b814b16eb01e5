"""One prospect attributed to one participant, its stages, and when it counts as closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from chalicelib.domain.consent import Consent
from chalicelib.domain.invoices import Invoice

Stage = Literal[
    "new", "contacted", "qualified", "appointment", "quoted", "won", "invoiced", "paid", "lost", "disqualified"
]
Source = Literal["form", "callback", "mention", "manual", "crm", "introduction"]
Trigger = Literal["invoiced", "paid"]
Disqualification = Literal["self_referral", "existing_customer", "already_referred", "honeypot"]
Review = Literal["approved", "declined"]
FlagKind = Literal[
    "similar_name",
    "same_address",
    "per_network",
    "per_week",
    "disposable_email",
    "own_invoice",
    "known_customer",
    "older_invoice",
]

PATH: tuple[Stage, ...] = ("new", "contacted", "qualified", "appointment", "quoted", "won", "invoiced", "paid")
ENDS: tuple[Stage, ...] = ("lost", "disqualified")
STAGES: tuple[Stage, ...] = PATH + ENDS
SOURCES: tuple[Source, ...] = ("form", "callback", "mention", "manual", "crm", "introduction")
REVIEWS: tuple[Review, ...] = ("approved", "declined")
TRIGGERS: tuple[Trigger, ...] = ("invoiced", "paid")
CHANNELS: tuple[str, ...] = ("sms", "whatsapp", "email", "qr", "copy", "print", "facebook", "x", "link", "other")

WHY_DISQUALIFIED: Mapping[Disqualification, str] = {
    "self_referral": "the prospect is the referrer",
    "existing_customer": "the prospect is a customer already",
    "already_referred": "somebody else, or the same person, referred this prospect before",
    "honeypot": "the hidden field was filled in, as only programs do",
}


@dataclass(frozen=True)
class Prospect:
    """Who was referred. Phone in E.164, the postal address as they wrote it."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Flag:
    """One reason why a person should look at a referral; `why` is for staff."""

    kind: FlagKind
    why: str


@dataclass(frozen=True)
class StageChange:
    """One line of a referral's history."""

    stage: Stage
    at: datetime
    by: str


@dataclass(frozen=True)
class Mark:
    """The stage as staff or the CRM last set it, at their time."""

    stage: Stage
    at: datetime
    by: str


@dataclass(frozen=True)
class Referral:
    """`stage` follows from the mark and the invoices; `closed` to `reward_count` are settlement's to write.

    `credited_to` is whose totals the closing counts in: it lags behind `participant_id` while an attribution moves.
    `closed_in` is the month it counts in, such as `2026-05`, so that a reversal takes it out of the same one.

    `offer` is the one on the page they came by, `discount_code` the friend's own code with it (F5).
    `participant_id` is None while a mention waits for a person to confirm it (S10). `identities` are the keys it holds,
    `external_ids` what the CRM calls the lead and its customer.

    `network` is the address it was sent from, as an HMAC. `assessed`: its `flags` are known; `review` is what a person
    decided about them.

    `referrer_unknown`: a person decided that the mention means nobody we know. `agreed_to_call` is what the referrer
    said of the friend they introduced, None for everybody else. `appointment_on` is the day of the last appointment,
    where the business is.
    """

    id: str
    participant_id: str | None
    prospect: Prospect
    source: Source
    created_at: datetime
    mark: Mark
    channel: str | None = None
    service: str | None = None
    message: str | None = None
    callback_window: str | None = None
    offer: str | None = None
    discount_code: str | None = None
    referred_by: str | None = None
    referrer_unknown: bool = False
    agreed_to_call: bool | None = None
    appointment_on: date | None = None
    sms_consent: bool = False
    consent: Consent | None = None
    disqualified: Disqualification | None = None
    first_referral_id: str | None = None
    identities: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    invoices: Mapping[str, Invoice] = field(default_factory=dict)
    history: tuple[StageChange, ...] = ()
    deleted_at: datetime | None = None
    withheld: str | None = None
    network: str | None = None
    assessed: bool = False
    flags: tuple[Flag, ...] = ()
    review: Review | None = None
    closed: bool = False
    credited_to: str | None = None
    closed_at: datetime | None = None
    closed_in: str | None = None
    tier: int | None = None
    reward_id: str | None = None
    reward_count: int = 0
    why: str = ""
    version: int = 1

    @property
    def stage(self) -> Stage:
        """What the standing invoices say, and otherwise what staff or the CRM said last."""
        if self.mark.stage == "disqualified":
            return "disqualified"
        standing = [invoice for invoice in self.invoices.values() if invoice.stands]
        if any(invoice.state == "paid" for invoice in standing):
            return "paid"
        if standing:
            return "paid" if self.mark.stage == "paid" else "invoiced"
        fallen = [invoice.last_at for invoice in self.invoices.values() if invoice.last_at is not None]
        if fallen and self.mark.stage in {"invoiced", "paid"} and self.mark.at <= max(fallen):
            # The word was about the invoice that does not stand any more.
            return "won"
        return self.mark.stage

    @property
    def job_cents(self) -> int | None:
        """What the standing invoices are worth after refunds; None where none says an amount."""
        worth = [invoice.net_cents for invoice in self.invoices.values() if invoice.stands]
        known = [cents for cents in worth if cents is not None]
        return sum(known) if known else None

    @property
    def awaits_referrer(self) -> bool:
        """Whether it is a mention that a person has to confirm (S10)."""
        open_still = self.participant_id is None and self.deleted_at is None and self.stage not in ENDS
        return open_still and not self.referrer_unknown

    @property
    def awaits_review(self) -> bool:
        """Whether it is flagged and nobody has decided: its reward is held until then."""
        return bool(self.flags) and self.review is None and self.deleted_at is None and self.disqualified is None

    @property
    def to_be_assessed(self) -> bool:
        """Whether its flags have to be found yet."""
        return self.may_be_flagged and not self.assessed

    @property
    def may_be_flagged(self) -> bool:
        """Whether anything is held against it; what the office attributed itself, a person has looked at."""
        return self.stands and self.source not in {"manual", "mention"}

    @property
    def stands(self) -> bool:
        """Whether it is somebody's, neither removed nor disqualified."""
        return self.deleted_at is None and self.disqualified is None and self.participant_id is not None

    def reached(self, trigger: Trigger) -> bool:
        """Whether the referral is where it earns its reward: attributed, not removed, and invoiced (or paid)."""
        if self.deleted_at is not None or self.participant_id is None or self.disqualified is not None:
            return False
        stage = self.stage
        return stage in PATH and PATH.index(stage) >= PATH.index(trigger)


def crm_ids(external_ids: Iterable[str]) -> tuple[str, ...]:
    """Those outside ids that are the CRM's, each once: what we tell it later goes by its own names."""
    return tuple(dict.fromkeys(name for name in external_ids if name.startswith(("crm:", "crm-lead:"))))


def mark(referral: Referral, stage: Stage, at: datetime, by: str) -> Referral:
    """Set the stage by hand or by the CRM: the latest word holds, whichever arrives first.

    Of two words at the same time the one further along the path holds. Going back is allowed: people correct
    themselves, and the history keeps every change.
    """
    if (at, STAGES.index(stage)) <= (referral.mark.at, STAGES.index(referral.mark.stage)):
        return referral
    return _noted(referral, replace(referral, mark=Mark(stage, at, by)), at, by)


def reviewed(referral: Referral, review: Review, note: str) -> Referral:
    """Decide about the flags; declined, it earns nothing until somebody decides otherwise."""
    if review == "declined":
        return replace(referral, review=review, withheld=note)
    return replace(referral, review=review, withheld=None if referral.review == "declined" else referral.withheld)


def flagged(referral: Referral, flags: Iterable[Flag]) -> Referral:
    """Add what is to be looked at; what was approved without knowing it is to be looked at again."""
    known = {flag.kind for flag in referral.flags}
    new = tuple(flag for flag in flags if flag.kind not in known)
    if not new:
        return referral
    review = None if referral.review == "approved" else referral.review
    return replace(referral, flags=(*referral.flags, *new), review=review)


def with_invoice(referral: Referral, invoice: Invoice, at: datetime, by: str) -> Referral:
    """Fold the present state of one invoice into the referral."""
    if referral.invoices.get(invoice.id) == invoice:
        return referral
    return _noted(referral, replace(referral, invoices={**referral.invoices, invoice.id: invoice}), at, by)


def _noted(before: Referral, after: Referral, at: datetime, by: str) -> Referral:
    if before.stage == after.stage:
        return after
    return replace(after, history=(*after.history, StageChange(after.stage, at, by)))
