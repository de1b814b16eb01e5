"""Give an empty MiniStack the tables and items of the journal, and only then their streams.

In that order nothing restored appears as a change: whoever follows a stream would act on it a second time.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice

from chalicelib.local.engine.definition import STREAM
from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.journal import Journal
from chalicelib.local.engine.streams import Streams
from chalicelib.local.engine.upstream import Upstream

_BATCH = 25  # the most BatchWriteItem takes
_CONNECTIONS = 2  # one request is made ready while MiniStack works on another; more gave nothing


async def restore(journal: Journal, upstream: Upstream, streams: Streams, progress: Callable[[int], None]) -> None:
    """Make every table again and follow its stream; `progress` is told how many items are back."""
    restored = 0

    async def load(table: str, images: Iterator[str]) -> None:
        nonlocal restored
        while batch := list(islice(images, _BATCH)):
            await _put(upstream, table, batch)
            restored += len(batch)
            progress(restored)

    await upstream.call("ListTables", {})  # waits until MiniStack serves, where there is no table to wait with
    for table in journal.tables():
        await upstream.call("CreateTable", table.definition)
        images = journal.items(table.name)
        await asyncio.gather(*(load(table.name, images) for _ in range(_CONNECTIONS)))
        made = await upstream.call("UpdateTable", {"TableName": table.name, "StreamSpecification": STREAM})
        streams.follow(table.name, made["TableDescription"]["LatestStreamArn"])


async def _put(upstream: Upstream, table: str, images: list[str]) -> None:
    puts = ",".join(f'{{"PutRequest":{{"Item":{image}}}}}' for image in images)
    answer = await upstream.call_raw("BatchWriteItem", f'{{"RequestItems":{{"{table}":[{puts}]}}}}'.encode())
    if answer.get("UnprocessedItems"):
        raise EngineError(f"MiniStack did not take every item of {table} back")
