"""Hold every answer, and every accepted body, against docs/openapi.yaml."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from chalicelib.local.gateway import Gateway, HttpAnswer

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text(encoding="utf-8")
)
METHODS = ("get", "post", "put", "patch", "delete")
_URN = "urn:contract"
_REGISTRY: Registry[Any] = Registry().with_resource(_URN, Resource(contents=DOCUMENT, specification=DRAFT202012))
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@dataclass(frozen=True)
class Operation:
    """One operation of the document; `pointer` leads to it."""

    method: str
    path: str
    pointer: str
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["operationId"])

    @property
    def role(self) -> str:
        return str(self.raw["x-role"])

    @property
    def request_types(self) -> set[str]:
        return set(self.raw.get("requestBody", {}).get("content", {}))

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.raw["responses"]}

    def response(self, status: int) -> tuple[str, Mapping[str, Any]] | None:
        """The pointer of a documented response and what stands there."""
        response = self.raw["responses"].get(str(status))
        if response is None:
            return None
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            return f"/components/responses/{name}", DOCUMENT["components"]["responses"][name]
        return f"{self.pointer}/responses/{status}", response


def operations() -> Iterator[Operation]:
    """Every operation of the document."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(method.upper(), path, f"/paths/{_escaped(path)}/{method}", item[method])


def operation_for(method: str, path: str) -> Operation | None:
    """The operation that answers a request; a literal path goes before one with parameters."""
    fitting = [op for op in operations() if op.method == method and _fits(op.path, path)]
    return min(fitting, key=lambda op: op.path.count("{"), default=None)


def check_answer(method: str, target: str, answer: HttpAnswer) -> Operation | None:
    """Fail where an answer is not what the document promises; returns the operation."""
    status, headers, body = answer
    operation = operation_for(method, urlsplit(target).path)
    where = f"{method} {target[:100]} answered {status}"
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    # API Gateway says application/json where a function says nothing.
    media = content_type.partition(";")[0].strip() or "application/json"
    if operation is None:
        assert status in {404, 405}, f"{where}, and the document does not know the operation"
        _check_body("/components/responses/NotFound", "application/problem+json", media, body, where)
        assert status != 405 or "Allow" in headers, where
        return None
    found = operation.response(status)
    assert found is not None, f"{where}, which {operation.id} does not document: {body[:300]!r}"
    pointer, response = found
    for name, header in response.get("headers", {}).items():
        assert name in headers, f"{where} without {name}"
        value = int(headers[name]) if header["schema"].get("type") == "integer" else headers[name]
        Draft202012Validator(header["schema"]).validate(value)
    if not response.get("content"):
        assert body == b"", f"{where} with a body"
        return operation
    assert media in response["content"], f"{where} as {content_type}"
    _check_body(pointer, media, media, body, where)
    return operation


def check_webhook(body: Any) -> None:
    """Fail where a webhook out is not what the document promises for its type."""
    assert body["type"] in DOCUMENT["webhooks"], body
    pointer = DOCUMENT["webhooks"][body["type"]]["post"]["requestBody"]["$ref"].removeprefix("#")
    errors = _errors(f"{pointer}/content/application~1json/schema", body)
    assert not errors, f"{body['type']}: {errors} in {body}"


def check_accepted(operation: Operation, headers: Mapping[str, str], body: bytes) -> None:
    """Fail where a JSON body was accepted that the document forbids."""
    if "application/json" in operation.request_types and headers.get("content-type") == "application/json":
        errors = _errors(f"{operation.pointer}/requestBody/content/application~1json/schema", json.loads(body))
        assert not errors, f"{operation.id} accepted what the document forbids: {errors} in {body[:300]!r}"


class CheckedGateway:
    """A gateway whose every answer is held against the document; `seen` notes what was answered."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.seen: set[tuple[str, int]] = set()

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes, address: str) -> HttpAnswer:
        answer = self._gateway.handle(method, target, headers, body, address)
        operation = check_answer(method, target, answer)
        if operation is not None:
            self.seen.add((operation.id, answer[0]))
            if answer[0] < 300:
                check_accepted(operation, headers, body)
        return answer


def _check_body(pointer: str, documented: str, media: str, body: bytes, where: str) -> None:
    assert media == documented, f"{where} as {media}"
    if documented == "text/xml":
        assert body.startswith(b"<?xml"), where
        return
    if documented == "text/html":
        assert body.startswith(b"<!doctype html>"), where
        return
    if documented == "text/csv":
        assert body.endswith(b"\r\n") or not body, where
        return
    errors = _errors(f"{pointer}/content/{_escaped(documented)}/schema", json.loads(body))
    assert not errors, f"{where}: {errors} in {body[:500]!r}"


def _errors(pointer: str, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(pointer).iter_errors(value)]


@cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{_URN}#{pointer}"}, registry=_REGISTRY, format_checker=_FORMATS)


def _escaped(part: str) -> str:
    # Braces of a path template are percent-encoded in a URI fragment.
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _fits(template: str, path: str) -> bool:
    expected, given = template.split("/"), path.removesuffix("/").split("/")
    return len(expected) == len(given) and all(
        e.startswith("{") or e == g for e, g in zip(expected, given, strict=True)
    )
