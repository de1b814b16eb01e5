"""A whole sequence on an advanced clock: who got what when, and that no rule was broken by any of it."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.torture.year import Sent, Year, play_year, table
from tests.torture.year_rules import broken_rules
from tests.world import World


@pytest.fixture(scope="module")
def year(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Twenty people for 120 days."""
    with World.open(engine, f"t-{uuid.uuid4().hex[:12]}", Path(tmp_path_factory.mktemp("year"))) as world:
        yield play_year(world, count=20, days=120, seed=3)


def test_no_rule_is_broken_in_four_months(year: Year) -> None:
    assert broken_rules(year) == []
    assert {"invitation", "reminder", "stay_in_touch", "lead_received", "new_lead"} <= {
        one.message.template for one in year.sent
    }


def test_the_table_counts_every_message_once(year: Year) -> None:
    rows = [[cell.strip() for cell in row.split("|")] for row in table(year).splitlines()[2:]]
    assert sum(int(row[-3]) for row in rows) == len(year.sent)


def one_of(year: Year, template: str) -> Sent:
    return next(one for one in year.sent if one.message.template == template)


def at_night(year: Year) -> Year:
    one = one_of(year, "reminder")
    midnight = one.at.replace(hour=7, minute=0)
    return replace(year, sent=[replace(s, at=midnight) if s is one else s for s in year.sent])


def sent_twice(year: Year) -> Year:
    return replace(year, lines=[*year.lines, year.lines[0]])


def in_a_complaint(year: Year) -> Year:
    one = one_of(year, "invitation")
    hour = timedelta(hours=1)
    people = [
        replace(p, complaints=[(one.at - hour, one.at + hour)]) if p.code == one.message.participant_id else p
        for p in year.people
    ]
    return replace(year, people=people)


def after_a_stop(year: Year) -> Year:
    one = one_of(year, "reminder")
    people = [
        replace(p, stops=[(one.at - timedelta(days=1), None)]) if p.code == one.message.participant_id else p
        for p in year.people
    ]
    return replace(year, people=people)


def reminded_again(year: Year) -> Year:
    return replace(year, sent=[*year.sent, one_of(year, "reminder")])


def never_asked(year: Year) -> Year:
    return replace(year, sent=[one for one in year.sent if one.message.template != "invitation"])


def owner_not_told(year: Year) -> Year:
    return replace(year, sent=[one for one in year.sent if one.message.template != "new_lead"])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (at_night, "reached"),
        (sent_twice, "left 2 times"),
        (in_a_complaint, "while a complaint was open"),
        (after_a_stop, "left after a STOP"),
        (reminded_again, "reminder came 2 times in one round"),
        (never_asked, "was never asked"),
        (owner_not_told, "the owner was told 0 times"),
    ],
)
def test_the_judge_sees_a_rule_that_is_broken(year: Year, spoil: Callable[[Year], Year], words: str) -> None:
    assert any(words in sentence for sentence in broken_rules(spoil(year)))


@pytest.mark.torture
@pytest.mark.timeout(3 * 60 * 60)
def test_no_rule_is_broken_in_a_year_of_a_thousand_people(world: World) -> None:
    assert broken_rules(play_year(world, count=1000, days=365, seed=1)) == []
