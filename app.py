"""The Chalice application: its routes come from the blueprints, its event handlers stand here (Chalice #1566)."""

from chalice import Rate
from chalice.app import CloudWatchEvent, DynamoDBEvent

from chalicelib.api.application import create_app
from chalicelib.handlers import handle_records, handle_schedule
from chalicelib.wiring import program

app = create_app(program)


@app.on_dynamodb_record(stream_arn="replaced-by-infra-resources-yaml", batch_size=25)
def stream(event: DynamoDBEvent) -> dict[str, list[dict[str, str]]]:
    """Follow up what changed in the table."""
    failed = handle_records(program(), event.to_dict()["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


@app.schedule(Rate(1, unit=Rate.MINUTES))
def schedule(event: CloudWatchEvent) -> None:
    """Work off what is due."""
    handle_schedule(program())
