"""Give a mention up: it means nobody we know (S10). The prospect stays a lead, without a referrer."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.referrals import Referral
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts


def reject_mention(ports: Ports, referral_id: str, by: str, note: str) -> Referral:
    """Take it out of the queue; it may be confirmed later all the same. Again is the same.

    Raises NotFound, and Conflict where it was attributed.
    """
    for _ in attempts():
        referral = ports.store.referrals.get(referral_id)
        if referral is None or referral.deleted_at is not None:
            raise NotFound("mention", referral_id)
        if referral.participant_id is not None:
            raise Conflict(f"{referral_id} is attributed to {referral.participant_id} already")
        if referral.referrer_unknown:
            return referral
        given_up = replace(referral, referrer_unknown=True)
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, given_up)
        record_audit(ports, transaction, by, "referred by nobody we know", referral_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(given_up, version=referral.version + 1)
    raise AssertionError  # attempts() raises before this
