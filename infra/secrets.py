"""The secrets a program cannot be without: made once for a stage, kept by AWS, never shown."""

import base64
import secrets

from infra.aws import Account
from infra.settings import Deployment

#: What identities are hidden with; losing it would lose who refers whom.
IDENTITY_KEY = "GOODWORD_IDENTITY_KEY"
MADE = (IDENTITY_KEY, "GOODWORD_EVENTS_SECRET", "GOODWORD_WEBHOOKS_SECRET")


def make_secrets(account: Account, deployment: Deployment) -> list[str]:
    """Make those of the first secrets that are not there; returns their names. One that is there is never replaced."""
    store, made = account.client("ssm"), []
    for name in MADE:
        value = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        try:
            store.put_parameter(Name=f"{deployment.secrets}/{name}", Value=value, Type="SecureString", Overwrite=False)
        except store.exceptions.ParameterAlreadyExists:
            continue
        made.append(name)
    return made


def forget_secrets(account: Account, deployment: Deployment) -> None:
    """Delete all secrets of the stage, where its data are deleted too."""
    store = account.client("ssm")
    pages = store.get_paginator("describe_parameters").paginate(
        ParameterFilters=[{"Key": "Path", "Option": "OneLevel", "Values": [deployment.secrets]}]
    )
    for name in [one["Name"] for page in pages for one in page["Parameters"]]:
        store.delete_parameter(Name=name)
