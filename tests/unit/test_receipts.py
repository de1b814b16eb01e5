"""Receipts in any order, and any number of them, leave a message in the same state; it never goes back."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.messages import STATUSES, Message, MessageStatus
from chalicelib.domain.receipts import Receipt, after_receipt

AT = datetime(2026, 5, 4, tzinfo=UTC)
RECEIPTS = [Receipt("msg_1", "delivered"), Receipt("msg_1", "undelivered", "Twilio: 30003")]
LEFT: tuple[MessageStatus, ...] = ("claimed", "unknown", "sent")


def message(status: MessageStatus) -> Message:
    return Message("msg_1", "invitation", "sms", "participant", AT, AT, status=status)


def folded(status: MessageStatus, receipts: list[Receipt]) -> Message:
    state = message(status)
    for receipt in receipts:
        state = after_receipt(state, receipt, AT) or state
    return state


@given(st.sampled_from(LEFT), st.lists(st.sampled_from(RECEIPTS), max_size=4))
def test_the_end_does_not_depend_on_the_order(status: MessageStatus, receipts: list[Receipt]) -> None:
    ends = {folded(status, list(order)).status for order in permutations(receipts)}
    assert len(ends) == 1
    assert folded(status, receipts * 2).status in ends


@pytest.mark.parametrize("receipt", RECEIPTS)
@pytest.mark.parametrize("status", sorted(set(STATUSES) - set(LEFT) - {"delivered", "undelivered"}))
def test_what_never_left_is_not_delivered(status: MessageStatus, receipt: Receipt) -> None:
    assert after_receipt(message(status), receipt, AT) is None


def test_a_message_whose_fate_was_unknown_is_known_by_its_receipt() -> None:
    known = folded("unknown", RECEIPTS[:1])
    assert (known.status, known.reason, known.sent_at) == ("delivered", None, AT)
