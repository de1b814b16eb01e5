"""The table as a bookkeeper reads it: plain rows by what they are, without the repositories that are under test."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.torture.table import State, rows

Row = Mapping[str, Any]
GIVEN = frozenset({"issued", "redeemed", "reversal_due"})


@dataclass(frozen=True)
class Books:
    """One state of the table. Each mapping goes by the id that the program itself uses."""

    participants: Mapping[str, Row]
    referrals: Mapping[str, Row]
    rewards: Mapping[str, Row]
    ledger: Mapping[str, Row]
    messages: Mapping[str, Row]
    identities: Mapping[str, Row]
    invoices: Mapping[str, Row]
    events: Mapping[str, Row]
    audits: Mapping[str, Row]
    planned: Mapping[str, Row]
    looks: Mapping[str, Row]
    discounts: Mapping[str, Row]
    statistics: Mapping[str, Row]
    standings: Mapping[str, Row]
    sent: tuple[str, ...]

    @classmethod
    def of(cls, state: State) -> "Books":
        found: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows(state):
            kind, name = _kind_and_name(row["pk"], row["sk"])
            found[kind][name] = row
        kinds = [name for name in cls.__dataclass_fields__ if name != "sent"]
        return cls(**{kind: found[kind] for kind in kinds}, sent=state.sent)

    def rewards_of(self, referral_id: str, *statuses: str) -> list[Row]:
        """A referral's rewards, all or with one of these statuses."""
        mine = [row for row in self.rewards.values() if row["pk"] == f"R#{referral_id}"]
        return [row for row in mine if not statuses or row["status"] in statuses]

    def referrals_of(self, code: str) -> dict[str, Row]:
        return {name: row for name, row in self.referrals.items() if row.get("participant_id") == code}

    def credited_to(self, code: str) -> dict[str, Row]:
        """Referrals that count in a participant's totals, which may not be theirs any more."""
        return {name: row for name, row in self.referrals.items() if row.get("credited_to") == code}

    def entries_of(self, reward_id: str) -> dict[str, Row]:
        """A reward's ledger entries by their kind, `issued`, `adjusted-1` ..., `reversed`."""
        return {name.partition("#")[2]: row for name, row in self.ledger.items() if row["reward_id"] == reward_id}

    def live(self) -> dict[str, Row]:
        return {name: row for name, row in self.rewards.items() if row["status"] != "reversed"}

    def given(self, code: str | None = None) -> dict[str, Row]:
        """Rewards that count in the ledger, of everybody or of one participant."""
        return {
            name: row
            for name, row in self.rewards.items()
            if row["status"] in GIVEN and code in {None, row["participant_id"]}
        }

    def standing(self) -> dict[str, Row]:
        """Referrals that count: attributed, not removed, not disqualified when they came in."""
        return {
            name: row
            for name, row in self.referrals.items()
            if "participant_id" in row and "deleted_at" not in row and "disqualified" not in row
        }


def _kind_and_name(pk: str, sk: str) -> tuple[str, str]:
    name = pk.partition("#")[2]
    match pk[:2], sk.partition("#")[0]:
        case "P#", "PROFILE":
            return "participants", name
        case "P#", "LEDGER":
            return "ledger", sk.partition("#")[2]
        case "P#", "BOARD":
            return "standings", f"{name}/{sk.partition('#')[2]}"
        case "R#", "REFERRAL":
            return "referrals", name
        case "R#", "REWARD":
            return "rewards", f"rew_{name.removeprefix('ref_')}-{sk.partition('#')[2]}"
        case "R#", "SETTLE":
            return "planned", name
        case "R#", "LOOK":
            return "looks", name
        case "M#", "MESSAGE":
            return "messages", name
        case "I#", "IDENTITY":
            return "identities", name
        case "V#", "INVOICE":
            return "invoices", name
        case "E#", "EVENT":
            return "events", name
        case "D#", "DISCOUNT":
            return "discounts", name
        case "AU", "AUDIT":
            return "audits", name
        case "ST", "SHARD":
            return "statistics", f"{pk}/{sk}"
    return "other", f"{pk}/{sk}"
