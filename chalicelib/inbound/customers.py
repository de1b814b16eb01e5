"""A customer as an invoicing program describes them: what cannot be read is left out, its own id suffices."""

from collections.abc import Iterable

from chalicelib.domain.events import Customer
from chalicelib.domain.identities import Contact
from chalicelib.domain.people import MAX_NAME, clean_text, normalise_email, normalise_phone


def described(
    names: Iterable[object], phones: Iterable[object], emails: Iterable[object], ids: Iterable[str], region: str
) -> Customer:
    """The first name, phone and e-mail that can be read, and every id; one badly kept field stops no invoice."""
    return Customer(
        _first(_name(name) for name in names if isinstance(name, str)),
        Contact(
            phone=_first(normalise_phone(phone, region) for phone in phones if isinstance(phone, str)),
            email=_first(normalise_email(email) for email in emails if isinstance(email, str)),
            external_ids=tuple(dict.fromkeys(ids)),
        ),
    )


def _name(text: str) -> str | None:
    name = clean_text(text)
    readable = name and len(name) <= MAX_NAME and any(character.isalpha() for character in name)
    return name if readable else None


def _first(found: Iterable[str | None]) -> str | None:
    return next((value for value in found if value), None)
