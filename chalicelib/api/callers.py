"""Who makes a request: a machine by its key, a person by a session, a participant by the token of their page."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalice.app import Request

from chalicelib.domain.access import KEY_ROLES, Actor, Role
from chalicelib.domain.errors import Forbidden

if TYPE_CHECKING:
    from chalicelib.domain.participants import Participant
    from chalicelib.services.sign_in import SignedIn
    from chalicelib.wiring import Program

COOKIE = "__Host-goodword"
_MARK = ("x-requested-with", "goodword")
_SAFE = frozenset({"GET", "HEAD"})
_NOBODY = Actor("nobody", "public")


def caller(request: Request, program: "Program", role: Role) -> tuple[Actor, "SignedIn | None", "Participant | None"]:
    """The actor, the session of a person, the participant whose page it is; raises Unauthenticated or Forbidden.

    What a cookie alone would let another site's page do needs the Origin of our own and a header that no form can send.
    """
    if role == "share":
        from chalicelib.services.open_share import open_share

        participant = open_share(program.ports, request.headers.get("authorization", ""))
        return Actor(f"participant {participant.id}", "share"), None, participant
    if role not in KEY_ROLES:
        return _NOBODY, None, None
    who, cookie = None, cookie_of(request)
    if cookie is None or "authorization" in request.headers:
        from chalicelib.services.keys import authenticate

        actor = authenticate(program.ports, request.headers.get("authorization", ""))
    else:
        from chalicelib.services.sign_in import signed_in

        if request.method not in _SAFE:
            require_own_page(request, program, strictly=True)
        who = signed_in(program.ports, cookie)
        actor = who.user.actor
    if not actor.may(role):
        raise Forbidden(f"this needs the role {role}; yours is {actor.role}")
    return actor, who, None


def require_own_page(request: Request, program: "Program", *, strictly: bool) -> None:
    """Refuse what a page of another site sends; `strictly`: also what does not say where it comes from."""
    origin, ours = request.headers.get("origin"), _origin_of(program.config.public_url)
    if origin is None and not strictly:
        return
    if origin != ours:
        raise Forbidden(f"this was sent from another site's page; the console is at {ours}/admin/")
    if request.headers.get(_MARK[0]) != _MARK[1]:
        raise Forbidden(f"a page sends the header {_MARK[0]}: {_MARK[1]} with every change")


def cookie_of(request: Request) -> str | None:
    """What our cookie holds."""
    # Loaded here, as the services above: who takes a lead needs none of it.
    from http.cookies import CookieError, SimpleCookie

    try:
        morsel = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None and morsel.value else None


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
