"""A cold start of the packaged zip until its first lead is accepted, against the least a Chalice program could do.

Each in a fresh interpreter without this environment's packages, from a folder that cannot be written, as on Lambda. The
least is Chalice and a boto3 DynamoDB client from the same zip, once until they stand and once until a route of it has
written one item. CPU time and peak memory of the process, interleaved; medians. Print them with the ratios.
"""

import argparse
import json
import resource
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

import boto3

from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from infra.package import package
from infra.places import PACKAGE
from tests.infra.stack import moto_server
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
#: The process's own peak, as `VmHWM: 12345 kB`; what wait4 says counts the parent before the exec.
_PEAK = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
OURS = f"{_START}; import app; answer = app.app(event, None); assert answer['statusCode'] == 202, answer"
_KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


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
        moto_server() as aws,
    ):
        secret = {"Name": "/goodword/prod/GOODWORD_IDENTITY_KEY", "Type": "SecureString"}
        store = boto3.client("ssm", endpoint_url=aws, region_name="us-east-1", **_KEYS)
        store.put_parameter(**secret, Value=world.program.config.identity_key.decode())
        task = Path(folder, "task")
        with zipfile.ZipFile(PACKAGE / "deployment.zip") as archive:
            archive.extractall(task)
        yield {
            "TASK": str(task),
            "CODE": world.enrol().id,
            "GOODWORD_DYNAMODB_ENDPOINT": engine.endpoint,
            "GOODWORD_TABLE": table,
            "GOODWORD_SECRETS_PATH": "/goodword/prod",
            "AWS_ENDPOINT_URL_SSM": aws,
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
    command = [sys._base_executable, "-B", "-s", "-S", "-c", f"{code}\n{_PEAK}"]  # type: ignore[attr-defined]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=dict(environment), cwd="/", check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = int(done.stdout.split()[-2])
    return Spent(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), peak / 1024)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
