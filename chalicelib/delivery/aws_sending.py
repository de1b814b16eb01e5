"""What an AWS sender's failure means: surely not sent, perhaps sent, or not sent but to be tried again."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from chalicelib.services.ports import SendError

#: The SDK's own retries would send a message again whose answer was lost.
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
_SERVER = 500


@contextmanager
def sending(service: str, later: Collection[str], *, opted_out: str | None = None) -> Iterator[None]:
    """Turn botocore's errors into SendError.

    `later` are the codes of refusals that pass; `opted_out` is the code or the reason of a number that said no.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in later and error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER:
            raise SendError(f"{service}: {code}", certain=False) from error
        said_no = opted_out is not None and opted_out in {code, error.response.get("Reason")}
        raise SendError(f"{service}: {code}", certain=True, again=code in later, opted_out=said_no) from error
    except EndpointConnectionError as error:
        raise SendError(f"{service} cannot be reached", certain=True, again=True) from error
    except BotoCoreError as error:
        raise SendError(f"{service} did not answer: {type(error).__name__}", certain=False) from error
