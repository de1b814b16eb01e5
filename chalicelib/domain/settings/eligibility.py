"""What counts, and what is looked at by a person first."""

from chalicelib.domain.eligibility import Eligibility
from chalicelib.domain.fields import Fields
from chalicelib.domain.settings.defaults import DEFAULTS
from chalicelib.domain.suspicion import Watch


def parse_eligibility(fields: Fields | None) -> Eligibility:
    fields = fields or Fields({})
    fields.only(DEFAULTS["eligibility"])
    return Eligibility(
        first_time_only=fields.boolean("first_time_only", default=True),
        min_job_cents=fields.cents("min_job_cents") or 0,
        month_cap_cents=fields.cents("month_cap_cents"),
        total_cap_cents=fields.cents("total_cap_cents"),
    )


def parse_watch(fields: Fields | None) -> Watch:
    """What is looked at; null or false turns one off."""
    fields = fields or Fields({})
    fields.only(DEFAULTS["flags"])
    usual = {
        name: None if fields.raw(name) is False else fields.integer(name, least=1, most=10_000)
        for name in ("per_network", "per_week")
    }
    return Watch(
        similar_name=fields.boolean("similar_name"),
        same_address=fields.boolean("same_address"),
        disposable_email=fields.boolean("disposable_email"),
        **usual,
    )
