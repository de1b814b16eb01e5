"""What other programs tell us of an invoice, folded in their order and not in the order of arrival (P5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from chalicelib.domain.identities import Contact

InvoiceState = Literal["issued", "paid", "voided"]
FactKind = Literal["issued", "paid", "voided", "refunded"]
#: Of two facts with the same time the later in an invoice's life holds.
_RANK: dict[InvoiceState, int] = {"issued": 0, "paid": 1, "voided": 2}


@dataclass(frozen=True)
class InvoiceFact:
    """One thing that happened to one invoice, at the provider's own time.

    A refund carries `refund_key`, the provider's name for the running total it reports, and `refunded_cents`,
    None meaning all of it. `amount_cents` is the invoice's amount where the fact says it.
    """

    invoice_id: str
    kind: FactKind
    at: datetime
    amount_cents: int | None = None
    currency: str | None = None
    number: str | None = None
    refund_key: str | None = None
    refunded_cents: int | None = None


@dataclass(frozen=True)
class Invoice:
    """The present state of one invoice. `refunds` maps each refund's key to its cents, None for the whole.

    `since` is the earliest moment that anything is known of it, by the provider's clock.
    """

    id: str
    state: InvoiceState | None = None
    state_at: datetime | None = None
    amount_cents: int | None = None
    amount_at: datetime | None = None
    currency: str | None = None
    number: str | None = None
    refunds: Mapping[str, int | None] = field(default_factory=dict)
    refunded_at: datetime | None = None
    since: datetime | None = None

    @property
    def refunded_in_full(self) -> bool:
        if any(cents is None for cents in self.refunds.values()):
            return True
        total = sum(cents or 0 for cents in self.refunds.values())
        return bool(self.refunds) and self.amount_cents is not None and total >= self.amount_cents

    @property
    def stands(self) -> bool:
        """Whether the invoice still counts: issued or paid, over something, not voided, not wholly refunded."""
        worth = self.amount_cents is None or self.amount_cents > 0
        return self.state in {"issued", "paid"} and worth and not self.refunded_in_full

    @property
    def net_cents(self) -> int | None:
        """The amount less refunds; None where no fact said the amount."""
        if self.amount_cents is None:
            return None
        return max(0, self.amount_cents - sum(cents or 0 for cents in self.refunds.values()))

    @property
    def last_at(self) -> datetime | None:
        """When the last thing happened that decides whether it stands."""
        return max((at for at in (self.state_at, self.refunded_at) if at is not None), default=None)


@dataclass(frozen=True)
class Question:
    """Since when an invoice that fits several referrals waits for a person, and its customer as we were told."""

    since: datetime
    name: str | None
    contact: "Contact"


@dataclass(frozen=True)
class KnownInvoice:
    """An invoice, the referral it was matched to, and the participant whose own it is.

    `identity` is the customer's, while it belongs to no referral; `question` stands while a person has to decide, and
    `decided` says that one has. `credited` are the cents of service credit taken off
    it, by reward.
    """

    invoice: Invoice
    referral_id: str | None = None
    identity: str | None = None
    participant_id: str | None = None
    credited: Mapping[str, int] = field(default_factory=dict)
    question: Question | None = None
    decided: bool = False
    version: int = 0


def fold(invoice: Invoice, fact: InvoiceFact) -> Invoice:
    """Add one fact. Any order and any repetition of the same facts gives the same invoice."""
    folded = replace(invoice, since=min(fact.at, invoice.since or fact.at))
    if fact.kind == "refunded":
        at = max(fact.at, invoice.refunded_at or fact.at)
        return replace(folded, refunds=_with_refund(invoice.refunds, fact), refunded_at=at)
    key = (fact.at, _RANK[fact.kind])
    if invoice.state is None or invoice.state_at is None or key > (invoice.state_at, _RANK[invoice.state]):
        folded = replace(folded, state=fact.kind, state_at=fact.at)
    if fact.amount_cents is not None:
        said = (fact.at, fact.amount_cents)
        if invoice.amount_at is None or said > (invoice.amount_at, invoice.amount_cents or 0):
            folded = replace(folded, amount_cents=fact.amount_cents, amount_at=fact.at)
    return replace(
        folded, currency=_greater(folded.currency, fact.currency), number=_greater(folded.number, fact.number)
    )


def _greater(one: str | None, other: str | None) -> str | None:
    """Any rule would do that does not depend on which came first."""
    return max(one or "", other or "") or None


def _with_refund(refunds: Mapping[str, int | None], fact: InvoiceFact) -> Mapping[str, int | None]:
    key = fact.refund_key or "refund"
    known = refunds.get(key, 0)
    if key in refunds and known is None:
        return refunds
    cents = None if fact.refunded_cents is None else max(known or 0, fact.refunded_cents)
    return {**refunds, key: cents}
