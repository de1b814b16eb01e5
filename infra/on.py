"""The command line of the program, over the table of a stage instead of this machine's."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.aws import Account
from infra.settings import DeployError, Deployment
from infra.stack import Stack


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
        "GOODWORD_TABLE": outputs["TableName"],
        "GOODWORD_SITE_BUCKET": outputs["SiteBucket"],
        "GOODWORD_SECRETS_PATH": deployment.secrets,
    }
    command = [str(Path(sys.executable).with_name("goodword")), *arguments]
    return subprocess.run(command, env={**os.environ, **told}, check=False).returncode
