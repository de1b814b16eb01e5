"""People who run the program, and by which phone or e-mail they sign in."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.users import User
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_LIST = "USERS"


class UserItem(Item):
    """`U#<id>` / `USER`, guarded by its version."""

    name = UnicodeAttribute()
    role = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    disabled_at = UTCDateTimeAttribute(null=True)
    signed_out_at = UTCDateTimeAttribute(null=True)


class ContactItem(Item):
    """`UC#<hmac>` / `CONTACT`: whom a phone or an e-mail signs in; one user's, for ever."""

    user_id = UnicodeAttribute()


class Users:
    """Who may sign in."""

    def get(self, user_id: str) -> User | None:
        item = read(UserItem, f"U#{user_id}", "USER")
        return _user(item) if item else None

    def with_contact(self, key: str) -> str | None:
        """The id of the user whose hashed phone or e-mail this is."""
        item = read(ContactItem, f"UC#{key}", "CONTACT")
        return item.user_id if item else None

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[User], str | None]:
        """Everybody there ever was, the oldest first."""
        keys = list_keys(UserItem.lists, _LIST, limit=limit, cursor=cursor)
        return [_user(item) for item in read_in_order(UserItem, keys.keys)], keys.next

    def create(self, transaction: Transaction, user: User, contacts: list[str]) -> None:
        """Refused as `contact` where a phone or an e-mail signs somebody in already."""
        transaction.create("user", _item(user, 1))
        for key in contacts:
            transaction.create("contact", ContactItem(f"UC#{key}", "CONTACT", user_id=user.id))

    def change(self, transaction: Transaction, user: User) -> None:
        """Refused as `user` where somebody changed it since it was read."""
        transaction.replace("user", _item(user, user.version + 1), user.version)


def _item(user: User, version: int) -> UserItem:
    return UserItem(
        f"U#{user.id}",
        "USER",
        list_pk=_LIST,
        list_sk=f"{user.created_at:%Y-%m-%dT%H:%M:%S.%f}#{user.id}",
        version=version,
        name=user.name,
        role=user.role,
        created_at=user.created_at,
        email=user.email,
        phone=user.phone,
        disabled_at=user.disabled_at,
        signed_out_at=user.signed_out_at,
    )


def _user(item: UserItem) -> User:
    return User(
        id=item.pk.removeprefix("U#"),
        name=item.name,
        role=item.role,  # type: ignore[arg-type]  # written from the same Literal
        created_at=item.created_at,
        email=item.email,
        phone=item.phone,
        disabled_at=item.disabled_at,
        signed_out_at=item.signed_out_at,
        version=int(item.version or 0),
    )
