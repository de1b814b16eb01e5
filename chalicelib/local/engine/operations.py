"""What each operation of the DynamoDB API means for durability.

An operation that stands in none of these sets is refused: what it changes could not be brought back after a restart.
"""

READS = frozenset(
    {
        "BatchGetItem",
        "DescribeContinuousBackups",
        "DescribeEndpoints",
        "DescribeLimits",
        "DescribeStream",
        "DescribeTable",
        "GetItem",
        "GetRecords",
        "GetShardIterator",
        "ListStreams",
        "ListTables",
        "ListTagsOfResource",
        "Query",
        "Scan",
        "TransactGetItems",
    }
)

WRITES = frozenset(
    {
        "BatchWriteItem",
        "DeleteItem",
        "PutItem",
        "TransactWriteItems",
        "UpdateItem",
    }
)

# PartiQL. MiniStack writes no stream record for what these change, so only their SELECT can be let through.
STATEMENTS = frozenset({"BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"})

TABLE_CHANGES = frozenset({"CreateTable", "DeleteTable", "UpdateTable"})

# Answered by the front itself: MiniStack's own expiry deletes in a thread and writes no stream record.
TIME_TO_LIVE = frozenset({"DescribeTimeToLive", "UpdateTimeToLive"})
