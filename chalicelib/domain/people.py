"""Names, phone numbers and e-mail addresses as people write them, and the one form in which we keep them."""

import re
import unicodedata

import phonenumbers

MAX_NAME = 80
MAX_EMAIL = 254
_EMAIL = re.compile(
    r"[^@\s\"<>(),:;\\\x00-\x1f\x7f\ud800-\udfff]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "dds", "esq", "cpa", "rn"})
#: Letters of any script, with marks, apostrophes and hyphens between them, perhaps a full stop at the end.
_GIVEN = re.compile(r"[^\W\d_]\w?(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff'’ʼ-])*\.?")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_NANP = 1
_NANP_NUMBER = re.compile(r"[2-9]\d\d[2-9]\d{6}")
#: Country codes of satellites, international networks and their services (ITU-T E.164).
_OF_NO_COUNTRY = frozenset({800, 808, 870, 878, 881, 882, 883, 888, 979})
#: A name of two to four Han characters begins with the surname.
_HAN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
FRIEND = "a friend"


def clean_text(text: str) -> str | None:
    """Fold white space and compose accents; None where control characters or lone surrogates show it is not text."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} or character in _BIDI for character in folded):
        return None
    return folded


def normalise_phone(text: str, region: str) -> str | None:
    """Read a phone number as written in `region` (ISO 3166-1 alpha-2) and return it as E.164, or None."""
    if len(text) > 40:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # Not is_valid_number: it knows only area codes assigned when its release was made, and a lead would be lost.
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code == _NANP and not _NANP_NUMBER.fullmatch(str(number.national_number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def costs_extra(phone: str) -> bool:
    """Whether a number in E.164 is of premium rate or a satellite's: a text to it costs its sender dear."""
    if phone.startswith("+1"):
        # Asking the library would load the numbering plans of all two dozen countries behind +1.
        return phone.startswith("+1900")
    number = phonenumbers.parse(phone)
    premium = phonenumbers.PhoneNumberType.PREMIUM_RATE
    return number.country_code in _OF_NO_COUNTRY or phonenumbers.number_type(number) == premium


def normalise_email(text: str) -> str | None:
    """Return the address in lower case and NFC, or None where it cannot be one."""
    email = unicodedata.normalize("NFC", text).strip().lower()
    if len(email) > MAX_EMAIL or ".." in email or not _EMAIL.fullmatch(email):
        return None
    local = email.partition("@")[0]
    return None if local.startswith(".") or local.endswith(".") else email


def email_identity(email: str) -> str:
    """Fold spellings that reach the same mailbox: `+tag` everywhere, dots and googlemail at Gmail."""
    local, _, domain = email.partition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"


def fold_name(name: str) -> str:
    """Fold a name for searching: no accents, no case."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def first_name(name: str) -> str:
    """The given name a friend would use; `Smith, Jane` and `Dr. Jane Smith` are both Jane.

    Where there is none (`Mr. Smith`), or it is an address and not a name, it is `a friend`.
    """
    return _parts(name)[0]


def short_name(name: str) -> str:
    """First name and initial, `Jane D.`: nothing public ever carries a surname (DESIGN 5, rule 9)."""
    given, surname = _parts(name)
    if given == FRIEND or not surname or surname == given:
        return given
    return f"{given} {surname[0].upper()}."


def _parts(name: str) -> tuple[str, str]:
    """The given name, or FRIEND, and the surname, perhaps empty."""
    before, comma, after = name.partition(",")
    if comma and not all(_is(word, _SUFFIXES) for word in after.split() or [""]):
        given, surname = _without_titles(after), _without_titles(before)
        called = given[0] if given and _GIVEN.fullmatch(given[0]) else FRIEND
        return called, (surname[-1] if surname else "")
    words = _without_titles(before)
    titled = _is(before.split()[0], _TITLES) if before.split() else False
    if not words or (comma and not after.strip()) or (titled and len(words) == 1):
        return FRIEND, ""
    if not _GIVEN.fullmatch(words[0]):
        # An address, a number, several names in one word: not what a friend would call them.
        return FRIEND, ""
    if len(words) == 1 and _HAN_NAME.fullmatch(words[0]):
        return words[0][1:], words[0][0]
    return words[0], words[-1] if len(words) > 1 else ""


def is_no_name(word: str) -> bool:
    """Whether the word is a title or a suffix: `Dr`, `Jr.`."""
    return _is(word, _TITLES | _SUFFIXES)


def _without_titles(text: str) -> list[str]:
    """The words of a name without titles before and suffixes after."""
    words = [word for word in text.split() if any(character.isalnum() for character in word)]
    while words and _is(words[0], _TITLES):
        words = words[1:]
    while words and _is(words[-1], _SUFFIXES):
        words = words[:-1]
    return words


def _is(word: str, known: frozenset[str]) -> bool:
    return word.replace(".", "").lower() in known
