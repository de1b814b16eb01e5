"""Runs in a process of its own with nothing but the unpacked zip on its path, and answers events as Lambda does.

Standard library only. Reads one JSON line `{"event": ...}` at a time and answers with one; `argv` is the folder, the
handler, and a file that gets a line for each call to AWS.
"""

import importlib
import json
import sys
import traceback
from typing import Any


class Context:
    """What a handler may ask of Lambda."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "goodword"
    memory_limit_in_mb = 512

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def main() -> None:
    folder, handler, calls = sys.argv[1:4]
    sys.path[:] = [folder, *(path for path in sys.path if "site-packages" not in path)]
    said, sys.stdout = sys.stdout, sys.stderr
    watch(calls)
    module, name = handler.split(".")
    function = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        try:
            answer = {"answer": function(json.loads(line)["event"], Context())}
        except Exception:  # noqa: BLE001 - as Lambda, which reports whatever it was
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=said, flush=True)


def watch(calls: str) -> None:
    """Write down what is asked of AWS, before it is asked."""
    from botocore.client import BaseClient

    ask = BaseClient._make_api_call

    def asked(client: Any, operation: str, parameters: Any) -> Any:
        with open(calls, "a") as file:
            named = {"service": client.meta.service_model.service_name, "operation": operation}
            file.write(json.dumps({**named, "parameters": parameters}, default=repr) + "\n")
        return ask(client, operation, parameters)

    BaseClient._make_api_call = asked


main()
