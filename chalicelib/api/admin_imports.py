"""Participants from a spreadsheet (P1, P25)."""

import io

from chalicelib.api.call import Call
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import Fields
from chalicelib.services.import_people import import_people
from chalicelib.services.shapes import import_shape

#: A function has seconds; a longer file is sent in parts, each with the header.
MOST_ROWS = 500
_MOST_BYTES = 256 * 1024


def post_import(call: Call) -> dict[str, object]:
    """Enrol everybody in `csv`, text with a header; with `dry_run` only say what would become of each row."""
    fields = Fields(call.body(_MOST_BYTES))
    fields.only({"csv", "dry_run"})
    text, dry_run = fields.raw("csv"), fields.boolean("dry_run")
    if not isinstance(text, str):
        fields.refuse("csv", "must be the text of a CSV file")
    fields.done()
    file = io.StringIO(str(text).removeprefix("\ufeff"), newline="")
    if sum(1 for _ in file) > MOST_ROWS + 1:
        raise InvalidInput.of("csv", f"has more than {MOST_ROWS} lines; send it in parts, each with the header")
    file.seek(0)
    report = import_people(call.program.ports, file, lambda rows: None, dry_run=dry_run, by=call.actor.name)
    return {"dry_run": dry_run, **import_shape(report)}
