"""Reward items and the append-only ledger behind them."""

from collections.abc import Iterator

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.errors import Raw
from chalicelib.domain.reward_changes import LedgerEntry
from chalicelib.domain.rewards import STATUSES, Reward, RewardStatus, referral_of
from chalicelib.storage.reading import list_keys, merge_keys, read, read_in_order, read_partition
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction


class RewardItem(Item):
    """`R#<referral>` / `REWARD#<generation>`: beside its referral, guarded by its version."""

    participant_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    tier = NumberAttribute()
    amount_cents = NumberAttribute()
    currency = UnicodeAttribute()
    status = UnicodeAttribute()
    why = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    percent = NumberAttribute(null=True)
    text = UnicodeAttribute(null=True)
    discount_code = UnicodeAttribute(null=True)
    issued_at = UTCDateTimeAttribute(null=True)
    redeemed_at = UTCDateTimeAttribute(null=True)
    spent_cents = NumberAttribute(null=True)
    cut_cents = NumberAttribute(null=True)
    adjustments = NumberAttribute(null=True)
    kept = BooleanAttribute(null=True)


class LedgerItem(Item):
    """`P#<code>` / `LEDGER#<reward>#issued|reversed|adjusted-<n>`: the key itself allows one of each."""

    referral_id = UnicodeAttribute()
    reward_id = UnicodeAttribute()
    amount_cents = NumberAttribute()
    currency = UnicodeAttribute()
    at = UTCDateTimeAttribute()


class Rewards:
    """What was promised, given and taken back."""

    def get(self, reward_id: str) -> Reward | None:
        named = referral_of(reward_id)
        if named is None:
            return None
        item = read(RewardItem, f"R#{named[0]}", f"REWARD#{named[1]}")
        return _reward(item) if item else None

    def of_referral(self, referral_id: str) -> list[Reward]:
        """Every reward a referral ever had, oldest first."""
        return [_reward(item) for item in read_partition(RewardItem, f"R#{referral_id}", "REWARD#")]

    def page(
        self, *, participant_id: str | None, status: RewardStatus | None, limit: int, cursor: str | None
    ) -> tuple[list[Reward], str | None]:
        """Newest first: of one participant, or with one status, or all."""
        if participant_id is not None:
            keys = list_keys(RewardItem.lists, f"W#{participant_id}", limit=limit, cursor=cursor, newest_first=True)
        else:
            partitions = [f"REWARDS#{known}" for known in ([status] if status else STATUSES)]
            keys = merge_keys(RewardItem.work, RewardItem.work_sk, partitions, limit=limit, cursor=cursor)
        return [_reward(item) for item in read_in_order(RewardItem, keys.keys)], keys.next

    def write(self, transaction: Transaction, reward: Reward) -> None:
        """Add a reward (version 0) or change one; refused as `reward` where it is not as it was read."""
        item = _item(reward)
        item.version = reward.version + 1
        if reward.version == 0:
            transaction.create("reward", item)
        else:
            transaction.replace("reward", item, reward.version)

    def require_not_reversed(self, transaction: Transaction, reward_id: str) -> None:
        """Refused as `reward` where it was taken back; raises ValueError where this is no reward's id."""
        pk, sk = _key(reward_id)
        transaction.check("reward", RewardItem(pk, sk), RewardItem.status != "reversed")

    def record(self, transaction: Transaction, entry: LedgerEntry) -> None:
        """Append to the ledger; refused as `ledger` where this entry is written already."""
        item = LedgerItem(
            f"P#{entry.participant_id}",
            f"LEDGER#{entry.id}",
            referral_id=entry.referral_id,
            reward_id=entry.reward_id,
            amount_cents=entry.amount_cents,
            currency=entry.currency,
            at=entry.at,
        )
        transaction.create("ledger", item)

    def ledger_of(self, code: str) -> Iterator[LedgerEntry]:
        """Every entry of one participant."""
        for item in read_partition(LedgerItem, f"P#{code}", "LEDGER#"):
            yield LedgerEntry(
                id=item.sk.removeprefix("LEDGER#"),
                participant_id=code,
                referral_id=item.referral_id,
                reward_id=item.reward_id,
                amount_cents=int(item.amount_cents),
                currency=item.currency,
                at=item.at,
            )


def is_reward(pk: str, sk: str) -> bool:
    return pk.startswith("R#") and sk.startswith("REWARD#")


def reward_shown(image: Raw) -> Reward:
    """The reward in an item as it goes over the wire."""
    return _reward(RewardItem.from_raw_data(dict(image)))


def _key(reward_id: str) -> Key:
    named = referral_of(reward_id)
    if named is None:
        raise ValueError(f"{reward_id} is not a reward's id")
    return f"R#{named[0]}", f"REWARD#{named[1]}"


def _item(reward: Reward) -> RewardItem:
    order = f"{reward.created_at:%Y-%m-%dT%H:%M:%S.%f}#{reward.id}"
    pk, sk = _key(reward.id)
    return RewardItem(
        pk,
        sk,
        list_pk=f"W#{reward.participant_id}",
        list_sk=order,
        work_pk=f"REWARDS#{reward.status}",
        work_sk=order,
        version=reward.version,
        participant_id=reward.participant_id,
        kind=reward.kind,
        tier=reward.tier,
        amount_cents=reward.amount_cents,
        currency=reward.currency,
        status=reward.status,
        why=reward.why,
        created_at=reward.created_at,
        percent=reward.percent,
        text=reward.text,
        discount_code=reward.discount_code,
        issued_at=reward.issued_at,
        redeemed_at=reward.redeemed_at,
        spent_cents=reward.spent_cents or None,
        cut_cents=reward.cut_cents or None,
        adjustments=reward.adjustments or None,
        kept=reward.kept or None,
    )


def _reward(item: RewardItem) -> Reward:
    generation = item.sk.removeprefix("REWARD#")
    referral_id = item.pk.removeprefix("R#")
    return Reward(
        id=f"rew_{referral_id.removeprefix('ref_')}-{generation}",
        referral_id=referral_id,
        participant_id=item.participant_id,
        kind=item.kind,  # type: ignore[arg-type]  # written from the same Literal
        tier=int(item.tier),
        amount_cents=int(item.amount_cents),
        currency=item.currency,
        status=item.status,  # type: ignore[arg-type]  # written from the same Literal
        why=item.why,
        created_at=item.created_at,
        percent=int(item.percent) if item.percent is not None else None,
        text=item.text,
        discount_code=item.discount_code,
        issued_at=item.issued_at,
        redeemed_at=item.redeemed_at,
        spent_cents=int(item.spent_cents or 0),
        cut_cents=int(item.cut_cents or 0),
        adjustments=int(item.adjustments or 0),
        kept=bool(item.kept),
        version=int(item.version or 1),
    )
