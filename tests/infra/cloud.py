"""AWS' part around the functions, for tests: CloudFront and API Gateway, the table's stream, topics and the clock."""

import base64
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from chalice.local import RouteMatcher

from chalicelib.api.routes import ROUTES
from chalicelib.local.web import canonical_path
from tests.infra.functions import Function, FunctionError, running_functions
from tests.infra.stack import REGION, STAGE, Stack

HANDLERS = {
    "APIHandler": "app.app",
    "Stream": "app.stream",
    "Schedule": "app.schedule",
    "Notices": "app.notices",
    "Missing": "app.missing",
}
_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
_BINARY = ("application/octet-stream", "image/", "multipart/")
_PAUSE = 0.1
_TICK = 3.0


@dataclass
class Cloud:
    """A stack, its functions, and a table of its definition on a real engine."""

    stack: Stack
    functions: Mapping[str, Function]
    url: str
    environment: Mapping[str, str]
    _streams: Any
    _iterators: dict[str, str | None]

    def http(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer as the distribution does: `/v1/*` from the API, everything else from the bucket."""
        return self._api(method, path, headers, body) if path.startswith("/v1/") else self._page(path)

    def tick(self) -> None:
        """What EventBridge sends each minute."""
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "region": REGION}
        empty = {"account": "1", "id": "1", "resources": [], "time": "2026-05-04T15:00:00Z", "version": "0"}
        self.functions["Schedule"].invoke({**empty, **event})

    def notify(self, message: str) -> None:
        """What SNS hands to a function that listens to a topic."""
        sns = {
            "Message": message,
            "MessageAttributes": {},
            "Subject": None,
            "TopicArn": self.stack.made["NoticesTopic"],
        }
        self.functions["Notices"].invoke({"Records": [{"EventSource": "aws:sns", "Sns": sns}]})

    def pump(self) -> int:
        """Carry what is in the table's stream now to its function; returns how many records."""
        count = 0
        for shard, iterator in list(self._iterators.items()):
            if iterator is None:
                continue
            answer = self._streams.get_records(ShardIterator=iterator, Limit=25)
            self._iterators[shard] = answer.get("NextShardIterator")
            count += len(answer["Records"])
            self._follow(answer["Records"])
        return count

    def _follow(self, records: list[dict[str, Any]]) -> None:
        """As the event source mapping: what the function says it could not do is repeated, from there on."""
        for _ in range(3):
            if not records:
                return
            for record in records:
                record["dynamodb"]["ApproximateCreationDateTime"] = 0
            failed = self.functions["Stream"].invoke({"Records": records})["batchItemFailures"]
            first = min((one["itemIdentifier"] for one in failed), key=int, default=None)
            records = [r for r in records if first is not None and int(r["dynamodb"]["SequenceNumber"]) >= int(first)]

    def _api(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(target)
        match = RouteMatcher([route.path for route in ROUTES]).match_route(url.path)
        seen = {**{name.lower(): value for name, value in headers.items()}, "true-client-ip": "198.51.100.7"}
        binary = seen.get("content-type", "").startswith(_BINARY)
        event = {
            "resource": match.route,
            "path": url.path,
            "httpMethod": method,
            "headers": seen,
            "multiValueHeaders": {name: [value] for name, value in seen.items()},
            "multiValueQueryStringParameters": parse_qs(url.query, keep_blank_values=True) or None,
            "pathParameters": {name: unquote(value) for name, value in match.captured.items()} or None,
            "stageVariables": None,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": match.route,
                "path": f"/api{url.path}",
                "identity": {"sourceIp": "192.0.2.1"},
            },
            "body": (base64.b64encode(body).decode() if binary else body.decode()) or None,
            "isBase64Encoded": binary,
        }
        answer = self.functions["APIHandler"].invoke(event)
        said = answer.get("body") or ""
        raw = base64.b64decode(said) if answer.get("isBase64Encoded") else said.encode()
        single = {name: str(value) for name, value in (answer.get("headers") or {}).items()}
        return answer["statusCode"], single, raw

    def _page(self, target: str) -> tuple[int, dict[str, str], bytes]:
        path = urlsplit(target).path
        if (moved := canonical_path(path)) != path:
            return 301, {"Location": moved}, b""
        key = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        store = self.stack.client("s3")
        try:
            found = store.get_object(Bucket=self.stack.made["SiteBucket"], Key=key)
        except store.exceptions.NoSuchKey:
            answer = self.functions["Missing"].invoke({"rawPath": path, "version": "2.0"})
            return answer["statusCode"], answer["headers"], answer["body"].encode()
        headers = {"Content-Type": found["ContentType"], "Cache-Control": found["CacheControl"]}
        return 200, headers, found["Body"].read()


@contextmanager
def running_cloud(
    stack: Stack, package: Path, engine: str, folder: Path, secrets: Mapping[str, str]
) -> Iterator[Cloud]:
    """Serve a stack's functions from a zip over an engine; whoever asks at `url` is a browser at CloudFront."""
    database = {"endpoint_url": engine, "region_name": REGION, **_KEYS}
    client = boto3.client("dynamodb", **database)
    stream = make_table(client, stack)
    shared = {
        "AWS_ENDPOINT_URL": stack.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "GOODWORD_DYNAMODB_ENDPOINT": engine,
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Browser)
    url = f"http://127.0.0.1:{server.server_port}"
    tell_secrets(stack, {**secrets, "GOODWORD_URL": url})
    wanted = {name: (handler, {**shared, **stack.environment_of(name)}) for name, handler in HANDLERS.items()}
    with running_functions(package, folder, wanted) as functions:
        streams = boto3.client("dynamodbstreams", **database)
        beside = {**shared, **stack.environment_of("APIHandler"), "GOODWORD_URL": url}
        cloud = Cloud(stack, functions, url, beside, streams, _shards(streams, stream))
        _Browser.cloud = cloud
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield cloud
        finally:
            server.shutdown()
            server.server_close()
            client.delete_table(TableName=f"goodword-{STAGE}")


@contextmanager
def following(cloud: Cloud) -> Iterator[None]:
    """Let the stream and the schedule run in the background, quicker than on AWS."""
    stopping = threading.Event()

    def follow() -> None:
        ticked = 0.0
        while not stopping.is_set():
            if time.monotonic() - ticked > _TICK:
                cloud.tick()
                ticked = time.monotonic()
            if not cloud.pump():
                stopping.wait(_PAUSE)

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=20)


def make_table(client: Any, stack: Stack) -> str:
    """Make the template's table on an engine; returns its stream's ARN."""
    properties = dict(stack.template["Resources"]["Table"]["Properties"])
    name = f"goodword-{STAGE}"
    definition = {
        key: properties[key] for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    }
    stream = {"StreamEnabled": True, **properties["StreamSpecification"]}
    client.create_table(TableName=name, StreamSpecification=stream, **definition)
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    arn: str = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    return arn


def tell_secrets(stack: Stack, secrets: Mapping[str, str]) -> None:
    """Put them where an owner does: under the stage's path in the parameter store."""
    store = stack.client("ssm")
    for name, value in secrets.items():
        kind = "String" if name == "GOODWORD_URL" else "SecureString"
        store.put_parameter(Name=f"/goodword/{STAGE}/{name}", Value=value, Type=kind, Overwrite=True)


def _shards(streams: Any, arn: str) -> dict[str, str | None]:
    found = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return {
        shard["ShardId"]: streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for shard in found
    }


class _Browser(BaseHTTPRequestHandler):
    cloud: Cloud
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, headers, content = self.cloud.http(self.command, self.path, dict(self.headers), body)
        except (FunctionError, ValueError) as error:
            status, headers, content = 502, {}, str(error).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""
