"""DESIGN 5, rules 2 to 6, as a bookkeeper checks them: from the items alone, at every moment and over each write."""

from collections import Counter
from collections.abc import Iterator

from chalicelib.domain.identities import Pseudonyms
from tests.torture.books import Books, Row

#: What a reward may become; a step of BY_HAND needs an audit entry, of a person or of an own invoice that took credit.
_NEXT = {
    "pending": {"issued", "reversed"},
    "issued": {"redeemed", "reversed", "reversal_due"},
    "redeemed": {"issued", "reversal_due", "reversed"},
    "reversal_due": {"issued", "redeemed", "reversed"},
    "reversed": set(),
}
_BY_HAND = {("issued", "redeemed"), ("redeemed", "issued"), ("redeemed", "reversed"), ("reversal_due", "reversed")}
_NEVER_CHANGES = ("currency", "tier", "kind", "participant_id")
_OVER = frozenset({"sent", "failed", "skipped", "unknown"})


def always(books: Books, pseudonyms: Pseudonyms) -> Iterator[str]:
    """What must hold at every moment, because each change is one transaction."""
    yield from _one_owner(books, pseudonyms)
    for name, row in books.rewards.items():
        yield from _reward_by_itself(books, name, row)
    for name, row in books.referrals.items():
        yield from _one_live_reward(books, name, row)
    for code, row in books.participants.items():
        yield from _sums(books, code, row)
        yield from _tiers(books, code, row)
    yield from _messages(books)
    yield from _used(books)
    for what in ("closed", "earned_cents"):
        counted = sum(row.get(what, 0) for row in books.statistics.values())
        if counted != sum(row[what] for row in books.participants.values()):
            yield f"rule 4: the statistics count {counted} {what}"


def at_rest(books: Books) -> Iterator[str]:
    """What must hold once everybody has done their work."""
    for name, row in books.referrals.items():
        moves = row.get("credited_to") not in {None, row.get("participant_id")}
        reached = name in books.standing() and row["stage"] in {"invoiced", "paid"} and not moves
        if row["closed"] != reached:
            yield f"rule 6: {name} is {row['stage']}, reached={reached}, but closed={row['closed']}"
        if moves and not books.rewards_of(name, "redeemed", "reversal_due"):
            yield f"rule 6: {name} is still credited to {row['credited_to']}"
        if reached and not books.rewards_of(name, "pending", "issued", "redeemed") and "withheld" not in row:
            yield f"rule 3: {name} closed and has no reward"
        if not reached and books.rewards_of(name, "pending", "issued"):
            yield f"rule 6: {name} has no reason left for its reward"
    yield from _invoices_told(books)
    by_hand = {row["subject"] for row in books.audits.values() if row["action"] == "reward reversed"}
    for name, row in books.rewards.items():
        if row["status"] == "reversed" and row.get("spent_cents") and name not in by_hand:
            yield f"rule 6: {row['spent_cents']} of {name} were used, and it was taken back by itself"
    for name, row in books.invoices.items():
        if row.get("credited") and row["invoice"]["state"] == "voided":
            yield f"rule 6: invoice {name} fell and keeps {row['credited']}"
    for name, row in books.events.items():
        if row["status"] not in {"done", "failed", "waiting"}:
            yield f"rule 7: event {name} is still {row['status']}"


def across(before: Books, after: Books) -> Iterator[str]:
    """What one write may not do."""
    by_hand = len(after.audits) > len(before.audits)
    for name, row in before.ledger.items():
        if after.ledger.get(name) != row:
            yield f"the ledger is append-only: {name} changed"
    for name, row in before.rewards.items():
        yield from _reward_changed(name, row, after.rewards.get(name), by_hand=by_hand)
    for name, row in before.discounts.items():
        if "redeemed_for" in row and row["redeemed_for"] != after.discounts.get(name, {}).get("redeemed_for"):
            yield f"code {name} was redeemed twice"
    for kind in ("participants", "referrals", "messages", "invoices", "events", "discounts"):
        for name in getattr(before, kind).keys() - getattr(after, kind).keys():
            yield f"{kind}: {name} vanished"
    for name, row in before.identities.items():
        now = after.identities.get(name, {})
        if "participant_id" in row and now.get("participant_id") != row["participant_id"]:
            yield f"rule 1: identity {name} went from {row['participant_id']} to {now.get('participant_id')}"
        if "referral_id" in row and now.get("referral_id") not in {None, row["referral_id"]}:
            yield f"rule 2: identity {name} was taken from {row['referral_id']} by {now.get('referral_id')}"
    customers = {row.get("phone") for row in before.participants.values()}
    for name in after.standing().keys() - before.referrals.keys():
        row = after.referrals[name]
        if row["source"] != "manual" and row.get("prospect_phone") in customers - {None}:
            yield f"rule 2: {name} is a customer's, and nobody decided that it may stand"
    for name, row in before.messages.items():
        yield from _message_changed(after, name, row["status"], after.messages[name])


def _one_owner(books: Books, pseudonyms: Pseudonyms) -> Iterator[str]:
    for name, row in books.standing().items():
        key = pseudonyms.phone(row["prospect_phone"])
        held = books.identities.get(key, {}).get("referral_id")
        if held != name:
            yield f"rule 2: {name} stands, but its prospect's phone belongs to {held}"
        if books.participants.get(row["participant_id"], {}).get("phone") == row["prospect_phone"]:
            yield f"rule 2: {name} is its referrer's own"
    for key, row in books.identities.items():
        owner = row.get("referral_id")
        if owner is not None and "deleted_at" in books.referrals.get(owner, {"deleted_at": ""}):
            yield f"rule 2: identity {key} belongs to {owner}, which is gone"
    phones = Counter(row["phone"] for row in books.participants.values())
    yield from (f"rule 2: {number} participants with one phone" for number in phones.values() if number > 1)


def _reward_by_itself(books: Books, name: str, row: Row) -> Iterator[str]:
    given = row["status"] in {"issued", "redeemed", "reversal_due"}
    entries = books.entries_of(name)
    adjusted = {f"adjusted-{n}" for n in range(1, row.get("adjustments", 0) + 1)}
    if given and set(entries) != {"issued"} | adjusted:
        yield f"rule 3: {name} is {row['status']} and has the entries {sorted(entries)}"
    if row["status"] == "reversed" and set(entries) not in ({"issued", "reversed"} | adjusted, set()):
        yield f"rule 3: {name} is reversed and has the entries {sorted(entries)}"
    if row["status"] == "pending" and entries:
        yield f"rule 3: {name} is pending and has entries"
    balance = sum(entry["amount_cents"] for entry in entries.values())
    if balance != (row["amount_cents"] if given else 0):
        yield f"rule 4: {name} is worth {row['amount_cents']}, its entries {balance}"
    if not 0 <= row.get("spent_cents", 0) <= row["amount_cents"]:
        yield f"rule 4: {name} is worth {row['amount_cents']}, and {row['spent_cents']} of it are used"


def _one_live_reward(books: Books, name: str, row: Row) -> Iterator[str]:
    live = [reward for reward in books.rewards_of(name) if reward["status"] != "reversed"]
    if len(live) > 1:
        yield f"rule 3: {name} has {len(live)} live rewards"
    named = row.get("reward_id")
    if (named is None) != (not live) or (live and books.rewards.get(named) not in live):
        yield f"rule 3: {name} names {named}, and has {len(live)} live rewards"
    if live and live[0]["tier"] != row.get("tier"):
        yield f"rule 3: {name} has tier {row.get('tier')}, its reward {live[0]['tier']}"


def _sums(books: Books, code: str, row: Row) -> Iterator[str]:
    entries = sum(entry["amount_cents"] for entry in books.ledger.values() if entry["pk"] == f"P#{code}")
    given = sum(reward["amount_cents"] for reward in books.given(code).values())
    if not entries == given == row["earned_cents"]:
        yield f"rule 4: {code} has {entries} in the ledger, {given} in rewards, {row['earned_cents']} in total"
    closed = sum(referral["closed"] for referral in books.credited_to(code).values())
    board = int(row["work_sk"].partition("#")[0]) if row.get("work_pk") == "BOARD" else 0
    if not closed == row["closed"] == board:
        yield f"rule 4: {code} has {closed} closed referrals, {row['closed']} in total, {board} on the leaderboard"
    yield from _periods(books, code, row)
    left = {
        name: reward["amount_cents"] - reward.get("spent_cents", 0)
        for name, reward in books.rewards.items()
        if (reward["participant_id"], reward["kind"], reward["status"]) == (code, "service_credit", "issued")
    }
    if {name: cents for name, cents in left.items() if cents} != row.get("credits", {}):
        yield f"rule 4: {code} has {left} left of rewards, and a balance of {row.get('credits')}"
    months: Counter[str] = Counter()
    for reward in books.live().values():
        if reward["participant_id"] == code and reward["amount_cents"]:
            months[reward["created_at"][:7]] += reward["amount_cents"]
    if months != row.get("committed", {}):
        yield f"rule 4: {code} has rewards of {dict(months)}, and {row.get('committed')} is committed"
    counted = sum(name in books.standing() for name in books.referrals_of(code))
    if counted != row["sent"]:
        yield f"{code} has sent {counted} referrals, and {row['sent']} are counted"


def _periods(books: Books, code: str, row: Row) -> Iterator[str]:
    """The boards of each month and year against the referrals that closed in them."""
    months = Counter(referral["closed_in"] for referral in books.credited_to(code).values() if referral["closed"])
    if months != row.get("closed_in", {}):
        yield f"rule 4: {code} closed {dict(months)} by month, and {row.get('closed_in')} is counted"
    periods = months.copy()
    for month, number in months.items():
        periods[month[:4]] += number
    boards = {
        name.partition("/")[2]: standing for name, standing in books.standings.items() if name.partition("/")[0] == code
    }
    shown = {period: int(standing["work_sk"].partition("#")[0]) for period, standing in boards.items()}
    if shown != periods or any(standing["work_pk"] != f"BOARD#{period}" for period, standing in boards.items()):
        yield f"rule 4: {code} closed {dict(periods)} by period, the boards have {shown}"


def _used(books: Books) -> Iterator[str]:
    """What invoices took is what rewards lack, and a used code means a used reward."""
    taken: Counter[str] = Counter()
    for name, row in books.invoices.items():
        taken.update(row.get("credited", {}))
        if sum(row.get("credited", {}).values()) > (row["invoice"]["amount_cents"] or 0):
            yield f"rule 4: invoice {name} took more than it is worth"
    for name, row in books.live().items():
        by_hand = "redeemed_at" in row
        spent = row.get("spent_cents", 0)
        if row["kind"] == "service_credit" and (taken[name] > spent or (taken[name] < spent and not by_hand)):
            yield f"rule 4: invoices took {taken[name]} of {name}, and {spent} are used"
    for name, row in books.discounts.items():
        reward = books.rewards.get(row.get("reward_id", ""), {"status": "redeemed"})
        if "redeemed_at" in row and reward["status"] in {"pending", "issued"}:
            yield f"rule 6: code {name} was redeemed, and its reward is {reward['status']}"


def _tiers(books: Books, code: str, row: Row) -> Iterator[str]:
    held = Counter(referral["tier"] for referral in books.credited_to(code).values() if "tier" in referral)
    rewarded = Counter(reward["tier"] for reward in books.live().values() if reward["participant_id"] == code)
    yield from (f"rule 3: {n} referrals of {code} hold tier {tier}" for tier, n in held.items() if n > 1)
    yield from (f"rule 3: {n} live rewards of {code} have tier {tier}" for tier, n in rewarded.items() if n > 1)
    book = row["tiers"]
    taken = set(range(1, book["highest"] + 1)) - set(book["freed"])
    if taken != set(held):
        yield f"rule 3: tiers {sorted(taken)} of {code} are taken, {sorted(held)} are held"


def _messages(books: Books) -> Iterator[str]:
    for name in books.rewards:
        entries = books.entries_of(name)
        for entry, template in (("issued", "reward_issued"), ("issued", "thank_you"), ("reversed", "reward_reversed")):
            if (entry in entries) != (f"msg_{template}_{name}" in books.messages):
                yield f"rule 5: {name} has the entries {sorted(entries)}, and {template} does not fit them"
    for name, row in books.messages.items():
        if row["template"] in {"reward_issued", "reward_reversed"} and row.get("reward_id") not in books.rewards:
            yield f"rule 5: {name} without a reward"
    yield from (f"rule 5: {name} left {n} times" for name, n in Counter(books.sent).items() if n > 1)
    for name in books.sent:
        if books.messages[name]["status"] not in {"claimed", "sent", "unknown"}:
            yield f"rule 5: {name} left, and is {books.messages[name]['status']}"


def _invoices_told(books: Books) -> Iterator[str]:
    for name, row in books.invoices.items():
        referral = books.referrals.get(row.get("referral_id", ""))
        if referral is not None and referral.get("invoices", {}).get(name) != row["invoice"]:
            yield f"rule 7: {row['referral_id']} has not heard the last of invoice {name}"
        owner = books.identities.get(row.get("identity", ""), {}).get("referral_id") if referral is None else None
        if owner is not None and books.referrals[owner]["source"] == "manual":
            yield f"rule 7: invoice {name} belongs to nobody, and its customer to {owner}"


def _reward_changed(name: str, row: Row, now: Row | None, *, by_hand: bool) -> Iterator[str]:
    if now is None:
        yield f"{name} vanished"
        return
    yield from (f"{name}: {part} changed" for part in _NEVER_CHANGES if row[part] != now[part])
    adjusted = now.get("adjustments", 0) - row.get("adjustments", 0)
    if row["amount_cents"] != now["amount_cents"] and "issued_at" in row and adjusted != 1:
        yield f"rule 4: the amount of {name} changed without a line of its own"
    if row["status"] == "reversed" and row != now:
        yield f"rule 6: {name} was reversed and changed"
    step = (row["status"], now["status"])
    if step == ("reversal_due", "reversed") and not row.get("spent_cents") and "redeemed_at" not in row:
        return  # All of what was used came back, so there is nothing left to decide.
    if step == ("issued", "reversal_due") and not row.get("spent_cents"):
        yield f"rule 6: nothing of {name} is used, and it waits for a person"
    if step[0] != step[1] and (step[1] not in _NEXT[step[0]] or (step in _BY_HAND and not by_hand)):
        yield f"rule 6: {name} went from {step[0]} to {step[1]} by itself"


def _message_changed(after: Books, name: str, was: str, now: Row) -> Iterator[str]:
    if was in _OVER and now["status"] != was:
        yield f"rule 5: {name} was {was} and is {now['status']} again"
    if was == "queued" and now["status"] == "claimed" and now["recipient"] != "owner":
        people = [row for row in after.participants.values() if now["to"] in {row.get("phone"), row.get("email")}]
        if any(row["opted_out"] for row in people):
            yield f"rule 8: {name} was claimed for {now['to']}, who had opted out"
