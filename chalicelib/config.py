"""Configuration: read once, here, into a frozen dataclass. Nothing else looks at the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.inbound.access import JobberAccess, QuickBooksAccess, TremendousAccess
from chalicelib.inbound.signatures import standard_key
from chalicelib.storage.table import TableSettings

ROOT = Path(__file__).resolve().parent.parent
SECRETS_PATH = "GOODWORD_SECRETS_PATH"
_MIN_SECRET_BYTES = 16
SMS_PROVIDERS = ("sns", "end-user-messaging", "twilio")
#: What is never shown. Where `GOODWORD_SECRETS_PATH` says where they are kept, the environment's are not looked at.
SECRETS = frozenset(
    {
        "GOODWORD_IDENTITY_KEY",
        "GOODWORD_EVENTS_SECRET",
        "GOODWORD_STRIPE_SECRET",
        "GOODWORD_QUICKBOOKS_SECRET",
        "GOODWORD_QUICKBOOKS_TOKEN",
        "GOODWORD_QUICKBOOKS_CLIENT_SECRET",
        "GOODWORD_QUICKBOOKS_REFRESH_TOKEN",
        "GOODWORD_JOBBER_SECRET",
        "GOODWORD_JOBBER_TOKEN",
        "GOODWORD_HOUSECALLPRO_SECRET",
        "GOODWORD_MAPPED_SECRET",
        "GOODWORD_TWILIO_TOKEN",
        "GOODWORD_WEBHOOKS_SECRET",
        "GOODWORD_TREMENDOUS_SECRET",
        "GOODWORD_TREMENDOUS_KEY",
    }
)
_TWILIO = ("GOODWORD_TWILIO_ACCOUNT", "GOODWORD_TWILIO_TOKEN", "GOODWORD_SMS_SENDER")


class ConfigError(Exception):
    """An environment variable, or the parameter of its name, is missing or makes no sense."""


@dataclass(frozen=True)
class Config:
    """Where things are and which secrets there are; secrets are tuples so that two live while one is rotated.

    `stage` is None where nobody watches: on one machine, and for a command.
    """

    table: TableSettings
    public_url: str
    identity_key: bytes = field(repr=False)
    templates: Path
    events_secrets: tuple[str, ...] = field(default=(), repr=False)
    stripe_secrets: tuple[str, ...] = field(default=(), repr=False)
    quickbooks_secrets: tuple[str, ...] = field(default=(), repr=False)
    jobber_secrets: tuple[str, ...] = field(default=(), repr=False)
    housecallpro_secrets: tuple[str, ...] = field(default=(), repr=False)
    mapped_secrets: tuple[str, ...] = field(default=(), repr=False)
    twilio_tokens: tuple[str, ...] = field(default=(), repr=False)
    webhooks_secrets: tuple[str, ...] = field(default=(), repr=False)
    tremendous_secrets: tuple[str, ...] = field(default=(), repr=False)
    quickbooks: QuickBooksAccess = field(default_factory=QuickBooksAccess)
    jobber: JobberAccess = field(default_factory=JobberAccess)
    tremendous: TremendousAccess = field(default_factory=TremendousAccess)
    site_bucket: str | None = None
    data: Path | None = None
    sms_provider: str = "sns"
    sms_sender: str | None = None
    sms_events: str | None = None
    twilio_account: str | None = None
    email_sender: str | None = None
    email_events: str | None = None
    client_address_header: str | None = None
    stage: str | None = None

    @property
    def local(self) -> bool:
        """On one machine: files in a folder, messages in a file."""
        return self.data is not None


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration; raises ConfigError naming the variable and what to do."""
    key = environment.get("GOODWORD_IDENTITY_KEY", "")
    if len(key.encode()) < _MIN_SECRET_BYTES:
        raise ConfigError(
            f"GOODWORD_IDENTITY_KEY must hold at least {_MIN_SECRET_BYTES} random bytes; it hides identities"
        )
    table = read_table(environment)
    data = environment.get("GOODWORD_DATA")
    if data and not table.endpoint:
        raise ConfigError("on one machine GOODWORD_DYNAMODB_ENDPOINT says where the engine is")
    port = environment.get("PORT", "8000")
    return Config(
        table=table,
        public_url=environment.get("GOODWORD_URL", f"http://localhost:{port}").rstrip("/"),
        identity_key=key.encode(),
        templates=Path(environment.get("GOODWORD_TEMPLATES") or ROOT / "templates"),
        events_secrets=_standard_secrets(environment, "GOODWORD_EVENTS_SECRET"),
        stripe_secrets=_secrets(environment, "GOODWORD_STRIPE_SECRET"),
        quickbooks_secrets=_secrets(environment, "GOODWORD_QUICKBOOKS_SECRET"),
        jobber_secrets=_secrets(environment, "GOODWORD_JOBBER_SECRET"),
        housecallpro_secrets=_secrets(environment, "GOODWORD_HOUSECALLPRO_SECRET"),
        mapped_secrets=_secrets(environment, "GOODWORD_MAPPED_SECRET"),
        twilio_tokens=_secrets(environment, "GOODWORD_TWILIO_TOKEN"),
        webhooks_secrets=_standard_secrets(environment, "GOODWORD_WEBHOOKS_SECRET"),
        tremendous_secrets=_secrets(environment, "GOODWORD_TREMENDOUS_SECRET"),
        quickbooks=_quickbooks(environment),
        jobber=_jobber(environment),
        tremendous=TremendousAccess(
            url=_text(environment, "GOODWORD_TREMENDOUS_URL") or TremendousAccess.url,
            key=_text(environment, "GOODWORD_TREMENDOUS_KEY"),
        ),
        site_bucket=read_site_bucket(environment),
        data=Path(data) if data else None,
        sms_provider=_sms_provider(environment),
        sms_sender=environment.get("GOODWORD_SMS_SENDER"),
        sms_events=_text(environment, "GOODWORD_SMS_EVENTS"),
        twilio_account=_text(environment, "GOODWORD_TWILIO_ACCOUNT"),
        email_sender=environment.get("GOODWORD_EMAIL_SENDER"),
        email_events=_text(environment, "GOODWORD_EMAIL_EVENTS"),
        client_address_header=environment.get("GOODWORD_CLIENT_ADDRESS_HEADER"),
        stage=environment.get("GOODWORD_STAGE", "dev") if on_lambda(environment) else None,
    )


def on_lambda(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a function on AWS, whose output is logs and metrics."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def read_table(environment: Mapping[str, str]) -> TableSettings:
    """Where the table is: no secret, so it is known before any."""
    endpoint = environment.get("GOODWORD_DYNAMODB_ENDPOINT") or None
    return TableSettings(
        name=environment.get("GOODWORD_TABLE", "goodword"),
        region=environment.get("AWS_REGION", "us-east-1"),
        endpoint=endpoint,
        access_key=(environment.get("AWS_ACCESS_KEY_ID") or "local") if endpoint else None,
        secret_key=(environment.get("AWS_SECRET_ACCESS_KEY") or "local") if endpoint else None,
    )


def read_site_bucket(environment: Mapping[str, str] = os.environ) -> str | None:
    """Where the public files are on AWS: no secret either."""
    return environment.get("GOODWORD_SITE_BUCKET") or None


def with_parameters(environment: Mapping[str, str], parameters: Mapping[str, str]) -> dict[str, str]:
    """The environment as it is where secrets are kept elsewhere: those it holds itself are not looked at."""
    return {**{name: value for name, value in environment.items() if name not in SECRETS}, **parameters}


def _secrets(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(secret.strip() for secret in environment.get(name, "").split(",") if secret.strip())


def _standard_secrets(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Secrets of Standard Webhooks: one that cannot be used is refused now, not at every event."""
    secrets = _secrets(environment, name)
    if not all(standard_key(secret) for secret in secrets):
        raise ConfigError(f"{name} must be base64 after `whsec_`, such as whsec_$(openssl rand -base64 32)")
    return secrets


def _sms_provider(environment: Mapping[str, str]) -> str:
    provider = environment.get("GOODWORD_SMS_PROVIDER", "").strip() or SMS_PROVIDERS[0]
    if provider not in SMS_PROVIDERS:
        raise ConfigError(f"GOODWORD_SMS_PROVIDER must be one of {', '.join(SMS_PROVIDERS)}")
    missing = [name for name in _TWILIO if provider == "twilio" and not _text(environment, name)]
    if missing:
        raise ConfigError(f"to send by Twilio, {', '.join(missing)} must be set")
    return provider


def _quickbooks(environment: Mapping[str, str]) -> QuickBooksAccess:
    return QuickBooksAccess(
        url=_text(environment, "GOODWORD_QUICKBOOKS_URL") or QuickBooksAccess.url,
        token=_text(environment, "GOODWORD_QUICKBOOKS_TOKEN"),
        client_id=_text(environment, "GOODWORD_QUICKBOOKS_CLIENT_ID"),
        client_secret=_text(environment, "GOODWORD_QUICKBOOKS_CLIENT_SECRET"),
        refresh_token=_text(environment, "GOODWORD_QUICKBOOKS_REFRESH_TOKEN"),
    )


def _jobber(environment: Mapping[str, str]) -> JobberAccess:
    return JobberAccess(
        url=_text(environment, "GOODWORD_JOBBER_URL") or JobberAccess.url,
        token=_text(environment, "GOODWORD_JOBBER_TOKEN"),
    )


def _text(environment: Mapping[str, str], name: str) -> str | None:
    return environment.get(name, "").strip() or None
