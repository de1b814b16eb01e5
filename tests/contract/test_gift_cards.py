"""What we send to Tremendous, and what the pretended provider answers, fits the models of Tremendous' own client."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tremendous import (
    CreateOrder200Response,
    CreateOrderRequest,
    GenerateRewardLink200Response,
    GetOrder200Response,
    GetReward200Response,
    ListRewards401Response,
)

from chalicelib.delivery.gift_cards import Tremendous, order_body
from chalicelib.domain.errors import Deferred
from chalicelib.domain.gift_cards import CardTerms, CardWish
from chalicelib.inbound.fetch import Answer, UrllibFetch
from chalicelib.local.card_orders import CardOrders
from chalicelib.local.gift_card_provider import GiftCardProvider, Trouble
from chalicelib.local.gift_card_server import serving
from chalicelib.services.ports import CardError

WISH = CardWish("rew_0-1", 2_550, "USD", "Jane Doe", CardTerms(products=("OKMHM2X2OHYV",)))
ids = st.from_regex(r"[A-Z0-9]{4,20}", fullmatch=True)
wishes = st.builds(
    CardWish,
    st.from_regex(r"rew_[0-9A-Z]{26}-[0-9]{1,2}", fullmatch=True),
    st.integers(1, 10**7),
    st.sampled_from(["USD", "EUR", "CAD"]),
    st.text(min_size=1, max_size=80),
    st.builds(CardTerms, ids, st.lists(ids, min_size=1, max_size=3).map(tuple), st.just("BALANCE")),
)


@given(wishes)
def test_an_order_is_one_that_the_official_client_would_send(wish: CardWish) -> None:
    body = json.dumps(order_body(wish))
    read = CreateOrderRequest.from_json(body).actual_instance
    assert read.external_id == wish.external_id
    assert round(read.reward.value.denomination * 100) == wish.amount_cents
    assert read.reward.recipient.name == wish.recipient
    assert json.loads(read.to_json()) == json.loads(body)


class Recorded:
    """Sends, and keeps what was answered."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self._fetch = UrllibFetch(timeout=5)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        self.answers.append(self._fetch(url, headers, body))
        return self.answers[-1]


@pytest.fixture
def provider() -> Iterator[GiftCardProvider]:
    made = GiftCardProvider(CardOrders(), "a key", "a secret", lambda body, headers: None)
    with serving(made):
        yield made
    made.orders.close()


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def cards(provider: GiftCardProvider, recorded: Recorded) -> Tremendous:
    return Tremendous(f"{provider.pages}/api/v2", "a key", recorded)


def test_the_pretended_answers_are_such_as_the_official_client_reads(
    cards: Tremendous, recorded: Recorded, provider: GiftCardProvider
) -> None:
    provider.cancels = True
    made = cards.place(WISH)
    link = cards.new_link(made.card_id or "")
    cards.find(WISH.external_id)
    cards.name_of("rewards", made.card_id or "")
    with pytest.raises(CardError):
        cards.new_link("NOTHERE")
    placed, renewed, found, reward, _, refused = (answer.body.decode() for answer in recorded.answers)
    first = CreateOrder200Response.from_json(placed).order
    assert (first.id, first.external_id, first.status) == (made.id, "rew_0-1", "EXECUTED")
    assert first.rewards[0].delivery.link == made.link != link
    assert GenerateRewardLink200Response.from_json(renewed).reward.link == link
    assert GetOrder200Response.from_json(found).order.id == made.id
    assert GetReward200Response.from_json(reward).reward.order_id == made.id
    assert ListRewards401Response.from_json(refused).errors.message == "No resource could be found"


def test_the_same_order_again_is_the_same_order_without_its_link(cards: Tremendous, recorded: Recorded) -> None:
    first, again = cards.place(WISH), cards.place(WISH)
    assert [answer.status for answer in recorded.answers] == [200, 201]
    assert (again.id, again.card_id, again.link) == (first.id, first.card_id, None)


def test_another_order_under_the_same_name_is_the_first(cards: Tremendous, recorded: Recorded) -> None:
    """409: what is there is there."""
    first = cards.place(WISH)
    other = cards.place(CardWish(WISH.external_id, 9_900, "USD", "Jane Roe", WISH.terms))
    assert [answer.status for answer in recorded.answers] == [200, 409, 200]
    assert other.id == first.id


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("EXECUTED", "ready"),
        ("CANCELED", "canceled"),
        ("FAILED", "failed"),
        ("OPEN", "pending"),
        ("CART", "pending"),
        ("PENDING APPROVAL", "pending"),
        ("PENDING INTERNAL PAYMENT APPROVAL", "pending"),
        ("PENDING SETTLEMENT", "pending"),
        ("SOMETHING NEW", "pending"),
    ],
)
def test_every_status_is_understood(cards: Tremendous, provider: GiftCardProvider, status: str, state: str) -> None:
    """Pending, failed and unknown never count as a card."""
    provider.status = lambda: status
    placed = cards.place(WISH)
    assert (placed.state, placed.link is None) == (state, state != "ready")
    assert cards.find(WISH.external_id) == replace(placed, link=None)
    assert placed.awaits_approval == (status == "PENDING APPROVAL")


@pytest.mark.parametrize(
    ("trouble", "certain", "again"),
    [
        ("busy", True, True),
        ("no funds", True, False),
        ("refused", True, False),
        ("error before", False, True),
        ("error after", False, True),
        ("lost before", False, True),
        ("lost after", False, True),
    ],
)
def test_a_failure_says_whether_it_is_certain_and_whether_to_try_again(
    cards: Tremendous, provider: GiftCardProvider, trouble: Trouble, certain: bool, again: bool
) -> None:
    provider.trouble = lambda method, path: trouble
    with pytest.raises(CardError) as raised:
        cards.place(WISH)
    assert (raised.value.certain, raised.value.again) == (certain, again)
    assert (raised.value.wait is not None) == (trouble == "busy")


def answering(status: int, body: bytes = b"{}", retry_after: str | None = None) -> Tremendous:
    def fetch(url: str, headers: Mapping[str, str], body_: bytes | None = None) -> Answer:
        return Answer(status, body, retry_after)

    return Tremendous("https://testflight.tremendous.com/api/v2", "a key", fetch)


@pytest.mark.parametrize(("status", "certain"), [(401, True), (403, True), (408, False), (302, False), (503, False)])
def test_what_says_nothing_about_the_order_is_asked_again(status: int, certain: bool) -> None:
    with pytest.raises(CardError) as raised:
        answering(status).place(WISH)
    assert (raised.value.certain, raised.value.again) == (certain, True)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b'{"order": {}}', b'{"order": {"id": 1, "status": "EXECUTED"}}']
)
def test_an_answer_that_cannot_be_read_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(CardError) as raised:
        answering(200, body).place(WISH)
    assert (raised.value.certain, raised.value.again) == (False, True)


def test_the_words_for_each_field_are_passed_on() -> None:
    """As Tremendous documents an error."""
    words = {"message": "Order failed: validation failure", "payload": {"payment": {"funding_source_id": "is missing"}}}
    with pytest.raises(CardError, match="422: Order failed: validation failure; is missing"):
        answering(422, json.dumps({"errors": words}).encode()).place(WISH)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), (None, 1), ("soon", 1), ("99999999", 1), ("86400", 3600)])
def test_retry_after_is_kept_to_within_reason(said: str | None, seconds: int) -> None:
    with pytest.raises(CardError) as raised:
        answering(429, retry_after=said).place(WISH)
    assert raised.value.wait is not None
    assert raised.value.wait.total_seconds() == seconds


def test_an_executed_order_whose_card_is_not_delivered_is_not_a_card_yet() -> None:
    delivery = {"method": "LINK", "status": "PENDING", "link": "https://example.com/card"}
    body = {"order": {"id": "ORDER", "status": "EXECUTED", "rewards": [{"id": "CARD", "delivery": delivery}]}}
    assert answering(200, json.dumps(body).encode()).place(WISH).state == "pending"


def test_the_key_goes_only_into_its_header(cards: Tremendous) -> None:
    seen: list[tuple[str, Mapping[str, str], bytes | None]] = []

    def fetch(url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        seen.append((url, headers, body))
        raise Deferred("down")

    asked: list[Callable[[Tremendous], Any]] = [
        lambda real: real.place(WISH),
        lambda real: real.find("../rewards"),
        lambda real: real.new_link("a/b"),
        lambda real: real.name_of("rewards", "x?y"),
    ]
    for ask in asked:
        with pytest.raises(CardError):
            ask(Tremendous("https://example.com/api/v2/", "PROD_key", fetch))
    assert [url.removeprefix("https://example.com/api/v2/") for url, _, _ in seen] == [
        "orders",
        "orders/..%2Frewards",
        "rewards/a%2Fb/generate_link",
        "rewards/x%3Fy",
    ]
    assert all(headers["Authorization"] == "Bearer PROD_key" for _, headers, _ in seen)
    assert not any("PROD_key" in url or b"PROD_key" in (body or b"") for url, _, body in seen)


def test_the_books_survive_a_restart(tmp_path: Any) -> None:
    """On one machine an order placed before a power cut is there after it."""
    for _ in range(2):
        orders = CardOrders(tmp_path / "cards.sqlite")
        provider = GiftCardProvider(orders, "a key", "a secret", lambda body, headers: None)
        with serving(provider) as access:
            Tremendous(access.url, "a key", UrllibFetch()).place(WISH)
        assert len(orders.all()) == 1
        assert orders.remembered(lambda: 4711) == 4711
        orders.close()
