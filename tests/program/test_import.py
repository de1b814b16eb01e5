"""Importing participants from CSV (P1, P25)."""

import io

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.services.import_people import ImportReport, import_people
from tests.world import World


def imported(world: World, text: str) -> ImportReport:
    return import_people(world.program.ports, io.StringIO(text, newline=""), lambda done: None)


GOOD = (
    "email,segment,name,external_id,phone\n"
    "jane@example.com,customer,Jane Doe,C1,(212) 555-0101\n"
    ",partner,Carlos Rivera,C2,212-555-0102\n"
)


def test_columns_may_stand_in_any_order(world: World) -> None:
    report = imported(world, GOOD)
    assert (report.created, report.bad) == (2, [])
    found, _ = world.program.ports.store.participants.page(search="carlos", limit=5, cursor=None)
    assert [(p.segment, p.phone, p.external_id) for p in found] == [("partner", "+12125550102", "C2")]


def test_importing_twice_doubles_nobody(world: World) -> None:
    imported(world, GOOD)
    before = world.item_count()
    report = imported(world, GOOD)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert world.item_count() == before


def test_two_rows_with_one_phone_are_one_participant(world: World) -> None:
    report = imported(world, "name,phone\nJane Doe,212 555 0101\nJane A. Doe,+1 (212) 555-0101\n")
    assert (report.created, report.changed) == (1, 1)


def test_bad_rows_are_named_by_line_and_the_good_ones_imported(world: World) -> None:
    text = (
        "name,phone,email\n"
        "Jane Doe,2125550101,\n"
        ",2125550102,\n"
        '"Two\nLines",12,\n'
        "Bob,2125550103,not-an-address\n"
        "Eve,2125550104\n"
        "Ann,,\n"
        "Zoe,2125550105,zoe@example.com\n"
    )
    report = imported(world, text)
    assert report.created == 2
    assert [bad.line for bad in report.bad] == [3, 4, 6, 7, 8]
    assert "name: is required" in report.bad[0].reason
    assert "e-mail" in report.bad[2].reason
    assert "cells" in report.bad[3].reason


def test_a_bad_row_is_named_by_its_line_after_empty_ones_too(world: World) -> None:
    report = imported(world, 'name,phone\n\n\nJane,12\n,\n"Ann\nRay",13\n\nBob,14\n')
    assert [bad.line for bad in report.bad] == [4, 6, 9]


def test_a_phone_and_an_id_of_two_people_are_reported_not_guessed(world: World) -> None:
    """S10: whose row it is, is not for the program to guess."""
    imported(world, "name,phone,external_id\nJane,2125550101,C1\nBob,2125550102,C2\n")
    report = imported(world, "name,phone,external_id\nJane,2125550101,C2\n")
    assert report.bad[0].line == 2
    assert "belongs to" in report.bad[0].reason


def test_a_household_may_share_an_email_address(world: World) -> None:
    report = imported(world, "name,phone,email\nAnn,2125550101,home@example.com\nBen,2125550102,home@example.com\n")
    assert (report.created, report.bad) == (2, [])


@pytest.mark.parametrize(
    "text", ["", "name\nJane\n", "name,phones,e-mail\nJane,1,2\n", "name,phone,phone\nA,1,2\n", "\x00,\n"]
)
def test_a_file_whose_header_says_nothing_is_refused_whole(world: World, text: str) -> None:
    with pytest.raises(InvalidInput):
        imported(world, text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_may_be_separated_by_commas_semicolons_or_tabs(world: World, delimiter: str) -> None:
    report = imported(world, GOOD.replace(",", delimiter))
    assert (report.created, report.bad) == (2, [])


def test_columns_that_are_not_known_are_named_and_ignored(world: World) -> None:
    """A known one that is misspelt is among them."""
    report = imported(world, "name,phone,e-mail,Shoe size\nJane,2125550101,jane@example.com,9\nBob,,,8\n,,,7\n")
    assert (report.created, report.ignored) == (1, ("e-mail", "shoe size"))
    assert [(bad.line, bad.reason[:10]) for bad in report.bad] == [(3, "phone: or "), (4, "name: is r")]
