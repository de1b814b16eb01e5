"""Publishing puts what differs, never takes a landing page away, and never breaks a page that is being read."""

import hashlib
from pathlib import Path

import pytest

from chalicelib.site.pages import Page
from chalicelib.site.publish import PublishReport, publish_folder, publish_pages, withdraw
from chalicelib.site.recognition import LEADERBOARD_PATHS


class MemoryStore:
    """A store that remembers what it was asked to do."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []

    def put(self, path: str, content: bytes) -> None:
        self.asked.append(("put", path))
        self.files[path] = content

    def get(self, path: str) -> bytes | None:
        return self.files.get(path)

    def delete(self, path: str) -> None:
        self.asked.append(("delete", path))
        self.files.pop(path, None)

    def digests(self) -> dict[str, str]:
        return {path: hashlib.md5(content).hexdigest() for path, content in self.files.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ("index.html", "r/ABCD2345/index.html", "r/index.html", "assets/page.css", "thanks/index.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"this is {path}")
    return tmp_path


def publish(folder: Path, store: MemoryStore) -> PublishReport:
    return publish_folder(folder, store, lambda _: None, threads=1)


def test_the_first_time_everything_is_put_and_assets_first(folder: Path) -> None:
    store = MemoryStore()
    assert publish(folder, store) == PublishReport(put=5, deleted=0, unchanged=0)
    assert store.asked[0] == ("put", "assets/page.css")
    assert store.files["r/ABCD2345/index.html"] == b"this is r/ABCD2345/index.html"


def test_only_what_differs_is_put(folder: Path) -> None:
    store = MemoryStore()
    publish(folder, store)
    store.asked.clear()
    (folder / "r/ABCD2345/index.html").write_text("new")
    assert publish(folder, store) == PublishReport(put=1, deleted=0, unchanged=4)
    assert store.asked == [("put", "r/ABCD2345/index.html")]


def test_landing_pages_the_leaderboard_and_what_others_put_stay(folder: Path) -> None:
    store = MemoryStore()
    kept = (
        "r/GONE2345/index.html",
        "r/old-alias/index.html",
        "leaderboard.json",
        "leaderboard/index.html",
        "a.txt",
        "thanks-to/index.html",
    )
    for path in (*kept, "material/partner.pdf", "assets/old.css"):
        store.files[path] = b"x"
    assert publish(folder, store).deleted == 1
    assert {*kept, "material/partner.pdf"} <= set(store.files)
    assert "assets/old.css" not in store.files


def test_a_page_whose_writing_was_cut_short_is_not_published(folder: Path) -> None:
    (folder / "r/ABCD2345/index.html.new").write_text("half a pa")
    store = MemoryStore()
    publish(folder, store)
    assert not [path for path in store.files if path.endswith(".new")]


def test_progress_adds_up_with_several_threads(folder: Path) -> None:
    seen: list[int] = []
    publish_folder(folder, MemoryStore(), seen.append, threads=4)
    assert sum(seen) == 5


def test_a_few_pages_are_put_without_listing_the_store() -> None:
    store = MemoryStore()
    store.files["r/ABCD2345/index.html"] = b"same"
    pages = [Page("r/ABCD2345/index.html", b"same"), Page("r/jane-smith/index.html", b"new")]
    store.digests = None  # type: ignore[assignment,method-assign]
    assert publish_pages(pages, store) == PublishReport(put=1, deleted=0, unchanged=1)


def test_a_leaderboard_made_private_is_taken_down() -> None:
    store = MemoryStore()
    store.files = dict.fromkeys((*LEADERBOARD_PATHS, "r/ABCD2345/index.html"), b"")
    withdraw(LEADERBOARD_PATHS, store)
    assert set(store.files) == {"r/ABCD2345/index.html"}
