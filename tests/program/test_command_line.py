"""The command line as it is typed: how much it shows, and what it says where it cannot go on."""

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.cli import build_parser, main
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.messages import Message
from tests.running import GOODWORD, free_port
from tests.world import World


def queue(world: World, number: int) -> None:
    """So many messages, one a second."""
    now = world.clock()
    for index in range(number):
        at = now + timedelta(seconds=index)
        transaction = world.program.ports.store.transaction()
        message = Message(f"msg_help_{index:04}", "help", "sms", "writer", at, at + timedelta(days=1))
        world.program.ports.store.messages.queue(transaction, message)
        transaction.commit()


def typed(world: World, *arguments: str) -> int:
    options = build_parser().parse_args(arguments)
    return int(options.command(world.program, options))


def test_messages_go_on_past_the_first_page(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    queue(world, 131)
    assert typed(world, "messages", "--limit", "130", "--json") == 0
    said = capsys.readouterr()
    assert [m["id"] for m in json.loads(said.out)] == [f"msg_help_{n:04}" for n in range(130, 0, -1)]
    assert said.err == "older ones are not shown; --limit N shows more\n"
    assert typed(world, "messages", "--limit", "131", "--json") == 0
    said = capsys.readouterr()
    assert (len(json.loads(said.out)), said.err) == (131, "")


def test_without_a_limit_a_hundred_are_shown_and_the_rest_is_mentioned(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    queue(world, 101)
    typed(world, "messages", "--json")
    said = capsys.readouterr()
    assert len(json.loads(said.out)) == 100
    assert "older ones" in said.err


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5", ""])
def test_a_limit_that_is_none_is_refused_in_a_line(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["messages", f"--limit={limit}"])
    assert ended.value.code == 2
    assert f"must be a positive whole number, not {limit!r}" in capsys.readouterr().err


def command(tmp_path: Path, line: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, "GOODWORD_DATA": str(tmp_path / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    ran = command(tmp_path, f"{GOODWORD} words | head -n 1; exit ${{PIPESTATUS[0]}}")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 1


def test_an_endpoint_where_nothing_answers_is_said_in_a_sentence(tmp_path: Path) -> None:
    ran = command(tmp_path, f"{GOODWORD} messages", GOODWORD_DYNAMODB_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    assert ran.returncode == 1
    assert ran.stderr.startswith("no DynamoDB answers at http://127.0.0.1:")
    assert "GOODWORD_DYNAMODB_ENDPOINT" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_a_data_folder_that_cannot_be_made_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GOODWORD_DATA", str(tmp_path / "file" / "data"))
    assert main(["messages"]) == 1
    said = capsys.readouterr().err
    assert said == (
        f"the data folder {tmp_path}/file/data cannot be made (Not a directory): "
        "let GOODWORD_DATA name a folder that is yours to write to\n"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_is_read_only_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    monkeypatch.setenv("GOODWORD_DATA", str(tmp_path))
    assert main(["messages"]) == 1
    assert "cannot be written to: let GOODWORD_DATA name" in capsys.readouterr().err


def test_an_import_names_the_line_that_is_not_utf8_and_the_columns_it_ignores(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(b"name\tphone\tnote\nAnn Ames\t2125550101\t\n" + b"Ren\xe9 Roy\t2125550102\t\n")
    with pytest.raises(InvalidInput, match=r"line 3: is not UTF-8 .*: byte 0xe9"):
        typed(world, "import", str(file))
    assert world.program.ports.store.participants.page(search=None, limit=5, cursor=None) == ([], None)
    file.write_bytes(file.read_bytes().replace(b"\xe9", "é".encode()))
    assert typed(world, "import", str(file), "--json") == 0
    said = capsys.readouterr()
    assert "columns that are not known here are ignored: note" in said.err
    assert (json.loads(said.out)["created"], json.loads(said.out)["ignored"]) == (2, ["note"])
