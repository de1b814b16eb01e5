"""What an AWS sender's failure means: surely not sent, perhaps sent, or not sent but to be tried again."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from chalicelib.services.ports import SendError


@contextmanager
def sending(service: str, later: Collection[str]) -> Iterator[None]:
    """Turn botocore's errors into SendError; `later` are the codes of refusals that pass."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise SendError(f"{service}: {code}", certain=True, again=code in later) from error
    except EndpointConnectionError as error:
        raise SendError(f"{service} cannot be reached", certain=True, again=True) from error
    except BotoCoreError as error:
        raise SendError(f"{service} did not answer: {type(error).__name__}", certain=False) from error
