"""The AWS account that a deployment goes to."""

from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.settings import DeployError, Deployment

_NO_CREDENTIALS = (
    "AWS does not know you. Run `aws configure` (or `aws sso login` and set AWS_PROFILE), see that "
    "`aws sts get-caller-identity` answers, and try again."
)

#: The first publication of pages is waited for as long as the function may take.
_PATIENT = Config(read_timeout=320, retries={"mode": "standard"})


class Account:
    """Clients for one deployment's region, made when they are first needed."""

    def __init__(self, deployment: Deployment) -> None:
        self._session, self._endpoint = boto3.Session(region_name=deployment.region), deployment.endpoint
        self.client = lru_cache(maxsize=None)(self._client)

    def number(self) -> str:
        """The account's number; raises DeployError where AWS does not know who asks."""
        try:
            number: str = self.client("sts").get_caller_identity()["Account"]
        except (BotoCoreError, ClientError) as error:
            raise DeployError(f"{_NO_CREDENTIALS} ({error})") from error
        return number

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._endpoint, config=_PATIENT)
