"""The one place where ports meet what they plug into: AWS, or one machine."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config import SECRETS_PATH, Config, ConfigError, read_config, read_table, with_parameters
from chalicelib.domain.errors import GoodwordError, InvalidInput
from chalicelib.domain.identities import Pseudonyms
from chalicelib.services.ports import Outside, Parser, Ports, Sender, SendError
from chalicelib.storage.store import Store
from chalicelib.watching.metrics import Metrics

if TYPE_CHECKING:
    from chalicelib.delivery.site_store import SiteStore
    from chalicelib.domain.messages import Channel
    from chalicelib.domain.settings import Settings
    from chalicelib.services.ports import GiftCards, Outgoing
    from chalicelib.services.print_letter import PaperLetter
    from chalicelib.site.public_site import PublicSite

_log = logging.getLogger(__name__)
#: For how long secrets are used without another look; when one is rotated, two are good meanwhile.
_SECRETS_SECONDS = 300
_AFTER_FAILURE_SECONDS = 30
#: For how long a function may take a lead by settings that were changed elsewhere; money never uses these.
_SETTINGS_SECONDS = 20


@dataclass
class Program:
    """Everything wired; what is costly to make is made when it is first needed."""

    config: Config
    ports: Ports
    _settings: tuple[float, Settings] | None = field(default=None, repr=False)

    def settings(self) -> Settings:
        """Settings good enough for limits, phone numbers and pages; at most 20 seconds old."""
        now = time.monotonic()
        if self._settings is None or now - self._settings[0] > _SETTINGS_SECONDS:
            self._settings = (now, self.ports.store.settings.get())
        return self._settings[1]

    def forget_settings(self) -> None:
        self._settings = None

    @cached_property
    def metrics(self) -> Metrics:
        """Where what happened is counted."""
        return Metrics(self.config.stage)

    @cached_property
    def outside(self) -> Outside:
        """Senders, words, pages, parsers and webhooks."""
        from chalicelib.delivery.webhooks_out import HttpWebhooks
        from chalicelib.delivery.wording import TemplateWording

        cards = _gift_cards(self.config)
        return Outside(
            _senders(self.config),
            TemplateWording(self.config.templates, self.config.public_url),
            self.public_site,
            _parsers(self.config, cards),
            HttpWebhooks(self.config.webhooks_secrets, public_only=not self.config.local),
            cards,
        )

    @cached_property
    def public_site(self) -> PublicSite:
        """The builder of the pages over their store."""
        from chalicelib.site.public_site import PublicSite

        return PublicSite(self.config.templates, self.site_store, self.config.public_url)

    @cached_property
    def site_store(self) -> SiteStore:
        """Where the public files are."""
        from chalicelib.delivery.site_store import FolderStore

        if self.config.data is not None:
            return FolderStore(self.config.data / "site")
        return bucket_store(self.config.site_bucket)

    def form_error(self, error: GoodwordError, back: str) -> str:
        """The page that tells a person without JavaScript what to mend; `back` is the page of their form."""
        from chalicelib.domain.errors import FieldError

        errors = error.errors if isinstance(error, InvalidInput) else (FieldError("form", str(error)),)
        return self.public_site.builder(self.settings(), self.ports.now()).form_error(errors, back)

    def unsubscribe_page(self, *, done: bool) -> str:
        """The page behind the link below our e-mails."""
        return self.public_site.builder(self.settings(), self.ports.now()).unsubscribe(done=done)

    def letter_page(self, letter: PaperLetter) -> str:
        """A letter on paper, as a page to print."""
        return self.public_site.builder(self.settings(), self.ports.now()).letter(letter)


def bucket_store(bucket: str | None) -> SiteStore:
    """The public files on AWS, for whoever needs nothing but them."""
    import boto3

    from chalicelib.delivery.site_store import S3Store

    return S3Store(boto3.client("s3"), bucket or "")


def make_program(config: Config, *, now: Callable[[], datetime] | None = None, store: Store | None = None) -> Program:
    """Wire a program for one configuration, over a store that is open already or one of its own."""
    ports = Ports(
        store=store or Store.open(config.table),
        now=now or _utc_now,
        random_bytes=os.urandom,
        pseudonyms=Pseudonyms(config.identity_key),
        public_url=config.public_url,
    )
    return Program(config, ports)


class Current:
    """The program of this process, made when it is first asked for.

    Where `GOODWORD_SECRETS_PATH` names a path of SSM, its secrets are read there, and again after five minutes: a
    rotation needs no deploy.
    """

    def __init__(
        self, environment: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._environment, self._clock = environment, clock
        self._program: Program | None = None
        self._until = 0.0

    def __call__(self) -> Program:
        """Raises ConfigError where there are no secrets to begin with; later it goes on with those it has."""
        if self._program is None:
            self._program = self._made(None)
        elif self._clock() >= self._until:
            try:
                self._program = self._made(self._program)
            except ConfigError as error:
                _log.warning("goes on with the secrets it has: %s", error)
                self._until = self._clock() + _AFTER_FAILURE_SECONDS
        return self._program

    def _made(self, before: Program | None) -> Program:
        path = self._environment.get(SECRETS_PATH)
        self._until = self._clock() + _SECRETS_SECONDS if path else float("inf")
        if not path:
            return make_program(read_config(self._environment))
        store = before.ports.store if before else Store.open(read_table(self._environment))
        config = read_config(secret_environment(self._environment, store.session))
        return before if before and config == before.config else make_program(config, store=store)


def secret_environment(environment: Mapping[str, str], session: Any = None) -> Mapping[str, str]:
    """The environment with what SSM keeps below `GOODWORD_SECRETS_PATH`, or as it is; raises ConfigError."""
    path = environment.get(SECRETS_PATH)
    if not path:
        return environment
    from botocore.config import Config as Client
    from botocore.session import get_session

    from chalicelib.delivery.parameters import ParametersError, read_parameters

    patience = Client(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
    region = environment.get("AWS_REGION", "us-east-1")
    try:
        client = (session or get_session()).create_client("ssm", region_name=region, config=patience)
        return with_parameters(environment, read_parameters(client, path))
    except ParametersError as error:
        raise ConfigError(str(error)) from error


program = Current()


class _NoSender:
    """Stands where a channel is not set up: says so, and the message keeps."""

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def send(self, message: Outgoing) -> str:
        raise SendError(f"{self._variable} is not set", certain=True)


def _senders(config: Config) -> Mapping[Channel, Sender]:
    if config.data is not None:
        from chalicelib.delivery.outbox_file import OutboxFile

        outbox = OutboxFile(config.data / "outbox.jsonl")
        return {"sms": outbox, "email": outbox}
    import boto3

    from chalicelib.delivery.aws_sending import ONCE
    from chalicelib.delivery.email import SesEmail

    if config.email_sender is None:
        return {"sms": _sms(config), "email": _NoSender("GOODWORD_EMAIL_SENDER")}
    client = boto3.client("sesv2", config=ONCE)
    return {"sms": _sms(config), "email": SesEmail(client, config.email_sender, config.email_events)}


def _sms(config: Config) -> Sender:
    """The provider that `GOODWORD_SMS_PROVIDER` names."""
    if config.sms_provider == "twilio":
        from chalicelib.delivery.twilio_sms import TwilioSms

        callback = f"{config.public_url}/v1/hooks/twilio"
        return TwilioSms(config.twilio_account or "", config.twilio_tokens[0], config.sms_sender or "", callback)
    import boto3

    from chalicelib.delivery.aws_sending import ONCE

    if config.sms_provider == "end-user-messaging":
        from chalicelib.delivery.end_user_messaging import EndUserMessagingSms

        client = boto3.client("pinpoint-sms-voice-v2", config=ONCE)
        return EndUserMessagingSms(client, config.sms_sender, config.sms_events)
    from chalicelib.delivery.sms import SnsSms

    return SnsSms(boto3.client("sns", config=ONCE), config.sms_sender)


def _gift_cards(config: Config) -> GiftCards | None:
    if config.tremendous.key is None:
        return None
    from chalicelib.delivery.gift_cards import Tremendous
    from chalicelib.inbound.fetch import UrllibFetch

    return Tremendous(config.tremendous.url, config.tremendous.key, UrllibFetch())


def _parsers(config: Config, cards: GiftCards | None) -> Mapping[str, Parser]:
    from chalicelib.inbound import housecallpro, jobber, quickbooks, standard, stripe, tremendous
    from chalicelib.inbound.fetch import UrllibFetch
    from chalicelib.inbound.quickbooks_api import QuickBooksApi

    fetch = UrllibFetch()
    return {
        "events": standard.parse,
        "stripe": stripe.parse,
        "quickbooks": quickbooks.parser(QuickBooksApi(config.quickbooks, fetch)),
        "jobber": jobber.parser(jobber.JobberApi(config.jobber, fetch)),
        "housecallpro": housecallpro.parse,
        "tremendous": tremendous.parser(cards),
        # Translated when they arrive.
        "mapped": standard.parse,
    }


def _utc_now() -> datetime:
    return datetime.now(UTC)
