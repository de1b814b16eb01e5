"""Words from templates: ours in `templates/messages/<name>/`, or the business's own from its settings."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chalicelib.delivery.samples import cases, known_to, longest_of, sample_of
from chalicelib.delivery.template_subset import names_in, outside_subset, unknown_names, words_in
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.messages import PARTS, TEMPLATES, Channel, Part, Template
from chalicelib.domain.previews import Preview
from chalicelib.domain.settings import Settings
from chalicelib.domain.sms_length import in_gsm, sms_length
from chalicelib.domain.wording_rules import why_forbidden, why_not_disclosed, why_not_sms

CHANNELS: tuple[Channel, ...] = ("sms", "email")
_FILES: Mapping[str, str] = {"sms": "sms.txt", "subject": "subject.txt", "email": "email.txt"}


class TemplateWording:
    """Jinja templates in a sandbox: the business writes some of them itself. They make plain text, so no escaping.

    `public_url` is where the links in samples lead.
    """

    def __init__(self, templates: Path, public_url: str = "https://example.com") -> None:
        self._folder = templates / "messages"
        self._public_url = public_url
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(self._folder),
            undefined=StrictUndefined,
            autoescape=False,
        )
        self._environment.filters["short"] = _short
        self._compiled = lru_cache(maxsize=64)(self._compile)

    def render(self, template: str, part: str, data: Mapping[str, object], override: str | None) -> str:
        """Fill one part of a template; raises InvalidInput where it names what is not there.

        An SMS comes in the GSM alphabet where that is possible.
        """
        field = f"messages.{template}.{part}"
        try:
            if override is not None:
                words = self._compiled(override).render(data)
            else:
                words = self._environment.get_template(f"{template}/{_FILES[part]}").render(data)
        except TemplateNotFound as error:
            raise InvalidInput.of(field, "has no words; set them in the settings") from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise InvalidInput.of(field, f"cannot be filled: {error}") from error
        return in_gsm(words.strip()) if part == "sms" else words.strip()

    def check(self, settings: Settings) -> None:
        """Hold every text of the business's own against the rules for words; raises InvalidInput with all findings."""
        errors = [
            FieldError(f"messages.{template}.{part}", reason)
            for template in TEMPLATES
            for part, words in settings.messages.get(template, {}).items()
            for reason in self.findings(settings, template, part, words)
        ]
        for field, text in _texts(settings):
            errors.extend(FieldError(field, reason) for reason in why_forbidden(text, settings.forbidden_phrases))
        if settings.forbidden_phrases:
            errors.extend(self._ours_forbidden(settings))
        if errors:
            raise InvalidInput(errors)

    def findings(self, settings: Settings, template: Template, part: str, words: str) -> list[str]:
        """What is wrong with one part of a template, in sentences that say what to do; nothing where all is well."""
        try:
            tree = self._parse(words)
        except (TemplateError, RecursionError) as error:
            return [f"cannot be read: {error}"]
        unknown = unknown_names(tree, known_to(template, part))
        if unknown:
            return [f"names what is not there: {', '.join(unknown)}"]
        usual, longest = sample_of(settings, self._public_url), longest_of(settings, self._public_url)
        try:
            texts = [
                self.render(template, part, case, words)
                for data in (usual, longest)
                for case in cases(template, data, names_in(tree))
            ]
        except InvalidInput as refused:
            return [error.message for error in refused.errors]
        if not all(texts):
            return ["comes out empty"]
        found = why_forbidden("\n".join((words_in(tree), texts[0])), settings.forbidden_phrases)
        if part == "sms":
            found.extend(why_not_sms(template, texts))
        if part != "subject":
            found.extend(why_not_disclosed(template, texts, str(usual["link"])))
        return found

    def previews(self, settings: Settings) -> Iterator[Preview]:
        """Every message there is, filled with sample data, and with the longest names."""
        usual, longest = sample_of(settings, self._public_url), longest_of(settings, self._public_url)
        for template in TEMPLATES:
            own = settings.messages.get(template, {})
            words = {part: own.get(part) or self._ours(template, part) for part in PARTS}
            for part in CHANNELS:
                if words[part] is None:
                    continue
                made = [self._preview(settings, template, part, words, data) for data in (usual, longest)]
                length = sms_length(made[1][1]) if part == "sms" else None
                used: tuple[Part, ...] = ("sms",) if part == "sms" else ("subject", "email")
                findings = tuple(
                    f"{name}: {reason}"
                    for name in used
                    for reason in self.findings(settings, template, name, words[name] or "")
                )
                is_own = any(name in own for name in used)
                unfilled: dict[str, str] = {name: words[name] or "" for name in used}
                yield Preview(template, part, is_own, made[0][0], made[0][1], made[1][1], length, findings, unfilled)

    def _preview(
        self,
        settings: Settings,
        template: Template,
        part: Channel,
        words: Mapping[Part, str | None],
        data: Mapping[str, object],
    ) -> tuple[str | None, str]:
        if template == "forward" and part == "email":
            own = settings.messages.get("forward", {})
            data = {**data, "forward": self.render("forward", "sms", data, own.get("sms"))}
        case = next(cases(template, data, set()))
        subject = self._try(template, "subject", case, words["subject"]) if part == "email" else None
        return subject, self._try(template, part, case, words[part])

    def _try(self, template: Template, part: str, data: Mapping[str, object], words: str | None) -> str:
        try:
            return self.render(template, part, data, words)
        except InvalidInput as refused:
            return str(refused)

    def _ours(self, template: Template, part: str) -> str | None:
        path = self._folder / template / _FILES[part]
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _ours_forbidden(self, settings: Settings) -> Iterator[FieldError]:
        for template in TEMPLATES:
            for part in PARTS:
                words = self._ours(template, part)
                if words is None or part in settings.messages.get(template, {}):
                    continue
                text = words_in(self._environment.parse(words))
                for reason in why_forbidden(text, settings.forbidden_phrases):
                    yield FieldError(f"messages.{template}.{part}", f"as we bring it {reason}")

    def _parse(self, words: str) -> nodes.Template:
        tree = self._environment.parse(words)
        outside = outside_subset(tree)
        if outside:
            raise TemplateError(f"messages have names, conditions and simple filters only, not {', '.join(outside)}")
        return tree

    def _compile(self, words: str) -> Compiled:
        self._parse(words)
        return self._environment.from_string(words)


def _texts(settings: Settings) -> Iterator[tuple[str, str]]:
    """The texts of the settings that people read in messages and on pages."""
    if settings.business.tagline:
        yield "business.tagline", settings.business.tagline
    if settings.business.credentials:
        yield "business.credentials", settings.business.credentials
    for segment, plan in settings.rewards.items():
        if plan.text:
            yield f"rewards.{segment}.text", plan.text
    for index, offer in enumerate(settings.offers):
        yield f"offers[{index}].headline", offer.headline
        yield f"offers[{index}].friend_text", offer.friend_text
        yield f"offers[{index}].referrer_text", offer.referrer_text


def _short(text: str, most: int) -> str:
    """Cut what would make an SMS longer than two segments; a cut name is still a name."""
    return text if len(text) <= most else text[:most].rstrip()
