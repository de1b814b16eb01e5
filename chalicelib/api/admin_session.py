"""Signing in and out of the console: a link or a code that works once, then a cookie."""

from http import HTTPStatus

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.api.callers import COOKIE, require_own_page
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.sessions import ABSOLUTE, SIGN_IN
from chalicelib.services.shapes import time_shape, user_shape
from chalicelib.services.sign_in import SignedIn, ask_to_sign_in, sign_in_by_code, sign_in_by_link, sign_out


def post_sign_in(call: Call) -> Response:
    """Send a sign-in link and a code; the answer is the same whether or not anybody has this e-mail or phone."""
    require_own_page(call.request, call.program, strictly=False)
    fields = Fields(call.body())
    fields.only({"email", "phone"})
    email = fields.email()
    phone = fields.phone(call.program.settings().business.country)
    if fields.has("email") == fields.has("phone"):
        fields.refuse("email", "or phone: one of them is needed, and not both")
    fields.done()
    sign_in_id = ask_to_sign_in(call.program.ports, Contact(phone, email), call.address)
    answer = {"sign_in": sign_in_id, "seconds": int(SIGN_IN.total_seconds())}
    return Response(answer, status_code=HTTPStatus.ACCEPTED)


def post_session(call: Call) -> Response:
    """Sign in with a link's `token`, or with the `sign_in` that was answered and the `code` that was sent."""
    require_own_page(call.request, call.program, strictly=False)
    fields = Fields(call.body())
    fields.only({"token", "sign_in", "code"})
    token, sign_in_id = fields.text("token", most=100), fields.text("sign_in", most=40)
    code = (fields.text("code", most=12) or "").replace(" ", "").replace("-", "")
    fields.done()
    if (token is None) == (sign_in_id is None) or (sign_in_id is not None and not code):
        raise InvalidInput.of("token", "is needed, or sign_in with code")
    if token is not None:
        cookie, who = sign_in_by_link(call.program.ports, token, call.address)
    else:
        cookie, who = sign_in_by_code(call.program.ports, sign_in_id or "", code, call.address)
    return Response(_shape(call, who), status_code=HTTPStatus.CREATED, headers={"Set-Cookie": _cookie(cookie)})


def show_session(call: Call) -> dict[str, object]:
    """Who is asking, and what they may do."""
    if call.who is not None:
        return _shape(call, call.who)
    currency = call.program.settings().currency
    return {"name": call.actor.name, "role": call.actor.role, "user": None, "ends_at": None, "currency": currency}


def delete_session(call: Call) -> Response:
    """Sign out; with `everywhere=true` wherever this user is signed in."""
    everywhere = call.choice("everywhere", ("true", "false")) == "true"
    if call.who is not None:
        sign_out(call.program.ports, call.who, everywhere=everywhere)
    return Response("", status_code=HTTPStatus.NO_CONTENT, headers={"Set-Cookie": _cookie(None)})


def _shape(call: Call, who: SignedIn) -> dict[str, object]:
    user = who.user
    return {
        "name": user.name,
        "role": user.role,
        "user": user_shape(user),
        "ends_at": time_shape(who.session.ends_at),
        "currency": call.program.settings().currency,
    }


def _cookie(value: str | None) -> str:
    """The `Set-Cookie` that signs in, or out where `value` is None; `__Host-` binds it to this host and to HTTPS."""
    age = int(ABSOLUTE.total_seconds()) if value else 0
    return f"{COOKIE}={value or ''}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Strict"
