"""Each list as a file for a spreadsheet, with the same filters as the list (P24)."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.api.admin_commitments import list_commitments
from chalicelib.api.admin_participants import list_participants
from chalicelib.api.admin_program import list_audit, list_messages, list_rewards
from chalicelib.api.admin_referrals import list_referrals
from chalicelib.api.admin_replies import list_replies
from chalicelib.api.call import MOST_ITEMS, Call
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.spreadsheets import body_lines, header_line
from chalicelib.services.sheets import COLUMNS

_SUFFIX = ".csv"
#: Rows of one answer: a function has seconds, and a gateway takes six megabytes.
MOST_ROWS = 2000
_OWNERS = frozenset({"audit"})

_Lister = Callable[[Call], Mapping[str, Any]]
_LISTS: Mapping[str, _Lister] = {
    "participants": list_participants,
    "referrals": list_referrals,
    "rewards": list_rewards,
    "messages": list_messages,
    "replies": list_replies,
    "commitments": list_commitments,
    "audit": list_audit,
}
KINDS = tuple(_LISTS)


def show_export(call: Call, file: str) -> Response:
    """`{kind}.csv`: at most 2,000 rows; a `Link` with rel="next" leads to those that follow, without the first line."""
    kind = file.removesuffix(_SUFFIX)
    if kind not in _LISTS or not file.endswith(_SUFFIX):
        raise NotFound("export", file[:60])
    if kind in _OWNERS and not call.actor.may("owner"):
        raise Forbidden(f"the {kind} is the owner's to see")
    columns = COLUMNS[kind].split()
    cursor = call.query.get("cursor") or None
    text = "" if cursor else header_line(columns)
    for _ in range(MOST_ROWS // MOST_ITEMS):
        page = _LISTS[kind](call.asking(limit=str(MOST_ITEMS), cursor=cursor))
        text += body_lines(columns, page["items"])
        cursor = page["next"]
        if cursor is None:
            break
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{kind}{_SUFFIX}"',
        "X-Content-Type-Options": "nosniff",
    }
    if cursor:
        following = urlencode({**call.query, "cursor": cursor})
        headers["Link"] = f'</v1/admin/exports/{kind}{_SUFFIX}?{following}>; rel="next"'
    return Response(text, headers=headers)
