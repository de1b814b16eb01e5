"""Invoice items: every invoice we were told of, whether or not it belongs to a referral."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute

from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import KnownInvoice, Question
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.referrals import invoice_as_json, invoice_from_json
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "INVOICE"
_AMBIGUOUS = "INVOICES#ambiguous"


class InvoiceItem(Item):
    """`V#<source>:<id>` / `INVOICE`, by version; listed under its customer while unmatched, or in the queue."""

    invoice = JSONAttribute()
    referral_id = UnicodeAttribute(null=True)
    identity = UnicodeAttribute(null=True)
    participant_id = UnicodeAttribute(null=True)
    credited = JSONAttribute(null=True)
    question = JSONAttribute(null=True)
    decided = BooleanAttribute(null=True)


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

    def ambiguous(self, *, limit: int, cursor: str | None) -> tuple[list[KnownInvoice], str | None]:
        """Those that a person has to decide about, the longest waiting first."""
        keys = list_keys(InvoiceItem.lists, _AMBIGUOUS, limit=limit, cursor=cursor)
        found = [_known(item) for item in read_in_order(InvoiceItem, keys.keys)]
        return [known for known in found if known.question is not None], keys.next

    def count_ambiguous(self, *, most: int) -> int:
        """How many wait for a person, counted up to `most`."""
        return len(list_keys(InvoiceItem.lists, _AMBIGUOUS, limit=most).keys)

    def write(
        self, transaction: Transaction, known: KnownInvoice, aliases: Iterable[str] = (), *, name: str = "invoice"
    ) -> None:
        """Refused as `name` where somebody changed it since it was read."""
        list_pk, list_sk = _place(known)
        item = InvoiceItem(
            f"V#{known.invoice.id}",
            _SK,
            list_pk=list_pk,
            list_sk=list_sk,
            version=known.version + 1,
            invoice=invoice_as_json(known.invoice),
            referral_id=known.referral_id,
            identity=known.identity,
            participant_id=known.participant_id,
            credited=dict(known.credited) or None,
            question=_question_as_json(known.question) if known.question else None,
            decided=known.decided or None,
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


def _place(known: KnownInvoice) -> tuple[str | None, str | None]:
    """Where it is listed: in the queue, or under its customer while it belongs to nobody."""
    if known.question is not None:
        return _AMBIGUOUS, f"{known.question.since:%Y-%m-%dT%H:%M:%S.%f}#{known.invoice.id}"
    if known.referral_id is None and known.identity is not None:
        return f"V#{known.identity}", known.invoice.id
    return None, None


def _question_as_json(question: Question) -> dict[str, Any]:
    contact = question.contact
    return {
        "since": question.since.isoformat(),
        "name": question.name,
        "phone": contact.phone,
        "email": contact.email,
        "ids": list(contact.external_ids),
    }


def _question(raw: dict[str, Any]) -> Question:
    contact = Contact(raw["phone"], raw["email"], tuple(raw["ids"]))
    return Question(datetime.fromisoformat(raw["since"]), raw["name"], contact)


def _known(item: InvoiceItem) -> KnownInvoice:
    return KnownInvoice(
        invoice_from_json(item.invoice),
        item.referral_id,
        item.identity,
        item.participant_id,
        item.credited or {},
        _question(item.question) if item.question else None,
        bool(item.decided),
        int(item.version or 1),
    )
