"""What a webhook told us, normalised: every source turns its payload into these and nothing else."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import InvoiceFact
from chalicelib.domain.referrals import Stage

EventStatus = Literal["pending", "waiting", "done", "failed"]


@dataclass(frozen=True)
class Customer:
    """A person as the other program describes them; `contact` holds what identifies them there and here."""

    name: str | None
    contact: Contact
    address: str | None = None


@dataclass(frozen=True)
class CustomerUpdated:
    customer: Customer


@dataclass(frozen=True)
class JobCompleted:
    customer: Customer


@dataclass(frozen=True)
class ReviewScored:
    customer: Customer
    score: float


@dataclass(frozen=True)
class IssueChanged:
    """A complaint or revision was opened or closed; `issue` names it in the other program."""

    customer: Customer
    issue: str
    opened: bool


@dataclass(frozen=True)
class LeadCreated:
    customer: Customer
    lead_id: str
    code: str | None
    referred_by: str | None
    alias: str | None = None


@dataclass(frozen=True)
class LeadStageChanged:
    customer: Customer
    lead_id: str
    stage: Stage
    appointment_on: date | None = None


@dataclass(frozen=True)
class InvoiceChanged:
    """`also_known_as` are other ids by which later facts may name this invoice, such as its payment's.

    `names_payment`: the fact's id is such another id, because the provider did not say the invoice's own.
    `names_job`: the customer is known by the job's id alone.
    """

    customer: Customer
    fact: InvoiceFact
    names_payment: bool = False
    names_job: bool = False
    also_known_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvoiceNamed:
    """Other ids, such as its payment's, by which facts about an invoice may arrive."""

    invoice_id: str
    also_known_as: tuple[str, ...]


@dataclass(frozen=True)
class DiscountRedeemed:
    """A code was taken off an invoice, where it says which."""

    code: str
    invoice_id: str | None = None


@dataclass(frozen=True)
class GiftCardTold:
    """The provider of gift cards has news of the order of this name; `canceled` says which."""

    external_id: str
    canceled: bool


Fact = (
    CustomerUpdated
    | JobCompleted
    | ReviewScored
    | IssueChanged
    | LeadCreated
    | LeadStageChanged
    | InvoiceChanged
    | InvoiceNamed
    | DiscountRedeemed
    | GiftCardTold
)


@dataclass(frozen=True)
class Event:
    """One normalised event. `id` is unique over all sources; `at` is the provider's time; no fact: nothing to do."""

    id: str
    type: str
    at: datetime
    fact: Fact | None


@dataclass(frozen=True)
class StoredEvent:
    """A webhook as it arrived, kept until it is worked off and for a while after."""

    id: str
    source: str
    payload: str
    received_at: datetime
    status: EventStatus = "pending"
    attempts: int = 0
    reason: str | None = None
    version: int = 1
