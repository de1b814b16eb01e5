"""What people texted back, for staff and owner."""

from chalicelib.api.call import Call
from chalicelib.services.shapes import page_shape, reply_shape


def list_replies(call: Call) -> dict[str, object]:
    """Texts that came in, newest first."""
    limit, cursor = call.page()
    found, following = call.program.ports.store.replies.page(limit=limit, cursor=cursor)
    return page_shape(map(reply_shape, found), following)
