"""A gift-card provider for one machine: Tremendous' HTTP with nothing behind it, so that a card goes all the way."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from typing import Any, Literal
from uuid import uuid4

from chalicelib.domain.money import amount_in_words
from chalicelib.local.card_orders import CardOrders, Order

#: What may go wrong with one request: nothing is done, or it is done and the answer says otherwise or gets lost.
Trouble = Literal["busy", "no funds", "refused", "error before", "error after", "lost before", "lost after"]
_REFUSALS: Mapping[Trouble, tuple[HTTPStatus, str]] = {
    "busy": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    "no funds": (HTTPStatus.PAYMENT_REQUIRED, "Not enough funds"),
    "refused": (HTTPStatus.UNPROCESSABLE_ENTITY, "The request cannot be processed"),
    "error before": (HTTPStatus.INTERNAL_SERVER_ERROR, "Unexpected error"),
}
Reply = tuple[int, Mapping[str, Any]]
Notify = Callable[[bytes, Mapping[str, str]], None]


class GiftCardProvider:
    """The provider's side. `trouble` decides about each request, `status` about each new order, `cancels` about cards.

    Notices are signed with `secret` and handed to `notify`; `pages` is where the cards' links lead.
    """

    def __init__(
        self,
        orders: CardOrders,
        key: str,
        secret: str,
        notify: Notify,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.orders, self.key, self.secret = orders, key, secret
        self.notify, self.now = notify, now
        self.trouble: Callable[[str, str], Trouble | None] = lambda method, path: None
        self.status: Callable[[], str] = lambda: "EXECUTED"
        self.cancels = False
        self.requests: list[tuple[str, str, Mapping[str, Any]]] = []
        self.pages = ""

    def answer(self, method: str, path: str, body: Mapping[str, Any]) -> Reply | None:
        """Answer one request to the API; None where the answer gets lost."""
        self.requests.append((method, path, body))
        trouble = self.trouble(method, path)
        if trouble == "lost before":
            return None
        if trouble is not None and trouble in _REFUSALS:
            return refused(*_REFUSALS[trouble])
        reply = self._do(method, path.strip("/").split("/"), body)
        if trouble == "lost after":
            return None
        return refused(HTTPStatus.INTERNAL_SERVER_ERROR, "Unexpected error") if trouble == "error after" else reply

    def decide(self, order_id: str, status: str, event: str) -> None:
        """Let an order become something, as an administrator or the provider itself decides, and send the notice."""
        self.orders.become(order_id, status)
        found = self.orders.find(order_id)
        resource = (
            (found.card_id if found and event.startswith("REWARDS") else order_id),
            event.partition(".")[0].lower(),
        )
        self._notice(event, *resource)

    def page(self, token: str) -> str | None:
        """What the link shows."""
        found = self.orders.find(token)
        if found is None or found.token != token or found.status != "EXECUTED":
            return None
        value, recipient = found.request["reward"]["value"], found.request["reward"].get("recipient", {})
        amount = escape(amount_in_words(round(value["denomination"] * 100), value.get("currency_code") or "USD"))
        name = escape(str(recipient.get("name") or "you"))
        words = f"<h1>{amount}</h1><p>A gift card for {name}. It is pretended: nothing was bought.</p>"
        return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Gift card</title>{words}</html>'

    def _do(self, method: str, parts: list[str], body: Mapping[str, Any]) -> Reply:
        match (method, *parts):
            case ("POST", "orders"):
                return self._create(body)
            case ("GET", "orders", name):
                return self._of(name, lambda order: (HTTPStatus.OK, {"order": _order_shape(order)}))
            case ("POST", "order_approvals", name, ("approve" | "reject") as step):
                return self._of(name, lambda order: self._approve(order, step))
            case ("GET", "rewards", name):
                return self._of(name, lambda order: (HTTPStatus.OK, {"reward": _reward_shape(order)}))
            case ("POST", "rewards", name, "generate_link"):
                return self._of(name, self._new_link)
            case ("POST", "rewards", name, "cancel"):
                return self._of(name, self._cancel)
        return refused(HTTPStatus.NOT_FOUND, "There is nothing here")

    def _create(self, body: Mapping[str, Any]) -> Reply:
        problem = _problem(body)
        if problem is not None:
            return problem
        status = self.status()
        order, new = self.orders.add(body, status, self.now())
        if not new:
            if order.request != body:
                return refused(HTTPStatus.CONFLICT, "An order with this external_id and other parameters exists")
            # The link was told when the card was made, and is not told again.
            return HTTPStatus.CREATED, {"order": _order_shape(order)}
        self._notice("ORDERS.CREATED", order.id, "orders")
        link = self._link(order.token) if order.status == "EXECUTED" else None
        return HTTPStatus.OK, {"order": _order_shape(order, link)}

    def _approve(self, order: Order, step: str) -> Reply:
        if order.status != "PENDING APPROVAL":
            return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The order is not pending approval")
        status, event = ("EXECUTED", "ORDERS.APPROVED") if step == "approve" else ("CANCELED", "ORDERS.CANCELED")
        self.decide(order.id, status, event)
        return HTTPStatus.OK, {"order": _order_shape(self.orders.find(order.id) or order)}

    def _cancel(self, order: Order) -> Reply:
        if not self.cancels or order.status == "CANCELED":
            return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Only rewards with a delivery failure can be canceled")
        self.decide(order.id, "CANCELED", "REWARDS.CANCELED")
        return HTTPStatus.OK, {}

    def _new_link(self, order: Order) -> Reply:
        if order.status != "EXECUTED":
            return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The reward is not delivered")
        return HTTPStatus.OK, {"reward": {"id": order.card_id, "link": self._link(self.orders.renew_link(order.id))}}

    def _of(self, name: str, answer: Callable[[Order], Reply]) -> Reply:
        order = self.orders.find(name)
        return answer(order) if order else refused(HTTPStatus.NOT_FOUND, "No resource could be found")

    def _link(self, token: str | None) -> str:
        return f"{self.pages}/rewards/payout/{token}"

    def _notice(self, event: str, identifier: str, kind: str) -> None:
        body = json.dumps(
            {
                "event": event,
                "uuid": str(uuid4()),
                "created_utc": self.now().isoformat(),
                "payload": {"resource": {"id": identifier, "type": kind}},
            }
        ).encode()
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        self.notify(body, {"Content-Type": "application/json", "Tremendous-Webhook-Signature": f"sha256={digest}"})


def _problem(body: Mapping[str, Any]) -> Reply | None:
    reward, payment = body.get("reward"), body.get("payment")
    if not isinstance(payment, dict) or not payment.get("funding_source_id"):
        return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Order failed: no funding_source_id")
    if not isinstance(reward, dict) or not (reward.get("products") or reward.get("campaign_id")):
        return refused(HTTPStatus.BAD_REQUEST, "Order failed: no products and no campaign_id")
    value = reward.get("value")
    if not isinstance(value, dict) or not isinstance(value.get("denomination"), int | float):
        return refused(HTTPStatus.BAD_REQUEST, "Order failed: no denomination")
    if value["denomination"] <= 0:
        return refused(HTTPStatus.BAD_REQUEST, "Order failed: the denomination must be positive")
    return None


def _order_shape(order: Order, link: str | None = None) -> dict[str, Any]:
    value = order.request["reward"]["value"]
    amount, currency = value["denomination"], value.get("currency_code") or "USD"
    return {
        "id": order.id,
        "external_id": order.external_id,
        "campaign_id": order.request["reward"].get("campaign_id"),
        "created_at": order.created_at,
        "status": order.status,
        "channel": "API",
        "payment": {"subtotal": amount, "total": amount, "fees": 0, "discount": 0, "currency_code": currency},
        "rewards": [_reward_shape(order, link)],
    }


def _reward_shape(order: Order, link: str | None = None) -> dict[str, Any]:
    asked = order.request["reward"]
    delivery = {"method": "LINK", "status": order.delivery}
    return {
        "id": order.card_id,
        "order_id": order.id,
        "created_at": order.created_at,
        "value": asked["value"],
        "recipient": asked.get("recipient", {}),
        "delivery": {**delivery, "link": link} if link else delivery,
    }


def refused(status: HTTPStatus, words: str) -> Reply:
    return status, {"errors": {"message": words, "payload": {}}}
