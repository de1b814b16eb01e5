"""Scenarios about what a reward is used for: credit on the participant's own invoices, and discount codes."""

from collections.abc import Iterator

from chalicelib.services.override_reward import change_amount
from chalicelib.services.redeem_discount import Use, redeem_discount
from chalicelib.services.remove_attribution import remove_attribution
from tests.torture.acting import Worker
from tests.torture.books import Books
from tests.torture.plots import EARLIER, LATER, Plot, Scene, given, person, statuses, works_off
from tests.torture.scenarios_decisions import overrides


def own_phone(scene: Scene, code: str) -> str:
    """The participant's own number, by which their own invoices are known."""
    found = scene.tools.ports.store.participants.get(code)
    assert found is not None
    assert found.phone is not None
    return found.phone


def taken(books: Books, **cents: int) -> Iterator[str]:
    """What each own invoice has taken must be exactly this, by the invoice's short name."""
    found = {
        name.partition(":")[2]: sum(row["credited"].values())
        for name, row in books.invoices.items()
        if row.get("credited")
    }
    if found != cents:
        yield f"expected {cents} to be taken by invoices, found {found}"


def credit_applied_and_reversed(scene: Scene) -> Plot:
    """An own invoice takes a part of the credit whose reason falls: what is used is for a person, the rest is gone."""
    jane, phone, sam, _ = scene.rewarded()
    own = scene.told("issued", own_phone(scene, jane), LATER, invoice="own", amount_cents=1_000)
    workers = (works_off(own), works_off(scene.told("voided", phone, LATER)))

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "reversed", "reversal_due")
        used = {"own": 1_000} if books.rewards_of(sam, "reversal_due") else {}
        yield from taken(books, **used)
        yield from given(books, **({jane: 1_000} if used else {}))

    return Plot(workers, ends)


def credit_used_up_and_reversed(scene: Scene) -> Plot:
    """The same with an invoice that is worth all of it, and a removal instead of a void."""
    jane, _, sam, _ = scene.rewarded()
    own = scene.told("issued", own_phone(scene, jane), LATER, invoice="own", amount_cents=90_000)
    removes = person("owner removes", lambda t: remove_attribution(t.ports, sam, "owner"))

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "reversed", "reversal_due")
        used = bool(books.rewards_of(sam, "reversal_due"))
        yield from taken(books, **({"own": 2_500} if used else {}))
        yield from given(books, **({jane: 2_500} if used else {}))

    return Plot((works_off(own), removes), ends)


def credit_given_back_and_reversed(scene: Scene) -> Plot:
    """Both invoices fall, the own one that used the credit and the friend's that earned it: nothing is left over."""
    jane, phone, sam, _ = scene.rewarded()
    own = own_phone(scene, jane)
    scene.worked_off(scene.told("issued", own, EARLIER, invoice="own", amount_cents=1_000))
    workers = (
        works_off(scene.told("voided", own, LATER, invoice="own", amount_cents=1_000)),
        works_off(scene.told("voided", phone, LATER)),
    )

    def ends(books: Books) -> Iterator[str]:
        yield from given(books)
        yield from taken(books)
        yield from statuses(books, sam, "reversed")

    return Plot(workers, ends)


def credit_for_two_invoices(scene: Scene) -> Plot:
    """Two own invoices reach for one credit: together they take all of it and no more."""
    jane, _, sam, _ = scene.rewarded()
    own = own_phone(scene, jane)
    workers = tuple(
        works_off(scene.told("issued", own, LATER, invoice=name, amount_cents=2_000)) for name in ("one", "two")
    )

    def ends(books: Books) -> Iterator[str]:
        first = max(sum(row["credited"].values()) for row in books.invoices.values() if row.get("credited"))
        if first != 2_000 or sum(sum(row.get("credited", {}).values()) for row in books.invoices.values()) != 2_500:
            yield f"the first invoice took {first}, not 2000, or both together not 2500"
        yield from statuses(books, sam, "redeemed")
        yield from given(books, **{jane: 2_500})

    return Plot(workers, ends)


def credit_applied_and_redeemed(scene: Scene) -> Plot:
    """Staff note as redeemed what an invoice takes at this moment: one of them has it."""
    jane, _, sam, reward = scene.rewarded()
    own = scene.told("issued", own_phone(scene, jane), LATER, invoice="own", amount_cents=1_000)

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "redeemed")
        yield from given(books, **{jane: 2_500})

    return Plot((works_off(own), overrides(reward, "redeemed", by="staff")), ends)


def credit_applied_and_amount_changed(scene: Scene) -> Plot:
    """The owner lowers a reward while an invoice takes of it: never below what was taken."""
    jane, _, _, reward = scene.rewarded()
    own = scene.told("issued", own_phone(scene, jane), LATER, invoice="own", amount_cents=2_000)
    lowers = person("owner lowers", lambda t: change_amount(t.ports, reward, 1_500, "owner", "a note"))

    def ends(books: Books) -> Iterator[str]:
        worth = books.rewards[reward]["amount_cents"]
        if worth not in {1_500, 2_500}:
            yield f"the reward is worth {worth}"
        yield from given(books, **{jane: worth})
        yield from taken(books, own=min(worth, 2_000))

    return Plot((works_off(own), lowers), ends, ("Conflict",))


def _with_code(scene: Scene) -> tuple[str, str, str, str]:
    """A discount code as a reward: the participant, the friend's phone, the referral, the code."""
    scene.settings(rewards={"customer": {"kind": "discount_code", "tiers": [{"at": 1, "amount_cents": 2_500}]}})
    jane, phone, sam, reward = scene.rewarded()
    found = scene.tools.ports.store.rewards.get(reward)
    assert found is not None
    assert found.discount_code is not None
    return jane, phone, sam, found.discount_code


def _redeems(code: str, use: str) -> Worker:
    return person(f"staff redeem {use}", lambda t: redeem_discount(t.ports, code, Use("staff", use)))


def refund_and_code_redeemed(scene: Scene) -> Plot:
    """The till tells of a code at the moment its reason is refunded."""
    jane, phone, sam, code = _with_code(scene)
    workers = (
        works_off(scene.told("refunded", phone, LATER)),
        works_off(scene.event("discount.redeemed", LATER, {"discount": {"code": code}})),
    )

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "reversed", "reversal_due")
        used = "redeemed_at" in books.discounts[code]
        if used != bool(books.rewards_of(sam, "reversal_due")):
            yield f"the code is used={used}, and its reward does not fit"
        yield from given(books, **({jane: 2_500} if used else {}))

    return Plot(workers, ends)


def code_redeemed_by_two(scene: Scene) -> Plot:
    """Two tills take one code: one of them is refused."""
    jane, _, sam, code = _with_code(scene)

    def ends(books: Books) -> Iterator[str]:
        yield from statuses(books, sam, "redeemed")
        yield from given(books, **{jane: 2_500})

    return Plot((_redeems(code, "till 1"), _redeems(code, "till 2")), ends, ("Conflict",))


SCENARIOS = (
    credit_applied_and_reversed,
    credit_used_up_and_reversed,
    credit_given_back_and_reversed,
    credit_for_two_invoices,
    credit_applied_and_redeemed,
    credit_applied_and_amount_changed,
    refund_and_code_redeemed,
    code_redeemed_by_two,
)
