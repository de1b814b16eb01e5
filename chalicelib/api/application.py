"""Put the Chalice application together from the table of routes; know the caller before a handler runs."""

import logging
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Chalice, Response
from chalice.app import Request

from chalicelib.api.bodies import FORM, JSON, MULTIPART
from chalicelib.api.call import Call
from chalicelib.api.callers import caller
from chalicelib.api.problems import as_problem, problem_for
from chalicelib.api.routes import ROUTES, Route
from chalicelib.domain.access import ROLES
from chalicelib.domain.errors import GoodwordError
from chalicelib.domain.measures import Measure
from chalicelib.watching.logs import REQUESTS, request_id

if TYPE_CHECKING:
    from chalicelib.wiring import Program

_log = logging.getLogger(REQUESTS)
_FAILURE: Mapping[Measure, float] = {"Failures": 1}
Handler = Callable[..., Response | dict[str, Any]]


def create_app(program: "Callable[[], Program]") -> Chalice:
    """The application; `program` is asked for at the first request, so that importing costs no client.

    Raises RuntimeError where a route declares no role.
    """
    app = Chalice(app_name="goodword")
    app.register_middleware(_named, "all")
    app.register_middleware(_watched, "http")
    blueprint = Blueprint(__name__)
    for route in ROUTES:
        _register(blueprint, route, program)
    app.register_blueprint(blueprint)
    require_roles(app)
    return app


def require_roles(app: Chalice) -> None:
    """Refuse to start where a route was declared past the table and so has no role; raises RuntimeError."""
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            if getattr(entry.view_function, "role", None) not in ROLES:
                raise RuntimeError(f"{method} {path} declares no role")


def handler_of(route: Route) -> Handler:
    """The function a route names; raises ImportError or AttributeError where there is none."""
    module, _, function = route.handler.partition(":")
    handler: Handler = getattr(import_module(f"chalicelib.api.{module}"), function)
    return handler


def _register(blueprint: Blueprint, route: Route, program: "Callable[[], Program]") -> None:
    def view(**parameters: str) -> Response:
        return _answer(blueprint.current_request, route, program, parameters)

    view.role = route.role  # type: ignore[attr-defined]  # read back by require_roles
    content_types = [JSON] * route.json + [FORM] * route.forms + [MULTIPART] * route.multipart
    name = route.handler.replace(":", "_")
    blueprint.route(route.path, methods=[route.method], name=name, content_types=content_types)(view)


def _answer(
    request: Request, route: Route, program: "Callable[[], Program]", parameters: Mapping[str, str]
) -> Response:
    wired = program()
    try:
        call = Call(request, wired, *caller(request, wired, route.role))
        answer = handler_of(route)(call, **parameters)
    except GoodwordError as error:
        refusal = problem_for(error)
        if refusal.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wired.metrics.write(_FAILURE, wired.ports.now())
        return refusal
    except Exception:
        wired.metrics.write(_FAILURE, wired.ports.now())
        raise
    if not isinstance(answer, Response):
        answer = Response(answer)
    usual = {"Cache-Control": "no-store"} | ({"Content-Type": JSON} if isinstance(answer.body, dict) else {})
    answer.headers = {**usual, **answer.headers}
    return answer


def _named(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Let what is logged meanwhile carry the request's id, as the gateway or Lambda gave it."""
    context = event.context
    name = context.get("requestId") if isinstance(context, Mapping) else getattr(context, "aws_request_id", None)
    token = request_id.set(name)
    try:
        return get_response(event)
    finally:
        request_id.reset(token)


def _watched(event: Request, get_response: Callable[[Any], Response]) -> Response:
    """Turn Chalice's own refusals into problem documents, and log what was answered, by route."""
    begun = time.monotonic()
    response = as_problem(get_response(event))
    told = {
        "route": f"{event.method} {event.context.get('resourcePath')}",
        "status": response.status_code,
        "ms": round(1000 * (time.monotonic() - begun)),
    }
    _log.info("answered", extra={"told": told})
    return response
