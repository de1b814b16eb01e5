"""Put the Chalice application together from its blueprints."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalice import Chalice, Response

from chalicelib.api.admin_participants import participant_routes
from chalicelib.api.admin_program import program_routes
from chalicelib.api.admin_referrals import referral_routes
from chalicelib.api.hooks import hook_routes
from chalicelib.api.problems import as_problem
from chalicelib.api.public import public_routes
from chalicelib.api.routes import require_roles

if TYPE_CHECKING:
    from chalicelib.wiring import Program


def create_app(program: "Callable[[], Program]") -> Chalice:
    """The application; `program` is asked for at the first request, so that importing costs no client.

    Raises RuntimeError where a route declares no role.
    """
    app = Chalice(app_name="goodword")
    app.register_middleware(_refusals_as_problems, "http")
    for routes in (public_routes, hook_routes, participant_routes, referral_routes, program_routes):
        app.register_blueprint(routes(program).blueprint)
    require_roles(app)
    return app


def _refusals_as_problems(event: Any, get_response: Callable[[Any], Response]) -> Response:
    return as_problem(get_response(event))
