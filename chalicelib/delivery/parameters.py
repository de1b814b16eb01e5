"""Secrets and addresses as AWS keeps them: SSM parameters named as the variables are, below one path."""

from collections.abc import Iterator
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

_PREFIX = "GOODWORD_"


class ParametersError(Exception):
    """What stands below the path cannot be had, and why; never with a value."""


class SsmClient(Protocol):
    """The part of botocore's SSM client that we use."""

    def get_parameters_by_path(self, **parameters: Any) -> dict[str, Any]: ...


def read_parameters(client: SsmClient, path: str) -> dict[str, str]:
    """What stands directly below a path, decrypted, by name: one call for each ten. Raises ParametersError."""
    place = path.rstrip("/") or "/"
    try:
        found = {name: value for name, value in _pages(client, place) if name.startswith(_PREFIX)}
    except (ClientError, BotoCoreError) as error:
        raise ParametersError(f"the secrets below {place} (GOODWORD_SECRETS_PATH) cannot be read: {error}") from error
    if not found:
        raise ParametersError(
            f"there is no parameter below {place} (GOODWORD_SECRETS_PATH): "
            f"aws ssm put-parameter --type SecureString --name {place}/GOODWORD_IDENTITY_KEY --value ..."
        )
    return found


def _pages(client: SsmClient, path: str) -> Iterator[tuple[str, str]]:
    following: dict[str, str] = {}
    while True:
        page = client.get_parameters_by_path(Path=path, WithDecryption=True, **following)
        for parameter in page["Parameters"]:
            yield parameter["Name"].rpartition("/")[2], parameter["Value"]
        if "NextToken" not in page:
            return
        following = {"NextToken": page["NextToken"]}
