"""Bring the static files to the site bucket: only what differs, and CloudFront forgets only what it would keep."""

import hashlib
import secrets
import zipfile
from pathlib import Path
from typing import Any

from chalicelib.delivery.site_store import SiteStore, cache_control
from infra.aws import Account

_FOLDER = "site/"
_ASKS_FIRST = "no-cache"
#: CloudFront takes 1,000 paths a month for nothing; more than these are named by their folder.
_MOST_PATHS = 15


def publish_static(package: Path, store: SiteStore) -> list[str]:
    """Put the static files of a zip that differ from what the bucket has; returns their paths.

    Taken from the zip, so that a rollback brings back the files that its pages name. Assets come first. What is gone
    from the zip stays in the bucket: a page that somebody has open may still ask for it.
    """
    known = store.digests()
    put = []
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith(_FOLDER) and not name.endswith("/")]
        for name in sorted(names, key=lambda name: (not name.startswith(f"{_FOLDER}assets/"), name)):
            path, content = name.removeprefix(_FOLDER), archive.read(name)
            if known.get(path) != hashlib.md5(content, usedforsecurity=False).hexdigest():
                store.put(path, content)
                put.append(path)
    return put


def forget(account: Account, distribution: str, paths: list[str]) -> list[str]:
    """Let CloudFront forget what it holds of these paths; returns what it was told, nothing where it asks anyhow."""
    told = to_forget(paths)
    if told:
        batch: dict[str, Any] = {
            "Paths": {"Quantity": len(told), "Items": told},
            "CallerReference": secrets.token_hex(8),
        }
        account.client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    return told


def to_forget(paths: list[str]) -> list[str]:
    """The paths, as CloudFront is to be told them: `*` because an asset's address ends with a query."""
    held = sorted(path for path in paths if cache_control(path) != _ASKS_FIRST)
    if len(held) > _MOST_PATHS:
        return sorted({f"/{path.partition('/')[0]}/*" for path in held})
    return [f"/{path}*" for path in held]
