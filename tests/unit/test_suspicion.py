"""What is flagged, each reason by itself, and what turns it off."""

import pytest

from chalicelib.domain.networks import network_of
from chalicelib.domain.referrals import Prospect, reviewed
from chalicelib.domain.suspicion import Counts, Watch, flags_of
from tests.unit.examples import participant, referral

LIST = frozenset({"throwaway.test"})
FEW, ALL = Counts(), Watch()


def kinds(prospect: Prospect, counts: Counts = FEW, watch: Watch = ALL, **parts: object) -> list[str]:
    return [flag.kind for flag in flags_of(prospect, participant("Jane Doe", **parts), counts, watch, LIST)]


def test_a_stranger_is_not_flagged() -> None:
    assert kinds(Prospect("Sam Lee", "+14155552672", "sam@example.com", "14 Maple St"), address="12 Maple St") == []


def test_a_name_like_the_referrers_is_flagged_in_words_for_staff() -> None:
    (flag,) = flags_of(Prospect("Doe, Janie"), participant("Jane Doe"), FEW, ALL, LIST)
    assert flag.why == "the prospect's name, Doe, Janie, is like the referrer's, Jane Doe"
    assert kinds(Prospect("Doe, Janie"), watch=Watch(similar_name=False)) == []


def test_an_address_is_compared_only_where_both_are_known() -> None:
    prospect = Prospect("Sam Lee", address="12 Maple Street")
    assert kinds(prospect, address="12 maple st") == ["same_address"]
    assert kinds(prospect) == []
    assert kinds(Prospect("Sam Lee"), address="12 Maple St") == []
    assert kinds(prospect, address="12 maple st", watch=Watch(same_address=False)) == []


@pytest.mark.parametrize(("network", "flagged"), [(3, []), (4, ["per_network"])])
def test_the_fourth_from_one_network_is_flagged(network: int, flagged: list[str]) -> None:
    assert kinds(Prospect("Sam Lee"), Counts(network=network)) == flagged
    assert kinds(Prospect("Sam Lee"), Counts(network=network), Watch(per_network=None)) == []


@pytest.mark.parametrize(("week", "flagged"), [(5, []), (6, ["per_week"])])
def test_the_sixth_of_a_week_is_flagged(week: int, flagged: list[str]) -> None:
    assert kinds(Prospect("Sam Lee"), Counts(week=week)) == flagged
    assert kinds(Prospect("Sam Lee"), Counts(week=week), Watch(per_week=None)) == []


@pytest.mark.parametrize("email", ["sam@throwaway.test", "sam@mail.throwaway.test"])
def test_a_throw_away_mailbox_is_flagged(email: str) -> None:
    assert kinds(Prospect("Sam Lee", email=email)) == ["disposable_email"]
    assert kinds(Prospect("Sam Lee", email=email), watch=Watch(disposable_email=False)) == []
    assert kinds(Prospect("Sam Lee", email="sam@notthrowaway.test")) == []


def test_every_reason_is_named() -> None:
    prospect = Prospect("Jane Doe", email="j@throwaway.test", address="12 Maple St")
    assert len(kinds(prospect, Counts(9, 9), address="12 Maple St")) == 5


def test_whom_the_owner_trusts_is_never_flagged() -> None:
    assert kinds(Prospect("Jane Doe", email="j@throwaway.test"), Counts(9, 9), trusted=True) == []


def test_a_declined_referral_is_withheld_until_it_is_approved() -> None:
    declined = reviewed(referral(), "declined", "the same person")
    assert declined.withheld == "the same person"
    assert reviewed(declined, "approved", "no, her sister").withheld is None
    by_hand = referral(withheld="taken back by the owner")
    assert reviewed(by_hand, "approved", "fine").withheld == "taken back by the owner"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("10.1.2.3", None),
        ("192.168.0.7", None),
        ("::1", None),
        ("fe80::1%eth0", None),
        ("0.0.0.0", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_a_network_is_what_a_house_has(address: str, network: str | None) -> None:
    assert network_of(address) == network
