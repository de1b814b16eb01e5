"""Conflicts and throttling are tried again with growing pauses; faults are told apart from refusals."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import Contended, Refused, Unavailable
from chalicelib.storage.reading import list_keys, read, read_all
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction
from tests.storage.faults import answer_lost, only, unreachable, wire
from tests.world import START

PASSING = [
    "TransactionConflictException",
    "TransactionInProgressException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
]


@pytest.fixture
def pauses() -> list[float]:
    """How long the transaction wanted to wait, each time."""
    return []


@pytest.fixture(params=[1, 2], ids=["lone", "together"])
def make(request: pytest.FixtureRequest, store: Store, pauses: list[float]) -> Callable[[], Transaction]:
    """Make a transaction of one write, or of two, that waits for nobody; none of its items is there yet."""

    def made() -> Transaction:
        pauses.clear()
        transaction = Transaction(Item._get_connection().connection, pause=pauses.append)
        for number in range(request.param):
            Item(f"T#{number}", "T").delete()
            transaction.create(f"item{number}", Item(f"T#{number}", "T"))
        return transaction

    return made


@pytest.fixture
def transaction(make: Callable[[], Transaction]) -> Transaction:
    """One such transaction."""
    return make()


def written() -> bool:
    return read(Item, "T#0", "T") is not None


def test_what_passes_by_itself_is_tried_again(make: Callable[[], Transaction], pauses: list[float]) -> None:
    for code in PASSING:
        transaction = make()
        with wire(before=lambda call, code=code: code if call.number <= 2 else None) as calls:
            transaction.commit()
        assert written()
        assert len(calls) == 3
        assert len(pauses) == 2


def test_what_does_not_pass_is_contended(make: Callable[[], Transaction], pauses: list[float]) -> None:
    for code in PASSING:
        transaction = make()
        with wire(before=lambda _, code=code: code) as calls, pytest.raises(Contended):
            transaction.commit()
        assert not written()
        assert len(calls) == len(pauses) + 1 == 8
        assert max(pauses) <= 2.56
        assert sum(pauses) < 6, "a request must be answered within API Gateway's 29 seconds"


def test_a_conflict_within_a_cancelled_transaction_is_tried_again(store: Store) -> None:
    """DynamoDB reports a clash of two transactions as a cancellation whose reason is TransactionConflict."""
    pauses: list[float] = []
    transaction = Transaction(Item._get_connection().connection, pause=pauses.append)
    transaction.create("one", Item("T#0", "T"))
    transaction.create("two", Item("T#1", "T"))
    client = Item._get_connection().connection.client
    answers: Iterator[bool] = itertools.chain([True, True], itertools.repeat(False))

    def cancel(http_response: object, parsed: dict[str, object], **_: object) -> None:
        reasons = [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}]
        if next(answers):
            Item("T#0", "T").delete()
            Item("T#1", "T").delete()
            http_response.status_code = 400  # type: ignore[attr-defined]
            parsed.clear()
            parsed["Error"] = {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"}
            parsed["CancellationReasons"] = reasons

    client.meta.events.register("after-call.dynamodb.TransactWriteItems", cancel)
    try:
        transaction.commit()
    finally:
        client.meta.events.unregister("after-call.dynamodb.TransactWriteItems", cancel)
    assert written()
    assert len(pauses) == 2


@pytest.mark.parametrize("fault", [unreachable, answer_lost])
def test_a_table_that_does_not_answer_is_unavailable(transaction: Transaction, fault: type) -> None:
    with wire(before=only(1, fault())), pytest.raises(Unavailable):
        transaction.commit()
    assert not written()


def test_a_lost_answer_is_unavailable_though_the_write_took_effect(transaction: Transaction) -> None:
    with wire(after=only(1, answer_lost())), pytest.raises(Unavailable):
        transaction.commit()
    assert written()


def test_an_own_commit_met_again_is_refused_by_its_own_item(transaction: Transaction) -> None:
    """Services recognise themselves by the business key in the refusal; nothing is written twice."""
    with wire(after=only(1, "TransactionInProgressException")), pytest.raises(Refused) as refused:
        transaction.commit()
    assert written()
    assert "item0" in refused.value.failed


def test_other_errors_are_not_hidden(transaction: Transaction) -> None:
    errors = (PynamoDBException, ClientError)
    with wire(before=only(1, "AccessDeniedException")) as calls, pytest.raises(errors) as error:
        transaction.commit()
    assert "AccessDenied" in f"{error.value} {getattr(error.value, 'cause', '')}"
    assert len(calls) == 1


@pytest.mark.parametrize("fault", [unreachable, answer_lost])
def test_reads_that_are_not_answered_are_unavailable(store: Store, fault: type) -> None:
    with wire(before=lambda _: fault()):
        with pytest.raises(Unavailable):
            read(Item, "T#0", "T")
        with pytest.raises(Unavailable):
            read_all(Item, [("T#0", "T")])
        with pytest.raises(Unavailable):
            list_keys(Item.lists, "T", limit=10)
        with pytest.raises(Unavailable):
            store.messages.page(status=None, limit=10, cursor=None)
        with pytest.raises(Unavailable):
            store.statistics.month(START)


def test_reads_that_are_refused_are_not_called_unavailable(store: Store) -> None:
    with wire(before=lambda _: "AccessDeniedException"), pytest.raises(PynamoDBException):
        read(Item, "T#0", "T")
