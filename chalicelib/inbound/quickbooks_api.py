"""Read QuickBooks Online's REST API with an access token, renewed by a refresh token where there is one."""

import base64
from urllib.parse import quote, urlencode

from chalicelib.domain.errors import Deferred
from chalicelib.domain.fields import Fields
from chalicelib.inbound.access import QuickBooksAccess
from chalicelib.inbound.fetch import Answer, Fetch, read_answer

_UNAUTHORIZED = 401
_BAD_GRANT = 400  # RFC 6749, 5.2


class QuickBooksApi:
    """The books of whoever the token belongs to. A renewed token is kept as long as the process lives."""

    def __init__(self, access: QuickBooksAccess, fetch: Fetch) -> None:
        self._access, self._fetch = access, fetch
        self._token, self._refresh_token = access.token, access.refresh_token

    def read(self, realm: str, entity: str, entity_id: str) -> Fields:
        """One entity as it is now; raises Deferred with the reason where it cannot be read."""
        what = f"{entity} {entity_id}"
        path = "/".join(quote(part, safe="") for part in (realm, entity, entity_id))
        url = f"{self._access.url.rstrip('/')}/v3/company/{path}"
        answer = self._get(url)
        if answer.status == _UNAUTHORIZED and self._renewable:
            self._renew()
            answer = self._get(url)
        found = Fields(read_answer(answer, "QuickBooks", what, "GOODWORD_QUICKBOOKS_TOKEN"))
        named = found.object(entity.capitalize())
        if named is None or named.errors:
            raise Deferred(f"QuickBooks' answer does not contain {what}")
        return named

    def _get(self, url: str) -> Answer:
        if self._token is None:
            if not self._renewable:
                raise Deferred("GOODWORD_QUICKBOOKS_TOKEN is not set, so no invoice can be read from QuickBooks")
            self._renew()
        return self._fetch(url, {"Authorization": f"Bearer {self._token}"})

    @property
    def _renewable(self) -> bool:
        return bool(self._access.client_id and self._access.client_secret and self._refresh_token)

    def _renew(self) -> None:
        """Ask for an access token (RFC 6749, 6). Intuit now and then hands out another refresh token with it."""
        client = f"{self._access.client_id}:{self._access.client_secret}".encode()
        answer = self._fetch(
            self._access.token_url,
            {
                "Authorization": f"Basic {base64.b64encode(client).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            urlencode({"grant_type": "refresh_token", "refresh_token": self._refresh_token or ""}).encode(),
        )
        if answer.status == _BAD_GRANT:
            raise Deferred(
                "Intuit answered 400: the refresh token has expired; renew GOODWORD_QUICKBOOKS_REFRESH_TOKEN"
            )
        renewed = Fields(read_answer(answer, "Intuit", "an access token", "GOODWORD_QUICKBOOKS_CLIENT_SECRET"))
        token = renewed.text("access_token", most=8000)
        if token is None:
            raise Deferred("Intuit's answer does not contain an access token")
        self._token = token
        self._refresh_token = renewed.text("refresh_token", most=2000) or self._refresh_token
