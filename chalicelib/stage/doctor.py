"""Look at a deployed stage, and say in plain words what is left to do: `goodword doctor --stage STAGE`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.stage.account import email, functions, texts
from chalicelib.stage.findings import Finding, Look, Stage, judged, looked, ok, to_do, unseen
from chalicelib.stage.resources import address, alarms, secrets, table

_LOOKS: Mapping[str, Look] = {
    "table": table,
    "functions": functions,
    "secrets": secrets,
    "address": address,
    "e-mail": email,
    "texts": texts,
    "alarms": alarms,
}
_STANDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def examine(name: str, region: str, client: Callable[..., Any]) -> Iterator[Finding]:
    """Everything there is to say of a stage, one finding after the other.

    `client` makes a client for a service's name. What may not be looked at is said, and the rest is.
    """
    try:
        who = client("sts").get_caller_identity()
    except (ClientError, BotoCoreError) as error:
        yield to_do("account", f"AWS does not know who you are ({error}): aws configure, or aws sso login")
        return
    yield ok("account", f"{who['Account']}, {region}, as {who['Arn']}")
    stack = f"goodword-{name}"
    try:
        shown = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        missing = f"there is no {stack} in {region}: make deploy STAGE={name} makes it (is it the region?)"
        yield to_do("stack", missing) if "does not exist" in str(error) else unseen("stack", error)
        return
    status = shown["StackStatus"]
    broken = f"{stack} is {status}: CloudFormation's console says which resource failed and why; then make deploy again"
    yield judged("stack", status in _STANDS, f"{stack} is {status}", broken)
    stage = Stage(
        name,
        region,
        client,
        {one["OutputKey"]: one["OutputValue"] for one in shown.get("Outputs", ())},
        {one["ParameterKey"]: one["ParameterValue"] for one in shown.get("Parameters", ())},
    )
    for what, look in _LOOKS.items():
        yield from looked(what, look, stage)
