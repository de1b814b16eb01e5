"""What a stream record counts as, read from the record alone: counting costs no call to the table."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.errors import Raw
from chalicelib.domain.measures import Measure
from chalicelib.storage.events import event_in
from chalicelib.storage.messages import message_in
from chalicelib.storage.referrals import referral_in
from chalicelib.storage.rewards import is_reward
from chalicelib.storage.stream import ASLEEP
from chalicelib.storage.webhooks import webhook_in
from chalicelib.storage.work import settlement_in

_MESSAGE: Mapping[str, Measure] = {"sent": "Sends", "failed": "Failures", "unknown": "Failures"}


def measure_in(record: Mapping[str, Any]) -> Measure | None:
    """What became true with this record: a lead came, a settlement was done, a reward given, a message sent or not.

    A record that is told twice counts twice; so does nothing else.
    """
    image = record["dynamodb"]
    pk, sk = image["Keys"]["pk"]["S"], image["Keys"]["sk"]["S"]
    new, old = image.get("NewImage"), image.get("OldImage")
    if new is None:
        return "Settlements" if settlement_in(pk, sk) is not None else None
    if ASLEEP in new:
        return None
    if referral_in(pk, sk) is not None:
        return "Leads" if old is None and "disqualified" not in new else None
    status = _status(new)
    if status is None or status == _status(old):
        return None
    if message_in(pk, sk) is not None:
        return _MESSAGE.get(status) if old is not None else None
    if is_reward(pk, sk):
        return "Rewards" if status == "issued" else None
    gave_up = (event_in(pk, sk) and status == "failed") or (webhook_in(pk, sk) and status == "dead")
    return "Failures" if gave_up else None


def _status(image: Raw | None) -> str | None:
    return image["status"]["S"] if image is not None and "status" in image else None
