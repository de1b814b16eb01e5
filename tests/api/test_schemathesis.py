"""Whatever a machine makes of docs/openapi.yaml, and against it, is answered as it says; nothing is a 500."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from chalicelib.api.application import create_app
from chalicelib.local.web import Web
from tests.api.openapi_contract import DOCUMENT, Operation, operations
from tests.api.provoke import Provoker
from tests.api.senders import have_source, signed
from tests.world import World

OPERATIONS = {op.id: op for op in operations()}
_CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


class Between:
    """What stands between a client and the program: the senders' signatures, and API Gateway's own content type."""

    def __init__(self, world: World, app: Callable[..., Iterable[bytes]]) -> None:
        self._world, self._app = world, app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/v1/hooks/"):
            raw = environ["wsgi.input"].read()
            environ["wsgi.input"] = BytesIO(raw)
            environ |= {
                f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed(self._world, raw).items()
            }

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            if not any(name == "Content-Type" for name, _ in headers):
                headers.append(("Content-Type", "application/json"))
            return start_response(status, headers)

        return self._app(environ, start)


@pytest.fixture(scope="module")
def api(module_world: World) -> Iterator[tuple[Any, World, dict[str, str]]]:
    """The document as schemathesis sees it, the world behind it, and ids that exist."""
    program = module_world.program
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = Between(module_world, Web(program, create_app(lambda: program)))
    provoker = Provoker(module_world, module_world.owner)
    reward = provoker.reward()
    referral = module_world.admin("GET", f"rewards/{reward}").json["referral_id"]
    have_source(module_world, "zapier")
    provoker.ambiguous("i1")
    known = {
        "code": module_world.enrol().id,
        "reward_id": reward,
        "referral_id": referral,
        "name": "zapier",
        "discount_code": provoker.discount(),
        "token": "0" * 32,
        "webhook_id": provoker.webhook(),
        "invoice_id": "crm:i1",
        "commitment_id": provoker.commitment(),
        "user_id": provoker.user(),
        "kid": "0000zzzz",
        "file": "participants.csv",
    }
    return schema, module_world, known


def cases(schema: Any, operation: Operation, mode: GenerationMode) -> Any:
    return schema[operation.path][operation.method].as_strategy(generation_mode=mode)


@pytest.mark.parametrize(("mode", "number"), [(GenerationMode.POSITIVE, 70), (GenerationMode.NEGATIVE, 30)])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_answers_are_as_documented(
    api: tuple[Any, World, dict[str, str]], operation: Operation, mode: GenerationMode, number: int
) -> None:
    """Documented bodies and parameters, and such as the document forbids, with an owner's key (rule 7)."""
    schema, world, known = api
    token = world.program.ports.pseudonyms.share_token(known["code"], 1)
    authorization = f"Share {token}" if operation.role == "share" else f"Bearer {world.owner}"
    if mode is GenerationMode.NEGATIVE and not ({"parameters", "requestBody"} & set(operation.raw)):
        pytest.skip("nothing can be sent that the document forbids")

    @seed(20260504)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(schema, operation, mode), exists=st.booleans())
    def send(case: Any, exists: bool) -> None:
        if exists:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        case.call_and_validate(headers={"Authorization": authorization}, checks=_CHECKS)

    send()


@seed(20260504)
@settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_at_any_operation_are_answered(data: Any, module_world: World) -> None:
    """Not even JSON: the answer is one of those documented (rule 7)."""
    operation = data.draw(st.sampled_from(list(OPERATIONS.values())))
    raw = data.draw(st.binary(max_size=400))
    word = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40)
    kind = data.draw(st.sampled_from(["application/json", "application/x-www-form-urlencoded; charset="]))
    headers = {"authorization": f"Bearer {module_world.owner}", "idempotency-key": data.draw(word)}
    if kind.endswith("="):
        kind += data.draw(st.one_of(word, st.sampled_from(["utf-16", "latin-1", "us-ascii"])))
    target = re.sub(r"{\w+}", lambda _: data.draw(word), operation.path)
    query = data.draw(word)
    module_world.http(
        operation.method,
        f"{quoted(target)}?limit=2&cursor={quoted(query)}&search={quoted(query)}",
        raw=raw,
        headers={**headers, "content-type": kind},
    )


def quoted(text: str) -> str:
    """Percent-encode but for the slashes between the parts of a path."""
    return quote(text, safe="/")
