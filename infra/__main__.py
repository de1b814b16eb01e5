"""The commands that `make` calls: `python -m infra deploy | rollback | destroy | on`, told by the environment."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping

from infra.deploy import deploy, destroy, rollback
from infra.on import run_on
from infra.package import package
from infra.places import PACKAGE
from infra.settings import DeployError, Deployment, read_deployment


def main(command: str) -> int:
    """Run one command; returns its exit code."""
    try:
        _COMMANDS[command](read_deployment())
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _deploy(deployment: Deployment) -> None:
    print("Packaging.")
    package()
    _next_step(deployment, deploy(deployment, PACKAGE, print))


def _rollback(deployment: Deployment) -> None:
    _next_step(deployment, rollback(deployment, print))


def _destroy(deployment: Deployment) -> None:
    destroy(deployment, print, keep_data=os.environ.get("KEEP_DATA", "1") != "0")


def _on(deployment: Deployment) -> None:
    sys.exit(run_on(deployment, shlex.split(os.environ.get("RUN", "--help"))))


def _next_step(deployment: Deployment, outputs: Mapping[str, str]) -> None:
    command = f"make on STAGE={deployment.stage} RUN='user add \"Your Name\" --email you@example.com'"
    print(f"""
Goodword is at {outputs["Url"]}
  console    {outputs["Url"]}/admin/
  CloudFront {outputs["DistributionDomain"]}
Next: make yourself the owner, with
  {command}
and read docs/deploy.md on from "The first owner".""")
    if "EmailDkim" in outputs:
        print(f"For e-mails, add these CNAME records to your domain:\n{outputs['EmailDkim']}")


_COMMANDS: Mapping[str, Callable[[Deployment], None]] = {
    "deploy": _deploy,
    "rollback": _rollback,
    "destroy": _destroy,
    "on": _on,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
