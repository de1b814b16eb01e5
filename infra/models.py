"""Cut botocore's descriptions of services down to what functions call: that is most of what a client costs to make."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

Model = dict[str, Any]
#: DynamoDB's stays whole: pynamodb builds on it, and every cold start reads it, also the one we compare ours with.
OPERATIONS: Mapping[str, frozenset[str]] = {
    "pinpoint-sms-voice-v2": frozenset({"SendTextMessage"}),
    "s3": frozenset({"DeleteObject", "GetObject", "HeadObject", "ListObjectsV2", "PutObject"}),
    "sesv2": frozenset({"SendEmail"}),
    "sns": frozenset({"Publish"}),
    "ssm": frozenset({"GetParametersByPath"}),
}


def cut_models(data: Path) -> None:
    """Rewrite the descriptions under botocore's data folder; the same bytes each time."""
    for service, operations in OPERATIONS.items():
        for path in (data / service).glob("*/service-2.json.gz"):
            model = cut(json.loads(gzip.decompress(path.read_bytes())), operations)
            text = json.dumps(model, separators=(",", ":"), sort_keys=True).encode()
            path.write_bytes(gzip.compress(text, mtime=0))


def cut(model: Model, operations: Collection[str]) -> Model:
    """The model with these operations, and the shapes they need; raises KeyError for an operation it does not have."""
    kept = {name: model["operations"][name] for name in sorted(operations)}
    shapes: dict[str, Any] = {}
    waiting = list(_named(kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _bare(model["shapes"][name])
            waiting.extend(_named(shapes[name]))
    return {**model, "operations": {name: _bare(one) for name, one in kept.items()}, "shapes": shapes}


def _named(value: Any) -> Iterator[str]:
    """The shapes that a part of a model names."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "shape" and isinstance(one, str):
                yield one
            else:
                yield from _named(one)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one)


def _bare(value: Any) -> Any:
    """Without the documentation."""
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if key != "documentation" or isinstance(one, dict)}
    return [_bare(one) for one in value] if isinstance(value, list) else value
