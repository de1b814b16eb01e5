"""The packaged zip does the whole job in the stack, fed with the events of API Gateway, stream, SNS and clock."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.domain.measures import MEASURES
from tests.infra.cloud import Cloud, following, running_cloud
from tests.infra.permissions import actions, allowed, needed_by
from tests.infra.stack import Stack
from tests.running import GOODWORD
from tests.scenarios.test_walkthrough import PEOPLE, walk
from tests.world import EVENTS_SECRET

HOOKS = ("STRIPE", "QUICKBOOKS", "JOBBER", "HOUSECALLPRO", "MAPPED")
SECRETS = {
    "GOODWORD_IDENTITY_KEY": "a key for tests, 32 bytes long!!",
    "GOODWORD_EVENTS_SECRET": EVENTS_SECRET,
    **{f"GOODWORD_{name}_SECRET": f"a secret of {name}" for name in HOOKS},
}
#: What Lambda does in a function's name, outside of it: logs, the stream's records, what is given up.
BY_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
}
#: Named in no call: with it S3 says that a page is missing (404), without it that it is forbidden.
BY_S3 = {"s3:ListBucket"}


@pytest.fixture(scope="module")
def cloud(stack: Stack, packaged: Path, engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("functions")
    with running_cloud(stack, packaged / "deployment.zip", engine, folder, SECRETS) as running:
        yield running


@pytest.fixture(scope="module")
def walked(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment in which the walkthrough has been done; docs/walkthrough.md says what it printed."""
    folder = tmp_path_factory.mktemp("walk")
    environment = {"PATH": os.environ["PATH"], **cloud.environment, "TMPDIR": str(folder)}
    with following(cloud):
        walk(environment)
    return environment


def test_the_walkthrough_passes_on_the_packaged_zip(walked: Mapping[str, str]) -> None:
    assert walked["GOODWORD_SITE_BUCKET"]


def test_the_logs_of_the_walk_are_json_and_name_nobody(cloud: Cloud, walked: Mapping[str, str]) -> None:
    measured: set[str] = set()
    for name, function in cloud.functions.items():
        lines = [json.loads(line) for line in function.log().splitlines()]
        assert [word for word in PEOPLE if word in function.log()] == [], name
        assert len({line["Stage"] for line in lines if "_aws" in line}) <= 1
        measured |= {measure for line in lines for measure in MEASURES if "_aws" in line and measure in line}
    assert measured >= {"Leads", "Settlements", "Rewards", "Sends", "OldestUnfinishedSeconds"}


def test_a_page_that_is_not_there_is_the_sites_own_page(cloud: Cloud, walked: Mapping[str, str]) -> None:
    answer = requests.get(f"{cloud.url}/r/NOBODY00/", timeout=10)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Maple Street Plumbing" in answer.text


def test_a_text_that_says_stop_comes_in_by_the_topic(cloud: Cloud, walked: Mapping[str, str]) -> None:
    text = {"originationNumber": "+12125550103", "messageBody": "please stop", "inboundMessageId": "in-1"}
    cloud.notify(json.dumps(text))
    assert "TransactWriteItems" in {call["operation"] for call in cloud.functions["Notices"].calls_made()}


def test_every_call_is_allowed_and_every_allowed_action_is_used(cloud: Cloud, walked: Mapping[str, str]) -> None:
    """The stream and the schedule do the same work (`services/react.py`): what one may, the other uses or it does."""
    use_the_rest(cloud)
    unused = {}
    for name, function in cloud.functions.items():
        statements = cloud.stack.policy_of(name)
        needed = {permission for call in function.calls_made() for permission in needed_by(call)}
        assert [permission for permission in needed if not allowed(permission, statements)] == [], name
        unused[name] = actions(statements) - {permission.action for permission in needed} - BY_LAMBDA - BY_S3
    unused["Stream"] = unused["Schedule"] = unused["Stream"] & unused["Schedule"]
    assert unused == {name: set() for name in cloud.functions}


def use_the_rest(cloud: Cloud) -> None:
    """What the walkthrough does not come to: a missing page, a friend who moves, texts that end a sequence."""
    requests.get(f"{cloud.url}/r/NOBODY00/", timeout=10)
    key = owners_key(cloud)

    def admin(method: str, path: str, **body: object) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        answer = requests.request(
            method, f"{cloud.url}/v1/admin/{path}", json=body or None, headers=headers, timeout=20
        )
        assert answer.ok, answer.text
        return answer.json()

    admin("GET", "overview")
    admin("PUT", "settings", results_review_days=None)
    carlos = admin("GET", "participants?search=carlos")["items"][0]["id"]
    sam = next(one for one in admin("GET", "referrals")["items"] if one["prospect"]["name"] == "Sam Lee")
    admin("PATCH", f"referrals/{sam['id']}", participant_id=carlos, note="It was Carlos")
    for number, text in enumerate(("Will do!", "please stop")):
        said = {"originationNumber": "+12125550101", "messageBody": text, "inboundMessageId": f"jane-{number}"}
        cloud.notify(json.dumps(said))


def owners_key(cloud: Cloud) -> str:
    """A key made by the command line, as an owner makes it beside a stack."""
    command = [GOODWORD, "key", "add", "--role", "owner", "--json"]
    environment = {"PATH": os.environ["PATH"], **cloud.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    key: str = json.loads(done.stdout)["key"]
    return key
