"""docs/webhooks.md and the contract's webhooks say what is really sent."""

import json
import re
from typing import Any

from chalicelib.domain.notices import TYPES
from tests.api.openapi_contract import check_webhook
from tests.program.test_webhooks import everything
from tests.receiver import Received, receiving
from tests.world import ROOT, World

TEXT = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", TEXT, re.M | re.S)]
ROWS = {row[0]: set(re.findall(r"`(\w+)`", row[1])) for row in re.findall(r"^\| `([\w.]+)` \|.*\|(.*)\|$", TEXT, re.M)}


def test_every_type_has_its_line_and_no_other() -> None:
    assert set(ROWS) == set(TYPES)


def test_the_examples_are_as_the_contract_says() -> None:
    for example in EXAMPLES:
        check_webhook(example)
    assert {example["type"].partition(".")[0] for example in EXAMPLES} == {kind.partition(".")[0] for kind in TYPES}


def test_what_is_sent_is_what_is_written(world: World) -> None:
    """Every type, against its schema, its line and its example."""
    with receiving() as receiver:
        world.settings(webhooks=[{"url": receiver.url}])
        everything(world)
        sent = {one.type: one for one in receiver.received}
        assert set(sent) == set(TYPES)
        for one in receiver.received:
            check_webhook(one.body)
            _fits_its_line(one)
        for example in EXAMPLES:
            assert shape(example) == shape(sent[example["type"]].body), example["type"]


def _fits_its_line(one: Received) -> None:
    wanted = ROWS[one.type] if one.type != "referral.moved" else ROWS["referral.created"]
    assert set(one.data) - {"participant", "version"} == wanted, one.type


def shape(value: Any) -> Any:
    """The names in it, in their order, without what they hold; a list as its first entry, which may not be there."""
    if isinstance(value, dict):
        return [(name, shape(inner)) for name, inner in value.items()]
    return None
