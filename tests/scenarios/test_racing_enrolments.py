"""Nobody is doubled, however many doors let the same person in at the same moment (P1, P25)."""

import io
from functools import partial

import pytest

from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.identities import Contact
from chalicelib.domain.participants import Participant
from chalicelib.services.enrol import Enrolled, enrol
from chalicelib.services.import_people import ImportReport, import_people
from tests.scenarios.racing import WRITERS, together
from tests.world import World


def everybody(world: World) -> list[Participant]:
    return list(world.program.ports.store.participants.everyone())


def enrolled(world: World, contact: Contact, name: str = "Jane Doe") -> Enrolled:
    return enrol(world.program.ports, Enrolment(name, contact))


@pytest.mark.parametrize(
    "contact",
    [Contact(phone="+14155550101"), Contact(email="jane@example.com"), Contact("+14155550101", "jane@example.com")],
    ids=["by phone", "by e-mail", "by both"],
)
def test_one_person_enrolled_by_eight_at_once_is_one_participant(world: World, contact: Contact) -> None:
    results = together(*[partial(enrolled, world, contact)] * WRITERS)
    assert sorted(result.outcome for result in results) == ["created"] + ["unchanged"] * (WRITERS - 1)
    (jane,) = everybody(world)
    assert {result.participant.id for result in results} == {jane.id}
    assert world.program.ports.store.statistics.month(world.clock())["participants"] == 1


def test_a_household_enrolled_at_once_shares_its_address(world: World) -> None:
    """An e-mail address decides only where no phone is given."""
    phones = [world.phone() for _ in range(WRITERS)]
    together(*(partial(enrolled, world, Contact(phone, "home@example.com")) for phone in phones))
    assert sorted(person.phone or "" for person in everybody(world)) == phones


def test_two_imports_of_one_file_at_once_double_nobody(world: World) -> None:
    lines = [f"Person {n},{world.phone()},person{n}@example.com,{n}" for n in range(25)]
    file = "\n".join(["name,phone,email,external_id", *lines])

    def run() -> ImportReport:
        return import_people(world.program.ports, io.StringIO(file), lambda _: None)

    reports = together(run, run)
    assert sum(report.created for report in reports) == len(everybody(world)) == len(lines)
    assert all(report.bad == [] for report in reports)
    assert world.program.ports.store.statistics.month(world.clock())["participants"] == len(lines)


def test_a_person_known_to_the_crm_and_enrolled_at_the_desk_is_one(world: World) -> None:
    """The CRM's event and the office's form carry the same phone; one of them knows the CRM's id too."""
    phone = world.phone()
    data = {"customer": {"id": "77", "name": "Jane Doe", "phone": phone}}
    for number in range(4):
        assert world.event("customer.updated", data, event_id=f"evt_{number}").status == 202
    desk = {"name": "Jane Doe", "phone": phone}
    together(world.settle_down, *[partial(world.admin, "POST", "participants", desk)] * 4)
    world.settle_down()
    (jane,) = everybody(world)
    assert (jane.phone, jane.external_id) == (phone, "77")


def test_an_alias_wanted_by_eight_at_once_belongs_to_one(world: World) -> None:
    """Rule 1: once given, for ever; nobody else is given it the same moment."""
    codes = [world.enrol(f"Jane Doe {n}").id for n in range(WRITERS)]
    wish = {"add_alias": "jane-doe"}
    answers = together(*(partial(world.admin, "PATCH", f"participants/{code}", wish) for code in codes))
    assert sorted(answer.status for answer in answers) == [200] + [409] * (WRITERS - 1)
    winner = codes[[answer.status for answer in answers].index(200)]
    assert world.program.ports.store.participants.with_alias("jane-doe") == winner
    assert [code for code in codes if world.participant(code).aliases] == [winner]
