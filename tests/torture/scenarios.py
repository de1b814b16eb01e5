"""Every scenario there is, by name; those that the issue's eight are, and the few that the quick profile runs."""

from collections.abc import Mapping

from tests.torture import scenarios_credit, scenarios_decisions, scenarios_invoices, scenarios_people
from tests.torture.plots import Scenario

#: Where a reward is at stake: a third worker settles beside the two.
MONEY = (*scenarios_invoices.SCENARIOS, *scenarios_decisions.SCENARIOS, *scenarios_credit.SCENARIOS)
ALL = (*MONEY, *scenarios_people.SCENARIOS)
#: An invoice that arrives while its customer is attributed is placed by a look a minute later; the judge does not wait.
LOOKED_AT_LATER = frozenset({"attribute_and_paid", "reattribute_and_paid", "lead_told_and_paid"})
#: Of each kind of race one; they take seconds.
QUICK: Mapping[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        scenarios_decisions.hold_over_and_void,
        scenarios_decisions.refund_and_redeem,
        scenarios_credit.credit_applied_and_reversed,
        scenarios_people.two_referrers,
        scenarios_people.stop_and_email,
    )
}
