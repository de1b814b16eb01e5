"""Whom an answer to "who referred you?" may mean: candidates for a person, never a guess (P4, P26, S10)."""

from dataclasses import replace

import pytest

from chalicelib.domain.name_keys import NameKey
from chalicelib.domain.participants import Participant
from chalicelib.services.find_candidates import MOST_SHOWN, find_candidates
from chalicelib.services.rebuild import rebuild
from tests.program.mention_answers import MEANT, NOBODY, TOWN
from tests.world import START, World


def town(world: World) -> Participant:
    """Enrol everybody; returns Jane, who is first."""
    first = None
    for resident in TOWN:
        enrolled = world.enrol(resident.name, phone=resident.phone or world.phone(), email=resident.email)
        if resident.alias:
            assert world.admin("PATCH", f"participants/{enrolled.id}", {"add_alias": resident.alias}).status == 200
        first = first or enrolled
    assert first is not None
    return first


def found(world: World, *answers: str | None) -> list[list[tuple[str, str]]]:
    """For each answer the names and the reasons, in their order."""
    every = find_candidates(world.program.ports, answers, "US")
    return [[(person.name, hint.reason) for person, hint in one.found] for one in every]


def test_what_people_answer_leads_to_whom_they_mean(world: World) -> None:
    jane = town(world)
    spelt = {"code": jane.id, "lower": jane.id.lower(), "spaced": f"{jane.id[:4]} {jane.id[4:]}"}
    answers = [answer.format(**spelt) for answer, _, _ in MEANT]
    assert len(answers) >= 60
    wrong = [
        (answer, (name, reason), candidates)
        for answer, (_, name, reason), candidates in zip(answers, MEANT, found(world, *answers), strict=True)
        if (name, reason) not in candidates[:1]
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_what_means_nobody_leads_to_nobody(world: World) -> None:
    town(world)
    led_astray = {answer: people for answer, people in zip(NOBODY, found(world, *NOBODY), strict=True) if people}
    assert led_astray == {}


def test_no_more_are_shown_than_a_person_chooses_between(world: World) -> None:
    """That there are others is said, not who."""
    for surname in ("Doe", "Ray", "Lee", "Kim", "Fox", "Day"):
        world.enrol(f"Jane {surname}")
    (jane, kim) = find_candidates(world.program.ports, ["jane", "Jane Kim"], "US")
    assert (len(jane.found), jane.more) == (MOST_SHOWN, True)
    assert ([person.name for person, _ in kim.found], kim.more) == (["Jane Kim"], False)


def test_the_same_name_twice_is_two_candidates(world: World) -> None:
    first, second = world.enrol("Jane Doe"), world.enrol("Jane Doe")
    (candidates,) = find_candidates(world.program.ports, ["Jane Doe"], "US")
    assert {person.id for person, _ in candidates.found} == {first.id, second.id}


def test_a_name_that_was_changed_is_found_and_the_old_one_not(world: World) -> None:
    jane = world.enrol("Jane Doe")
    assert world.admin("PATCH", f"participants/{jane.id}", {"name": "Jane Abernathy"}).status == 200
    assert found(world, "Jane Abernathy", "Mrs Doe") == [[("Jane Abernathy", "same_name")], []]
    world.enrol("Jane Doe", phone=jane.phone)
    assert found(world, "Jane Abernathy", "Mrs Doe") == [[], [("Jane Doe", "surname")]]
    assert found(world, "jane", None) == [[("Jane Doe", "given_name")], []]
    assert world.program.ports.store.names.find(NameKey("a165", "j"), most=10) == []


def test_who_was_enrolled_before_there_were_places_gets_them_by_a_rebuild(world: World) -> None:
    store, transaction = world.program.ports.store, world.program.ports.store.transaction()
    store.participants.create(transaction, Participant("0J4NE000", "Jane Doe", "customer", START), "hash")
    transaction.commit()
    assert found(world, "Jane Doe") == [[]]
    rebuild(world.program.ports, lambda _: None, repair=False)
    assert found(world, "Jane Doe") == [[]]
    rebuild(world.program.ports, lambda _: None, repair=True)
    assert found(world, "Jane Doe") == [[("Jane Doe", "same_name")]]


def test_among_hundreds_of_one_sound_the_exact_name_is_found(world: World) -> None:
    """John and Jean sound as Jane does, and come first."""
    store = world.program.ports.store
    for start in range(0, 520, 20):
        transaction = store.transaction()
        for number in range(start, start + 20):
            person = Participant(f"{number:08}", f"John A{97 + number % 26:c}{97 + number // 26:c}", "customer", START)
            store.participants.create(transaction, person, f"hash{number}")
            store.names.note(transaction, None, person)
        transaction.commit()
    world.enrol("Jane Zimmer")
    world.enrol("Jane Smith")
    names = [name for name, _ in found(world, "jane")[0]]
    assert names[:2] == ["Jane Smith", "Jane Zimmer"]
    assert found(world, "Jane Zimer", "Jane S") == [
        [("Jane Zimmer", "similar_name")],
        [("Jane Smith", "given_name_and_initial")],
    ]


def test_a_participant_found_by_name_and_phone_is_one_candidate(world: World) -> None:
    """With the reason that says most."""
    jane = world.enrol("Jane Doe")
    assert found(world, f"Jane Doe, {jane.phone}") == [[("Jane Doe", "phone")]]


@pytest.mark.parametrize("name", ["Dr.", "...", "😀", "Jane" * 20, "\ufdfa" * 70])
def test_a_strange_name_is_enrolled_all_the_same(world: World, name: str) -> None:
    assert world.enrol(name).name == name
    world.enrol(replace(world.enrol("Jane Doe"), name=name).name)
