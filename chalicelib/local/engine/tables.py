"""Requests that change a table itself: let through, and remembered so that the table can be made again."""

from typing import Any

from chalicelib.local.engine import expiry
from chalicelib.local.engine.definition import definition, refusal
from chalicelib.local.engine.groupcommit import GroupCommit
from chalicelib.local.engine.journal import Journal
from chalicelib.local.engine.streams import Streams
from chalicelib.local.engine.upstream import Upstream
from chalicelib.local.engine.wire import Message, json_response

_ERROR = "com.amazonaws.dynamodb.v20120810#"


def refused(message: str, code: str = "ValidationException") -> Message:
    """Return an error as DynamoDB words it."""
    return json_response(400, {"__type": _ERROR + code, "message": message})


class Tables:
    """The tables of one journal. Each change runs alone and is durable when its answer is returned."""

    def __init__(self, journal: Journal, upstream: Upstream, streams: Streams, commits: GroupCommit) -> None:
        self._journal = journal
        self._upstream = upstream
        self._streams = streams
        self._commits = commits

    async def change(self, operation: str, request: Message, content: dict[str, Any]) -> Message:
        """Answer CreateTable, UpdateTable or DeleteTable."""
        if reason := refusal(operation, content):
            return refused(reason)
        async with self._commits.exclusive():
            answer = await self._upstream.send(request)
            if answer.status == 200:
                name = answer.json()["TableDescription"]["TableName"]
                if operation == "DeleteTable":
                    self._streams.forget(name)
                    self._journal.drop_table(name)
                else:
                    described = (await self._upstream.call("DescribeTable", {"TableName": name}))["Table"]
                    self._streams.follow(name, described["LatestStreamArn"])
                    self._journal.save_table(definition(described))
        return answer

    async def time_to_live(self, operation: str, content: dict[str, Any]) -> Message:
        """Answer DescribeTimeToLive or UpdateTimeToLive."""
        name = str(content.get("TableName", "")).rpartition("/")[2]  # an ARN does as well
        async with self._commits.exclusive():
            try:
                attribute = self._journal.expiry_attribute(name)
            except KeyError:
                return refused(f"Requested resource not found: Table: {name} not found", "ResourceNotFoundException")
            if operation == "DescribeTimeToLive":
                return json_response(200, expiry.described(attribute))
            specification = content.get("TimeToLiveSpecification")
            wish = expiry.wanted(specification)
            if wish is None:
                return refused("TimeToLiveSpecification must hold AttributeName, a string, and Enabled, true or false")
            self._journal.set_expiry_attribute(name, wish[0] if wish[1] else None)
            return json_response(200, {"TimeToLiveSpecification": specification})
