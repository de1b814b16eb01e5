"""Where the public pages live: a folder on one machine, a bucket on AWS."""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from chalicelib.domain.errors import InvalidInput

CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
}
_FOR_EVER = "public, max-age=31536000, immutable"  # pages name assets and pictures with a hash of their content
_A_WHILE = "public, max-age=300"
_ASK_FIRST = "no-cache"


class SiteStore(Protocol):
    """Files by path: relative, with forward slashes. A path that leads out of the site raises InvalidInput."""

    def put(self, path: str, content: bytes) -> None:
        """Store `content` at `path`, replacing what was there in one step."""

    def get(self, path: str) -> bytes | None:
        """Return what is at `path`, or None."""

    def delete(self, path: str) -> None:
        """Remove what is at `path`; it need not be there."""

    def digests(self) -> dict[str, str]:
        """Return the MD5 of every file, in hex, by path: what S3 calls the ETag of a plain put."""


class FolderStore:
    """A site in a folder, for one machine.

    Every put moves the root's time of change: `chalicelib.site.build` tells by it whether its manifest still holds.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def put(self, path: str, content: bytes) -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        new = self._root / f".{secrets.token_hex(8)}.new"
        try:
            new.write_bytes(content)
            os.replace(new, place)
        except OSError:
            new.unlink(missing_ok=True)
            raise

    def get(self, path: str) -> bytes | None:
        try:
            return self._place(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise

    def delete(self, path: str) -> None:
        place = self._place(path)
        if place.is_file():
            place.unlink(missing_ok=True)

    def digests(self) -> dict[str, str]:
        return {
            (Path(parent) / name).relative_to(self._root).as_posix(): _md5((Path(parent) / name).read_bytes())
            for parent, _, names in os.walk(self._root)
            for name in names
            if not name.endswith(".new")
        }

    def _place(self, path: str) -> Path:
        place = (self._root / checked(path)).resolve()
        if not place.is_relative_to(self._root):
            raise InvalidInput.of("path", f"{path!r} leads out of the site")
        return place


class S3Store:
    """A site in a bucket. `client` is a boto3 S3 client; it is the caller's to make and to share."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, path: str, content: bytes) -> None:
        """Put with the type and the caching a browser needs to be told.

        The ETag is the MD5 only without KMS encryption; with it, every publication puts everything again.
        """
        self._client.put_object(
            Bucket=self._bucket,
            Key=checked(path),
            Body=content,
            ContentType=content_type(path),
            CacheControl=cache_control(path),
        )

    def get(self, path: str) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=checked(path))
        except self._client.exceptions.NoSuchKey:
            return None
        content: bytes = answer["Body"].read()
        return content

    def delete(self, path: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=checked(path))

    def digests(self) -> dict[str, str]:
        pages: Iterable[Any] = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", ())}


def checked(path: str) -> str:
    """Return `path` if it names a file inside the site; raises InvalidInput otherwise."""
    plain = PurePosixPath(path).as_posix() == path and not path.startswith("/")
    if not plain or ".." in path.split("/") or path in {"", "."} or "\\" in path or "\0" in path:
        raise InvalidInput.of("path", f"{path!r} is not a path inside the site")
    return path


def content_type(path: str) -> str:
    return CONTENT_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


def cache_control(path: str) -> str:
    """Say how long a browser may keep a file: assets for ever, pages a while, everything else after asking."""
    if path.startswith(("assets/", "pictures/")):
        return _FOR_EVER
    return _A_WHILE if path.endswith(".html") and path.startswith("r/") else _ASK_FIRST


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
