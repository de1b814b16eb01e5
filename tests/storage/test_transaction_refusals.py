"""A refused transaction says which of its conditions refused and what stood there, in whatever order it was built."""

from collections.abc import Callable
from itertools import combinations, permutations

import pytest
from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.errors import Refused
from chalicelib.storage.reading import read
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

KINDS = ("check", "delete", "put", "update")
ORDERS = list(permutations(KINDS))
AS_READ, CHANGED = 1, 2


class Box(Item):
    """`B#<kind>` / `BOX`, for these tests."""

    holds = UnicodeAttribute(null=True)


def box(kind: str, holds: str | None = None, version: int = AS_READ) -> Box:
    return Box(f"B#{kind}", "BOX", holds=holds, version=version)


def holds(kind: str) -> str | None:
    found = read(Box, f"B#{kind}", "BOX")
    return found.holds if found else None


def apply(transaction: Transaction, kind: str) -> None:
    """An update whose expression is written out."""
    values = {":holds": "update after", ":was": AS_READ}
    transaction.apply(kind, (f"B#{kind}", "BOX"), "SET holds = :holds", values, "version = :was")


def update(transaction: Transaction, kind: str) -> None:
    """An update built from attributes."""
    transaction.update(kind, box(kind), [Box.holds.set("update after")], Box.version == AS_READ)


#: Each of them wants the version that was read.
ADD: dict[str, Callable[[Transaction, str], None]] = {
    "check": lambda transaction, kind: transaction.check(kind, box(kind), Box.version == AS_READ),
    "delete": lambda transaction, kind: transaction.delete(kind, box(kind), Box.version == AS_READ),
    "put": lambda transaction, kind: transaction.replace(kind, box(kind, "put after"), AS_READ),
    "update": apply,
}


def fill(kind: str, words: str, version: int = AS_READ) -> None:
    box(kind, words, version).save()


@pytest.mark.parametrize("changed_by", [apply, update], ids=["written-out", "built"])
def test_each_refusal_carries_its_own_name_and_what_stood_there(
    store: Store, changed_by: Callable[[Transaction, str], None]
) -> None:
    """In every order of building, for each kind alone; and in one order, for every mix of kinds."""
    adding = {**ADD, "update": changed_by}
    for order in ORDERS:
        for kind in KINDS:
            refuse_and_compare(store, adding, order, {kind})
    for count in range(2, len(KINDS) + 1):
        for kinds in combinations(KINDS, count):
            refuse_and_compare(store, adding, KINDS[::-1], set(kinds))


def refuse_and_compare(
    store: Store, adding: dict[str, Callable[[Transaction, str], None]], order: tuple[str, ...], refusing: set[str]
) -> None:
    with Box.batch_write() as batch:
        for kind in KINDS:
            batch.save(box(kind, f"what {kind} met", CHANGED if kind in refusing else AS_READ))
    transaction = store.transaction()
    for kind in order:
        adding[kind](transaction, kind)
    with pytest.raises(Refused) as refused:
        transaction.commit()
    assert set(refused.value.failed) == refusing
    for kind in {"put", "update"} & refusing:
        stood = refused.value.failed[kind]
        assert stood is not None
        assert stood["holds"] == {"S": f"what {kind} met"}


@pytest.mark.parametrize("order", ORDERS[::5], ids="-".join)
def test_what_is_refused_leaves_nothing_behind(store: Store, order: tuple[str, ...]) -> None:
    for kind in KINDS:
        fill(kind, f"{kind} before")
    fill(order[-1], "something else", CHANGED)
    transaction = store.transaction()
    for kind in order:
        ADD[kind](transaction, kind)
    with pytest.raises(Refused):
        transaction.commit()
    for kind in KINDS:
        assert holds(kind) == ("something else" if kind == order[-1] else f"{kind} before")


@pytest.mark.parametrize("order", ORDERS[::5], ids="-".join)
def test_what_is_not_refused_is_written_whole(store: Store, order: tuple[str, ...]) -> None:
    for kind in KINDS:
        fill(kind, f"{kind} before")
    transaction = store.transaction()
    for kind in order:
        ADD[kind](transaction, kind)
    assert len(transaction) == len(KINDS)
    transaction.commit()
    assert {kind: holds(kind) for kind in KINDS} == {
        "check": "check before",
        "delete": None,
        "put": "put after",
        "update": "update after",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_lone_write_is_refused_like_one_of_many(store: Store, kind: str) -> None:
    fill(kind, "in the way", CHANGED)
    transaction = store.transaction()
    ADD[kind](transaction, kind)
    with pytest.raises(Refused) as refused:
        transaction.commit()
    assert list(refused.value.failed) == [kind]
    assert holds(kind) == "in the way"


@pytest.mark.parametrize("kind", ["delete", "put", "update"])
def test_a_lone_write_is_done(store: Store, kind: str) -> None:
    fill(kind, f"{kind} before")
    transaction = store.transaction()
    ADD[kind](transaction, kind)
    transaction.commit()
    assert holds(kind) == {"delete": None, "put": "put after", "update": "update after"}[kind]


def test_two_of_a_kind_are_told_apart(store: Store) -> None:
    for number in range(5):
        fill(f"put{number}", "before")
    fill("put3", "in the way", CHANGED)
    transaction = store.transaction()
    for number in (4, 2, 3, 0, 1):
        transaction.replace(f"put{number}", box(f"put{number}", "after"), AS_READ)
    with pytest.raises(Refused) as refused:
        transaction.commit()
    assert list(refused.value.failed) == ["put3"]


def test_creating_what_exists_is_refused_with_it(store: Store) -> None:
    fill("first", "the first")
    transaction = store.transaction()
    transaction.create("mine", box("first", "the second"))
    transaction.create("other", box("other", "unharmed"))
    with pytest.raises(Refused) as refused:
        transaction.commit()
    raw = refused.value.failed["mine"]
    assert raw is not None
    assert raw["holds"] == {"S": "the first"}
    assert holds("other") is None
