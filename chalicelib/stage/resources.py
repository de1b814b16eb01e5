"""What the stack made: the table as it must be, the address, the secrets, and somebody who hears the alarms."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from chalicelib.config import SECRETS
from chalicelib.stage.findings import Finding, Stage, judged, ok, to_do

_STREAM = "NEW_AND_OLD_IMAGES"
_EXPIRY = "expires_at"
_SOON = timedelta(days=30)
_NEEDED = "GOODWORD_IDENTITY_KEY"


def table(stage: Stage) -> Iterator[Finding]:
    """The table's safety nets and its stream."""
    client, name = stage.client("dynamodb"), stage.outputs["TableName"]
    shown = client.describe_table(TableName=name)["Table"]
    stream = shown.get("StreamSpecification", {})
    yield judged(
        "table's stream",
        bool(stream.get("StreamEnabled")) and stream.get("StreamViewType") == _STREAM,
        "is on",
        f"is off or not {_STREAM}: nothing follows from a change; make deploy sets it",
    )
    protected = "is off: one wrong click deletes everything; switch it on under DynamoDB, Tables, Additional settings"
    yield judged("table's protection", bool(shown.get("DeletionProtectionEnabled")), "cannot be deleted", protected)
    billing = shown.get("BillingModeSummary", {}).get("BillingMode")
    yield judged(
        "table's billing", billing == "PAY_PER_REQUEST", "on demand", f"is {billing}: on demand costs nothing at rest"
    )
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    yield judged(
        "table's backups",
        recovery == "ENABLED",
        "every second of the last 35 days",
        "point-in-time recovery is off: switch it on under DynamoDB, Tables, Backups",
    )
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    expires = expiry.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and expiry.get("AttributeName") == _EXPIRY
    yield judged(
        "table's expiry", expires, f"by {_EXPIRY}", f"is off: what is over stays and is paid for; set it to {_EXPIRY}"
    )


def secrets(stage: Stage) -> Iterator[Finding]:
    """Which secrets there are, never what they are."""
    path = f"/goodword/{stage.name}"
    kinds: dict[str, str] = {}
    for page in stage.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False):
        kinds |= {one["Name"].rpartition("/")[2]: one["Type"] for one in page["Parameters"]}
    missing = f"{_NEEDED} is missing below {path}: nothing runs without it; make deploy makes one"
    yield judged("secrets", _NEEDED in kinds, f"{len(SECRETS & set(kinds))} below {path}", missing)
    for name in sorted(SECRETS & set(kinds)):
        if kinds[name] != "SecureString":
            yield to_do(name, f"is a {kinds[name]}: anybody who may list parameters reads it; put it as a SecureString")
    for name in sorted(set(kinds) - SECRETS - {"GOODWORD_URL"}):
        if not name.startswith("GOODWORD_"):
            yield to_do(name, f"stands below {path} and is not looked at: names begin with GOODWORD_")
    unset = sorted(name for name in SECRETS if name.endswith("_SECRET") and name not in kinds)
    if unset:
        yield ok("hooks", f"refuse everything without {', '.join(unset)}: set those you use")


def address(stage: Stage) -> Iterator[Finding]:
    """The stage's own domain, where it has one: its certificate, and whether the world is led here."""
    domain, arn = stage.asked_for("DomainName"), stage.asked_for("CertificateArn")
    if domain is None or arn is None:
        yield ok("address", f"{stage.outputs['Url']}, CloudFront's own; DOMAIN and CERTIFICATE give it yours")
        return
    shown = stage.client("acm", region_name="us-east-1").describe_certificate(CertificateArn=arn)["Certificate"]
    status, until = shown["Status"], shown.get("NotAfter")
    waiting = f"of {domain} is {status}: put the record that ACM shows into the DNS"
    yield judged("certificate", status == "ISSUED", f"of {domain} is issued", waiting)
    if until is not None and until < datetime.now(UTC) + _SOON:
        yield to_do("certificate", f"ends on {until:%Y-%m-%d}: ACM could not renew it; is its record still in the DNS?")
    target = stage.outputs["DistributionDomain"]
    yield judged(
        "DNS",
        bool(_numbers(domain) & _numbers(target)),
        f"{domain} leads to this stage",
        f"{domain} does not lead here: give it a CNAME (or an alias record) to {target}",
    )


def alarms(stage: Stage) -> Iterator[Finding]:
    """Whether anybody hears an alarm."""
    topic = stage.outputs["AlarmTopic"]
    told = stage.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [one for one in told if one["SubscriptionArn"].startswith("arn:")]
    if told and not confirmed:
        waits = ", ".join(one["Endpoint"] for one in told)
        yield to_do("alarms", f"{waits} has not confirmed: open the mail from AWS Notifications and follow its link")
    else:
        nobody = "nobody hears them: make deploy with ALARM_EMAIL, and follow the link in the mail that comes"
        yield judged("alarms", bool(confirmed), f"are heard by {len(confirmed)}", nobody)


def _numbers(name: str) -> set[str]:
    """The network addresses of a name; none where nobody knows it."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(name, 443, proto=socket.IPPROTO_TCP)}
    except OSError:
        return set()
