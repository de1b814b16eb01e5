"""Which permission a call to AWS needs, and whether a role's statements give it."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from tests.infra.stack import PARAMETERS, REGION, STAGE

_ACCOUNT = "123456789012"
_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


class Permission(NamedTuple):
    """An action on one resource, as IAM names them."""

    action: str
    resource: str


def needed_by(call: Mapping[str, Any]) -> list[Permission]:
    """The permissions of one recorded call; raises KeyError for a call nobody thought of here."""
    return _NEEDED[call["service"]](call["operation"], call["parameters"])


def allowed(wanted: Permission, statements: Iterable[Mapping[str, Any]]) -> bool:
    """Whether some statement allows it; a deny is not used in these roles."""
    return any(wanted.action in _listed(one["Action"]) and _covers(one, wanted.resource) for one in statements)


def actions(statements: Iterable[Mapping[str, Any]]) -> set[str]:
    return {action for one in statements for action in _listed(one["Action"])}


def _covers(statement: Mapping[str, Any], resource: str) -> bool:
    if "NotResource" in statement:
        return not any(fnmatchcase(resource, pattern) for pattern in _listed(statement["NotResource"]))
    return any(fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"]))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _dynamodb(operation: str, parameters: Mapping[str, Any]) -> list[Permission]:
    if operation == "TransactWriteItems":
        parts = [next(iter(item.items())) for item in parameters["TransactItems"]]
        return [Permission(f"dynamodb:{_PARTS[kind]}", _table(part["TableName"])) for kind, part in parts]
    if operation == "BatchGetItem":
        return [Permission("dynamodb:BatchGetItem", _table(name)) for name in parameters["RequestItems"]]
    index = f"/index/{parameters['IndexName']}" if parameters.get("IndexName") else ""
    return [Permission(f"dynamodb:{operation}", _table(parameters["TableName"]) + index)]


def _s3(operation: str, parameters: Mapping[str, Any]) -> list[Permission]:
    return [Permission(f"s3:{operation}", f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}")]


def _sns(operation: str, parameters: Mapping[str, Any]) -> list[Permission]:
    return [Permission(f"sns:{operation}", parameters.get("TopicArn") or parameters["PhoneNumber"])]


def _ses(operation: str, parameters: Mapping[str, Any]) -> list[Permission]:
    start = f"arn:aws:ses:{REGION}:{_ACCOUNT}"
    address = parameters["FromEmailAddress"]
    # SES looks at whichever identity it knows: the address, or its domain.
    identities = [f"identity/{address}", f"identity/{address.partition('@')[2]}"]
    names = [*identities, f"configuration-set/{parameters['ConfigurationSetName']}"]
    assert parameters["FromEmailAddress"] == PARAMETERS["EmailSender"]
    return [Permission(f"ses:{operation}", f"{start}:{name}") for name in names]


def _ssm(operation: str, parameters: Mapping[str, Any]) -> list[Permission]:
    return [
        Permission(f"ssm:{operation}", f"arn:aws:ssm:{REGION}:{_ACCOUNT}:parameter{parameters['Path'].rstrip('/')}")
    ]


def _table(name: str) -> str:
    assert name == f"goodword-{STAGE}"
    return f"arn:aws:dynamodb:{REGION}:{_ACCOUNT}:table/{name}"


_NEEDED = {"dynamodb": _dynamodb, "s3": _s3, "sns": _sns, "sesv2": _ses, "ssm": _ssm}
