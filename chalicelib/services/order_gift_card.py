"""Order a gift card and see it through: claim, ask the provider, record (P6, S6). Never twice, never silently."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import NotFound, Refused
from chalicelib.domain.gift_cards import (
    BLOCKED,
    WAITS,
    WANTED,
    CardOrder,
    CardState,
    ProviderOrder,
    closed,
    laid_out,
    money_back,
    put_off,
    taken,
    why_not_yet,
    wish_for,
)
from chalicelib.domain.reward_changes import Settlement, redeem
from chalicelib.domain.rewards import Reward
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import CardError, GiftCards, Outside, Ports, attempts
from chalicelib.services.settle import commit

_ACTOR = "gift cards"


def order_gift_card(ports: Ports, outside: Outside, reward_id: str) -> CardOrder | None:
    """Take an order that is due a step further, until it waits for something; returns where it stands.

    Level-triggered. Whoever was faster leaves nothing due; whoever dies leaves it due again after a while, and the
    provider knows the order by its name, so asking again is safe.
    """
    order = ports.store.gift_cards.get(reward_id)
    if order is None or order.due_at is None or order.due_at > ports.now():
        return order
    unsure, cards = order.unsure, outside.gift_cards
    if order.state == "planned":
        claimed = _claim(ports, cards, order)
    else:
        claimed = _write(ports, replace(taken(order, ports.now()), unsure=unsure or order.state == "placing"))
    if claimed is not None and claimed.state != "planned" and claimed.due_at is not None:
        if cards is None:
            _write(ports, put_off(replace(claimed, unsure=unsure), ports.now(), "GOODWORD_TREMENDOUS_KEY is not set"))
        else:
            _follow(ports, cards, claimed, unsure=unsure)
    return ports.store.gift_cards.get(reward_id)


def _claim(ports: Ports, cards: GiftCards | None, order: CardOrder) -> CardOrder | None:
    """Lay the money out, so that a reversal knows it may have left; or say why the card is not ordered yet."""
    reward, now = _reward(ports, order), ports.now()
    if reward.status != "issued":
        return _write(ports, closed(order, "canceled", f"the reward is {reward.status}", stuck=False))
    participant = ports.store.participants.get(order.participant_id)
    terms = ports.store.settings.get().gift_cards
    reason = why_not_yet(participant, terms, connected=cards is not None)
    if reason is not None or participant is None:
        return _write(ports, replace(order, due_at=now + BLOCKED, reason=reason, stuck=True))
    wish = wish_for(order, reward, participant, terms)
    claimed = replace(taken(order, now), state="placing", wish=wish, unsure=True, reason=None, stuck=False)
    return _write(ports, claimed, laid_out(reward))


def _follow(ports: Ports, cards: GiftCards, order: CardOrder, *, unsure: bool) -> None:
    """Ask the provider how the order stands, or to place it; `unsure`: an earlier attempt may have placed it."""
    try:
        seen = _ask(cards, order, unsure=unsure)
        if seen is not None:
            _record(ports, cards, order, seen)
    except CardError as error:
        if error.again:
            still = order.state == "placing" and (unsure or not error.certain)
            later = put_off(replace(order, unsure=still), ports.now(), str(error), wait=error.wait or timedelta())
            _write(ports, later)
        else:
            _undo(ports, order, "failed", str(error), stuck=True)


def _ask(cards: GiftCards, order: CardOrder, *, unsure: bool) -> ProviderOrder | None:
    if order.state != "placing" or order.wish is None:
        found = _find(cards, order)
        if found is None:
            raise CardError("the provider does not know this order any more", certain=True, again=True)
        return found
    try:
        return cards.place(order.wish)
    except CardError as error:
        found = None
        if unsure and error.certain and not error.again:
            found = _find(cards, order)
        if found is None:
            raise
        return found


def _find(cards: GiftCards, order: CardOrder) -> ProviderOrder | None:
    """A look that fails says nothing about the order, however certain the failure is."""
    try:
        return cards.find(order.external_id)
    except CardError as error:
        raise CardError(str(error), certain=False, again=True, wait=error.wait) from error


def _record(ports: Ports, cards: GiftCards, order: CardOrder, seen: ProviderOrder) -> None:
    """Make the order what the provider says it is, and do what follows from that."""
    placed = replace(order, provider_id=seen.id, card_id=seen.card_id, link=seen.link or order.link, unsure=False)
    if placed.state == "placing":
        placed = replace(placed, state="placed", attempts=1)
    reward = _reward(ports, order)
    wanted = reward.status in WANTED
    if placed.canceled_there or seen.state == "canceled":
        _undo(ports, placed, "canceled", "the order was canceled with the provider", stuck=wanted)
    elif seen.state == "failed":
        _undo(ports, placed, "failed", f"the provider could not carry the order out: {seen.words}", stuck=wanted)
    elif not wanted:
        _call_off(ports, cards, placed, seen)
    elif placed.state == "delivered":
        _write(ports, replace(placed, due_at=None))
    elif seen.state == "pending":
        reason = f"the provider has not carried the order out yet: {seen.words}"
        _write(ports, replace(put_off(placed, ports.now(), reason), stuck=True))
    else:
        _deliver(ports, cards, placed)


def _deliver(ports: Ports, cards: GiftCards, order: CardOrder) -> None:
    """Note that the participant has the card, with the message that brings them its link."""
    try:
        link = order.link or cards.new_link(order.card_id or "")
    except CardError as error:
        _write(ports, put_off(order, ports.now(), str(error), wait=error.wait or timedelta()))
        return
    sent = replace(order, state="delivered", due_at=None, link=link, reason=None, stuck=False)
    for _ in attempts():
        reward, now = _reward(ports, order), ports.now()
        referral = ports.store.referrals.get(reward.referral_id)
        participant = ports.store.participants.get(reward.participant_id)
        if referral is None or participant is None:
            raise NotFound("referral", reward.referral_id)
        settlement = Settlement(referral, participant, reward)
        if reward.status == "issued":
            settlement = redeem(referral, participant, reward, now, why="the gift card was sent")
        note = (_ACTOR, "gift card sent", f"order {order.external_id}")
        try:
            commit(ports, referral, participant, reward, settlement, now, note=note, card=sent)
        except Refused as refused:
            if "card" in refused.failed:
                return
            continue
        return


def _call_off(ports: Ports, cards: GiftCards, order: CardOrder, seen: ProviderOrder) -> None:
    """The reward is to be taken back: cancel what can be canceled; what cannot is for a person to decide (rule 6)."""
    delivered = order.state == "delivered"
    try:
        cards.cancel(seen)
    except CardError as error:
        if error.again:
            _write(ports, put_off(order, ports.now(), str(error), wait=error.wait or timedelta()))
            return
        where = "the participant has its link" if delivered else "its link was not sent"
        reason = f"the reward is to be taken back, but the card was not canceled ({error}); {where}"
        due_at = None if delivered else ports.now() + WAITS[-1]
        _write(ports, replace(order, due_at=due_at, reason=reason, stuck=not delivered))
        return
    _undo(ports, order, "canceled", "the order was called off", stuck=False)


def _undo(ports: Ports, order: CardOrder, state: CardState, reason: str, *, stuck: bool) -> None:
    """The order came to nothing: the money is back, and settlement may take back what waited for it."""
    reward, now = _reward(ports, order), ports.now()
    back = money_back(reward, was_delivered=order.state == "delivered", why=reason)
    transaction = ports.store.transaction()
    ports.store.gift_cards.write(transaction, closed(order, state, reason, stuck=stuck))
    if back != reward:
        ports.store.rewards.write(transaction, back)
    ports.store.work.plan_settlement(transaction, reward.referral_id, now)
    record_audit(ports, transaction, _ACTOR, f"gift card {state}", order.reward_id, reason)
    try:
        transaction.commit()
    except Refused:
        return


def _write(ports: Ports, order: CardOrder, reward: Reward | None = None) -> CardOrder | None:
    """Commit a step; None where somebody was faster, who then sees to the rest."""
    transaction = ports.store.transaction()
    ports.store.gift_cards.write(transaction, order)
    if reward is not None:
        ports.store.rewards.write(transaction, reward)
    try:
        transaction.commit()
    except Refused:
        return None
    return replace(order, version=order.version + 1)


def _reward(ports: Ports, order: CardOrder) -> Reward:
    reward = ports.store.rewards.get(order.reward_id)
    if reward is None:
        raise NotFound("reward", order.reward_id)
    return reward
