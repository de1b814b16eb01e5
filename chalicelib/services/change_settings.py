"""Change the settings (P19): checked whole, written with the audit, and the pages follow through the stream."""

from collections.abc import Mapping

from chalicelib.domain.errors import Refused
from chalicelib.domain.settings import Settings, changed
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, Wording, attempts


def change_settings(ports: Ports, wording: Wording, part: Mapping[str, object], by: str) -> Settings:
    """Apply a part of the settings; raises InvalidInput with every field that cannot be accepted."""
    for _ in attempts():
        settings = changed(ports.store.settings.get(), part)
        wording.check(settings)
        transaction = ports.store.transaction()
        ports.store.settings.write(transaction, settings)
        record_audit(ports, transaction, by, "settings changed", ", ".join(sorted(part)))
        try:
            transaction.commit()
        except Refused:
            continue
        return ports.store.settings.get()
    raise AssertionError  # attempts() raises before this
