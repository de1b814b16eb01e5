"""Declare routes: each with its role, its errors turned into problems, its caller known before it runs."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Chalice, Response
from chalice.app import Request

from chalicelib.api.bodies import FORM, JSON, bounded, read_body
from chalicelib.api.problems import problem_for
from chalicelib.domain.access import KEY_ROLES, ROLES, Actor, Role
from chalicelib.domain.errors import Forbidden, GoodwordError, InvalidInput
from chalicelib.domain.fields import Fields
from chalicelib.services.keys import authenticate

if TYPE_CHECKING:
    from chalicelib.wiring import Program

_log = logging.getLogger(__name__)
_MOST_BYTES = 64 * 1024
_NOBODY = Actor("nobody", "public")
MOST_ITEMS = 100


class Call:
    """One request, as a route sees it."""

    def __init__(self, request: Request, program: "Program", actor: Actor) -> None:
        self.request = request
        self.program = program
        self.actor = actor

    @property
    def headers(self) -> Mapping[str, str]:
        headers: Mapping[str, str] = self.request.headers
        return headers

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", JSON)

    def raw_body(self, most: int = _MOST_BYTES) -> bytes:
        """The body's bytes; raises TooLarge."""
        body: bytes | str = self.request.raw_body or b""
        return bounded(body if isinstance(body, bytes) else body.encode(), most)

    def body(self) -> Mapping[str, Any]:
        """The body as an object; raises Unreadable or TooLarge."""
        return read_body(self.raw_body(), self.content_type)

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params or {}

    def page(self) -> tuple[int, str | None]:
        """The `limit` and `cursor` of a list; raises InvalidInput."""
        limit = self.query.get("limit", "50")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MOST_ITEMS):
            raise InvalidInput.of("limit", f"must be a whole number from 1 to {MOST_ITEMS}")
        return int(limit), self.query.get("cursor") or None

    def choice(self, name: str, choices: tuple[str, ...]) -> Any:
        """One of `choices` from the query, or None; raises InvalidInput."""
        fields = Fields(self.query)
        value = fields.choice(name, choices)
        fields.done()
        return value

    @property
    def address(self) -> str:
        """The caller's network address, from the header of a proxy we configured, else from the gateway."""
        header = self.program.config.client_address_header
        named = self.headers.get(header.lower(), "") if header else ""
        if named:
            return named.split(",")[-1].strip()
        return str(self.request.context.get("identity", {}).get("sourceIp") or "unknown")

    @property
    def wants_html(self) -> bool:
        """A form posted by a browser without our script: it shows people what we answer."""
        return self.content_type.startswith(FORM)


Handler = Callable[..., Response | dict[str, Any]]


class Routes:
    """The routes of one blueprint; `role` has no default, so a route without one cannot be written."""

    def __init__(self, name: str, program: "Callable[[], Program]") -> None:
        self.blueprint = Blueprint(name)
        self._program = program

    def add(self, method: str, path: str, *, role: Role, forms: bool = False) -> Callable[[Handler], Handler]:
        """Register a handler that takes a Call and the path's parameters."""
        if role not in ROLES:
            raise ValueError(f"{method} {path} declares the unknown role {role!r}")
        content_types = [JSON, FORM] if forms else [JSON]

        def register(handler: Handler) -> Handler:
            @wraps(handler)
            def view(**parameters: str) -> Response:
                return self._answer(handler, role, parameters)

            view.role = role  # type: ignore[attr-defined]  # read back by require_roles
            name = f"{method.lower()}_{handler.__name__}"
            self.blueprint.route(path, methods=[method], name=name, content_types=content_types)(view)
            return handler

        return register

    def _answer(self, handler: Handler, role: Role, parameters: Mapping[str, str]) -> Response:
        request = self.blueprint.current_request
        try:
            program = self._program()
            call = Call(request, program, _actor(request, program, role))
            answer = handler(call, **parameters)
        except GoodwordError as error:
            return problem_for(error)
        if isinstance(answer, Response):
            return answer
        return Response(answer, headers={"Content-Type": JSON, "Cache-Control": "no-store"})


def _actor(request: Request, program: "Program", role: Role) -> Actor:
    if role not in KEY_ROLES:
        return _NOBODY
    actor = authenticate(program.ports, request.headers.get("authorization", ""))
    if not actor.may(role):
        raise Forbidden(f"this needs the role {role}; your key has the role {actor.role}")
    return actor


def require_roles(app: Chalice) -> None:
    """Refuse to start where a route was declared past `Routes` and so has no role; raises RuntimeError."""
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            if getattr(entry.view_function, "role", None) not in ROLES:
                raise RuntimeError(f"{method} {path} declares no role")
