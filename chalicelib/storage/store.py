"""All repositories over one table, and the transactions they share."""

from pynamodb.connection import Connection

from chalicelib.storage.access import Audit, Keys
from chalicelib.storage.events import Events
from chalicelib.storage.identities import Identities
from chalicelib.storage.invoices import Invoices
from chalicelib.storage.messages import Messages
from chalicelib.storage.participants import Participants
from chalicelib.storage.referrals import Referrals
from chalicelib.storage.rewards import Rewards
from chalicelib.storage.settings import SettingsStore
from chalicelib.storage.site import SiteState
from chalicelib.storage.statistics import Statistics
from chalicelib.storage.submissions import Submissions
from chalicelib.storage.table import TableSettings, bind
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import Work


class Store:
    """The table as the services see it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.audit = Audit()
        self.events = Events()
        self.identities = Identities()
        self.invoices = Invoices()
        self.keys = Keys()
        self.messages = Messages()
        self.participants = Participants()
        self.referrals = Referrals()
        self.rewards = Rewards()
        self.settings = SettingsStore()
        self.site = SiteState()
        self.statistics = Statistics()
        self.submissions = Submissions()
        self.work = Work()

    @classmethod
    def open(cls, settings: TableSettings) -> "Store":
        return cls(bind(settings))

    def transaction(self) -> Transaction:
        return Transaction(self._connection)
