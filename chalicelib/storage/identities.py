"""Identity items: whoever holds one first owns the person (DESIGN 5, rule 2)."""

from collections.abc import Iterable

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import Raw
from chalicelib.domain.identities import Identity
from chalicelib.storage.reading import read_all
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "IDENTITY"


class IdentityItem(Item):
    """`I#<hmac>`: the participant and the referral of whoever has this phone, e-mail or outside id."""

    participant_id = UnicodeAttribute(null=True)
    referral_id = UnicodeAttribute(null=True)
    opted_out = BooleanAttribute(null=True)
    waits = NumberAttribute(null=True)


class Identities:
    """Who holds which identity."""

    def find(self, keys: Iterable[str]) -> dict[str, Identity]:
        """The identities that are held, by key; one round trip for up to a hundred."""
        items = read_all(IdentityItem, [(_pk(key), _SK) for key in keys])
        return {_key(item): _identity(item) for item in items.values()}

    def standing(self, raw: Raw) -> Identity:
        """The identity that stood in the way of a refused claim."""
        return _identity(IdentityItem.from_raw_data(dict(raw)))

    def claim_for_referral(
        self,
        transaction: Transaction,
        key: str,
        referral_id: str,
        *,
        referrer: str,
        customers: bool = False,
        waits: int | None = None,
    ) -> None:
        """Bind a prospect's identity, refused as `identity:<key>` where another referral or the referrer holds it.

        A customer's identity is refused too, unless a person decided otherwise (`customers`). With `waits`, as read
        before what waits under it was looked at, it is refused where an invoice came since.
        """
        nobody = "attribute_not_exists(participant_id)"
        stranger = f"({nobody} OR participant_id <> :referrer)" if customers else nobody
        values: dict[str, str | int] = {":referral": referral_id, **({":referrer": referrer} if customers else {})}
        condition = f"{stranger} AND (attribute_not_exists(referral_id) OR referral_id = :referral)"
        if waits:
            values[":waits"] = waits
        if waits is not None:
            condition += " AND waits = :waits" if waits else " AND attribute_not_exists(waits)"
        transaction.apply(
            f"identity:{key}",
            (_pk(key), _SK),
            "SET referral_id = :referral",
            values,
            condition,
        )

    def claim_for_participant(self, transaction: Transaction, key: str, participant_id: str) -> None:
        """Bind an enrolled person's identity, refused as `identity:<key>` where another participant holds it."""
        transaction.update(
            f"identity:{key}",
            IdentityItem(_pk(key), _SK),
            [IdentityItem.participant_id.set(participant_id)],
            IdentityItem.participant_id.does_not_exist() | (IdentityItem.participant_id == participant_id),
        )

    def remember_referral(self, transaction: Transaction, key: str, referral_id: str) -> None:
        """Bind an outside id to a matched referral unless it is bound; never refused."""
        transaction.update(
            f"remember:{key}",
            IdentityItem(_pk(key), _SK),
            [IdentityItem.referral_id.set(IdentityItem.referral_id | referral_id)],
        )

    def release_referral(self, transaction: Transaction, key: str, referral_id: str) -> None:
        """Free an identity of a removed attribution; refused as `release:<key>` where another referral holds it."""
        transaction.update(
            f"release:{key}",
            IdentityItem(_pk(key), _SK),
            [IdentityItem.referral_id.remove(), IdentityItem.waits.add(1)],
            IdentityItem.referral_id == referral_id,
        )

    def wait(self, transaction: Transaction, key: str, seen: Identity | None) -> None:
        """Count that an invoice waits under it; refused as `identity:<key>` where its referral is not as `seen`."""
        reference = IdentityItem(_pk(key), _SK)
        transaction.update(f"identity:{key}", reference, [IdentityItem.waits.add(1)], _has_referral_of(seen))

    def require(self, transaction: Transaction, key: str, seen: Identity | None) -> None:
        """Refused as `identity:<key>` where its referral is not as `seen`."""
        transaction.check(f"identity:{key}", IdentityItem(_pk(key), _SK), _has_referral_of(seen))

    def set_opt_out(self, transaction: Transaction, key: str, *, opted_out: bool) -> None:
        """Note that whoever has this number wants no more messages, or wants them again."""
        action = IdentityItem.opted_out.set(True) if opted_out else IdentityItem.opted_out.remove()
        transaction.update(f"opt-out:{key}", IdentityItem(_pk(key), _SK), [action])

    def require_not_opted_out(self, transaction: Transaction, key: str) -> None:
        """Refused as `opted_out` where the holder of this number said no."""
        transaction.check("opted_out", IdentityItem(_pk(key), _SK), IdentityItem.opted_out.does_not_exist())


def _pk(key: str) -> str:
    return f"I#{key}"


def _key(item: IdentityItem) -> str:
    return item.pk.removeprefix("I#")


def _identity(item: IdentityItem) -> Identity:
    return Identity(_key(item), item.participant_id, item.referral_id, bool(item.opted_out), int(item.waits or 0))


def _has_referral_of(seen: Identity | None) -> Condition:
    if seen is None or seen.referral_id is None:
        return IdentityItem.referral_id.does_not_exist()
    return IdentityItem.referral_id == seen.referral_id
