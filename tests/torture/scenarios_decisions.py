"""Scenarios about decisions: what people and the schedule do with a reward while its reason comes or goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain.changes import SettlementPlanned
from chalicelib.domain.rewards import RewardStatus
from chalicelib.services.change_stage import change_stage
from chalicelib.services.override_reward import override_reward
from chalicelib.services.react import react
from chalicelib.services.reattribute import reattribute
from tests.torture.acting import Worker
from tests.torture.books import Books
from tests.torture.plots import LATER, NOW, Plot, Scene, given, person, statuses, works_off
from tests.world import START


def overrides(reward: str, status: RewardStatus, *, by: str = "owner") -> Worker:
    return person(f"{by} says {status}", lambda t: override_reward(t.ports, reward, status, by, "a note"))


def settles(referral: str, *, now: datetime = NOW) -> Worker:
    """The schedule, with the plan to settle this referral."""
    return Worker("schedule settles", lambda t: react(t.ports, t.outside, SettlementPlanned(referral)), now)


def refund_and_redeem(scene: Scene) -> Plot:
    """Redeemed first, a person has to decide; refunded first, there is nothing left to redeem."""
    _, phone, sam, reward = scene.rewarded()
    workers = (works_off(scene.told("refunded", phone, LATER)), overrides(reward, "redeemed"))

    def mishaps(books: Books) -> Iterator[str]:
        # Whoever had no answer says it again, and then it means: let it be.
        said = sum(row["action"] == "reward redeemed" for row in books.audits.values())
        yield from statuses(books, sam, "reversed", "reversal_due", *(["redeemed"] if said == 2 else []))

    return Plot(workers, lambda books: statuses(books, sam, "reversed", "reversal_due"), ("Conflict",), mishaps)


def hold_over_and_void(scene: Scene) -> Plot:
    scene.settings(hold_days=7)
    _, phone, sam, _ = scene.rewarded()
    later = START + timedelta(days=8)
    workers = (settles(sam, now=later), works_off(scene.told("voided", phone, LATER), now=later))

    def ends(books: Books) -> Iterator[str]:
        yield from given(books)
        yield from statuses(books, sam, "reversed")

    return Plot(workers, ends)


def approval_and_void(scene: Scene) -> Plot:
    """A gift card is approved while its invoice is voided."""
    tiers = [{"at": 1, "amount_cents": 2500}]
    scene.settings(rewards={"customer": {"kind": "gift_card", "tiers": tiers}})
    _, phone, sam, reward = scene.rewarded()
    workers = (overrides(reward, "issued"), works_off(scene.told("voided", phone, LATER)))
    return Plot(workers, lambda books: statuses(books, sam, "reversed"), ("Conflict",))


def reversal_by_hand_and_paid(scene: Scene) -> Plot:
    """What a person took back no later event gives again."""
    _, phone, sam, reward = scene.rewarded()
    workers = (overrides(reward, "reversed"), works_off(scene.told("paid", phone, LATER)))

    def ends(books: Books) -> Iterator[str]:
        yield from given(books)
        yield from statuses(books, sam, "reversed")

    return Plot(workers, ends)


def reversal_by_hand_and_void(scene: Scene) -> Plot:
    """Two reasons to take one reward back: once is enough."""
    _, phone, sam, reward = scene.rewarded()
    workers = (overrides(reward, "reversed"), works_off(scene.told("voided", phone, LATER)))
    return Plot(workers, lambda books: statuses(books, sam, "reversed"), ("Conflict",))


def moved_and_redeemed(scene: Scene) -> Plot:
    """Redeemed first, what was given to the wrong one is for a person to decide; moved first, it is Bob's."""
    jane, _, sam, reward = scene.rewarded()
    bob = scene.enrol("Bob Ray")
    moves = person("owner moves", lambda t: reattribute(t.ports, sam, bob, "owner"))

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "reversal_due", "reversed issued")
        yield from given(books, **{jane if books.rewards[reward]["status"] == "reversal_due" else bob: 2500})

    def mishaps(books: Books) -> Iterator[str]:
        said = sum(row["action"] == "reward redeemed" for row in books.audits.values())
        yield from statuses(books, sam, "reversal_due", "reversed issued", *(["redeemed"] if said == 2 else []))

    return Plot((moves, overrides(reward, "redeemed")), ends, ("Conflict",), mishaps)


def redeemed_by_two(scene: Scene) -> Plot:
    """One at the counter redeems what another takes back."""
    _, _, sam, reward = scene.rewarded()
    workers = (overrides(reward, "redeemed", by="staff"), overrides(reward, "reversed"))
    return Plot(workers, lambda books: statuses(books, sam, "reversed"), ("Conflict",))


def stage_by_hand_and_schedule(scene: Scene) -> Plot:
    """The schedule finds nothing to settle at the moment a person closes the referral."""
    jane, _, sam = scene.referred()
    scene.delivered()
    transaction = scene.tools.ports.store.transaction()
    scene.tools.ports.store.work.plan_settlement(transaction, sam, START)
    transaction.commit()
    closes = person("staff says invoiced", lambda t: change_stage(t.ports, sam, "invoiced", NOW, "staff"))
    return Plot((closes, settles(sam)), lambda books: given(books, **{jane: 2500}))


def stage_by_hand_and_void(scene: Scene) -> Plot:
    """Staff correct the stage while the invoice falls: the later word, theirs, holds."""
    _, phone, sam, _ = scene.rewarded()
    lost = person("staff says disqualified", lambda t: change_stage(t.ports, sam, "disqualified", NOW, "staff"))
    return Plot((lost, works_off(scene.told("voided", phone, LATER))), given)


SCENARIOS = (
    refund_and_redeem,
    hold_over_and_void,
    approval_and_void,
    reversal_by_hand_and_paid,
    reversal_by_hand_and_void,
    moved_and_redeemed,
    redeemed_by_two,
    stage_by_hand_and_schedule,
    stage_by_hand_and_void,
)
