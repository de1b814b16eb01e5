"""Read outside data field by field, collecting every error, so that a refusal names all that is wrong at once."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.people import MAX_NAME, clean_text, costs_extra, normalise_email, normalise_phone

MAX_CENTS = 10**11
#: A name that phones would turn into a link: it would go out in our messages.
_LINK = re.compile(r"[/:]|www\.|[^\s.]{2,}\.[a-z]{2,}")


class Fields:
    """A cursor over one JSON object or form; errors gather in `errors` and `done()` raises them together."""

    def __init__(self, data: object, prefix: str = "", errors: list[FieldError] | None = None) -> None:
        self.errors: list[FieldError] = [] if errors is None else errors
        self._prefix = prefix
        self._data: Mapping[str, Any] = {}
        if isinstance(data, Mapping):
            self._data = data
        else:
            self.refuse("", "must be an object")

    def refuse(self, field: str, message: str) -> None:
        """Note that `field` cannot be accepted."""
        name = f"{self._prefix}.{field}" if self._prefix and field else self._prefix or field or "body"
        self.errors.append(FieldError(name, message))

    def done(self) -> None:
        """Raise InvalidInput if anything was refused."""
        if self.errors:
            raise InvalidInput(self.errors)

    def has(self, field: str) -> bool:
        return self._data.get(field) is not None

    def values(self) -> Mapping[str, Any]:
        """All of it, unchecked."""
        return self._data

    def raw(self, field: str) -> Any:
        return self._data.get(field)

    def only(self, allowed: Collection[str]) -> None:
        """Refuse fields nobody knows, so that a typing error is not silently ignored."""
        for name in self._data:
            if name not in allowed:
                self.refuse(str(name)[:60], f"is not known here; known are {', '.join(sorted(allowed))}")

    def object(self, field: str, *, required: bool = False) -> "Fields | None":
        value = self._data.get(field)
        name = f"{self._prefix}.{field}" if self._prefix else field
        if value is None:
            if required:
                self.refuse(field, "is required")
            return None
        return Fields(value, name, self.errors)

    def objects(self, field: str, *, most: int = 100) -> list["Fields"]:
        value = self._data.get(field)
        if not isinstance(value, list) or len(value) > most:
            self.refuse(field, f"must be a list of at most {most} objects")
            return []
        name = f"{self._prefix}.{field}" if self._prefix else field
        return [Fields(entry, f"{name}[{index}]", self.errors) for index, entry in enumerate(value)]

    def text(self, field: str, *, most: int, required: bool = False) -> str | None:
        """Plain text with white space folded; an empty one counts as absent."""
        value = self._data.get(field)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.refuse(field, "must be text")
            return None
        cleaned = clean_text(value)
        if cleaned is None:
            self.refuse(field, "contains characters that are not text")
            return None
        if len(cleaned) > most:
            self.refuse(field, f"is longer than {most} characters")
            return None
        if not cleaned:
            if required:
                self.refuse(field, "is required")
            return None
        return cleaned

    def name(self, field: str = "name", *, required: bool = False) -> str | None:
        value = self.text(field, most=MAX_NAME, required=required)
        if value is not None and (_LINK.search(value) or not any(character.isalpha() for character in value)):
            self.refuse(field, "does not look like a name")
            return None
        return value

    def phone(self, region: str, field: str = "phone", *, required: bool = False) -> str | None:
        value = self.text(field, most=40, required=required)
        if value is None:
            return None
        phone = normalise_phone(value, region)
        if phone is None:
            self.refuse(field, "is not a phone number we can call; please give the area code too")
        elif costs_extra(phone):
            self.refuse(field, "is a premium-rate or satellite number; please give an ordinary one")
            return None
        return phone

    def email(self, field: str = "email") -> str | None:
        value = self.text(field, most=254)
        if value is None:
            return None
        email = normalise_email(value)
        if email is None:
            self.refuse(field, "is not an e-mail address")
        return email

    def choice(self, field: str, choices: Collection[str], default: str | None = None) -> str | None:
        value = self._data.get(field)
        if value is None or value == "":
            return default
        if not isinstance(value, str) or value not in choices:
            self.refuse(field, f"must be one of {', '.join(sorted(choices))}")
            return default
        return value

    def boolean(self, field: str, *, default: bool = False) -> bool:
        """A JSON boolean, or what an HTML check box sends."""
        value = self._data.get(field)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"on", "yes", "true", "1"}:
            return True
        if isinstance(value, str) and value.lower() in {"off", "no", "false", "0"}:
            return False
        self.refuse(field, "must be true or false")
        return default

    def integer(self, field: str, *, least: int, most: int, required: bool = False) -> int | None:
        value = self._data.get(field)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(field, f"must be a whole number from {least} to {most}")
            return None
        return value

    def cents(self, field: str = "amount_cents", *, required: bool = False) -> int | None:
        """Money in integer cents; a float is refused, never rounded."""
        return self.integer(field, least=0, most=MAX_CENTS, required=required)

    def number(self, field: str, *, least: float, most: float, required: bool = False) -> float | None:
        value = self._data.get(field)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.refuse(field, f"must be a number from {least:g} to {most:g}")
            return None
        return float(value)

    def time(self, field: str, *, required: bool = False) -> datetime | None:
        """An RFC 3339 time with its zone, returned in UTC."""
        value = self._data.get(field)
        if value is None and not required:
            return None
        if isinstance(value, str) and len(value) <= 40:
            try:
                moment = datetime.fromisoformat(value)
                if moment.tzinfo is not None:
                    return moment.astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        self.refuse(field, "must be a time as in RFC 3339, with its zone, such as 2026-05-04T09:30:00Z")
        return None

    def day(self, field: str, *, required: bool = False) -> date | None:
        """A day as in RFC 3339, wherever it is meant."""
        value = self._data.get(field)
        if value is None and not required:
            return None
        try:
            if isinstance(value, str) and len(value) == len("2026-05-04"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.refuse(field, "must be a day such as 2026-05-04")
        return None
