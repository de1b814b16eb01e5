"""`make deploy`, `make rollback`, `make destroy`: from a package to a running stack, back by one, and away."""

import json
import secrets
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.delivery.site_store import S3Store
from infra.aws import Account
from infra.data import delete_table, empty_bucket, kept_stream
from infra.publish import forget, publish_static
from infra.releases import Release, Releases
from infra.secrets import forget_secrets, make_secrets
from infra.settings import DeployError, Deployment
from infra.stack import Stack

Say = Callable[[str], None]


def deploy(deployment: Deployment, package: Path, say: Say) -> dict[str, str]:
    """Bring a package to its stage; returns the stack's outputs. Raises DeployError.

    Doing it again changes nothing; what broke off half-way is taken up where it stands.
    """
    account = Account(deployment)
    releases = Releases(account, deployment)
    for name in make_secrets(account, deployment):
        say(f"Made {deployment.secrets}/{name}.")
    release = releases.upload(package, datetime.now(UTC).isoformat(timespec="seconds"))
    known = releases.all()
    same = bool(known) and (known[-1].template, known[-1].code) == (release.template, release.code)
    return _bring(account, deployment, releases, release, known if same else [*known, release], say)


def rollback(deployment: Deployment, say: Say) -> dict[str, str]:
    """Bring back the release before the present one; returns the stack's outputs. Raises DeployError.

    The table is not touched: both releases read the same items.
    """
    account = Account(deployment)
    releases = Releases(account, deployment)
    known = releases.all()
    if len(known) < 2:
        raise DeployError(f"{deployment.stack} has no release before the present one")
    say(f"Going back to the release of {known[-2].at}.")
    return _bring(account, deployment, releases, known[-2], known[:-1], say)


def destroy(deployment: Deployment, say: Say, *, keep_data: bool = True) -> None:
    """Delete the stack; the table and the secrets stay unless told otherwise. Raises DeployError."""
    account = Account(deployment)
    account.number()
    stack = Stack(account, deployment, say)
    if stack.there():
        bucket = stack.outputs()["SiteBucket"]
        say(f"Emptied the site: {empty_bucket(account, bucket)} files and old versions of them.")
        stack.delete()
    elif not kept_stream(account, deployment):
        raise DeployError(f"there is no stack {deployment.stack} in {deployment.region}, and no table of that name")
    if keep_data:
        say(f"The table {deployment.table} and {deployment.secrets} are kept; the next `make deploy` takes them up.")
        return
    if kept_stream(account, deployment):
        delete_table(account, deployment)
    forget_secrets(account, deployment)
    say(f"The table {deployment.table} and {deployment.secrets} are gone.")


def _bring(
    account: Account, deployment: Deployment, releases: Releases, release: Release, then: list[Release], say: Say
) -> dict[str, str]:
    """Static files, stack, what CloudFront has to forget, pages. `then` are the releases once the stack stands on this.

    It is remembered before the pages are tried: one whose functions fail is just what has to be rolled back. Where
    the stack refuses the release, the files of the one that runs are brought back.

    Files come before the functions that name them by their content: who asks for a new name too early would keep the
    old file under it. At the beginning there is no bucket yet, and nobody who asks.
    """
    stack = Stack(account, deployment, say)
    stood = stack.there()
    put = _publish(account, stack, releases, release, say) if stood else []
    try:
        changed = stack.bring_to(
            releases.url(release), _parameters(account, deployment, stack), releases.names(release)
        )
    except DeployError:
        running = releases.all()[-1:]
        if stood and running:
            _publish(account, stack, releases, running[0], say)
        raise
    releases.remember(then)
    say("The stack is up to date." if changed else "The stack was up to date.")
    if not stood:
        put = _publish(account, stack, releases, release, say)
    outputs = stack.outputs()
    for path in forget(account, outputs["DistributionId"], put):
        say(f"CloudFront forgets {path}")
    _publish_pages(account, outputs["ScheduleFunction"])
    return outputs


def _publish(account: Account, stack: Stack, releases: Releases, release: Release, say: Say) -> list[str]:
    """Bring the static files of a release's zip to the stack's bucket; returns the paths of those that differed."""
    with tempfile.TemporaryDirectory() as name:
        code = Path(name) / "deployment.zip"
        releases.fetch(release, code)
        put = publish_static(code, S3Store(account.client("s3"), stack.outputs()["SiteBucket"]))
    say(f"Published {len(put)} static files that differed.")
    return put


def _parameters(account: Account, deployment: Deployment, stack: Stack) -> dict[str, str]:
    """What is to be set: what somebody asked for, and at the beginning the API's key and a table that was kept."""
    if stack.there():
        return dict(deployment.parameters)
    stream = kept_stream(account, deployment)
    found = {"KeptStreamArn": stream} if stream else {}
    return {"Stage": deployment.stage, "OriginKey": secrets.token_urlsafe(32), **found, **deployment.parameters}


def _publish_pages(account: Account, function: str) -> None:
    """Let the schedule look at once whether pages differ, instead of within a minute; raises DeployError."""
    answer: dict[str, Any] = account.client("lambda").invoke(FunctionName=function, Payload=json.dumps(_TICK).encode())
    if "FunctionError" in answer:
        raise DeployError(f"the pages could not be published: {answer['Payload'].read().decode()[:2000]}")


_TICK = {
    "version": "0",
    "id": "deploy",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "",
    "time": "1970-01-01T00:00:00Z",
    "region": "",
    "resources": [],
    "detail": {},
}
