"""What was deployed: templates and zips by their content in a bucket of ours, and each stage's list of releases."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.aws import Account
from infra.settings import Deployment
from infra.template import Template, functions, read, write

_KEPT = 20


@dataclass(frozen=True)
class Release:
    """Where a template and a zip lie in the bucket, and when they were deployed (RFC 3339)."""

    template: str
    code: str
    at: str


class Releases:
    """The deployment bucket of an account and region: one for all stages, made when it is first needed."""

    def __init__(self, account: Account, deployment: Deployment) -> None:
        self._store, self._region = account.client("s3"), deployment.region
        self.bucket = f"goodword-deployments-{account.number()}-{deployment.region}"
        self._list = f"stages/{deployment.stage}.json"

    def upload(self, package: Path, at: str) -> Release:
        """Put a package where CloudFormation finds it, unless it is there already."""
        self._make_bucket()
        code = self._put("zip", (package / "deployment.zip").read_bytes())
        template = read(package / "sam.yaml")
        point_at(template, self.bucket, code)
        placed = package / "deployed.yaml"
        write(template, placed)
        return Release(self._put("yaml", placed.read_bytes()), code, at)

    def url(self, release: Release) -> str:
        """The template's address, as CloudFormation wants it."""
        return f"https://{self.bucket}.s3.{self._region}.amazonaws.com/{release.template}"

    def names(self, release: Release) -> set[str]:
        """The parameters that a release's template knows."""
        found = self._store.get_object(Bucket=self.bucket, Key=release.template)["Body"].read()
        return set(yaml.safe_load(found)["Parameters"])

    def all(self) -> list[Release]:
        """The stage's releases, the newest last."""
        try:
            found = self._store.get_object(Bucket=self.bucket, Key=self._list)
        except (self._store.exceptions.NoSuchKey, self._store.exceptions.NoSuchBucket):
            return []
        return [Release(**one) for one in json.loads(found["Body"].read())]

    def remember(self, releases: list[Release]) -> None:
        """Keep the list; the packages themselves stay in the bucket."""
        body = json.dumps([asdict(release) for release in releases[-_KEPT:]], indent=1).encode()
        self._store.put_object(Bucket=self.bucket, Key=self._list, Body=body, ContentType="application/json")

    def fetch(self, release: Release, target: Path) -> None:
        """Bring a release's zip back."""
        target.write_bytes(self._store.get_object(Bucket=self.bucket, Key=release.code)["Body"].read())

    def _put(self, suffix: str, content: bytes) -> str:
        key = f"packages/{hashlib.sha256(content).hexdigest()[:32]}.{suffix}"
        if not self._there(key):
            self._store.put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def _there(self, key: str) -> bool:
        try:
            self._store.head_object(Bucket=self.bucket, Key=key)
        except self._store.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return False
            raise
        return True

    def _make_bucket(self) -> None:
        place: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        try:
            self._store.create_bucket(Bucket=self.bucket, **({} if self._region == "us-east-1" else place))
        except self._store.exceptions.BucketAlreadyOwnedByYou:
            return
        closed = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
        self._store.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=closed)


def point_at(template: Template, bucket: str, key: str) -> None:
    """Let the functions take their code from the bucket instead of a file beside the template."""
    for function in functions(template).values():
        function["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
