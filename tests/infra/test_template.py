"""The stack's template: created whole in moto, and read where moto looks away."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.local.web import FRAMED, FRAMED_HEADERS, SECURITY_HEADERS
from chalicelib.storage.table import Item
from infra.places import RESOURCES
from infra.template import Template, functions, gather, read
from tests.infra.stack import Stack

#: What moto cannot make; the tests below read these in the template.
SKIPPED = {
    "AWS::Budgets::Budget",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Url",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
}
#: Left out of moto's template, see tests/infra/stack.py.
LEFT_OUT = ("AWS::ApiGateway::", "AWS::Lambda::Permission")
#: Made only where a parameter asks for it, and not here.
NOT_ASKED_FOR = {"Address", "AlarmMail", "Firewall", "TextEvents"}


@pytest.fixture(scope="module")
def sam(packaged: Path) -> Template:
    return read(packaged / "sam.yaml")


def properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def test_everything_is_created_but_what_moto_does_not_know(stack: Stack) -> None:
    missing = {
        name: resource["Type"]
        for name, resource in stack.template["Resources"].items()
        if name not in stack.made and name not in NOT_ASKED_FOR and not resource["Type"].startswith(LEFT_OUT)
    }
    assert set(missing.values()) <= SKIPPED, missing
    assert {"Table", "SiteBucket", "NoticesTopic", "DeadLetters", "Stream", "APIHandler"} <= stack.made.keys()


def test_the_table_has_the_keys_and_indexes_of_the_models(sam: Template) -> None:
    """pynamodb's own definition, as `create_table` would send it."""
    table, schema = properties(sam, "Table"), Item._get_schema()
    assert table["KeySchema"] == [
        {"AttributeName": one["AttributeName"], "KeyType": one["KeyType"]} for one in schema["key_schema"]
    ]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    ours = {index["index_name"]: index for index in schema["global_secondary_indexes"]}
    assert indexes.keys() == ours.keys()
    for name, index in indexes.items():
        assert index["KeySchema"] == ours[name]["key_schema"]
        assert index["Projection"] == ours[name]["projection"]
    given = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    assert given == {one["AttributeName"]: one["AttributeType"] for one in schema["attribute_definitions"]}
    assert table["StreamSpecification"]["StreamViewType"] == Item.Meta.stream_view_type
    assert table["BillingMode"] == Item.Meta.billing_mode
    expiry = Item._ttl_attribute()
    assert table["TimeToLiveSpecification"] == {"AttributeName": expiry.attr_name, "Enabled": True}


def test_the_table_is_hard_to_lose(sam: Template) -> None:
    table = sam["Resources"]["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_cloudfront_sends_the_headers_of_one_machine(sam: Template) -> None:
    """And HSTS besides, which a program on plain http may not send; the frame has headers of its own."""
    assert sent_by(sam, "SecurityHeaders") == SECURITY_HEADERS
    assert sent_by(sam, "FramedHeaders") == FRAMED_HEADERS
    config = distribution(sam)
    policies = {one["PathPattern"]: one["ResponseHeadersPolicyId"] for one in config["CacheBehaviors"]}
    assert policies == {"/v1/*": {"Ref": "SecurityHeaders"}, FRAMED: {"Ref": "FramedHeaders"}}
    assert config["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}


def sent_by(sam: Template, policy: str) -> dict[str, str]:
    """The headers of one policy."""
    config = properties(sam, policy)["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    sent: dict[str, str] = {one["Header"]: one["Value"] for one in config["CustomHeadersConfig"]["Items"]}
    sent["Content-Security-Policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    sent["X-Content-Type-Options"] = "nosniff" if security["ContentTypeOptions"]["Override"] else ""
    if "FrameOptions" in security:
        sent["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    return sent


def distribution(sam: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(sam, "Distribution")["DistributionConfig"]
    return found


def test_the_api_is_not_cached_and_gets_cookies_authorization_and_queries(sam: Template) -> None:
    (api,) = [one for one in distribution(sam)["CacheBehaviors"] if one["PathPattern"] == "/v1/*"]
    assert api["TargetOriginId"] == "api"
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "Managed-CachingDisabled"
    assert api["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac", "Managed-AllViewerExceptHostHeader"
    assert {"POST", "PUT", "PATCH", "DELETE"} <= set(api["AllowedMethods"])


def test_no_error_page_of_cloudfront_stands_in_for_an_answer_of_the_api(sam: Template) -> None:
    """Its error pages hold for all paths: a 404 of the API would become a page. A missing page is a function's."""
    config = distribution(sam)
    assert "CustomErrorResponses" not in config
    (group,) = config["OriginGroups"]["Items"]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["site", "missing"]
    assert config["DefaultCacheBehavior"]["TargetOriginId"] == group["Id"]


def test_the_api_answers_only_to_cloudfront(sam: Template) -> None:
    """Whoever calls it directly could write any address into the header the limits go by."""
    for path, methods in properties(sam, "RestAPI")["DefinitionBody"]["paths"].items():
        for method in methods.values():
            assert method["security"] == [{"key": []}], path
    (origin,) = [one for one in distribution(sam)["Origins"] if one["Id"] == "api"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "x-api-key", "HeaderValue": {"Ref": "OriginKey"}}]
    assert properties(sam, "ApiKey")["Value"] == {"Ref": "OriginKey"}
    assert sam["Parameters"]["OriginKey"]["NoEcho"] is True


def test_the_bucket_is_private_versioned_and_read_by_this_distribution_alone(sam: Template) -> None:
    bucket = properties(sam, "SiteBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    for statement in properties(sam, "SiteBucketPolicy")["PolicyDocument"]["Statement"]:
        if statement["Effect"] == "Allow":
            assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
            assert "${Distribution}" in statement["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]


def test_the_stream_repeats_what_failed_and_gives_up_into_a_queue(stack: Stack) -> None:
    """Of a batch only what failed comes again; one that always fails does not hold up the rest for ever."""
    (mapping,) = [
        one["Properties"]
        for one in stack.template["Resources"].values()
        if one["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 1 <= mapping["MaximumRetryAttempts"] <= 20
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert mapping["EventSourceArn"]["Fn::If"][1] == {"Fn::GetAtt": ["Table", "StreamArn"]}


def test_every_function_runs_on_arm_logs_into_its_own_group_and_has_its_own_role(sam: Template) -> None:
    groups, roles = [], []
    for name, function in functions(sam).items():
        own = function["Properties"]
        assert own["Architectures"] == ["arm64"], name
        groups.append(own["LoggingConfig"]["LogGroup"]["Ref"])
        roles.append(own["Role"]["Fn::GetAtt"][0])
    assert len(set(groups)) == len(set(roles)) == len(groups) == 5
    assert all(properties(sam, group)["RetentionInDays"] == {"Ref": "LogDays"} for group in groups)


def test_no_permission_is_wider_than_it_must_be(sam: Template) -> None:
    """`*` only where AWS knows no narrower name: to look for streams, and phone numbers, which have none."""
    wide = [
        statement.get("Sid")
        for function in functions(sam).values()
        for policy in properties(sam, function["Properties"]["Role"]["Fn::GetAtt"][0])["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "*" in (statement.get("Resource"), statement.get("Action"))
    ]
    assert wide == ["FindTheStream"]


def test_secrets_are_named_and_not_held(stack: Stack) -> None:
    for name in ("APIHandler", "Stream", "Schedule", "Notices"):
        environment = stack.environment_of(name)
        assert environment["GOODWORD_SECRETS_PATH"] == "/goodword/prod"
        assert not [key for key in environment if "SECRET" in key and key != "GOODWORD_SECRETS_PATH"]
        assert not [key for key in environment if key.endswith(("_KEY", "_TOKEN"))]


def test_every_alarm_tells_the_topic(sam: Template) -> None:
    alarms = {n: r["Properties"] for n, r in sam["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(alarms) == {
        "FunctionErrors",
        "Throttles",
        "ApiErrors",
        "DeadLetterArrived",
        "StreamLate",
        "StuckWork",
    }
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms.values())
    stuck = alarms["StuckWork"]
    assert (stuck["Namespace"], stuck["MetricName"]) == ("Goodword", "OldestUnfinishedSeconds")
    assert stuck["Dimensions"] == [{"Name": "Stage", "Value": {"Ref": "Stage"}}]
    for told in properties(sam, "Budget")["NotificationsWithSubscribers"]:
        assert told["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": "AlarmTopic"}}]


def test_a_name_given_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("Resources: {Table: {Type: x}}")
    with pytest.raises(ValueError, match=r"b\.yaml gives Table once more"):
        gather(tmp_path)
    assert gather(RESOURCES)["Resources"]
