"""Conditions hold under threads, and their outcome survives."""

import threading
from typing import Any

from chalicelib.local.engine import EngineSettings
from tests.engine.engines import ORDERS, everything, journaled, order, same, serving

KEYS = 60


def claim_all(db: Any, who: str, start: threading.Barrier, won: list[str]) -> None:
    """Try to be the first to write each key, in a transaction with an item of one's own."""
    start.wait()
    for number in range(KEYS):
        claim = {"Item": order(f"key{number}", owner=who), "ConditionExpression": "attribute_not_exists(pk)"}
        proof = {"Item": order(f"proof{number}", who)}
        try:
            db.transact_write_items(TransactItems=[{"Put": {"TableName": "orders"} | put} for put in (claim, proof)])
        except db.exceptions.TransactionCanceledException:
            continue
        won.append(f"key{number}")


def test_eight_threads_racing_for_sixty_keys_make_sixty_winners(settings: EngineSettings) -> None:
    assert settings.data is not None
    won: list[str] = []
    start = threading.Barrier(8)
    with serving(settings, ORDERS) as (engine, db):
        threads = [threading.Thread(target=claim_all, args=(db, f"t{n}", start, won)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == sorted(f"key{number}" for number in range(KEYS))
        engine.kill()
    with serving(settings) as (_, db):
        items = everything(db, "orders")
    assert same(items, journaled(settings.data, "orders"))
    owners = {item["pk"]["S"]: item["owner"]["S"] for item in items if "owner" in item}
    proofs = {(item["pk"]["S"], item["sk"]["S"]) for item in items if "owner" not in item}
    assert proofs == {(f"proof{number}", owners[f"key{number}"]) for number in range(KEYS)}
