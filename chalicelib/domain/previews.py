"""A message as it would read, and what is wrong with its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.messages import Channel, Template
from chalicelib.domain.sms_length import SmsLength


@dataclass(frozen=True)
class Preview:
    """`longest` is the text with names of 80 characters, `length` that of it as an SMS; `own`: the business's words.

    `words` are the template's parts, such as `subject`, before anything is filled in.
    """

    template: Template
    channel: Channel
    own: bool
    subject: str | None
    text: str
    longest: str
    length: SmsLength | None
    findings: tuple[str, ...]
    words: Mapping[str, str]
