"""What a deployment is told: the stage, and the parameters of the stack that somebody wants other than they stand."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Environment variables by the parameter of the stack they set; what is not set stays as it was.
PARAMETERS: Mapping[str, str] = {
    "DOMAIN": "DomainName",
    "CERTIFICATE": "CertificateArn",
    "ZONE": "HostedZoneId",
    "EMAIL_SENDER": "EmailSender",
    "EMAIL_DOMAIN": "EmailDomain",
    "SMS_PROVIDER": "SmsProvider",
    "SMS_SENDER": "SmsSender",
    "TWILIO_ACCOUNT": "TwilioAccount",
    "ALARM_EMAIL": "AlarmEmail",
    "BUDGET": "MonthlyBudget",
    "LOG_DAYS": "LogDays",
    "FIREWALL": "RequestsPerAddress",
}
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")


class DeployError(Exception):
    """A deployment cannot go on; says what is wrong and what to do."""


@dataclass(frozen=True)
class Deployment:
    """Which stack, where, with which parameters; `endpoint` stands in for AWS in tests."""

    stage: str = "prod"
    region: str = "us-east-1"
    parameters: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None

    @property
    def stack(self) -> str:
        return f"goodword-{self.stage}"

    @property
    def table(self) -> str:
        return f"goodword-{self.stage}"

    @property
    def secrets(self) -> str:
        """The path under which the parameter store holds the functions' secrets."""
        return f"/goodword/{self.stage}"


def read_deployment(environment: Mapping[str, str] = os.environ) -> Deployment:
    """Read what `make` was told; raises DeployError naming what makes no sense."""
    stage = environment.get("STAGE") or "prod"
    if not _STAGE.fullmatch(stage):
        raise DeployError(f"STAGE must be small letters, digits and hyphens, 20 at most, not {stage!r}")
    return Deployment(
        stage=stage,
        region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1",
        parameters={name: environment[key] for key, name in PARAMETERS.items() if key in environment},
        endpoint=environment.get("AWS_ENDPOINT_URL") or None,
    )
