"""All repositories over one table, and the transactions they share."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pynamodb.connection import Connection

from chalicelib.storage.table import TableSettings, bind
from chalicelib.storage.transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.storage.access import Audit, Keys
    from chalicelib.storage.backlogs import Backlogs
    from chalicelib.storage.commitments import Commitments
    from chalicelib.storage.discounts import Discounts
    from chalicelib.storage.events import Events
    from chalicelib.storage.gift_cards import GiftCards
    from chalicelib.storage.identities import Identities
    from chalicelib.storage.invoices import Invoices
    from chalicelib.storage.messages import Messages
    from chalicelib.storage.names import Names
    from chalicelib.storage.participants import Participants
    from chalicelib.storage.referrals import Referrals
    from chalicelib.storage.replies import Replies
    from chalicelib.storage.results_reviews import ResultsReviews
    from chalicelib.storage.reviews import Reviews
    from chalicelib.storage.rewards import Rewards
    from chalicelib.storage.sessions import Sessions
    from chalicelib.storage.settings import SettingsStore
    from chalicelib.storage.sightings import Sightings
    from chalicelib.storage.site import SiteState
    from chalicelib.storage.standings import Standings
    from chalicelib.storage.statistics import Statistics
    from chalicelib.storage.submissions import Submissions
    from chalicelib.storage.users import Users
    from chalicelib.storage.webhooks import Webhooks
    from chalicelib.storage.whole import Whole
    from chalicelib.storage.work import Work


class Store:
    """The table as the services see it. A repository is loaded when it is first used: a lead needs half of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, settings: TableSettings) -> "Store":
        return cls(bind(settings))

    @property
    def session(self) -> Any:
        """The botocore session behind the table's client: another client made of it loads half as much."""
        return self._connection.session

    def transaction(self) -> Transaction:
        return Transaction(self._connection)

    @cached_property
    def audit(self) -> "Audit":
        from chalicelib.storage.access import Audit

        return Audit()

    @cached_property
    def backlogs(self) -> "Backlogs":
        from chalicelib.storage.backlogs import Backlogs

        return Backlogs()

    @cached_property
    def commitments(self) -> "Commitments":
        from chalicelib.storage.commitments import Commitments

        return Commitments()

    @cached_property
    def discounts(self) -> "Discounts":
        from chalicelib.storage.discounts import Discounts

        return Discounts()

    @cached_property
    def events(self) -> "Events":
        from chalicelib.storage.events import Events

        return Events()

    @cached_property
    def gift_cards(self) -> "GiftCards":
        from chalicelib.storage.gift_cards import GiftCards

        return GiftCards()

    @cached_property
    def identities(self) -> "Identities":
        from chalicelib.storage.identities import Identities

        return Identities()

    @cached_property
    def invoices(self) -> "Invoices":
        from chalicelib.storage.invoices import Invoices

        return Invoices()

    @cached_property
    def keys(self) -> "Keys":
        from chalicelib.storage.access import Keys

        return Keys()

    @cached_property
    def messages(self) -> "Messages":
        from chalicelib.storage.messages import Messages

        return Messages()

    @cached_property
    def names(self) -> "Names":
        from chalicelib.storage.names import Names

        return Names()

    @cached_property
    def participants(self) -> "Participants":
        from chalicelib.storage.participants import Participants

        return Participants()

    @cached_property
    def referrals(self) -> "Referrals":
        from chalicelib.storage.referrals import Referrals

        return Referrals()

    @cached_property
    def replies(self) -> "Replies":
        from chalicelib.storage.replies import Replies

        return Replies()

    @cached_property
    def results_reviews(self) -> "ResultsReviews":
        from chalicelib.storage.results_reviews import ResultsReviews

        return ResultsReviews()

    @cached_property
    def reviews(self) -> "Reviews":
        from chalicelib.storage.reviews import Reviews

        return Reviews()

    @cached_property
    def rewards(self) -> "Rewards":
        from chalicelib.storage.rewards import Rewards

        return Rewards()

    @cached_property
    def sessions(self) -> "Sessions":
        from chalicelib.storage.sessions import Sessions

        return Sessions()

    @cached_property
    def settings(self) -> "SettingsStore":
        from chalicelib.storage.settings import SettingsStore

        return SettingsStore()

    @cached_property
    def sightings(self) -> "Sightings":
        from chalicelib.storage.sightings import Sightings

        return Sightings()

    @cached_property
    def site(self) -> "SiteState":
        from chalicelib.storage.site import SiteState

        return SiteState()

    @cached_property
    def standings(self) -> "Standings":
        from chalicelib.storage.standings import Standings

        return Standings()

    @cached_property
    def statistics(self) -> "Statistics":
        from chalicelib.storage.statistics import Statistics

        return Statistics()

    @cached_property
    def submissions(self) -> "Submissions":
        from chalicelib.storage.submissions import Submissions

        return Submissions()

    @cached_property
    def users(self) -> "Users":
        from chalicelib.storage.users import Users

        return Users()

    @cached_property
    def webhooks(self) -> "Webhooks":
        from chalicelib.storage.webhooks import Webhooks

        return Webhooks()

    @cached_property
    def whole(self) -> "Whole":
        from chalicelib.storage.whole import Whole

        return Whole(self._connection)

    @cached_property
    def work(self) -> "Work":
        from chalicelib.storage.work import Work

        return Work()
