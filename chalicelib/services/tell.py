"""Tell other programs what happened (P25): the intents of webhooks out, in the transaction of the fact itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.invoices import KnownInvoice
from chalicelib.domain.messages import Message
from chalicelib.domain.notices import Notice, of_referral, of_reward
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.domain.webhooks import Endpoint, webhook_of
from chalicelib.services.ports import Ports
from chalicelib.services.shapes import message_shape, referral_shape, reward_shape

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction

#: Words may hold a link that opens the participant's share page; they stay inside.
_INSIDE = frozenset({"subject", "text"})


def tell(ports: Ports, transaction: "Transaction", endpoints: Sequence[Endpoint], notice: Notice) -> None:
    """Add a webhook for each endpoint that wants the notice; none where none is configured."""
    for endpoint in endpoints:
        if endpoint.wants(notice.type):
            ports.store.webhooks.queue(transaction, webhook_of(notice, endpoint.url))


def tell_of_referral(
    ports: Ports,
    transaction: "Transaction",
    endpoints: Sequence[Endpoint],
    before: Referral | None,
    after: Referral,
) -> None:
    """Tell what one change of a referral means to others; `before` is None for a new one."""
    version = after.version + (1 if before is not None else 0)
    for kind in of_referral(before, after) if endpoints else ():
        data: dict[str, Any] = {"referral": referral_shape(after), "version": version}
        data |= {"lead": _named(after, "crm-lead:"), "customer": _named(after, "crm:")}
        if kind == "referral.stage_changed" and before is not None:
            data["previous_stage"] = before.stage
        notice = Notice(kind, after.id, version, ports.now(), after.participant_id or "", data)
        tell(ports, transaction, endpoints, notice)


def tell_of_reward(
    ports: Ports, transaction: "Transaction", endpoints: Sequence[Endpoint], before: Reward | None, after: Reward
) -> None:
    """Tell what one change of a reward means to others; `before` is None for a new one."""
    version = after.version + 1
    for kind in of_reward(before, after) if endpoints else ():
        data = {"reward": reward_shape(after), "version": version}
        tell(ports, transaction, endpoints, Notice(kind, after.id, version, ports.now(), after.participant_id, data))


def tell_of_invitation(
    ports: Ports, transaction: "Transaction", endpoints: Sequence[Endpoint], message: Message
) -> None:
    """Tell that somebody was asked, where their invitation has really left."""
    if not endpoints or message.template != "invitation" or message.status != "sent":
        return
    shape = {name: value for name, value in message_shape(message).items() if name not in _INSIDE}
    data = {"message": shape, "version": message.version + 1}
    notice = Notice("invitation.sent", message.id, 1, ports.now(), message.participant_id or "", data)
    tell(ports, transaction, endpoints, notice)


def tell_of_credit(
    ports: Ports,
    transaction: "Transaction",
    endpoints: Sequence[Endpoint],
    known: KnownInvoice,
    participant: Participant,
    currency: str,
) -> None:
    """Tell the invoicing tool what is now taken off one invoice in all (M12); nothing is taken off at 0 cents."""
    source, _, identifier = known.invoice.id.partition(":")
    version = known.version + 1
    data = {
        "invoice": {"source": source, "id": identifier, "number": known.invoice.number},
        "credit": {"amount_cents": sum(known.credited.values()), "currency": currency},
        "rewards": [{"id": reward_id, "amount_cents": cents} for reward_id, cents in known.credited.items()],
        "version": version,
    }
    notice = Notice("credit.applied", known.invoice.id, version, ports.now(), participant.id, data)
    tell(ports, transaction, endpoints, notice)


def _named(referral: Referral, source: str) -> dict[str, str] | None:
    """The CRM's own id of the lead or the customer, as its events name them; None where it never said."""
    return next(({"id": name.removeprefix(source)} for name in referral.external_ids if name.startswith(source)), None)
