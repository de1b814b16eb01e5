"""Secrets live in SSM, are read once, and change without a deploy."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.application import create_app
from chalicelib.config import SECRETS, Config, ConfigError, read_config
from chalicelib.inbound.signatures import sign_standard
from chalicelib.local.gateway import Gateway
from chalicelib.local.secrets import NAMES
from chalicelib.storage.table import create_table
from chalicelib.wiring import Current, secret_environment
from tests.world import EVENTS_SECRET, ROOT

PATH = "/goodword/test"
KEY = "a key for tests, 32 bytes long!!"
OTHER = "whsec_b3RoZXItc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmchIQ=="
BASE = {"AWS_REGION": "us-east-1", "GOODWORD_SECRETS_PATH": PATH}


class Stopwatch:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def keep(aws: Any, **values: str) -> None:
    client = aws.client("ssm")
    for name, value in values.items():
        client.put_parameter(Name=f"{PATH}/GOODWORD_{name}", Value=value, Type="SecureString", Overwrite=True)


def calls_of(current: Current) -> list[str]:
    """The operations that a process sends to SSM from now on."""
    calls: list[str] = []
    session = current().ports.store.session
    session.register("before-call.ssm", lambda model, **parts: calls.append(model.name))
    return calls


def test_secrets_come_from_below_the_path_and_not_from_the_environment(aws: Any) -> None:
    keep(aws, IDENTITY_KEY=KEY, EVENTS_SECRET=f"{EVENTS_SECRET},{OTHER}", URL="https://example.com")
    aws.client("ssm").put_parameter(Name="/goodword/production/GOODWORD_STRIPE_SECRET", Value="other", Type="String")
    environment = {**BASE, "GOODWORD_TWILIO_TOKEN": "left behind", "GOODWORD_TABLE": "kept"}
    for path in (PATH, f"{PATH}/"):
        config = read_config(secret_environment({**environment, "GOODWORD_SECRETS_PATH": path}))
        assert config.identity_key == KEY.encode()
        assert config.events_secrets == (EVENTS_SECRET, OTHER), "two are good while one is rotated"
        assert (config.public_url, config.table.name) == ("https://example.com", "kept")
        assert (config.twilio_tokens, config.stripe_secrets) == ((), ())


def test_without_a_path_the_environment_is_all_there_is() -> None:
    environment = {"GOODWORD_IDENTITY_KEY": KEY}
    assert secret_environment(environment) is environment


def test_more_than_one_page_is_read(aws: Any) -> None:
    values = {name.removeprefix("GOODWORD_"): "whsec_" + "YWJj" * 12 for name in SECRETS}
    keep(aws, **values)
    assert len(values) > 10
    assert {name for name in secret_environment(BASE) if name in SECRETS} == SECRETS


def test_a_rotation_needs_no_deploy_and_no_call_in_between(aws: Any, engine: str) -> None:
    keep(aws, IDENTITY_KEY=KEY, EVENTS_SECRET=EVENTS_SECRET)
    clock = Stopwatch()
    table = {"GOODWORD_DYNAMODB_ENDPOINT": engine, "GOODWORD_TABLE": "t-secrets"}
    current = Current({**BASE, **table}, clock)
    calls, first = calls_of(current), current()
    create_table()
    gateway = Gateway(create_app(current))

    def accepted(secret: str) -> bool:
        body = b'{"type":"job.completed","timestamp":"2026-05-04T15:00:00Z","data":{"customer":{"id":"1","name":"J"}}}'
        headers = sign_standard("evt_1", first.ports.now(), body, secret)
        return gateway.handle("POST", "/v1/hooks/events", headers, body, "198.51.100.7")[0] == 202

    assert (accepted(EVENTS_SECRET), accepted(OTHER)) == (True, False)
    keep(aws, EVENTS_SECRET=f"{OTHER},{EVENTS_SECRET}")
    clock.now += 299
    assert (accepted(OTHER), calls) == (False, [])
    clock.now += 1
    assert (accepted(OTHER), accepted(EVENTS_SECRET)) == (True, True)
    assert calls == ["GetParametersByPath"]
    assert current().ports.store is first.ports.store, "the table's client is kept"
    keep(aws, EVENTS_SECRET=OTHER)
    clock.now += 300
    assert (accepted(OTHER), accepted(EVENTS_SECRET)) == (True, False)
    same = current()
    clock.now += 300
    assert current() is same, "nothing is made anew where nothing changed"


def test_what_is_read_once_is_used_on_while_ssm_is_away(
    aws: Any, engine: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keep(aws, IDENTITY_KEY=KEY, EVENTS_SECRET=EVENTS_SECRET)
    clock = Stopwatch()
    current = Current({**BASE, "GOODWORD_DYNAMODB_ENDPOINT": engine}, clock)
    program = current()
    keep(aws, EVENTS_SECRET="not base64 at all")
    clock.now += 300
    with caplog.at_level(logging.WARNING):
        assert current() is program
    assert "GOODWORD_EVENTS_SECRET must be base64" in caplog.text
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clock.now += 30
    with caplog.at_level(logging.WARNING):
        assert current() is program
    assert "cannot be read: Could not connect" in caplog.text
    assert EVENTS_SECRET not in caplog.text


def test_what_is_missing_or_out_of_reach_is_said(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=f"there is no parameter below {PATH} .GOODWORD_SECRETS_PATH."):
        Current(BASE)()
    keep(aws, EVENTS_SECRET=EVENTS_SECRET)
    with pytest.raises(ConfigError, match="GOODWORD_IDENTITY_KEY must hold"):
        Current(BASE)()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ConfigError, match="cannot be read: Could not connect"):
        Current(BASE)()


def test_no_secret_is_in_what_is_shown_of_a_program(aws: Any, engine: str) -> None:
    values = {name: f"whsec_{index:02}{'QUJD' * 12}" for index, name in enumerate(sorted(SECRETS))}
    keep(aws, **{name.removeprefix("GOODWORD_"): value for name, value in values.items()})
    program = Current({**BASE, "GOODWORD_DYNAMODB_ENDPOINT": engine, "GOODWORD_DATA": "/tmp"})()
    assert program.config.tremendous.key == values["GOODWORD_TREMENDOUS_KEY"]
    shown = f"{program!r} {program} {program.config!r} {program.ports!r} {program.outside!r}"
    assert [name for name, value in values.items() if value in shown] == []
    assert [name for name, value in values.items() if value in str(os.environ)] == []


def test_every_secret_of_the_configuration_is_called_one() -> None:
    assert set(NAMES) < SECRETS
    hidden = {name for name, field in Config.__dataclass_fields__.items() if not field.repr}
    told = {name for name in Config.__dataclass_fields__ if name.endswith(("_secrets", "_tokens", "_key"))}
    assert hidden == told


def test_a_start_without_a_path_loads_nothing_for_it(tmp_path: Path) -> None:
    """A cold start does not pay for what it does not use."""
    code = (
        "import sys; from chalicelib.wiring import program; program();"
        "print([m for m in sys.modules if m in {'chalicelib.delivery.parameters', 'boto3'}])"
    )
    environment = {"PATH": os.environ["PATH"], "GOODWORD_IDENTITY_KEY": KEY, "AWS_REGION": "us-east-1"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
