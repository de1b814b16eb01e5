"""Take service credit off the participant's own next invoice, and put it back where the invoice falls (M12, P6)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from chalicelib.domain.credit import parts_to_spend
from chalicelib.domain.errors import NotFound, Refused
from chalicelib.domain.invoices import KnownInvoice
from chalicelib.domain.money import amount_in_words
from chalicelib.domain.participants import Participant
from chalicelib.domain.reward_changes import spend
from chalicelib.domain.rewards import Reward
from chalicelib.domain.webhooks import Endpoint
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle
from chalicelib.services.tell import tell_of_credit, tell_of_reward

_ACTOR = "settlement"
#: One transaction holds a hundred items: so many rewards at a time.
_MOST = 20
#: Each reward is written, and each endpoint may be told of it.
_MOST_TOLD = 60


def apply_credit(ports: Ports, invoice_id: str) -> int:
    """Make the credit on one invoice what it must be; returns the cents that moved (negative: given back).

    Level-triggered like settlement: a duplicate or late trigger changes nothing.
    """
    total = 0
    for _ in attempts():
        known = ports.store.invoices.get(invoice_id)
        participant = ports.store.participants.get(known.participant_id) if known and known.participant_id else None
        if known is None or participant is None:
            return total
        settings = ports.store.settings.get()
        parts = parts_to_spend(known.invoice, known.credited, participant.credits, settings.currency)
        if not parts:
            return total
        parts = dict(islice(parts.items(), min(_MOST, _MOST_TOLD // (1 + len(settings.webhooks)))))
        rewards = {reward_id: _reward(ports, reward_id) for reward_id in parts}
        try:
            _commit(ports, known, participant, parts, rewards, settings.webhooks)
        except Refused:
            continue
        total += sum(parts.values())
        if total < 0:
            # A reversal may have waited for what came back just now.
            for reward in rewards.values():
                settle(ports, reward.referral_id)
    raise AssertionError  # attempts() raises before this


def _commit(
    ports: Ports,
    known: KnownInvoice,
    participant: Participant,
    parts: dict[str, int],
    rewards: dict[str, Reward],
    webhooks: Sequence[Endpoint],
) -> None:
    now, moved = ports.now(), sum(parts.values())
    name = known.invoice.number or known.invoice.id.partition(":")[2]
    currency = next(iter(rewards.values())).currency
    words = amount_in_words(abs(moved), currency)
    why = f"{words} taken off invoice {name}" if moved > 0 else f"{words} given back by invoice {name}"
    # What was reversed meanwhile is nobody's credit any more: the invoice only forgets it.
    theirs = {reward_id: cents for reward_id, cents in parts.items() if rewards[reward_id].live}
    changed, spent = spend(participant, rewards, theirs, now, why=why)
    sums = {
        reward_id: known.credited.get(reward_id, 0) + parts.get(reward_id, 0)
        for reward_id in {**known.credited, **parts}
    }
    credited = {reward_id: cents for reward_id, cents in sums.items() if cents}
    transaction = ports.store.transaction()
    taken = replace(known, credited=credited)
    ports.store.invoices.write(transaction, taken)
    tell_of_credit(ports, transaction, webhooks, taken, participant, currency)
    ports.store.participants.change(transaction, changed)
    for reward in spent:
        ports.store.rewards.write(transaction, reward)
        tell_of_reward(ports, transaction, webhooks, rewards[reward.id], reward)
        if moved < 0:
            ports.store.work.plan_settlement(transaction, reward.referral_id, now)
    record_audit(ports, transaction, _ACTOR, "credit spent" if moved > 0 else "credit given back", participant.id, why)
    transaction.commit()


def _reward(ports: Ports, reward_id: str) -> Reward:
    reward = ports.store.rewards.get(reward_id)
    if reward is None:
        raise NotFound("reward", reward_id)
    return reward
