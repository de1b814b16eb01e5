"""One request, as a route's handler sees it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalice.app import Request

from chalicelib.api.bodies import FORM, JSON, bounded, media_type, read_body
from chalicelib.domain.access import Actor
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import Fields

if TYPE_CHECKING:
    from chalicelib.domain.participants import Participant
    from chalicelib.services.sign_in import SignedIn
    from chalicelib.wiring import Program

_MOST_BYTES = 64 * 1024
_MOST_KEY = 200
MOST_ITEMS = 100


class Call:
    """A request, the program it is for, and who makes it; `who` where that is a person who signed in."""

    def __init__(
        self,
        request: Request,
        program: "Program",
        actor: Actor,
        who: "SignedIn | None" = None,
        participant: "Participant | None" = None,
    ) -> None:
        self.request = request
        self.program = program
        self.actor = actor
        self.who = who
        self._participant = participant
        self._query: Mapping[str, str] | None = None

    @property
    def participant(self) -> "Participant":
        """Whose share token came with it; raises RuntimeError on a route of another role than `share`."""
        if self._participant is None:
            raise RuntimeError("only a route of the role share knows a participant")
        return self._participant

    @property
    def headers(self) -> Mapping[str, str]:
        headers: Mapping[str, str] = self.request.headers
        return headers

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", JSON)

    def raw_body(self, most: int = _MOST_BYTES) -> bytes:
        """The body's bytes; raises TooLarge."""
        body: bytes | str = self.request.raw_body or b""
        return bounded(body if isinstance(body, bytes) else body.encode(), most)

    def body(self, most: int = _MOST_BYTES) -> Mapping[str, Any]:
        """The body as an object; raises Unreadable or TooLarge."""
        return read_body(self.raw_body(most), self.content_type)

    @property
    def idempotency_key(self) -> str | None:
        """The name the caller gave this request, or None; raises InvalidInput."""
        key = self.headers.get("idempotency-key") or None
        if key is not None and (len(key) > _MOST_KEY or not all("!" <= character <= "~" for character in key)):
            words = f"must be printable ASCII without spaces and have at most {_MOST_KEY} characters"
            raise InvalidInput.of("Idempotency-Key", words)
        return key

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params or {} if self._query is None else self._query

    def asking(self, **changes: str | None) -> "Call":
        """The same call with other parameters in its query; None takes one away."""
        other = Call(self.request, self.program, self.actor, self.who, self._participant)
        other._query = {name: value for name, value in {**self.query, **changes}.items() if value is not None}
        return other

    def page(self) -> tuple[int, str | None]:
        """The `limit` and `cursor` of a list; raises InvalidInput."""
        limit = self.query.get("limit", "50")
        if not (limit.isascii() and limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= MOST_ITEMS):
            raise InvalidInput.of("limit", f"must be a whole number from 1 to {MOST_ITEMS}")
        return int(limit), self.query.get("cursor") or None

    def choice(self, name: str, choices: tuple[str, ...]) -> Any:
        """One of `choices` from the query, or None; raises InvalidInput."""
        fields = Fields(self.query)
        value = fields.choice(name, choices)
        fields.done()
        return value

    @property
    def address(self) -> str:
        """The caller's network address, from the header of a proxy we configured, else from the gateway."""
        header = self.program.config.client_address_header
        named = self.headers.get(header.lower(), "") if header else ""
        if named:
            return named.split(",")[-1].strip()
        return str(self.request.context.get("identity", {}).get("sourceIp") or "unknown")

    @property
    def wants_html(self) -> bool:
        """A form posted by a browser without our script: it shows people what we answer."""
        return media_type(self.content_type)[0] == FORM
