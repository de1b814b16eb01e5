"""The template environment of the public pages: everything escaped, nothing undefined, no URL that runs code."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_WEB_URL = re.compile(r"https?://[^\s\"'<>\\]+|/(?![/\\])[^\s\"'<>\\]*", re.IGNORECASE)


def page_environment(templates: Path) -> Environment:
    """Make the environment for `templates/pages`; a name that no caller gave is an error, never an empty space."""
    environment = Environment(
        loader=FileSystemLoader(templates / "pages"),
        autoescape=True,  # always: a rule by file name has holes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["web_url"] = web_url
    return environment


def web_url(url: str) -> str:
    """Let through http, https and paths of this site; anything else (`javascript:`, `//elsewhere`) becomes `/`."""
    return url if _WEB_URL.fullmatch(url) else "/"
