"""`goodword doctor --stage` says of a deployed stage what is well and what is left to do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.cli import main
from chalicelib.stage.account import texts
from chalicelib.stage.doctor import examine
from chalicelib.stage.findings import Finding, Stage, looked
from chalicelib.stage.resources import address
from chalicelib.storage.table import Item, TableSettings, bind, create_table

REGION = "us-east-1"


class Fake:
    """A client of a service that moto does not play: each operation answers, or refuses, as told."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        answer = self._answers[name]

        def call(**parameters: Any) -> Any:
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def refused(code: str = "AccessDeniedException") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "you may not"}}, "Look")


#: What only a real account says of itself.
GOOD = {
    "lambda": Fake(get_account_settings={"AccountLimit": {"ConcurrentExecutions": 1000}}),
    "sesv2": Fake(
        get_account={"ProductionAccessEnabled": True, "SendingEnabled": True},
        list_email_identities={"EmailIdentities": [{"IdentityName": "example.com"}]},
        get_email_identity={"VerifiedForSendingStatus": True},
    ),
    "sms": Fake(
        get_sms_sandbox_account_status={"IsInSandbox": False},
        get_sms_attributes={"attributes": {"MonthlySpendLimit": "100"}},
    ),
}
BAD = {
    "lambda": Fake(get_account_settings={"AccountLimit": {"ConcurrentExecutions": 10}}),
    "sesv2": Fake(
        get_account={"ProductionAccessEnabled": False, "SendingEnabled": False},
        list_email_identities={"EmailIdentities": []},
    ),
    "sms": Fake(get_sms_sandbox_account_status={"IsInSandbox": True}, get_sms_attributes={"attributes": {}}),
}


def clients(aws: Any, played: dict[str, Fake]) -> Any:
    """Clients of moto, but for what it does not play."""

    def client(service: str, **parts: Any) -> Any:
        real = aws.client(service, **parts) if service not in played else played[service]
        if service != "sns":
            return real
        sms = played["sms"]
        real.get_sms_sandbox_account_status = sms.get_sms_sandbox_account_status
        real.get_sms_attributes = sms.get_sms_attributes
        return real

    return client


def deploy(aws: Any, url: str, stage: str = "prod", **parameters: str) -> str:
    """A stack as far as a look needs it: its parameters and outputs, the table, the topic; the topic's name."""
    topic = aws.client("sns").create_topic(Name=f"goodword-{stage}-alarms")["TopicArn"]
    bind(TableSettings(f"goodword-{stage}", REGION, url, "testing", "testing"))
    create_table()
    outputs = {
        "TableName": f"goodword-{stage}",
        "AlarmTopic": topic,
        "Url": "https://d1.example.com",
        "DistributionDomain": "localhost",
    }
    given = {"EmailSender": "hello@example.com", "SmsProvider": "sns", **parameters}
    template = {
        "Parameters": {name: {"Type": "String", "Default": ""} for name in given},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    aws.client("cloudformation").create_stack(
        StackName=f"goodword-{stage}",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
    )
    return str(topic)


def make_safe(aws: Any, topic: str, stage: str = "prod") -> None:
    """What a deploy sets beyond the table's shape, and what an owner does."""
    dynamodb = aws.client("dynamodb")
    name = f"goodword-{stage}"
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    ssm = aws.client("ssm")
    for secret in ("GOODWORD_IDENTITY_KEY", "GOODWORD_STRIPE_SECRET"):
        ssm.put_parameter(Name=f"/goodword/{stage}/{secret}", Value="x", Type="SecureString")
    ssm.put_parameter(Name=f"/goodword/{stage}/GOODWORD_URL", Value="https://x", Type="String")
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")


def states(findings: list[Finding]) -> dict[str, str]:
    return {one.what: one.state for one in findings}


def test_a_stage_where_all_is_well(aws: Any, moto_url: str) -> None:
    make_safe(aws, deploy(aws, moto_url))
    found = list(examine("prod", REGION, clients(aws, GOOD)))
    assert {one.state for one in found} == {"ok"}, found
    assert {"account", "stack", "table's backups", "functions", "secrets", "address", "e-mail", "texts", "alarms"} < {
        one.what for one in found
    }
    assert "123456789012" in found[0].words


def test_what_is_left_to_do_is_said_in_plain_words(aws: Any, moto_url: str) -> None:
    topic = deploy(aws, moto_url)
    aws.client("dynamodb").update_time_to_live(
        TableName="goodword-prod", TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"}
    )
    aws.client("ssm").put_parameter(Name="/goodword/prod/GOODWORD_STRIPE_SECRET", Value="x", Type="String")
    aws.client("ssm").put_parameter(Name="/goodword/prod/STRIPE_SECRET", Value="x", Type="String")
    found = {one.what: one for one in examine("prod", REGION, clients(aws, BAD)) if one.state == "to do"}
    assert set(found) == {
        "table's protection", "table's backups", "table's expiry", "functions", "secrets", "GOODWORD_STRIPE_SECRET",
        "STRIPE_SECRET", "e-mail", "e-mail sender", "texts", "texts' spending", "alarms",
    }  # fmt: skip
    assert "only 10 may run at once" in found["functions"].words
    assert "GOODWORD_IDENTITY_KEY is missing" in found["secrets"].words
    assert "SecureString" in found["GOODWORD_STRIPE_SECRET"].words
    assert "ALARM_EMAIL" in found["alarms"].words
    pending = Fake(list_subscriptions_by_topic={"Subscriptions": [
        {"SubscriptionArn": "PendingConfirmation", "Endpoint": "owner@example.com", "TopicArn": topic},
    ]})  # fmt: skip
    told = [*examine("prod", REGION, lambda name, **p: pending if name == "sns" else clients(aws, GOOD)(name, **p))]
    assert "owner@example.com has not confirmed" in next(one.words for one in told if one.what == "alarms")


def test_what_may_not_be_looked_at_is_said_and_the_rest_is_looked_at(aws: Any, moto_url: str) -> None:
    make_safe(aws, deploy(aws, moto_url))
    played = {**GOOD, "lambda": Fake(get_account_settings=refused()), "dynamodb": Fake(describe_table=refused())}
    found = list(examine("prod", REGION, clients(aws, played)))
    unseen = [one for one in found if one.state != "ok"]
    assert [(one.what, one.state) for one in unseen] == [("table", "unknown"), ("functions", "unknown")]
    assert unseen[0].words == "could not look, because AccessDeniedException: you may not"


def test_a_stage_that_is_not_there(aws: Any) -> None:
    found = list(examine("nowhere", REGION, clients(aws, GOOD)))
    assert states(found) == {"account": "ok", "stack": "to do"}
    assert "make deploy STAGE=nowhere" in found[-1].words
    denied = Fake(describe_stacks=refused())
    found = list(examine("prod", REGION, clients(aws, {**GOOD, "cloudformation": denied})))
    assert states(found) == {"account": "ok", "stack": "unknown"}
    stranger = Fake(get_caller_identity=refused("InvalidClientTokenId"))
    assert states(list(examine("prod", REGION, clients(aws, {"sts": stranger})))) == {"account": "to do"}


def test_a_domain_of_ones_own(aws: Any) -> None:
    def stage(domain: str, **certificate: Any) -> Stage:
        acm = Fake(describe_certificate={"Certificate": {"Status": "ISSUED", **certificate}})
        outputs = {"Url": "https://x", "DistributionDomain": "localhost"}
        return Stage("prod", REGION, lambda name, **p: acm, outputs, {"DomainName": domain, "CertificateArn": "arn:x"})

    assert states(list(address(stage("localhost")))) == {"certificate": "ok", "DNS": "ok"}
    left = list(address(stage("refer.invalid", Status="PENDING_VALIDATION")))
    assert states(left) == {"certificate": "to do", "DNS": "to do"}
    assert "CNAME" in left[1].words
    soon = datetime.now(UTC) + timedelta(days=3)
    assert states(list(address(stage("localhost", NotAfter=soon))))["certificate"] == "to do"


@pytest.mark.parametrize(("tier", "dollars", "expected"), [("PRODUCTION", 50, "ok"), ("SANDBOX", 1, "to do")])
def test_texts_by_end_user_messaging_and_by_twilio(tier: str, dollars: int, expected: str) -> None:
    client = Fake(
        describe_account_attributes={"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": tier}]},
        describe_spend_limits={
            "SpendLimits": [
                {"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": dollars, "MaxLimit": dollars},
            ]
        },
    )
    stage = Stage("prod", REGION, lambda name, **p: client, {}, {"SmsProvider": "end-user-messaging"})
    assert states(list(looked("texts", texts, stage))) == {"texts": expected, "texts' spending": expected}
    twilio = Stage("prod", REGION, lambda name, **p: client, {}, {"SmsProvider": "twilio"})
    assert states(list(texts(twilio))) == {"texts": "ok"}


def test_the_command_prints_a_line_each_and_says_so_in_its_exit_code(
    aws: Any, moto_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of the program is opened: no engine, no table of this machine."""
    make_safe(aws, deploy(aws, moto_url))
    assert main(["doctor", "--stage", "prod"]) == 1, "moto plays no sandboxes and no quotas"
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("OK       account: 123456789012, us-east-1")
    assert "UNKNOWN  functions: could not look, because" in "\n".join(said)
    assert said[-1].endswith("left to do or not seen")
    assert main(["doctor", "--stage", "nowhere", "--json"]) == 1
    assert [one["state"] for one in json.loads(capsys.readouterr().out)] == ["ok", "to do"]
    assert Item.Meta.table_name == "goodword-prod"
