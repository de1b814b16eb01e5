"""How every message reads, for staff and owner, and what is wrong with its words (S14)."""

from chalicelib.api.call import Call
from chalicelib.services.shapes import page_shape, preview_shape


def list_previews(call: Call) -> dict[str, object]:
    """Every message with sample data, and with the longest names."""
    previews = call.program.outside.wording.previews(call.program.ports.store.settings.get())
    return page_shape(map(preview_shape, previews), None)
