"""The command line of the program, over the table of a stage instead of this machine's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.aws import Account
from infra.settings import DeployError, Deployment
from infra.stack import Stack

#: What points the program at this machine's own data.
_ONE_MACHINE = frozenset({"GOODWORD_DATA", "GOODWORD_DYNAMODB_ENDPOINT"})


def run_on(deployment: Deployment, arguments: Sequence[str]) -> int:
    """Run `goodword` with what the stage's functions are given; returns its exit code. Raises DeployError."""
    account = Account(deployment)
    account.number()
    outputs = Stack(account, deployment, print).outputs()
    if not outputs:
        raise DeployError(f"there is no stack {deployment.stack} in {deployment.region}; `make deploy` makes it")
    told = {
        "AWS_REGION": deployment.region,
        "AWS_DEFAULT_REGION": deployment.region,
        # Another one is a copy, such as of a moment before an accident.
        "GOODWORD_TABLE": os.environ.get("GOODWORD_TABLE") or outputs["TableName"],
        "GOODWORD_SITE_BUCKET": outputs["SiteBucket"],
        "GOODWORD_SECRETS_PATH": deployment.secrets,
    }
    command = [str(Path(sys.executable).with_name("goodword")), *arguments]
    here = {name: value for name, value in os.environ.items() if name not in _ONE_MACHINE}
    return subprocess.run(command, env={**here, **told}, check=False).returncode
