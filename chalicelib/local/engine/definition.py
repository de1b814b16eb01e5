"""A table's definition: what the front accepts, and how a described table becomes one that can be created again."""

from typing import Any

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

_COPIED = ("TableName", "KeySchema", "DeletionProtectionEnabled", "OnDemandThroughput")
_INDEX_COPIED = ("IndexName", "KeySchema", "Projection")
_NOT_KEPT = ("ReplicaUpdates", "VectorIndexes", "VectorIndexUpdates", "ResourcePolicy", "Tags")


def refusal(operation: str, request: dict[str, Any]) -> str | None:
    """Say why a table could not be journaled if this CreateTable or UpdateTable went through, or None."""
    stream = request.get("StreamSpecification")
    if stream != STREAM and (operation == "CreateTable" or stream is not None):
        return (
            "The local engine keeps a table through its stream: StreamSpecification must be "
            f"StreamEnabled=true, StreamViewType=NEW_AND_OLD_IMAGES, and it is {stream}"
        )
    for name in _NOT_KEPT:
        if request.get(name):
            return f"The local engine would not have {name} again after a restart: leave it out"
    return None


def definition(described: dict[str, Any]) -> dict[str, Any]:
    """Turn the Table of a DescribeTable answer into the CreateTable that makes it again, without its stream."""
    made = {name: described[name] for name in _COPIED if name in described}
    billing = described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    made["BillingMode"] = billing
    if billing == "PROVISIONED":
        made["ProvisionedThroughput"] = _throughput(described)
    if "TableClassSummary" in described:
        made["TableClass"] = described["TableClassSummary"]["TableClass"]
    if described.get("SSEDescription", {}).get("Status") == "ENABLED":
        made["SSESpecification"] = {"Enabled": True, "SSEType": described["SSEDescription"]["SSEType"]}
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if indexes := described.get(kind):
            made[kind] = [{name: index[name] for name in _INDEX_COPIED if name in index} for index in indexes]
            if kind == "GlobalSecondaryIndexes" and billing == "PROVISIONED":
                for index, source in zip(made[kind], indexes, strict=True):
                    index["ProvisionedThroughput"] = _throughput(source)
    # An attribute of an index that was deleted stays defined, and CreateTable refuses what no key uses.
    used = {key["AttributeName"] for keyed in _keyed(made) for key in keyed["KeySchema"]}
    made["AttributeDefinitions"] = [a for a in described["AttributeDefinitions"] if a["AttributeName"] in used]
    return made


def _keyed(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [made, *made.get("GlobalSecondaryIndexes", []), *made.get("LocalSecondaryIndexes", [])]


def _throughput(source: dict[str, Any]) -> dict[str, int]:
    given = source["ProvisionedThroughput"]
    return {name: given[name] for name in ("ReadCapacityUnits", "WriteCapacityUnits")}
