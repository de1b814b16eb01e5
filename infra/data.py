"""What a stack keeps: the table, which outlives it, and the public files, which can be made again."""

from typing import Any

from infra.aws import Account
from infra.settings import Deployment


def kept_stream(account: Account, deployment: Deployment) -> str | None:
    """The stream of a table that stands without its stack, after `make destroy`; None where there is no table."""
    client = account.client("dynamodb")
    try:
        table = client.describe_table(TableName=deployment.table)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None
    stream: str = table["LatestStreamArn"]
    return stream


def delete_table(account: Account, deployment: Deployment) -> None:
    """Delete the table for good; a last backup of it is taken by nobody."""
    client = account.client("dynamodb")
    client.update_table(TableName=deployment.table, DeletionProtectionEnabled=False)
    client.get_waiter("table_exists").wait(TableName=deployment.table)
    client.delete_table(TableName=deployment.table)
    client.get_waiter("table_not_exists").wait(TableName=deployment.table)


def empty_bucket(account: Account, bucket: str) -> int:
    """Delete every version of every file, as CloudFormation deletes only an empty bucket; returns how many."""
    store, count = account.client("s3"), 0
    for page in store.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found: list[dict[str, Any]] = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        named = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        if named:
            store.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True})
        count += len(named)
    return count
