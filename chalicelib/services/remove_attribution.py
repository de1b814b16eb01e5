"""Remove a wrong attribution (P29): its reward is reversed, and the prospect may be attributed rightly."""

from dataclasses import replace

from chalicelib.domain.errors import NotFound, Refused
from chalicelib.domain.identities import Contact
from chalicelib.domain.referrals import Referral
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle


def remove_attribution(ports: Ports, referral_id: str, by: str, note: str | None = None) -> Referral:
    """Take a referral out of all lists and totals; the item stays, for the audit. Raises NotFound.

    The prospect's identities and unsettled invoices are free again, unless another referral holds them.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.deleted_at is not None:
            raise NotFound("referral", referral_id)
        removed = replace(referral, deleted_at=ports.now(), identities=())
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, removed)
        held = ports.store.identities.find(referral.identities)
        for key, identity in held.items():
            if identity.referral_id == referral_id:
                ports.store.identities.release_referral(transaction, key, referral_id)
        person = next(iter(ports.pseudonyms.of(Contact(referral.prospect.phone, referral.prospect.email))), None)
        for invoice_id in referral.invoices:
            known = ports.store.invoices.get(invoice_id)
            if known is not None and known.referral_id == referral_id:
                freed = replace(known, referral_id=None, identity=person)
                ports.store.invoices.write(transaction, freed, name=f"invoice:{invoice_id}")
                if person is not None:
                    ports.store.invoices.wait(transaction, invoice_id, person)
        if referral.participant_id is not None and referral.disqualified is None:
            ports.store.participants.count(transaction, referral.participant_id, sent=-1)
        ports.store.work.plan_settlement(transaction, referral_id, removed.deleted_at or ports.now())
        record_audit(ports, transaction, by, "attribution removed", referral_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        settle(ports, referral_id)
        return ports.store.referrals.get(referral_id) or removed
    raise AssertionError  # attempts() raises before this
