"""What the owner decides (P19): `schema` puts the parts together, each part has a module of its own."""

from chalicelib.domain.settings.business import Business
from chalicelib.domain.settings.defaults import DEFAULTS
from chalicelib.domain.settings.rewards import parse_plan, plan_as_json
from chalicelib.domain.settings.schema import Settings, changed, default_settings, parse_settings

__all__ = [
    "DEFAULTS",
    "Business",
    "Settings",
    "changed",
    "default_settings",
    "parse_plan",
    "parse_settings",
    "plan_as_json",
]
