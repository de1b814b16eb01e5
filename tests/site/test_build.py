"""A build writes what differs and nothing else, and never leaves a wrong site."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.delivery.site_store import FolderStore
from chalicelib.domain.errors import InvalidInput
from chalicelib.site import workers
from chalicelib.site.build import BuildReport, build_site
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.manifest import manifest_path
from chalicelib.site.pages import LandingInput

Make = Callable[..., SiteBuilder]
PEOPLE = [
    LandingInput("ABCD2345", "Jane", "customer", ("jane-smith", "plumber-jane")),
    LandingInput("ABCD2346", "José", "partner"),
    LandingInput("ABCD2347", "a friend", "customer"),
]
PAGES = 5  # landing pages of PEOPLE, with aliases


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def build(make_builder: Make, assets: Path, target: Path) -> Callable[..., BuildReport]:
    builder = make_builder()

    def run(
        people: list[LandingInput] = PEOPLE, using: SiteBuilder = builder, processes: int = 1, *, check: bool = False
    ) -> BuildReport:
        return build_site(
            people, using, target, processes=processes, assets=assets, progress=lambda _: None, check=check
        )

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def identities(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of each file: both change when it is written."""
    return {
        p.relative_to(folder).as_posix(): (p.stat().st_ino, p.stat().st_mtime_ns)
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_the_first_build_writes_everything(build: Callable[..., BuildReport], target: Path, make_builder: Make) -> None:
    report = build()
    assert report.written == report.pages == len(contents(target))
    for person in PEOPLE:
        for page in make_builder().landing(person):
            assert contents(target)[page.path] == page.content
    assert {"index.html", "404.html", "thanks/index.html", "r/index.html", "assets/page.css"} <= set(contents(target))


def test_an_unchanged_build_writes_nothing(build: Callable[..., BuildReport], target: Path) -> None:
    build()
    before, manifest = identities(target), manifest_path(target).stat().st_mtime_ns
    assert build().written == 0
    assert identities(target) == before
    assert manifest_path(target).stat().st_mtime_ns == manifest


def test_one_changed_participant_writes_one_page(build: Callable[..., BuildReport], target: Path) -> None:
    build()
    before = contents(target)
    changed = [PEOPLE[0], PEOPLE[1]._replace(name="Josefa"), PEOPLE[2]]
    assert build(changed).written == 1
    assert {path for path, text in contents(target).items() if before[path] != text} == {"r/ABCD2346/index.html"}
    assert build(changed).written == 0


def test_a_new_alias_gets_its_page(build: Callable[..., BuildReport], target: Path) -> None:
    build()
    build([PEOPLE[0], PEOPLE[1]._replace(aliases=("jose-p",)), PEOPLE[2]])
    assert contents(target)["r/jose-p/index.html"] == contents(target)["r/ABCD2346/index.html"]


def test_a_page_stays_when_its_participant_is_not_among_the_inputs(
    build: Callable[..., BuildReport], target: Path
) -> None:
    build()
    build(PEOPLE[:1])
    assert "r/ABCD2347/index.html" in contents(target)
    assert build().written == 2  # and is brought up to date when it comes back


def test_changed_settings_write_every_landing_page(
    build: Callable[..., BuildReport], target: Path, make_builder: Make
) -> None:
    build()
    assert build(using=make_builder(business={"name": "Oak Lane Roofing"})).written >= PAGES
    assert all(b"Oak Lane Roofing" in text for path, text in contents(target).items() if path.startswith("r/"))


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"null", b'{"format":1}', b'{"format":2,"digest":"x","pages":{}}', b"\xff\xfe", b"[" * 9999],
)
def test_a_broken_manifest_costs_a_full_build_and_nothing_else(
    build: Callable[..., BuildReport], target: Path, broken: bytes
) -> None:
    build()
    before = contents(target)
    manifest_path(target).write_bytes(broken)
    assert build().written >= PAGES
    assert contents(target) == before
    assert build().written == 0


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(data=st.data())
def test_a_manifest_with_any_byte_damaged_never_leaves_a_wrong_page(
    build: Callable[..., BuildReport], target: Path, data: st.DataObject
) -> None:
    build()
    right = contents(target)
    stored = bytearray(manifest_path(target).read_bytes())
    stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    for path in sorted(right):
        if data.draw(st.booleans()):
            (target / path).unlink()
    manifest_path(target).write_bytes(bytes(stored))
    build(check=True)
    assert contents(target) == right


def test_a_lost_folder_comes_back_by_itself(build: Callable[..., BuildReport], target: Path) -> None:
    build()
    before = contents(target)
    shutil.rmtree(target / "r/ABCD2346")
    shutil.rmtree(target / "r/plumber-jane")
    build()
    assert contents(target) == before


def test_a_page_lost_from_its_folder_comes_back_when_each_is_looked_at(
    build: Callable[..., BuildReport], target: Path
) -> None:
    build()
    before = contents(target)
    (target / "r/ABCD2346/index.html").unlink()
    (target / "r/plumber-jane/index.html").unlink()
    (target / "thanks/index.html").unlink()
    (target / "assets/page.css").unlink()
    build(check=True)
    assert contents(target) == before
    assert build(check=True).written == 0


def test_a_page_that_a_store_put_meanwhile_does_not_pass_for_the_builders(
    build: Callable[..., BuildReport], target: Path, make_builder: Make
) -> None:
    """Settings A are built, B puts one page by itself, and A comes back: the manifest still says A throughout."""
    build()
    before = contents(target)
    other = make_builder(business={"name": "Maple Street Heating!"})  # as long as the right one
    page = other.landing(PEOPLE[1])[0]
    assert len(page.content) == len(before[page.path])
    FolderStore(target).put(page.path, page.content)
    assert build().written == 1
    assert contents(target) == before


@pytest.mark.parametrize("what", ["settings", "name"])
def test_a_build_that_died_half_way_is_made_good(
    build: Callable[..., BuildReport], target: Path, make_builder: Make, what: str
) -> None:
    """What the dead build was told is taken back, so that the old manifest names the old inputs again."""
    build()
    before = contents(target)
    other = make_builder(business={"name": "Maple Street Heating!"}) if what == "settings" else make_builder()

    def dying() -> Iterator[LandingInput]:
        for _ in range(600):
            yield PEOPLE[1]._replace(name="Jean")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(dying(), using=other)
    assert contents(target) != before
    build()
    assert contents(target) == before


def test_no_page_is_ever_seen_in_part(
    build: Callable[..., BuildReport], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the middle of a page leaves the old page in its place."""
    build()
    before = contents(target)
    real = os.write

    def failing(handle: int, content: bytes) -> int:
        if len(content) < 100:
            raise OSError(28, "the disk is full")
        return real(handle, content[:-50])

    monkeypatch.setattr(os, "write", failing)
    with pytest.raises(OSError, match="full"):
        build([PEOPLE[1]._replace(name="Somebody Else")])
    assert contents(target)["r/ABCD2346/index.html"] == before["r/ABCD2346/index.html"]


def test_two_processes_build_the_same_site(build: Callable[..., BuildReport], target: Path, make_builder: Make) -> None:
    many = [LandingInput(f"ABCD{index:04d}", f"Name{index}", "customer") for index in range(1200)]
    assert build(many, processes=2).written >= 1200
    builder = make_builder()
    for person in many:
        assert (target / f"r/{person.code}/index.html").read_bytes() == builder.render_landing(person)
    assert build(many).written == 0
    assert build([*many[:-1], many[-1]._replace(name="Zed")], processes=2).written == 1


def test_without_fork_the_work_is_done_in_one_process(
    build: Callable[..., BuildReport], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert build(processes=2).written == len(contents(target))


def test_an_error_in_a_child_process_is_the_callers_error(build: Callable[..., BuildReport]) -> None:
    with pytest.raises(InvalidInput, match="is not a tracking code"):
        build([*PEOPLE, LandingInput("../../etc", "x", "customer")], processes=2)


def test_progress_adds_up_to_the_participants(make_builder: Make, assets: Path, target: Path) -> None:
    seen: list[int] = []
    many = [LandingInput(f"ABCD{index:04d}", "Jane", "customer") for index in range(1201)]
    for processes in (1, 2):
        build_site(many, make_builder(), target, processes=processes, assets=assets, progress=seen.append)
        assert sum(seen) == 1201
        seen.clear()


def test_the_digest_moves_with_what_pages_share_and_with_nothing_else(make_builder: Make) -> None:
    digest = make_builder().digest
    assert make_builder().digest == digest
    assert make_builder(score_threshold=5).digest == digest
    assert make_builder(business={"owner_email": "new@example.com"}).digest == digest
    for change in (
        {"business": {"phone": None}},
        {"business": {"services": ()}},
        {"offers": ()},
        {"show_referrer_name": False},
    ):
        assert make_builder(**change).digest != digest, change


def test_the_manifest_is_plain_json(build: Callable[..., BuildReport], target: Path) -> None:
    build()
    assert set(json.loads(manifest_path(target).read_text())) == {"format", "digest", "stamp", "pages"}
