"""Every scenario there is, by name; those that the issue's eight are, and the few that the quick profile runs."""

from collections.abc import Mapping

from tests.torture import scenarios_credit, scenarios_decisions, scenarios_invoices, scenarios_people
from tests.torture.plots import Scenario

#: Where a reward is at stake: a third worker settles beside the two.
MONEY = (*scenarios_invoices.SCENARIOS, *scenarios_decisions.SCENARIOS, *scenarios_credit.SCENARIOS)
ALL = (*MONEY, *scenarios_people.SCENARIOS)
#: Of each kind of race one; they take seconds.
QUICK: Mapping[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        scenarios_invoices.attribute_and_paid,
        scenarios_decisions.refund_and_redeem,
        scenarios_credit.credit_applied_and_reversed,
        scenarios_people.two_referrers,
        scenarios_people.stop_and_email,
    )
}
