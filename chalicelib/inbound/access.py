"""Where the invoicing programs' own APIs are and what opens them: their webhooks name an invoice, no more."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class QuickBooksAccess:
    """An access token, or what gets one: client id and secret with a refresh token. `token_url` is Intuit's own."""

    url: str = "https://quickbooks.api.intuit.com"
    token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    token_url: str = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105 - an address


@dataclass(frozen=True)
class TremendousAccess:
    """An API key. The address is the sandbox's unless the owner says otherwise: no money leaves by mistake."""

    url: str = "https://testflight.tremendous.com/api/v2"
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class JobberAccess:
    """An access token; `version` is the schema's, which Jobber wants named in every request."""

    url: str = "https://api.getjobber.com/api/graphql"
    token: str | None = field(default=None, repr=False)
    version: str = "2025-04-16"
