"""Who may hold an identity, and what must still be true of it when something is decided from it (DESIGN 5, rule 2)."""

import pytest

from chalicelib.domain.errors import Refused
from chalicelib.domain.identities import Identity
from chalicelib.storage.store import Store
from chalicelib.storage.transaction import Transaction
from tests.storage.conftest import Commit

KEY = "sam"


def claim(store: Store, transaction: Transaction, referral: str = "ref_1", **more: object) -> None:
    store.identities.claim_for_referral(transaction, KEY, referral, referrer="JANE", **more)  # type: ignore[arg-type]


def held(store: Store) -> Identity | None:
    return store.identities.find([KEY]).get(KEY)


def test_a_customer_is_not_claimed(store: Store, commit: Commit) -> None:
    commit(lambda t: store.identities.claim_for_participant(t, KEY, "SAM"))
    with pytest.raises(Refused):
        commit(lambda t: claim(store, t))
    commit(lambda t: claim(store, t, customers=True))
    assert held(store) == Identity(KEY, "SAM", "ref_1")


def test_a_referrer_is_not_claimed_by_hand(store: Store, commit: Commit) -> None:
    commit(lambda t: store.identities.claim_for_participant(t, KEY, "JANE"))
    with pytest.raises(Refused):
        commit(lambda t: claim(store, t, customers=True))


def test_an_outside_id_stays_bound(store: Store, commit: Commit) -> None:
    for referral in ("ref_1", "ref_2"):
        commit(lambda t, to=referral: store.identities.remember_referral(t, KEY, to))
    assert held(store) == Identity(KEY, referral_id="ref_1")


def test_another_referrals_identity_is_not_released(store: Store, commit: Commit) -> None:
    commit(lambda t: claim(store, t))
    with pytest.raises(Refused):
        commit(lambda t: store.identities.release_referral(t, KEY, "ref_2"))
    commit(lambda t: store.identities.release_referral(t, KEY, "ref_1"))
    assert held(store) == Identity(KEY)


def test_what_was_found_of_an_identity_must_hold(store: Store, commit: Commit) -> None:
    """An invoice of nobody's is refused where its customer was attributed since, or set free."""
    commit(lambda t: store.identities.require_as_found(t, KEY, None))
    commit(lambda t: claim(store, t))
    with pytest.raises(Refused):
        commit(lambda t: store.identities.require_as_found(t, KEY, None))
    commit(lambda t: store.identities.require_as_found(t, KEY, held(store)))
    with pytest.raises(Refused):
        commit(lambda t: store.identities.require_as_found(t, KEY, Identity(KEY, referral_id="ref_2")))
