"""Any history of one participant's referrals, settled after each step (DESIGN 5, rules 3, 4 and 6)."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.credit import parts_to_spend
from chalicelib.domain.invoices import Invoice, InvoiceFact, fold
from chalicelib.domain.referrals import Referral, Stage, mark, with_invoice
from chalicelib.domain.reward_changes import LedgerEntry, Settlement, adjust, issue, redeem, reverse, spend
from chalicelib.domain.rewards import Reward
from chalicelib.domain.settings import changed, default_settings
from chalicelib.domain.settlement import plan_for, settle
from tests.unit.examples import NOW, participant, referral

#: How often a settlement may have to be applied until nothing is left to do.
CONVERGES_IN = 3
FATES = ("issued", "issued", "paid", "voided")
PLANS: list[dict[str, Any]] = [
    {"kind": "service_credit", "percent": None, "tier_mode": "step"},
    {"kind": "service_credit", "percent": None, "tier_mode": "milestone"},
    {"kind": "gift_card", "percent": None, "tier_mode": "step"},
    {"kind": "discount_code", "percent": 10, "tier_mode": "step"},
]


class Histories(RuleBasedStateMachine):
    """Facts, settings, the clock and people's hands in any order; settlement has to keep up with all of them."""

    referrals_made = Bundle("referrals_made")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.settings = default_settings()
        self.participant = participant()
        self.referrals: dict[str, Referral] = {}
        self.rewards: dict[str, Reward] = {}
        self.ledger: list[LedgerEntry] = []
        self.own: dict[str, tuple[Invoice, dict[str, int]]] = {}

    @initialize(target=referrals_made)
    def first_referral(self) -> str:
        return self.refer()

    @rule(target=referrals_made)
    def refer(self) -> str:
        name = f"ref_{len(self.referrals) + 1}"
        self.referrals[name] = referral(name, created_at=self.now)
        return name

    @rule(name=referrals_made, invoice=st.sampled_from("ab"), fact=st.data())
    def tell_of_an_invoice(self, name: str, invoice: str, fact: st.DataObject) -> None:
        kind = fact.draw(st.sampled_from(["issued", "paid", "paid", "voided", "refunded"]))
        at = self.now - timedelta(hours=fact.draw(st.sampled_from([0, 0, 1, 48])))
        cents = fact.draw(st.sampled_from([None, 4000, 10000]))
        told = InvoiceFact(f"{name}-{invoice}", kind, at, cents, refund_key="re", refunded_cents=cents)
        known = self.referrals[name].invoices.get(told.invoice_id, Invoice(told.invoice_id))
        self.fold(with_invoice(self.referrals[name], fold(known, told), at, "crm"))

    @rule(name=referrals_made, stage=st.sampled_from(["contacted", "won", "invoiced", "paid", "lost", "disqualified"]))
    def move_to_a_stage(self, name: str, stage: Stage) -> None:
        self.fold(mark(self.referrals[name], stage, self.now, "staff"))

    @rule(name=referrals_made)
    def delete(self, name: str) -> None:
        self.fold(replace(self.referrals[name], deleted_at=self.now))

    @rule(trigger=st.sampled_from(["invoiced", "paid"]), hold=st.sampled_from([0, 0, 3]), plan=st.sampled_from(PLANS))
    def change_the_settings(self, trigger: str, hold: int, plan: dict[str, Any]) -> None:
        part = {"trigger": trigger, "hold_days": hold, "rewards": {"customer": plan}}
        self.settings = changed(self.settings, part)
        self.settle_all()

    @rule(hours=st.sampled_from([1, 24, 96]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.settle_all()

    @rule(name=referrals_made)
    def redeem_by_hand(self, name: str) -> None:
        """P28: the customer spent it; or reversal was due and a person lets them keep it."""
        reward = self.live(name)
        if reward is not None and reward.status in {"issued", "reversal_due"}:
            self.write(redeem(self.referrals[name], self.participant, reward, self.now, why="spent"))
            self.settle_all()

    @rule(invoice=st.sampled_from("xy"), cents=st.sampled_from([700, 4000, 20000]), kind=st.sampled_from(FATES))
    def tell_of_an_invoice_of_their_own(self, invoice: str, cents: int, kind: str) -> None:
        """M12: an open one takes credit, one that falls gives it back, whenever it is told."""
        known, credited = self.own.get(invoice, (Invoice(invoice), {}))
        told = fold(known, InvoiceFact(invoice, kind, self.now, cents))  # type: ignore[arg-type]
        parts = parts_to_spend(told, credited, self.participant.credits, self.settings.currency)
        live = {name: cents for name, cents in parts.items() if self.rewards[name].live}
        self.participant, spent = spend(self.participant, self.rewards, live, self.now, why="an invoice")
        self.rewards |= {reward.id: replace(reward, version=reward.version + 1) for reward in spent}
        sums = {name: credited.get(name, 0) + parts.get(name, 0) for name in {**credited, **parts}}
        self.own[invoice] = (told, {name: cents for name, cents in sums.items() if cents})
        assert parts_to_spend(told, self.own[invoice][1], self.participant.credits, self.settings.currency) == {}
        self.settle_all()

    @rule(name=referrals_made, cents=st.sampled_from([100, 2500, 7000]))
    def change_the_amount_by_hand(self, name: str, cents: int) -> None:
        reward = self.live(name)
        can = reward is not None and reward.status in {"pending", "issued"} and reward.percent is None
        if can and cents >= reward.spent_cents:
            self.write(adjust(self.referrals[name], self.participant, reward, cents, self.now, why="by hand"))
            self.settle_all()

    @rule(name=referrals_made)
    def issue_by_hand(self, name: str) -> None:
        """S6: a person approves a gift card."""
        reward = self.live(name)
        if reward is not None and reward.status == "pending":
            self.write(issue(self.referrals[name], self.participant, reward, self.now, why="approved"))
            self.settle_all()

    @rule(name=referrals_made)
    def reverse_by_hand(self, name: str) -> None:
        """P28: as a person may decide, whatever the reward's status; its count is free, and no other reward follows."""
        reward = self.live(name)
        if reward is not None:
            withheld = replace(self.referrals[name], withheld="a mistake")
            self.write(reverse(withheld, self.participant, reward, self.now, why="a mistake"))
            self.settle_all()

    def live(self, name: str) -> Reward | None:
        reward_id = self.referrals[name].reward_id
        return self.rewards[reward_id] if reward_id else None

    def fold(self, known: Referral) -> None:
        self.referrals[known.id] = known
        self.settle_all()

    def settle_all(self) -> None:
        for name in self.referrals:
            for _ in range(CONVERGES_IN):
                before = self.live(name)
                change = settle(self.referrals[name], self.participant, before, self.settings, self.now)
                if change is None:
                    break
                self.check(before, change)
                self.write(change)
            assert settle(self.referrals[name], self.participant, self.live(name), self.settings, self.now) is None

    def check(self, before: Reward | None, change: Settlement) -> None:
        after = change.reward
        assert change.referral.why, "every settlement says why"
        if before is not None and not before.untouched:
            # Rule 6: what was redeemed is never silently changed, also where it was so in part.
            after = after or before
            assert after.live
            assert (after.spent_cents, after.redeemed_at) == (before.spent_cents, before.redeemed_at)
            assert after.amount_cents >= after.spent_cents
            assert (change.ledger.amount_cents if change.ledger else 0) == after.amount_cents - before.amount_cents
            assert after.amount_cents + after.cut_cents == before.amount_cents + before.cut_cents
        if after is not None and after.status == "issued" and (before is None or before.status == "pending"):
            assert after.kind != "gift_card", "nothing like cash is paid out by itself (S6)"
            assert self.now >= after.created_at + timedelta(days=self.settings.hold_days)
        if change.reward_is_new:
            assert after is not None
            plan = plan_for(self.participant, self.settings)
            assert after.amount_cents == (0 if plan.percent else plan.amount_for(after.tier))
            assert after.id not in self.rewards

    def write(self, change: Settlement) -> None:
        self.referrals[change.referral.id] = change.referral
        self.participant = change.participant
        if change.reward is not None:
            self.rewards[change.reward.id] = replace(change.reward, version=change.reward.version + 1)
        if change.ledger is not None:
            self.ledger.append(change.ledger)

    @invariant()
    def at_most_one_live_reward_a_referral(self) -> None:
        live = Counter(reward.referral_id for reward in self.rewards.values() if reward.live)
        assert all(count == 1 for count in live.values())
        named = {known.reward_id for known in self.referrals.values() if known.reward_id}
        assert named == {reward.id for reward in self.rewards.values() if reward.live}

    @invariant()
    def no_two_live_rewards_share_a_tier(self) -> None:
        tiers = [reward.tier for reward in self.rewards.values() if reward.live]
        assert len(set(tiers)) == len(tiers)

    @invariant()
    def the_book_of_tiers_is_what_the_referrals_hold(self) -> None:
        held = sorted(known.tier for known in self.referrals.values() if known.tier is not None)
        book = self.participant.tiers
        assert held == [count for count in range(1, book.highest + 1) if count not in book.freed]

    @invariant()
    def ledger_rewards_and_totals_agree(self) -> None:
        """Rule 4."""
        given = sum(reward.amount_cents for reward in self.rewards.values() if reward.given)
        assert sum(entry.amount_cents for entry in self.ledger) == given == self.participant.totals.earned_cents
        left = {
            r.id: r.left_cents for r in self.rewards.values() if r.kind == "service_credit" and r.status == "issued"
        }
        assert dict(self.participant.credits) == {name: cents for name, cents in left.items() if cents}
        assert self.participant.totals.closed == sum(known.closed for known in self.referrals.values())

    @invariant()
    def each_ledger_entry_is_written_once(self) -> None:
        """Rule 3: one issue and at most one reversal per reward."""
        assert len({entry.id for entry in self.ledger}) == len(self.ledger)

    @invariant()
    def closed_is_what_the_facts_say(self) -> None:
        for known in self.referrals.values():
            assert known.closed == known.reached(self.settings.trigger)
            if known.deleted_at is not None:
                assert not known.closed

    @invariant()
    def nothing_is_given_for_what_is_not_closed(self) -> None:
        """Rule 6."""
        for reward in self.rewards.values():
            if not self.referrals[reward.referral_id].closed:
                assert reward.status in {"reversed", "reversal_due", "redeemed"}
                assert reward.status == "reversed" or not reward.untouched

    @invariant()
    def no_credit_is_spent_twice(self) -> None:
        for reward in self.rewards.values():
            on_invoices = sum(credited.get(reward.id, 0) for _, credited in self.own.values())
            assert 0 <= reward.spent_cents <= reward.amount_cents
            if reward.live:
                assert on_invoices <= reward.spent_cents


TestHistories = Histories.TestCase
TestHistories.settings = hypothesis_settings(max_examples=150, stateful_step_count=30, deadline=None)
