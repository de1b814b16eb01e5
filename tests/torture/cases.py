"""The scenarios as parameters of a test, and the defects that the explorer has found and that stand."""

import os
from collections.abc import Iterable, Mapping

import pytest

from tests.torture.plots import Scenario

_TORN = (
    "settle and override_reward read a referral and its participant one after the other: ValueError, count not taken"
)
_SKEW = "an invoice stored while its customer is attributed belongs to nobody"
_EMAIL = "only an SMS is claimed together with a look at who opted out"
_PLAN = "settle's _put_away deletes a plan that was made after it read the referral"

#: How many schedules of each scenario are run again with threads.
DRAWN = 100 if os.environ.get("GOODWORD_TORTURE") == "1" else 3
#: By scenario; each is broken in some schedule without any failure.
BROKEN: Mapping[str, str] = {
    "hold_over_and_void": _TORN,
    "moved_and_void": _TORN,
    "reversal_by_hand_and_void": _TORN,
    "stage_by_hand_and_void": _TORN,
    "reattribute_and_paid": _SKEW,
    "attribute_and_paid": _SKEW,
    "lead_told_and_paid": _SKEW,
    "stop_and_email": _EMAIL,
}
#: The same where one call fails too.
BROKEN_WITH_FAULTS: Mapping[str, str] = {**BROKEN, "stage_by_hand_and_schedule": _PLAN}
#: The same where a third worker settles what the two change.
BROKEN_WITH_A_THIRD: Mapping[str, str] = {**BROKEN, "paid_and_delete": _TORN, "refund_and_redeem": _TORN}


def each(scenarios: Iterable[Scenario], broken: Mapping[str, str] = BROKEN) -> pytest.MarkDecorator:
    """Parametrize a test with `scenario`; a mended defect fails until its line above is taken away."""
    cases = []
    for scenario in scenarios:
        name = scenario.__name__
        marks = [pytest.mark.xfail(reason=broken[name], strict=True)] if name in broken else []
        cases.append(pytest.param(scenario, id=name, marks=marks))
    return pytest.mark.parametrize("scenario", cases)
