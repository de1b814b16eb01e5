"""Words from templates: ours in `templates/messages/<name>/`, or the business's own from its settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.settings import Settings

_FILES = {"sms": "sms.txt", "subject": "subject.txt", "email": "email.txt"}
#: One of everything a template may name, for trying a template before it is used.
SAMPLE: Mapping[str, Any] = {
    "business": {"name": "Maple Street Plumbing", "phone": "+15555550100"},
    "participant": {"first_name": "Jane", "closed": 2, "earned": "$50"},
    "link": "https://example.com/r/0J4NE000/?via=sms",
    "share_link": "https://example.com/share/#0",
    "offer": {"friend_text": "$50 off the first visit", "referrer_text": "a $25 service credit"},
    "prospect": {"name": "Sam Lee", "first_name": "Sam", "phone": "+15555550101"},
    "lead": {"callback_window": "morning", "kind": "call back", "note": "", "referred_by": None, "service": "Drains"},
    "reward": {"text": "a $25 service credit", "code": None, "kind": "service_credit", "why": "closed referral 1"},
}


class TemplateWording:
    """Jinja templates in a sandbox: the business writes some of them itself. They make plain text, so no escaping."""

    def __init__(self, templates: Path) -> None:
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(templates / "messages"),
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=False,
        )

    def render(self, template: str, part: str, data: Mapping[str, object], override: str | None) -> str:
        """Fill one part of a template; raises InvalidInput where it names what is not there."""
        try:
            if override is not None:
                words = self._environment.from_string(override).render(data)
            else:
                words = self._environment.get_template(f"{template}/{_FILES[part]}").render(data)
        except TemplateNotFound as error:
            raise InvalidInput.of(f"messages.{template}.{part}", "has no words; set them in the settings") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise InvalidInput.of(f"messages.{template}.{part}", f"cannot be filled: {error}") from error
        return words.strip()

    def check(self, settings: Settings) -> None:
        """Fill every template of the business's own with sample data; raises InvalidInput with all that fail."""
        errors: list[FieldError] = []
        for template, parts in settings.messages.items():
            for part, words in parts.items():
                try:
                    if not self.render(template, part, SAMPLE, words):
                        errors.append(FieldError(f"messages.{template}.{part}", "comes out empty"))
                except InvalidInput as refused:
                    errors.extend(refused.errors)
        if errors:
            raise InvalidInput(errors)
