"""500 referrals with the truth about each: half are households and friends, half try to earn what is not theirs.

Made from a fixed seed: the same people every time. Phones and e-mails are invented ones.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.spellings import email_spellings, phone_spellings

GIVEN = (
    ("Robert", "Bob"), ("William", "Bill"), ("Elizabeth", "Liz"), ("Margaret", "Peggy"), ("Katherine", "Kate"),
    ("Michael", "Mike"), ("Jennifer", "Jenny"), ("Thomas", "Tom"), ("Patricia", "Pat"), ("Richard", "Dick"),
    ("Susan", "Sue"), ("Anthony", "Tony"), ("Deborah", "Debbie"), ("Charles", "Chuck"), ("Rebecca", "Becky"),
    ("Nicholas", "Nick"), ("Victoria", "Vicky"), ("Edward", "Ted"), ("Samantha", "Sam"), ("Gregory", "Greg"),
)  # fmt: skip
SURNAMES = (
    "Abernathy", "Bellweather", "Castellano", "Dimitriou", "Eriksson", "Fitzgerald", "Gonzalez", "Hathaway", "Ibrahim",
    "Jablonski", "Kowalczyk", "Lindqvist", "MacAllister", "Nakamura", "Okonkwo", "Petrov", "Quintero", "Rasmussen",
    "Szymanski", "Thibodeaux", "Underhill", "Villanueva", "Whitaker", "Yamamoto", "Zimmerman",
)  # fmt: skip
STREETS = ("Maple Street", "Oak Avenue", "Birch Lane", "Cedar Road", "Elm Drive", "Walnut Boulevard", "Chestnut Court")
SIBLINGS = (("Maria", "Mario"), ("Paul", "Paula"), ("Erik", "Erika"), ("Daniel", "Daniela"), ("Julio", "Julia"))
AREAS = (212, 312, 415, 503, 617, 713, 206, 303, 404, 512)


@dataclass(frozen=True)
class Person:
    """Someone with all that a form asks for."""

    name: str
    phone: str
    email: str
    address: str


@dataclass(frozen=True)
class Pair:
    """`wrong`: an abuse. `blocked` and `flagged` are what the program has to say; `group` sends from one place."""

    situation: str
    referrer: Person
    prospect: Person
    wrong: bool = False
    blocked: str | None = None
    flagged: frozenset[str] = frozenset()
    group: str | None = None


class _Town:
    """People who have nothing to do with one another, until a pair says so."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self._phones = iter([f"+1{area}555{last:04d}" for last in range(100, 200) for area in AREAS])
        self._given = 0
        self._houses = iter(range(100, 100_000, 4))

    def person(self, given: str | None = None, surname: str | None = None, address: str | None = None) -> Person:
        self._given += 1
        given = given or GIVEN[self._given % len(GIVEN)][0]
        surname = surname or SURNAMES[self._given * 7 % len(SURNAMES)]
        email = f"{given}.{surname}.{self._given}@example.com".lower()
        return Person(f"{given} {surname}", next(self._phones), email, address or self.address())

    def two(self) -> tuple[Person, Person]:
        """Two people of different names."""
        first = self.person()
        while True:
            second = self.person()
            if not set(first.name.split()) & set(second.name.split()):
                return first, second

    def address(self) -> str:
        return f"{next(self._houses)} {self.draw.choice(STREETS)}, Springfield, IL 62704"


def labelled_pairs(seed: int = 20260504) -> list[Pair]:
    """All of them, the legitimate ones first."""
    town = _Town(seed)
    return [
        pair for make, times in (*_LEGITIMATE.items(), *_ABUSES.items()) for number in range(times)
        for pair in make(town, number)
    ]  # fmt: skip


def _spouses(town: _Town, number: int) -> Iterator[Pair]:
    her, him = town.two()
    him = replace(him, name=f"{him.name.split()[0]} {her.name.split()[1]}", address=her.address)
    yield Pair("spouses", her, him, flagged=frozenset({"same_address"}))


def _father_and_son(town: _Town, number: int) -> Iterator[Pair]:
    father = town.person()
    son = replace(town.person(), name=f"{father.name} Jr.")
    yield Pair("father and son of one name", father, son, flagged=frozenset({"similar_name"}))


def _roommates(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    other = replace(other, address=one.address.replace("Street", "St.").replace("Avenue", "Ave").upper())
    yield Pair("roommates", one, other, flagged=frozenset({"same_address"}))


def _neighbours(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    house, _, rest = one.address.partition(" ")
    yield Pair("neighbours", one, replace(other, address=f"{int(house) + 2} {rest}"))


def _one_building(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    street, _, rest = one.address.partition(",")
    one = replace(one, address=f"{street} Apt {number + 1}A,{rest}")
    yield Pair("neighbours in one building", one, replace(other, address=f"{street} Apt {number + 1}B,{rest}"))


def _siblings(town: _Town, number: int) -> Iterator[Pair]:
    one, other = SIBLINGS[number % len(SIBLINGS)]
    surname = SURNAMES[number % len(SURNAMES)]
    yield Pair("siblings", town.person(one, surname), town.person(other, surname))


def _friends(town: _Town, number: int) -> Iterator[Pair]:
    yield Pair("friends", *town.two())


def _colleagues(town: _Town, number: int) -> Iterator[Pair]:
    """One office, one network address: the fourth and fifth make somebody look, and no more."""
    for nth in range(5):
        flags = frozenset({"per_network"}) if nth >= 3 else frozenset[str]()
        yield Pair("colleagues on one network", *town.two(), flagged=flags, group=f"198.51.100.{number + 1}")


def _own_phone(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    spelt = phone_spellings(one.phone)
    other = replace(other, phone=spelt[number % len(spelt)])
    yield Pair("the referrer's own phone", one, other, wrong=True, blocked="self_referral")


def _own_mailbox(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    one = replace(one, email=f"maple.street.{number}x@gmail.com")
    spelt = email_spellings(one.email)
    other = replace(other, email=spelt[number % len(spelt)])
    yield Pair("the referrer's own mailbox", one, other, wrong=True, blocked="self_referral")


def _customer(town: _Town, number: int) -> Iterator[Pair]:
    yield Pair("a customer of before", *town.two(), wrong=True, blocked="existing_customer")


def _already_referred(town: _Town, number: int) -> Iterator[Pair]:
    yield Pair("somebody else's prospect", *town.two(), wrong=True, blocked="already_referred")


def _small_job(town: _Town, number: int) -> Iterator[Pair]:
    yield Pair("a job below the minimum", *town.two(), wrong=True, blocked="min_job")


def _another_name(town: _Town, number: int) -> Iterator[Pair]:
    formal, called = GIVEN[number % len(GIVEN)]
    one = town.person(formal)
    surname = one.name.split()[1]
    slip = surname[:2] + surname[3] + surname[2] + surname[4:]
    spelt = (f"{called} {surname}", f"{surname}, {formal}", f"{formal} {slip}", f"{formal[0]}. {surname}",
             f"{formal} {surname}", f"{surname} {called}")  # fmt: skip
    other = replace(town.person(), name=spelt[number % len(spelt)])
    yield Pair("oneself by another name", one, other, wrong=True, flagged=frozenset({"similar_name"}))


def _own_address(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    other = replace(other, address=one.address.replace(", Springfield, IL 62704", "").lower())
    yield Pair("an invented name at one's own door", one, other, wrong=True, flagged=frozenset({"same_address"}))


def _throw_away(town: _Town, number: int) -> Iterator[Pair]:
    one, other = town.two()
    domain = ("mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com")[number % 4]
    other = replace(other, email=f"box{number}@{domain}")
    yield Pair("a throw-away mailbox", one, other, wrong=True, flagged=frozenset({"disposable_email"}))


def _from_one_sofa(town: _Town, number: int) -> Iterator[Pair]:
    """One participant, ten friends, one network address, one evening."""
    one = town.person("Wolfgang", "Quackenbush")
    for nth in range(10):
        flags = {"per_network"} if nth >= 3 else set()
        flags |= {"per_week"} if nth >= 5 else set()
        yield Pair("invented friends from one sofa", one, town.person(), wrong=True, flagged=frozenset(flags),
                   group=f"203.0.113.{number + 1}")  # fmt: skip


_LEGITIMATE: dict[Callable[[_Town, int], Iterator[Pair]], int] = {
    _spouses: 50,
    _father_and_son: 25,
    _roommates: 25,
    _neighbours: 40,
    _one_building: 20,
    _siblings: 20,
    _friends: 50,
    _colleagues: 4,
}
_ABUSES: dict[Callable[[_Town, int], Iterator[Pair]], int] = {
    _own_phone: 40,
    _own_mailbox: 20,
    _customer: 30,
    _already_referred: 30,
    _small_job: 20,
    _another_name: 40,
    _own_address: 20,
    _throw_away: 20,
    _from_one_sofa: 3,
}
