"""How much the nth closed referral earns (P20), and which n are taken (rule 3)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.rewards import RewardPlan, Tier, TierBook, referral_of, reward_id
from tests.unit.examples import any_text

DOCUMENTED = (Tier(1, 2500), Tier(3, 5000), Tier(5, 10000))
STEP = [2500, 2500, 5000, 5000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000]
MILESTONE = [2500, None, 5000, None, 10000, None, None, None, None, None, None, None]


@pytest.mark.parametrize(("mode", "amounts"), [("step", STEP), ("milestone", MILESTONE)])
def test_the_documents_tiers_for_the_first_twelve(mode: str, amounts: list[int | None]):
    """P20: $25 for the first, $50 for the third, $100 for the fifth."""
    plan = RewardPlan("service_credit", DOCUMENTED, mode)
    assert [plan.amount_for(count) for count in range(1, 13)] == amounts


@given(st.permutations(DOCUMENTED), st.integers(1, 12))
def test_the_order_in_which_tiers_were_written_does_not_matter(tiers: list[Tier], count: int):
    assert RewardPlan("service_credit", tuple(tiers)).amount_for(count) == STEP[count - 1]


def test_nothing_is_due_before_the_first_tier_or_without_tiers():
    assert RewardPlan("service_credit", (Tier(2, 100),)).amount_for(1) is None
    assert RewardPlan("service_credit", ()).amount_for(1) is None


class Tiers(RuleBasedStateMachine):
    """The book against the plain set of taken counts it stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.book = TierBook()
        self.taken: set[int] = set()

    @rule()
    def take(self) -> None:
        """Rule 3: the lowest free count, so a reversal's tier goes to the next close."""
        lowest = next(count for count in range(1, len(self.taken) + 2) if count not in self.taken)
        count, self.book = self.book.take()
        assert count == lowest
        self.taken.add(count)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        count = data.draw(st.sampled_from(sorted(self.taken)))
        self.book = self.book.release(count)
        self.taken.remove(count)

    @rule(count=st.integers(-2, 15))
    def release_what_is_free(self, count: int) -> None:
        """Rule 3: at most one reversal."""
        if count not in self.taken:
            with pytest.raises(ValueError, match="not taken"):
                self.book.release(count)

    @invariant()
    def stands_for_the_set(self) -> None:
        assert self.book.taken == len(self.taken)
        assert set(range(1, self.book.highest + 1)) - set(self.book.freed) == self.taken

    @invariant()
    def is_compact(self) -> None:
        """Equal sets have equal books, and a book is no longer than its gaps."""
        assert self.book.highest == max(self.taken, default=0)
        assert list(self.book.freed) == sorted(set(self.book.freed))


TestTiers = Tiers.TestCase
TestTiers.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26), st.integers(1, 10**6))
def test_a_rewards_id_names_its_referral_and_its_generation(ulid: str, generation: int):
    """Rule 3: a business key, so that one reward cannot be made twice."""
    assert referral_of(reward_id(f"ref_{ulid}", generation)) == (f"ref_{ulid}", generation)


@given(any_text)
def test_any_other_text_names_no_reward_or_one_that_reads_back(text: str):
    for candidate in (text, f"rew_{text}", f"rew_A-{text}", f"rew_{text}-1"):
        found = referral_of(candidate)
        assert found is None or found[0].startswith("ref_")
