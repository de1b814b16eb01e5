"""Invoice items: every invoice we were told of, whether or not it belongs to a referral."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.domain.invoices import KnownInvoice
from chalicelib.storage.reading import read, read_in_order, read_partition
from chalicelib.storage.referrals import invoice_as_json, invoice_from_json
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "INVOICE"
_WAITING = "WAITING#"
#: A transaction holds a hundred items, and an attribution takes what waits along.
_MOST = 50


class InvoiceItem(Item):
    """`V#<source>:<id>` / `INVOICE`, guarded by its version."""

    invoice = JSONAttribute()
    referral_id = UnicodeAttribute(null=True)
    identity = UnicodeAttribute(null=True)
    participant_id = UnicodeAttribute(null=True)
    credited = JSONAttribute(null=True)


class InvoiceAliasItem(Item):
    """`V#<other name>` / `ALIAS`: another id under which facts about an invoice arrive, such as its payment's."""

    invoice_id = UnicodeAttribute()


class WaitingItem(Item):
    """`I#<hmac>` / `WAITING#<invoice>`: an invoice of this person that belongs to no referral, or did once.

    In the table and not in an index, which lags behind: whoever attributes the person has to see it.
    """


class Invoices:
    """Facts about invoices, folded."""

    def get(self, invoice_id: str) -> KnownInvoice | None:
        item = read(InvoiceItem, f"V#{invoice_id}", _SK)
        return _known(item) if item else None

    def named(self, alias: str) -> str | None:
        """The id of the invoice that also goes by this name."""
        item = read(InvoiceAliasItem, f"V#{alias}", "ALIAS")
        return item.invoice_id if item else None

    def unmatched_of(self, identities: Iterable[str]) -> list[KnownInvoice]:
        """Invoices of these people that belong to no referral yet."""
        found: list[InvoiceItem] = []
        for identity in identities:
            waiting = islice(read_partition(WaitingItem, f"I#{identity}", _WAITING), _MOST)
            keys = [(f"V#{item.sk.removeprefix(_WAITING)}", _SK) for item in waiting]
            found.extend(item for item in read_in_order(InvoiceItem, keys) if item.identity == identity)
        return [_known(item) for item in found if item.referral_id is None]

    def write(
        self, transaction: Transaction, known: KnownInvoice, aliases: Iterable[str] = (), *, name: str = "invoice"
    ) -> None:
        """Refused as `name` where somebody changed it since it was read."""
        item = InvoiceItem(
            f"V#{known.invoice.id}",
            _SK,
            version=known.version + 1,
            invoice=invoice_as_json(known.invoice),
            referral_id=known.referral_id,
            identity=known.identity,
            participant_id=known.participant_id,
            credited=dict(known.credited) or None,
        )
        if known.version == 0:
            transaction.create(name, item)
        else:
            transaction.replace(name, item, known.version)
        self.name(transaction, known.invoice.id, aliases)

    def match(self, transaction: Transaction, known: KnownInvoice, referral_id: str) -> None:
        """Give an unmatched invoice to a referral; refused as `invoice` where somebody changed it meanwhile."""
        self.write(transaction, replace(known, referral_id=referral_id), name=f"invoice:{known.invoice.id}")
        self.stop_waiting(transaction, known)

    def wait(self, transaction: Transaction, invoice_id: str, identity: str) -> None:
        """Let an invoice be found by its customer's identity."""
        transaction.put(f"waiting:{invoice_id}", WaitingItem(f"I#{identity}", f"{_WAITING}{invoice_id}"))

    def stop_waiting(self, transaction: Transaction, known: KnownInvoice) -> None:
        """Undo that, where it was done."""
        if known.identity is not None and known.referral_id is None:
            waiting = WaitingItem(f"I#{known.identity}", f"{_WAITING}{known.invoice.id}")
            transaction.delete(f"waiting:{known.invoice.id}", waiting)

    def name(self, transaction: Transaction, invoice_id: str, aliases: Iterable[str]) -> None:
        """Note other names of an invoice, whether or not it is known already."""
        for alias in aliases:
            transaction.put(f"alias:{alias}", InvoiceAliasItem(f"V#{alias}", "ALIAS", invoice_id=invoice_id))


def _known(item: InvoiceItem) -> KnownInvoice:
    return KnownInvoice(
        invoice_from_json(item.invoice),
        item.referral_id,
        item.identity,
        item.participant_id,
        item.credited or {},
        int(item.version or 1),
    )
