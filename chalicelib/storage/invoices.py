"""Invoice items: every invoice we were told of, whether or not it belongs to a referral."""

from collections.abc import Iterable
from dataclasses import replace

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.domain.invoices import KnownInvoice
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.referrals import invoice_as_json, invoice_from_json
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "INVOICE"


class InvoiceItem(Item):
    """`V#<source>:<id>` / `INVOICE`, guarded by its version; listed under the customer's identity while unmatched."""

    invoice = JSONAttribute()
    referral_id = UnicodeAttribute(null=True)
    identity = UnicodeAttribute(null=True)
    participant_id = UnicodeAttribute(null=True)
    credited = JSONAttribute(null=True)


class InvoiceAliasItem(Item):
    """`V#<other name>` / `ALIAS`: another id under which facts about an invoice arrive, such as its payment's."""

    invoice_id = UnicodeAttribute()


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
        found = []
        for identity in identities:
            keys = list_keys(InvoiceItem.lists, f"V#{identity}", limit=50)
            found.extend(read_in_order(InvoiceItem, keys.keys))
        # The index may lag behind the table: by now an invoice may belong to somebody.
        return [_known(item) for item in found if item.referral_id is None]

    def write(
        self, transaction: Transaction, known: KnownInvoice, aliases: Iterable[str] = (), *, name: str = "invoice"
    ) -> None:
        """Refused as `name` where somebody changed it since it was read."""
        waiting = known.referral_id is None and known.identity is not None
        item = InvoiceItem(
            f"V#{known.invoice.id}",
            _SK,
            list_pk=f"V#{known.identity}" if waiting else None,
            list_sk=known.invoice.id if waiting else None,
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
