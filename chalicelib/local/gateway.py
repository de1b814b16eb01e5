"""Turn an HTTP request into the event API Gateway sends to Lambda, and the function's answer back."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalice import Chalice
from chalice.local import RouteMatcher

from chalicelib.api.problems import problem

HttpAnswer = tuple[int, dict[str, str], bytes]


class Gateway:
    """API Gateway's part (a REST API's proxy event), for one machine and for tests."""

    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._matcher = RouteMatcher(list(app.routes))

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes, address: str) -> HttpAnswer:
        """Answer one request; `headers` have lower-case names. An unknown path is a 404 problem."""
        url = urlsplit(target)
        try:
            match = self._matcher.match_route(url.path)
        except ValueError:
            return _unpacked(problem(HTTPStatus.NOT_FOUND, f"there is nothing at {url.path}").to_dict())
        event = {
            "resource": match.route,
            "path": url.path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "multiValueQueryStringParameters": parse_qs(url.query, keep_blank_values=True) or None,
            "pathParameters": {name: unquote(value) for name, value in match.captured.items()},
            "stageVariables": {},
            "requestContext": {
                "httpMethod": method,
                "resourcePath": match.route,
                "path": url.path,
                "identity": {"sourceIp": address},
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return _unpacked(self._app(event, None))


def _unpacked(answer: Mapping[str, Any]) -> HttpAnswer:
    body = answer.get("body") or ""
    raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = {name: str(value) for name, value in (answer.get("headers") or {}).items()}
    return int(answer["statusCode"]), headers, raw
