"""The link below our e-mails: one click ends them, without signing in (RFC 8058, CAN-SPAM)."""

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.services.suppress import suppress


def show_unsubscribe(call: Call, token: str) -> Response:
    """A page with a button: mail programs open links by themselves, so a GET changes nothing."""
    _key(call, token)
    return _page(call, done=False)


def post_unsubscribe(call: Call, token: str) -> Response:
    """End e-mails to the address the token stands for; again, it says the same."""
    call.raw_body()
    suppress(call.program.ports, _key(call, token), "unsubscribed")
    return _page(call, done=True)


def _key(call: Call, token: str) -> str:
    key = call.program.ports.pseudonyms.unsubscribing(token)
    if key is None:
        raise NotFound("subscription", token[:80])
    return key


def _page(call: Call, *, done: bool) -> Response:
    html = call.program.unsubscribe_page(done=done)
    return Response(html, headers={"Content-Type": "text/html; charset=utf-8"})
