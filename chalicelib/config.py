"""Configuration: read once, here, into a frozen dataclass. Nothing else looks at the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.storage.table import TableSettings

ROOT = Path(__file__).resolve().parent.parent
_MIN_SECRET_BYTES = 16


class ConfigError(Exception):
    """An environment variable is missing or makes no sense."""


@dataclass(frozen=True)
class Config:
    """Where things are and which secrets there are; secrets are tuples so that two live while one is rotated."""

    table: TableSettings
    public_url: str
    identity_key: bytes
    templates: Path
    events_secrets: tuple[str, ...] = ()
    stripe_secrets: tuple[str, ...] = ()
    site_bucket: str | None = None
    data: Path | None = None
    sms_sender: str | None = None
    email_sender: str | None = None
    client_address_header: str | None = None

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
    data = environment.get("GOODWORD_DATA")
    endpoint = environment.get("GOODWORD_DYNAMODB_ENDPOINT") or None
    if data and not endpoint:
        raise ConfigError("on one machine GOODWORD_DYNAMODB_ENDPOINT says where the engine is")
    port = environment.get("PORT", "8000")
    return Config(
        table=TableSettings(
            name=environment.get("GOODWORD_TABLE", "goodword"),
            region=environment.get("AWS_REGION", "us-east-1"),
            endpoint=endpoint,
            access_key=(environment.get("AWS_ACCESS_KEY_ID") or "local") if endpoint else None,
            secret_key=(environment.get("AWS_SECRET_ACCESS_KEY") or "local") if endpoint else None,
        ),
        public_url=environment.get("GOODWORD_URL", f"http://localhost:{port}").rstrip("/"),
        identity_key=key.encode(),
        templates=Path(environment.get("GOODWORD_TEMPLATES") or ROOT / "templates"),
        events_secrets=_secrets(environment, "GOODWORD_EVENTS_SECRET"),
        stripe_secrets=_secrets(environment, "GOODWORD_STRIPE_SECRET"),
        site_bucket=environment.get("GOODWORD_SITE_BUCKET"),
        data=Path(data) if data else None,
        sms_sender=environment.get("GOODWORD_SMS_SENDER"),
        email_sender=environment.get("GOODWORD_EMAIL_SENDER"),
        client_address_header=environment.get("GOODWORD_CLIENT_ADDRESS_HEADER"),
    )


def _secrets(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(secret.strip() for secret in environment.get(name, "").split(",") if secret.strip())
