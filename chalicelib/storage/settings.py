"""The settings item: one object, guarded by its version."""

from pynamodb.attributes import JSONAttribute

from chalicelib.domain.settings import Settings, default_settings, parse_settings
from chalicelib.storage.reading import read
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_KEY = "SETTINGS"


class SettingsItem(Item):
    """`SETTINGS` / `SETTINGS`."""

    raw = JSONAttribute()


class SettingsStore:
    """What the owner decided."""

    def get(self) -> Settings:
        """The present settings, read consistently; the defaults where nothing was decided yet."""
        item = read(SettingsItem, _KEY, _KEY)
        return parse_settings(item.raw, version=int(item.version or 0)) if item else default_settings()

    def write(self, transaction: Transaction, settings: Settings) -> None:
        """Refused as `settings` where somebody changed them since they were read."""
        item = SettingsItem(_KEY, _KEY, raw=settings.raw, version=settings.version + 1)
        if settings.version == 0:
            transaction.create("settings", item)
        else:
            transaction.replace("settings", item, settings.version)


def is_settings(pk: str, sk: str) -> bool:
    return (pk, sk) == (_KEY, _KEY)
