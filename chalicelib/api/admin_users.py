"""Who may sign in, and the keys of machines: the owner's to say."""

from http import HTTPStatus
from typing import cast

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.access import KEY_ROLES, Role
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import Fields
from chalicelib.domain.users import parse_user
from chalicelib.services.keys import issue_key, revoke_key
from chalicelib.services.shapes import key_shape, page_shape, user_shape
from chalicelib.services.users import UserChange, add_user, change_user


def list_users(call: Call) -> dict[str, object]:
    """Everybody who may, or might once, sign in."""
    limit, cursor = call.page()
    found, following = call.program.ports.store.users.page(limit=limit, cursor=cursor)
    return page_shape(map(user_shape, found), following)


def post_user(call: Call) -> Response:
    """Let somebody sign in."""
    new = parse_user(call.body(), call.program.settings().business.country)
    user = add_user(call.program.ports, new, call.actor.name)
    return Response(user_shape(user), status_code=HTTPStatus.CREATED)


def patch_user(call: Call, user_id: str) -> dict[str, object]:
    """Rename, change the role, shut out (`disabled`) or let in again."""
    fields = Fields(call.body())
    fields.only({"name", "role", "disabled"})
    change = UserChange(
        name=fields.name(),
        role=cast(Role | None, fields.choice("role", KEY_ROLES)),
        disabled=fields.boolean("disabled") if fields.has("disabled") else None,
    )
    fields.done()
    if change == UserChange():
        raise InvalidInput.of("body", "says nothing to change: name, role or disabled")
    changed = change_user(call.program.ports, user_id, change, call.actor, call.who.user.id if call.who else None)
    return user_shape(changed)


def list_keys(call: Call) -> dict[str, object]:
    """Whose keys there are; what is secret in them is not kept."""
    limit, cursor = call.page()
    found, following = call.program.ports.store.keys.page(limit=limit, cursor=cursor)
    return page_shape(map(key_shape, found), following)


def post_key(call: Call) -> Response:
    """Make a key, and show it this once."""
    fields = Fields(call.body())
    fields.only({"role", "name"})
    role, name = fields.choice("role", KEY_ROLES), fields.text("name", most=60, required=True)
    if not fields.has("role"):
        fields.refuse("role", f"is required: one of {', '.join(KEY_ROLES)}")
    fields.done()
    key = issue_key(call.program.ports, cast(Role, role), name or "", call.actor.name)
    return Response({"key": key}, status_code=HTTPStatus.CREATED)


def delete_key(call: Call, kid: str) -> dict[str, object]:
    """Make a key worthless, at once and for good."""
    return key_shape(revoke_key(call.program.ports, kid, call.actor.name))
