"""What the services need from outside; `wiring` hands it to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.errors import Contended

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from chalicelib.domain.events import Event
    from chalicelib.domain.gift_cards import CardWish, ProviderOrder
    from chalicelib.domain.identifiers import RandomBytes
    from chalicelib.domain.identities import Pseudonyms
    from chalicelib.domain.leaderboard import Board
    from chalicelib.domain.messages import Channel
    from chalicelib.domain.participants import Participant
    from chalicelib.domain.previews import Preview
    from chalicelib.domain.settings import Settings
    from chalicelib.storage.store import Store

_ATTEMPTS = 12


@dataclass(frozen=True)
class Ports:
    """The table, the time, randomness, and the key that hides identities."""

    store: Store
    now: Callable[[], datetime]
    random_bytes: RandomBytes
    pseudonyms: Pseudonyms
    public_url: str


class SendError(Exception):
    """The provider did not take a message. `certain`: it surely was not sent; `again`: it may be tried later.

    `opted_out`: the number stands on the provider's own list of those who said no.
    """

    def __init__(self, reason: str, *, certain: bool, again: bool = False, opted_out: bool = False) -> None:
        self.certain, self.again, self.opted_out = certain, again, opted_out
        super().__init__(reason)


@dataclass(frozen=True)
class Outgoing:
    """A message ready to go. `id` lets a provider or a log recognise it; `unsubscribe` is a link of one click."""

    id: str
    to: str
    text: str
    subject: str | None = None
    unsubscribe: str | None = None


class Sender(Protocol):
    """Takes a message out of the house."""

    def send(self, message: Outgoing) -> str:
        """Hand it to the provider and return the provider's id; raises SendError."""


class PostError(Exception):
    """A webhook was not answered. `final`: it makes no sense to try again."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(reason)


@dataclass(frozen=True)
class Reply:
    """What a webhook's receiver answered; `retry_after` is the header as it came."""

    status: int
    retry_after: str | None = None


class WebhookSender(Protocol):
    """Signs webhooks and posts them."""

    def post(self, url: str, webhook_id: str, at: datetime, body: bytes) -> Reply:
        """Post one as of `at`, by Standard Webhooks, and return the answer, whatever it is; raises PostError."""


class Wording(Protocol):
    """Turns a template and its data into words."""

    def render(self, template: str, part: str, data: Mapping[str, object], override: str | None) -> str:
        """Render `part` (`sms`, `subject`, `email`) of a template; raises InvalidInput where it cannot be."""

    def check(self, settings: Settings) -> None:
        """Hold the business's own words against the rules; raises InvalidInput with every finding."""

    def previews(self, settings: Settings) -> Iterator[Preview]:
        """Every message filled with sample data, with what is wrong with its words."""


class Site(Protocol):
    """The public files."""

    def publish_landing(self, participant: Participant, settings: Settings, now: datetime) -> int:
        """Render a participant's page and put it where it differs; returns how many files were put."""

    def publish_fixed(self, settings: Settings, now: datetime) -> int:
        """The same for the pages that belong to nobody."""

    def publish_leaderboard(self, boards: tuple[Board, ...] | None, settings: Settings, now: datetime) -> int:
        """Put the leaderboard of each period, or take it away where `boards` is None."""

    def publish_thanks(self, names: tuple[str, ...] | None, settings: Settings, now: datetime) -> int:
        """Put the wall of thanks, or take it away where `names` is None."""

    def has_picture(self, name: str) -> bool:
        """Whether a picture of this name is there."""

    def withdraw_landing(self, name: str) -> None:
        """Take away the page of a code or an alias."""

    def digest(self, settings: Settings, now: datetime) -> str:
        """A hash of all that landing pages have in common."""


class Parser(Protocol):
    """Turns one source's payload into events."""

    def __call__(self, body: bytes, event_id: str, region: str) -> list[Event]:
        """`region` is where phone numbers without a country code belong; raises InvalidInput or Unreadable."""


class CardError(Exception):
    """The provider of gift cards did not do what it was asked.

    `certain`: it surely did nothing; `again`: it may be asked again, after `wait` where it named one.
    """

    def __init__(self, reason: str, *, certain: bool, again: bool, wait: timedelta | None = None) -> None:
        self.certain, self.again, self.wait = certain, again, wait
        super().__init__(reason)


class GiftCards(Protocol):
    """A provider of gift cards. Every function raises CardError."""

    def place(self, wish: CardWish) -> ProviderOrder:
        """Order a card; asked again under the same `external_id` it answers with the same order."""

    def find(self, external_id: str) -> ProviderOrder | None:
        """The order of this name, or None where there surely is none."""

    def cancel(self, order: ProviderOrder) -> None:
        """Call an order off; refused where its card cannot be taken back any more."""

    def new_link(self, card_id: str) -> str:
        """Another link to a card, for when the first was lost on its way here."""

    def name_of(self, kind: str, provider_id: str) -> str | None:
        """The `external_id` of the order that a notice is about; `kind` is `orders` or `rewards`."""


@dataclass(frozen=True)
class Outside:
    """What leaves and what arrives."""

    senders: Mapping[Channel, Sender]
    wording: Wording
    site: Site
    parsers: Mapping[str, Parser]
    webhooks: WebhookSender
    gift_cards: GiftCards | None = None


def attempts() -> Iterator[int]:
    """Count the attempts of an optimistic change; raises Contended when they are used up."""
    yield from range(_ATTEMPTS)
    raise Contended("the same items keep changing; please try again")
