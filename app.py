"""The Chalice application: its routes come from a blueprint, its event handlers stand here (Chalice #1566).

What only a handler needs is imported in it: a cold start that takes a lead does not wait for it.
"""

from typing import Any

from chalice import Rate
from chalice.app import CloudWatchEvent, DynamoDBEvent, SNSEvent

from chalicelib.api.application import create_app
from chalicelib.config import on_lambda
from chalicelib.watching.logs import write_json_logs
from chalicelib.wiring import program

app = create_app(program)
if on_lambda():
    write_json_logs()


@app.on_dynamodb_record(stream_arn="replaced-by-infra-resources-yaml", batch_size=25)
def stream(event: DynamoDBEvent) -> dict[str, list[dict[str, str]]]:
    """Follow up what changed in the table."""
    from chalicelib.handlers import handle_records

    failed = handle_records(program(), event.to_dict()["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


@app.on_sns_message(topic="goodword-notices")
def notices(event: SNSEvent) -> None:
    """Take texts that came in, receipts, bounces and complaints, as AWS publishes them."""
    from chalicelib.handlers import handle_notices

    handle_notices(program(), [event.message])


@app.schedule(Rate(1, unit=Rate.MINUTES))
def schedule(event: CloudWatchEvent) -> None:
    """Work off what is due."""
    from chalicelib.handlers import handle_schedule

    handle_schedule(program())


@app.lambda_function()
def missing(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer for a page that is not in the site bucket; CloudFront asks where the bucket said no."""
    from chalicelib.config import read_site_bucket
    from chalicelib.handlers import missing_page
    from chalicelib.wiring import bucket_store

    return missing_page(bucket_store(read_site_bucket()))
