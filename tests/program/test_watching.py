"""What is logged and counted: enough to see what happens, and not a word about anybody."""

import io
import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.measures import MEASURES
from chalicelib.handlers import handle_records, handle_schedule
from chalicelib.local.pump import Pump
from chalicelib.watching.logs import REQUESTS, masked, write_json_logs
from chalicelib.watching.metrics import Metrics
from tests.storage.faults import wire
from tests.world import ROOT, World

#: Whoever walks through these tests, as they could be told in a log.
PEOPLE = ("Jane", "Doe", "Samuel", "Leeson", "2125550142", "5550143", "555-0142", "jane.doe", "samuel@", "example.com")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What this process logs, in JSON, as on AWS."""
    loggers = [logging.getLogger(name) for name in (None, "chalicelib", "goodword", REQUESTS)]
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    stream = io.StringIO()
    write_json_logs(stream=stream)
    yield stream
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers[:], logger.propagate = handlers, propagate
        logger.setLevel(level)


@pytest.fixture
def counted(world: World) -> io.StringIO:
    """The metrics that the world's program writes."""
    stream = io.StringIO()
    world.program.config = replace(world.program.config, stage="test")
    world.program.metrics = Metrics("test", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def sums(stream: io.StringIO) -> dict[str, float]:
    found: Counter[str] = Counter()
    for line in lines(stream):
        found.update({name: line[name] for name in MEASURES[:5] if name in line})
    return dict(found)


def walk(world: World) -> str:
    """The walkthrough's way: an enrolment, a visit, a lead, an invoice, a reward, a reversal; the lead's reference."""
    jane = world.enrol("Jane Doe", phone="+12125550142", email="jane.doe@example.com")
    world.http("POST", "/v1/visits", {"code": jane.id, "channel": "sms"})
    lead = world.lead(
        jane.id, name="Samuel Leeson", phone="(212) 555-0143", email="samuel@example.com", sms_consent=True
    )
    world.settle_down()
    customer = {"name": "Samuel Leeson", "phone": "+12125550143"}
    invoice = {"id": "inv_1", "amount_cents": 90000, "currency": "USD"}
    world.event("invoice.paid", {"customer": customer, "invoice": invoice})
    world.settle_down()
    world.clock.forward(hours=1)
    world.event("invoice.voided", {"customer": customer, "invoice": invoice})
    world.settle_down()
    assert world.admin("GET", "participants?search=Jane").status == 200
    assert world.lead(jane.id, name="Samuel Leeson", phone="call Jane Doe").status == 400
    return str(lead.json["reference"])


def test_what_happens_is_counted_and_costs_no_call(world: World, counted: io.StringIO) -> None:
    reference = walk(world)
    sent = [message for message in world.messages() if message.status == "sent"]
    assert sums(counted) == {"Leads": 1, "Settlements": 2, "Rewards": 1, "Sends": len(sent)}
    assert {line["Stage"] for line in lines(counted)} == {"test"}
    first = lines(counted)[0]["_aws"]["CloudWatchMetrics"][0]
    assert (first["Namespace"], first["Dimensions"]) == ("Goodword", [["Stage"]])
    for line in lines(counted):
        told = {metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
        assert told == set(line) - {"_aws", "Stage"} <= set(MEASURES)
    assert reference not in counted.getvalue()


def test_counting_costs_no_call(world: World, counted: io.StringIO) -> None:
    costs = []
    for stage in (None, "test"):
        world.program.config = replace(world.program.config, stage=stage)
        world.program.metrics = Metrics(stage, counted)
        jane = world.enrol()
        world.pump.drain()
        world.program.settings()
        records: list[Any] = []
        pump = Pump(world.program)
        with wire() as calls:
            assert world.lead(jane.id).status == 202
        answered = [call.operation for call in calls]
        pump._handle = records.extend  # type: ignore[method-assign]  # what Lambda would be given
        pump.drain()
        with wire() as calls:
            assert handle_records(world.program, records) == []
        followed = Counter(call.operation for call in calls)
        with wire() as calls:
            handle_schedule(world.program)
        costs.append((answered, followed, Counter(call.operation for call in calls)))
    (answered, followed, scheduled), (watched, counted_too, measured) = costs
    assert (answered, followed) == (watched, counted_too)
    assert measured - scheduled == Counter(Query=1), "the age of the oldest work is one key of an index, once a minute"


def test_failures_are_counted_once_each(world: World, counted: io.StringIO) -> None:
    jane = world.enrol()
    world.settle_down()
    counted.truncate(counted.seek(0))
    with wire(before=lambda call: ReadTimeoutError(endpoint_url="http://table")):
        assert world.lead(jane.id).status == 503
    assert sums(counted) == {"Failures": 1}
    world.event("invoice.paid", {"customer": {"name": "Kim", "phone": world.phone()}, "invoice": {"id": "1"}})
    assert sums(counted) == {"Failures": 1}, "what is malformed is the sender's failure"


def test_the_age_of_the_oldest_work_is_told_each_minute(world: World, counted: io.StringIO) -> None:
    def ages() -> list[float]:
        return [line["OldestUnfinishedSeconds"] for line in lines(counted) if "OldestUnfinishedSeconds" in line]

    handle_schedule(world.program)
    assert ages() == [0]
    world.lead(world.enrol().id)
    world.clock.forward(minutes=20)
    with wire(before=lambda call: "InternalServerError" if "Message" in str(call.body) or call.writes else None):
        handle_schedule(world.program)
    assert ages()[1] >= timedelta(minutes=20).total_seconds()
    handle_schedule(world.program)
    assert ages()[2] == 0


def test_no_log_names_anybody_whatever_fails(
    world: World, logged: io.StringIO, counted: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(world)

    def fail(*given: object, **named: object) -> Any:
        raise ValueError("Samuel Leeson, +12125550143, samuel@example.com")

    outside = world.program.outside
    world.program.outside = replace(outside, parsers={**outside.parsers, "events": fail})
    world.event("customer.updated", {"customer": {"name": "Jane Doe", "phone": "+12125550142"}})
    world.settle_down()
    monkeypatch.setattr(world.program.ports.store.participants, "page", fail)
    assert world.admin("GET", "participants?search=Jane").status == 500
    text = logged.getvalue()
    assert [person for person in PEOPLE if person in text] == []
    errors = [line["error"] for line in lines(logged) if "error" in line]
    assert {error["type"] for error in errors} == {"ValueError"}
    assert all("test_watching.py" in error["where"][-1] and "message" not in error for error in errors)
    answered = [line for line in lines(logged) if line["message"] == "answered"]
    assert {(line["route"], line["status"]) for line in answered} > {
        ("POST /v1/leads", 202),
        ("POST /v1/leads", 400),
        ("GET /v1/admin/participants", 500),
    }
    assert sums(counted)["Failures"] == 1, "an event that will be tried again has not failed yet"


@pytest.mark.parametrize(
    "text",
    ["+12125550142", "(212) 555-0142", "212-555-0142", "212.555.0142", "2125550142", "jane.doe@example.com", "<a@b.c>"],
)
def test_a_phone_or_an_address_is_masked_wherever_it_stands(text: str) -> None:
    told = masked(f"could not reach {text}: answered 503")
    assert text.strip("<>") not in told
    assert told.startswith("could not reach ")
    assert told.endswith(": answered 503")


@pytest.mark.parametrize(
    "text",
    ["ref_01KQSR1NC0T8WBNMJWQBGK5T25", "2026-05-04T15:00:00.123456", "rew_00000000000000000000000010-1", "in 1234 ms"],
)
def test_ids_and_times_are_not_taken_for_phones(text: str) -> None:
    assert masked(text) == text


_AS_LAMBDA = """
import json, sys, types
import app
lead, records = json.loads(sys.argv[1]), json.loads(sys.argv[2])
context = types.SimpleNamespace(aws_request_id="req-lambda", function_name="x", memory_limit_in_mb=512)
app.app(lead, context)
app.stream({"Records": records}, context)
app.schedule({"source": "aws.events", "account": "", "detail": {}, "detail-type": "", "id": "", "region": "",
              "resources": [], "time": "", "version": ""}, context)
app.app({**lead, "body": "{"}, context)
import chalicelib.api.public as public
public.create_lead = None
app.app(lead, context)
"""


def test_a_function_writes_json_with_the_requests_id_and_nothing_else(world: World) -> None:
    """The application as Lambda runs it, in a process of its own."""
    jane = world.enrol("Jane Doe", phone="+12125550142")
    lead = {
        "httpMethod": "POST",
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "req-gateway",
            "httpMethod": "POST",
            "resourcePath": "/v1/leads",
            "path": "/v1/leads",
            "identity": {"sourceIp": "198.51.100.7"},
        },
        "body": json.dumps({"code": jane.id, "name": "Samuel Leeson", "phone": "212 555 0143"}),
        "isBase64Encoded": False,
    }
    keys = {"pk": {"S": "R#ref_1"}, "sk": {"S": "REFERRAL"}}
    image = {**keys, "stage": {"S": "new"}, "participant_id": {"S": "NOBODY00"}}
    records = [{"dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": "1"}}]
    table = world.program.config.table
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_FUNCTION_NAME": "goodword-test-api",
        "AWS_REGION": table.region,
        "GOODWORD_STAGE": "prod",
        "GOODWORD_DYNAMODB_ENDPOINT": str(table.endpoint),
        "GOODWORD_TABLE": table.name,
        "GOODWORD_DATA": str(world.data),
        "GOODWORD_IDENTITY_KEY": world.program.config.identity_key.decode(),
    }
    command = [sys.executable, "-c", _AS_LAMBDA, json.dumps(lead), json.dumps(records)]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    written = [json.loads(line) for line in ran.stdout.splitlines()]
    answered = [(line["request_id"], line["status"]) for line in written if line.get("message") == "answered"]
    assert answered[:2] == [("req-gateway", 202), ("req-gateway", 400)]
    measured = {name: line[name] for line in written for name in MEASURES if name in line}
    assert measured["Leads"] == 1
    assert "OldestUnfinishedSeconds" in measured
    assert {line["Stage"] for line in written if "_aws" in line} == {"prod"}
    assert [person for person in PEOPLE if person in ran.stdout] == []
