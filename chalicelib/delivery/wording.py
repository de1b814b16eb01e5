"""Words from templates: ours in `templates/messages/<name>/`, or the business's own from its settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

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
    "discount": {"code": "9X4CMQ2T7R", "text": "$25"},
    "reward": {"text": "a $25 service credit", "code": None, "kind": "service_credit", "why": "closed referral 1"},
    "card": {"link": "https://testflight.tremendous.com/rewards/payout/0"},
}
#: The one message that brings a gift card.
_WITH_CARD = "gift_card_ready"
#: What a message of this kind does not have; a template must do without it.
_ABSENT: Mapping[str, tuple[str, ...]] = {
    "invitation": ("prospect", "lead", "reward"),
    "lead_received": ("participant", "reward", "link", "share_link", "offer"),
    "new_lead": ("participant", "reward", "link", "share_link", "offer"),
    "thank_you": ("reward",),
}


class TemplateWording:
    """Jinja templates in a sandbox: the business writes some of them itself. They make plain text, so no escaping."""

    def __init__(self, templates: Path) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(templates / "messages"),
            undefined=StrictUndefined,
            autoescape=False,
        )
        self._environment.filters["short"] = _short

    def render(self, template: str, part: str, data: Mapping[str, object], override: str | None) -> str:
        """Fill one part of a template; raises InvalidInput where it names what is not there."""
        try:
            if override is not None:
                words = self._environment.from_string(override).render(data)
            else:
                words = self._environment.get_template(f"{template}/{_FILES[part]}").render(data)
        except TemplateNotFound as error:
            raise InvalidInput.of(f"messages.{template}.{part}", "has no words; set them in the settings") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise InvalidInput.of(f"messages.{template}.{part}", f"cannot be filled: {error}") from error
        return words.strip()

    def check(self, settings: Settings) -> None:
        """Fill every template of the business's own with sample data; raises InvalidInput with all that fail."""
        errors: list[FieldError] = []
        for template, parts in settings.messages.items():
            for part, words in parts.items():
                try:
                    self._try(template, part, words)
                except InvalidInput as refused:
                    errors.extend(refused.errors)
        if errors:
            raise InvalidInput(errors)

    def _try(self, template: str, part: str, words: str) -> None:
        field = f"messages.{template}.{part}"
        try:
            unknown = meta.find_undeclared_variables(self._environment.parse(words)) - set(SAMPLE)
        except (TemplateError, RecursionError) as error:
            raise InvalidInput.of(field, f"cannot be read: {error}") from error
        if unknown:
            raise InvalidInput.of(field, f"names what is not there: {', '.join(sorted(unknown))}")
        usual = SAMPLE if template == _WITH_CARD else {**SAMPLE, "card": None}
        least = {**usual, "discount": None, **dict.fromkeys(_ABSENT.get(template, ()))}
        if not (self.render(template, part, usual, words) and self.render(template, part, least, words)):
            raise InvalidInput.of(field, "comes out empty")


def _short(text: str, most: int) -> str:
    """Cut what would make an SMS longer than two segments; a cut name is still a name."""
    return text if len(text) <= most else text[:most].rstrip()
