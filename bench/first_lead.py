"""A cold start of the packaged zip until its first lead is accepted, against the least a Chalice program could do.

Each in a fresh interpreter without this environment's packages, from a folder that cannot be written, as on Lambda. The
least is Chalice and a boto3 DynamoDB client from the same zip, once until they stand and once until a route of it has
written one item. CPU time and peak memory of the process, interleaved; medians. Print them with the ratios.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from infra.package import package
from infra.places import PACKAGE
from tests.world import World

#: What every one of them starts with: the zip's folder alone on the path, and the event of API Gateway.
_START = "import json, os, sys; sys.path.insert(0, os.environ['TASK']); event = json.loads(os.environ['EVENT'])"
_CLIENT = "client = boto3.client('dynamodb', endpoint_url=os.environ['GOODWORD_DYNAMODB_ENDPOINT'])"
STANDING = f"{_START}; import chalice, boto3; chalice.Chalice(app_name='x'); {_CLIENT}"
ONE_WRITE = f"""{_START}
import chalice, boto3
app = chalice.Chalice(app_name='x')
{_CLIENT}
@app.route('/v1/leads', methods=['POST'])
def post():
    lead = app.current_request.json_body
    item = {{'pk': {{'S': lead['phone'] + os.environ['RUN']}}, 'sk': {{'S': 'X'}}}}
    client.put_item(TableName=os.environ['GOODWORD_TABLE'], Item=item)
    return chalice.Response({{'reference': 'x'}}, status_code=202)
assert app(event, None)['statusCode'] == 202
"""
OURS = f"{_START}; import app; answer = app.app(event, None); assert answer['statusCode'] == 202, answer"


class Spent(NamedTuple):
    """CPU milliseconds and peak megabytes of one process."""

    ms: float
    mb: float


def measure(rounds: int) -> dict[str, Any]:
    """Return CPU milliseconds, ratios, peak memory, and the zip's size; the first start of each warms the disk."""
    if not (PACKAGE / "deployment.zip").exists():
        package()
    programs = {"standing": STANDING, "one_write": ONE_WRITE, "first_lead": OURS}
    spent: dict[str, list[Spent]] = {name: [] for name in programs}
    with _prepared() as environment:
        for number in range(rounds + 1):
            for name, code in programs.items():
                told = {**environment, "RUN": str(number), "EVENT": json.dumps(_event(environment["CODE"], number))}
                spent[name].append(_run(code, told))
    ms = {name: statistics.median(one.ms for one in each[1:]) for name, each in spent.items()}
    return {
        **{f"{name}_ms": round(value) for name, value in ms.items()},
        "ratio": round(ms["first_lead"] / ms["one_write"], 3),
        "ratio_to_standing": round(ms["first_lead"] / ms["standing"], 3),
        "peak_mb": round(max(one.mb for one in spent["first_lead"]), 1),
        "zip_mb": round((PACKAGE / "deployment.zip").stat().st_size / 1024 / 1024, 2),
    }


@contextmanager
def _prepared() -> Iterator[dict[str, str]]:
    """An engine with one participant, the zip unpacked, and the environment of a function over both."""
    table = f"b-{uuid.uuid4().hex[:10]}"
    with (
        running_engine(EngineSettings(None, ENGINE_PYTHON)) as engine,
        tempfile.TemporaryDirectory() as folder,
        World.open(engine.endpoint, table, Path(folder, "data")) as world,
    ):
        task = Path(folder, "task")
        with zipfile.ZipFile(PACKAGE / "deployment.zip") as archive:
            archive.extractall(task)
        yield {
            "TASK": str(task),
            "CODE": world.enrol().id,
            "GOODWORD_DYNAMODB_ENDPOINT": engine.endpoint,
            "GOODWORD_TABLE": table,
            "GOODWORD_IDENTITY_KEY": world.program.config.identity_key.decode(),
            "GOODWORD_SITE_BUCKET": "nobody-asks",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            # Lambda's folder cannot be written: what is not compiled is compiled again each time.
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def _event(code: str, number: int) -> dict[str, Any]:
    body = {"code": code, "name": "Sam Lee", "phone": f"+1212555{1000 + number}", "sms_consent": True}
    return {
        "resource": "/v1/leads",
        "path": "/v1/leads",
        "httpMethod": "POST",
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/v1/leads",
            "path": "/api/v1/leads",
            "identity": {"sourceIp": f"198.51.100.{number % 250 + 1}"},
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def _run(code: str, environment: Mapping[str, str]) -> Spent:
    """Nothing of this environment is seen, and nothing is written."""
    command = [sys._base_executable, "-B", "-s", "-S", "-c", code]  # type: ignore[attr-defined]
    process = subprocess.Popen(command, env=dict(environment), cwd="/")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"it ended with {process.returncode}")
    return Spent(1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
