"""The keys to the invoicing programs' APIs come from the environment and show themselves nowhere."""

import pytest

from chalicelib.config import Config, ConfigError, read_config
from chalicelib.inbound.access import JobberAccess, QuickBooksAccess

BASE = {"GOODWORD_IDENTITY_KEY": "x" * 32}
KEYS = {
    "GOODWORD_QUICKBOOKS_URL": "https://qb.example.com",
    "GOODWORD_QUICKBOOKS_TOKEN": " s3cret-1\n",
    "GOODWORD_QUICKBOOKS_CLIENT_ID": "id",
    "GOODWORD_QUICKBOOKS_CLIENT_SECRET": "s3cret-2",
    "GOODWORD_QUICKBOOKS_REFRESH_TOKEN": "s3cret-3",
    "GOODWORD_JOBBER_URL": "https://jobber.example.com",
    "GOODWORD_JOBBER_TOKEN": "s3cret-4",
}


def test_access_comes_from_the_environment() -> None:
    """White space around a pasted token is no part of it."""
    config = read_config(BASE | KEYS)
    assert config.quickbooks == QuickBooksAccess("https://qb.example.com", "s3cret-1", "id", "s3cret-2", "s3cret-3")
    assert config.jobber == JobberAccess("https://jobber.example.com", "s3cret-4")
    for environment in (BASE, BASE | dict.fromkeys(KEYS, " ")):
        config = read_config(environment)
        assert (config.quickbooks, config.jobber) == (QuickBooksAccess(), JobberAccess())
        assert config.quickbooks.url.startswith("https://")
        assert config.jobber.url.startswith("https://")


def test_no_key_shows_itself() -> None:
    """No secret in a log (rule 9)."""
    config = read_config(BASE | KEYS)
    assert "s3cret" not in repr((config.quickbooks, config.jobber))


@pytest.mark.parametrize("source", ["quickbooks", "jobber", "housecallpro", "mapped"])
def test_two_secrets_are_read_while_one_is_rotated(source: str) -> None:
    """Separated by a comma; without one there is none."""
    name = f"GOODWORD_{source.upper()}_SECRET"

    def secrets(config: Config) -> object:
        return getattr(config, f"{source}_secrets")

    assert secrets(read_config(BASE | {name: " one, two ,"})) == ("one", "two")
    assert secrets(read_config(BASE)) == ()


@pytest.mark.parametrize("name", ["GOODWORD_EVENTS_SECRET", "GOODWORD_WEBHOOKS_SECRET"])
@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64!", "ä", "whsec_dGVzdC1zZWNyZXQtb2YtMzI=,whsec_%"])
def test_a_secret_that_can_verify_or_sign_nothing_is_refused_at_the_start(name: str, secret: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read_config(BASE | {name: secret})
