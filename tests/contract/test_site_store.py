"""Every site store keeps the same promises; S3 is played by moto, single-threaded as it must be."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.delivery.site_store import FolderStore, S3Store, SiteStore
from chalicelib.domain.errors import InvalidInput

BUCKET = "goodword-site"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SiteStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "site")
    return S3Store(request.getfixturevalue("client"), BUCKET)


def test_what_was_put_comes_back(store: SiteStore) -> None:
    store.put("r/ABCD2345/index.html", "José ✓".encode())
    assert store.get("r/ABCD2345/index.html") == "José ✓".encode()


def test_a_second_put_replaces_the_first(store: SiteStore) -> None:
    store.put("index.html", b"long old content")
    store.put("index.html", b"new")
    assert store.get("index.html") == b"new"


@pytest.mark.parametrize("path", ["nowhere.html", "r/ABCD2345/index.html", "index.html/below", "r"])
def test_what_is_not_there_is_none(store: SiteStore, path: str) -> None:
    store.put("index.html", b"x")
    store.put("r/index.html", b"x")
    assert store.get(path) is None


def test_delete_removes_one_file_and_does_not_mind_if_it_is_gone(store: SiteStore) -> None:
    store.put("r/a/index.html", b"a")
    store.put("r/b/index.html", b"b")
    for _ in range(2):
        store.delete("r/a/index.html")
    assert store.get("r/a/index.html") is None
    assert store.get("r/b/index.html") == b"b"


def test_digests_are_the_md5_of_every_file(store: SiteStore) -> None:
    files = {"index.html": b"1", "r/a/index.html": b"2", "assets/page.css": b""}
    assert store.digests() == {}
    for path, content in files.items():
        store.put(path, content)
    assert store.digests() == {path: hashlib.md5(content).hexdigest() for path, content in files.items()}


@pytest.mark.parametrize(
    "path", ["", ".", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "a/", "..", "a\\..\\b", "a\0b", "./a"]
)
def test_a_path_that_leads_out_of_the_site_is_refused_by_every_call(store: SiteStore, path: str) -> None:
    for call in (lambda: store.put(path, b"x"), lambda: store.get(path), lambda: store.delete(path)):
        with pytest.raises(InvalidInput, match="is not a path inside the site"):
            call()
    assert store.digests() == {}


def test_a_folder_does_not_follow_a_link_out_of_itself(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.html").write_text("secret")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "way").symlink_to(outside)
    store = FolderStore(tmp_path / "site")
    with pytest.raises(InvalidInput, match="leads out of the site"):
        store.get("way/secret.html")
    with pytest.raises(InvalidInput, match="leads out of the site"):
        store.put("way/new.html", b"x")


def test_a_put_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("r/index.html", b"old")
    with pytest.raises(OSError, match=r"director|exists"):
        store.put("r", b"a file where a folder is")
    assert [path.name for path in tmp_path.rglob("*")] == ["r", "index.html"]
    assert store.get("r/index.html") == b"old"


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("r/ABCD2345/index.html", "text/html; charset=utf-8", "public, max-age=300"),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("leaderboard.json", "application/json; charset=utf-8", "no-cache"),
        ("assets/page.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("assets/page.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("admin/main.js", "text/javascript; charset=utf-8", "no-cache"),
        ("assets/icon.svg", "image/svg+xml; charset=utf-8", "public, max-age=31536000, immutable"),
        ("strange.thing", "application/octet-stream", "no-cache"),
    ],
)
def test_a_bucket_tells_browsers_what_a_file_is_and_how_long_to_keep_it(
    client: Any, path: str, kind: str, caching: str
) -> None:
    S3Store(client, BUCKET).put(path, b"x")
    head = client.head_object(Bucket=BUCKET, Key=path)
    assert (head["ContentType"], head["CacheControl"]) == (kind, caching)


def test_a_bucket_of_more_than_one_page_is_listed_whole(client: Any) -> None:
    store = S3Store(client, BUCKET)
    for index in range(1005):
        client.put_object(Bucket=BUCKET, Key=f"r/{index}/index.html", Body=b"x")
    assert len(store.digests()) == 1005
