"""Gift cards through Tremendous (its API, version 2): a card is an order with one reward, delivered as a link to us."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chalicelib.domain.errors import Deferred, Unreadable
from chalicelib.domain.gift_cards import CardWish, ProviderOrder, ProviderState
from chalicelib.domain.strict_json import read_object
from chalicelib.inbound.fetch import Answer, Fetch
from chalicelib.services.ports import CardError

_MOST_WORDS = 300
_MOST_WAIT = timedelta(hours=1)
_KEY_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
#: Any other status, also one that is new, means that the order is not carried out yet.
_STATES: Mapping[str, ProviderState] = {"EXECUTED": "ready", "FAILED": "failed", "CANCELED": "canceled"}
_AWAITS_APPROVAL = "PENDING APPROVAL"


class Tremendous:
    """Its `external_id` makes an order unique: the same request again is answered 201 with the same order, another
    one under that name 409. A link is told in the answer that creates the card and never again.
    """

    def __init__(self, url: str, key: str, fetch: Fetch) -> None:
        self._url, self._key, self._fetch = url.rstrip("/"), key, fetch

    def place(self, wish: CardWish) -> ProviderOrder:
        """POST an order; a conflict means that it is there already."""
        answer = self._ask("orders", order_body(wish))
        if answer.status == HTTPStatus.CONFLICT:
            found = self.find(wish.external_id)
            if found is not None:
                return found
        return _order(_object(answer))

    def find(self, external_id: str) -> ProviderOrder | None:
        answer = self._ask(f"orders/{quote(external_id, safe='')}")
        return None if answer.status == HTTPStatus.NOT_FOUND else _order(_object(answer))

    def cancel(self, order: ProviderOrder) -> None:
        """Reject what waits for approval; else cancel the card, which Tremendous does only for some."""
        if order.awaits_approval:
            _object(self._ask(f"order_approvals/{quote(order.id, safe='')}/reject", {}))
        else:
            _object(self._ask(f"rewards/{quote(order.card_id or '', safe='')}/cancel", {}))

    def new_link(self, card_id: str) -> str:
        answer = _object(self._ask(f"rewards/{quote(card_id, safe='')}/generate_link", {}))
        reward = answer.get("reward")
        link = reward.get("link") if isinstance(reward, dict) else None
        if not isinstance(link, str) or not link:
            raise CardError("Tremendous' answer contains no link", certain=False, again=True)
        return link

    def name_of(self, kind: str, provider_id: str) -> str | None:
        if kind == "rewards":
            answer = self._ask(f"rewards/{quote(provider_id, safe='')}")
            if answer.status == HTTPStatus.NOT_FOUND:
                return None
            reward = _object(answer).get("reward")
            named = reward.get("order_id") if isinstance(reward, dict) else None
            if not isinstance(named, str):
                return None
            provider_id = named
        found = self.find(provider_id)
        return found.external_id if found else None

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        raw = None if body is None else json.dumps(body).encode()
        try:
            return self._fetch(f"{self._url}/{path}", headers, raw)
        except Deferred as error:
            raise CardError(str(error), certain=False, again=True) from error


def order_body(wish: CardWish) -> dict[str, Any]:
    """The order as Tremendous reads it. Only the recipient's name goes there: the link comes to us."""
    terms = wish.terms
    reward: dict[str, Any] = {
        "value": {"denomination": wish.amount_cents / 100, "currency_code": wish.currency},
        "recipient": {"name": wish.recipient},
        "delivery": {"method": "LINK"},
    }
    if terms.campaign_id:
        reward["campaign_id"] = terms.campaign_id
    if terms.products:
        reward["products"] = list(terms.products)
    return {
        "external_id": wish.external_id,
        "payment": {"funding_source_id": terms.funding_source_id},
        "reward": reward,
    }


def _object(answer: Answer) -> dict[str, Any]:
    """The JSON of a good answer; raises CardError saying what the answer means for the order."""
    status = answer.status
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _wait(answer.retry_after)
        raise CardError("Tremendous answered 429: too many requests", certain=True, again=True, wait=wait)
    if status in _KEY_REFUSED:
        words = f"Tremendous answered {status}: GOODWORD_TREMENDOUS_KEY is wrong, or not for GOODWORD_TREMENDOUS_URL"
        raise CardError(words, certain=True, again=True)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT:
        raise CardError(f"Tremendous answered {status}: {_words(answer)}", certain=True, again=False)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise CardError(f"Tremendous answered {status}", certain=False, again=True)
    try:
        return read_object(answer.body or b"{}")
    except Unreadable as error:
        raise CardError(f"Tremendous' answer cannot be read: {error}", certain=False, again=True) from error


def _order(answer: Mapping[str, Any]) -> ProviderOrder:
    order = answer.get("order")
    rewards = order.get("rewards") if isinstance(order, dict) else None
    card = rewards[0] if isinstance(rewards, list) and rewards and isinstance(rewards[0], dict) else {}
    told = card.get("delivery")
    delivery = told if isinstance(told, dict) else {}
    if not isinstance(order, dict) or not isinstance(order.get("id"), str) or not isinstance(order.get("status"), str):
        raise CardError("Tremendous' answer contains no order", certain=False, again=True)
    words = order["status"]
    state = _STATES.get(words, "pending")
    if state == "ready" and delivery.get("status") != "SUCCEEDED":
        state, words = "pending", f"{words}, delivery {delivery.get('status')}"
    return ProviderOrder(
        id=order["id"],
        external_id=order.get("external_id"),
        card_id=card.get("id"),
        state=state,
        words=words[:_MOST_WORDS],
        link=delivery.get("link"),
        awaits_approval=order["status"] == _AWAITS_APPROVAL,
    )


def _words(answer: Answer) -> str:
    """What Tremendous says is wrong: its message, and below it the words for each field."""
    try:
        errors = read_object(answer.body).get("errors")
    except Unreadable:
        return "without words"
    said = [errors.get("message"), *_leaves(errors.get("payload"))] if isinstance(errors, dict) else [errors]
    words = [word for word in said if isinstance(word, str) and word]
    return "; ".join(dict.fromkeys(words))[:_MOST_WORDS] or "without words"


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [value]


def _wait(retry_after: str | None) -> timedelta:
    """Seconds, as Tremendous writes it; one second where it says nothing."""
    text = (retry_after or "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
    return min(timedelta(seconds=seconds), _MOST_WAIT)
