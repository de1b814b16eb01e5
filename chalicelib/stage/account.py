"""What belongs to the account: who looks, the limits of Lambda, whether e-mails and texts leave."""

from collections.abc import Iterator
from typing import Any

from chalicelib.stage.findings import Finding, Stage, judged, ok, to_do

#: A stage of one busy contractor needs a few at once; a new account has ten, and CloudFront's visitors wait for them.
_AT_ONCE = 100
_SES = "https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"
_SMS = "https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox-moving-to-production.html"


def functions(stage: Stage) -> Iterator[Finding]:
    """How many functions may run at once."""
    most = stage.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    wanted = f"ask for {_AT_ONCE * 10} under Service Quotas, AWS Lambda, Concurrent executions"
    yield judged("functions", most >= _AT_ONCE, f"{most} may run at once", f"only {most} may run at once: {wanted}")


def email(stage: Stage) -> Iterator[Finding]:
    """Whether SES lets e-mails out, to anybody, from the sender's address."""
    sender = stage.asked_for("EmailSender")
    if sender is None:
        yield to_do("e-mail", "no sender is set, so none is sent: make deploy with EMAIL_SENDER, or do without e-mail")
        return
    client = stage.client("sesv2")
    account = client.get_account()
    leaves = bool(account["ProductionAccessEnabled"])
    yield judged(
        "e-mail", leaves, "reaches everybody", f"SES is a sandbox: only verified addresses are reached: {_SES}"
    )
    if not account["SendingEnabled"]:
        yield to_do("e-mail", "SES has stopped sending for this account: see the reputation page of its console")
    yield from _identity(client, sender)


def _identity(client: Any, sender: str) -> Iterator[Finding]:
    """The sender's address or its domain, whichever SES knows."""
    known = {entry["IdentityName"]: entry for entry in client.list_email_identities()["EmailIdentities"]}
    entry = known.get(sender) or known.get(sender.rpartition("@")[2])
    if entry is None:
        yield to_do("e-mail sender", f"SES does not know {sender} or its domain: make deploy with EMAIL_DOMAIN")
        return
    name = entry["IdentityName"]
    shown = client.get_email_identity(EmailIdentity=name)
    missing = f"{name} is not verified: put the records of the stack's output EmailDkim into its DNS"
    yield judged("e-mail sender", bool(shown["VerifiedForSendingStatus"]), f"{name} is verified", missing)


def texts(stage: Stage) -> Iterator[Finding]:
    """Whether texts leave, to anybody, and how many dollars of them."""
    provider = stage.asked_for("SmsProvider") or "sns"
    if provider == "twilio":
        yield ok("texts", "leave by Twilio: its console says whether your number is registered (A2P 10DLC)")
    elif provider == "end-user-messaging":
        yield from _end_user_messaging(stage)
    else:
        yield from _sns(stage)


def _sns(stage: Stage) -> Iterator[Finding]:
    client = stage.client("sns")
    inside = client.get_sms_sandbox_account_status()["IsInSandbox"]
    yield judged("texts", not inside, "reach everybody", f"SNS is a sandbox: only verified numbers are reached: {_SMS}")
    limit = client.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit", "1")
    more = "a text costs about a cent, and nobody is told when they stop: ask for more under SNS, Text messaging"
    yield judged(
        "texts' spending", float(limit) > 1, f"up to {limit} dollars a month", f"{limit} dollar a month: {more}"
    )


def _end_user_messaging(stage: Stage) -> Iterator[Finding]:
    client = stage.client("pinpoint-sms-voice-v2")
    attributes = {one["Name"]: one["Value"] for one in client.describe_account_attributes()["AccountAttributes"]}
    production = attributes["ACCOUNT_TIER"] == "PRODUCTION"
    sandbox = "End User Messaging is a sandbox: only verified numbers are reached; ask for production in its console"
    yield judged("texts", production, "reach everybody", sandbox)
    for limit in client.describe_spend_limits()["SpendLimits"]:
        if limit["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT":
            most, enforced = limit["MaxLimit"], limit["EnforcedLimit"]
            fine = enforced > 1
            yield judged(
                "texts' spending", fine, f"up to {enforced} dollars a month", f"{enforced} of {most} dollars a month"
            )
