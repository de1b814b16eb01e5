"""Receive a text: a no holds from its commit on, a yes brings back, everything else reaches a person (S13)."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Refused
from chalicelib.domain.identities import Identity
from chalicelib.domain.messages import Message, Recipient, Template, message_id
from chalicelib.domain.participants import Participant
from chalicelib.domain.replies import IncomingText, Reply, meaning_of
from chalicelib.services.ask import reconsider_invitation, stop_asking
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction

#: What one number may set going in an hour; the texts themselves are all kept.
MOST_ANSWERS = 10
_ANSWERS: dict[str, tuple[Template, Recipient]] = {
    "stop": ("opt_out_confirmed", "writer"),
    "help": ("help", "writer"),
    "reply": ("reply_received", "owner"),
}


def receive_text(ports: Ports, incoming: IncomingText) -> Reply | None:
    """Keep the text and do what it asks for, in one transaction; None where it came before."""
    key = ports.pseudonyms.phone(incoming.phone)
    quiet = False
    for _ in attempts():
        now = ports.now()
        holder = ports.store.identities.find([key]).get(key, Identity(key))
        reply = _reply(incoming, holder, now)
        transaction = ports.store.transaction()
        ports.store.replies.record(transaction, reply)
        if reply.meaning in {"stop", "start"}:
            _set_opt_out(ports, transaction, holder, reply)
        elif reply.meaning == "reply":
            _end_sequence(ports, transaction, holder)
        answer = None if quiet else _answer(reply, incoming, holder, key)
        if answer is not None:
            ports.store.messages.queue(transaction, answer)
            ports.store.submissions.count(transaction, "text", key, now, MOST_ANSWERS)
        try:
            transaction.commit()
        except Refused as refused:
            if "reply" in refused.failed:
                return None
            # Answered as often as is good, or confirmed today; what it asks for is done all the same.
            quiet = quiet or "rate" in refused.failed or (answer is not None and _named(answer) in refused.failed)
            continue
        return reply
    raise AssertionError  # attempts() raises before this


def _reply(incoming: IncomingText, holder: Identity, now: datetime) -> Reply:
    meaning = meaning_of(incoming.text)
    return Reply(incoming.id, incoming.phone, incoming.text, now, meaning, holder.participant_id, holder.referral_id)


def _set_opt_out(ports: Ports, transaction: "Transaction", holder: Identity, reply: Reply) -> None:
    opted_out = reply.meaning == "stop"
    ports.store.identities.set_opt_out(transaction, holder.key, opted_out=opted_out)
    known = ports.store.participants.get(holder.participant_id) if holder.participant_id else None
    if known is not None and known.opted_out != opted_out:
        _note(ports, transaction, known, opted_out=opted_out)
    if holder.opted_out != opted_out:
        action = "opted out by a text" if opted_out else "wants messages again, by a text"
        record_audit(ports, transaction, "recipient", action, holder.participant_id or reply.id)


def _end_sequence(ports: Ports, transaction: "Transaction", holder: Identity) -> None:
    """Who answers is talked to by a person, not by the next step (P30)."""
    known = ports.store.participants.get(holder.participant_id) if holder.participant_id else None
    if known is None or known.invitation.asked_at is None:
        return
    changed = stop_asking(ports, transaction, known, "replied")
    if changed != known:
        ports.store.participants.change(transaction, changed)


def _note(ports: Ports, transaction: "Transaction", known: Participant, *, opted_out: bool) -> None:
    changed = replace(known, opted_out=opted_out)
    if known.invitation.status != "none":
        changed = reconsider_invitation(ports, transaction, known, changed)
    ports.store.participants.change(transaction, changed)


def _answer(reply: Reply, incoming: IncomingText, holder: Identity, key: str) -> Message | None:
    """One confirmation at most for an opt-out, and a day; nothing where the provider has answered already."""
    if reply.meaning not in _ANSWERS or (reply.meaning != "reply" and incoming.answered):
        return None
    if reply.meaning == "stop" and holder.opted_out:
        return None
    template, recipient = _ANSWERS[reply.meaning]
    cause = f"{key}-{reply.at:%Y%m%d}" if reply.meaning == "stop" else reply.id.replace(":", "-")
    return Message(
        id=message_id(template, cause),
        template=template,
        channel="sms",
        recipient=recipient,
        created_at=reply.at,
        due_at=reply.at,
        participant_id=holder.participant_id,
        referral_id=holder.referral_id,
        reply_id=reply.id,
        to=reply.phone if recipient == "writer" else None,
    )


def _named(answer: Message) -> str:
    return f"message:{answer.template}"
