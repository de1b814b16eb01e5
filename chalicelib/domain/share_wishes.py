"""What a participant may decide on their own page: their name on the leaderboard, and a link that can be spelt."""

import re
from dataclasses import dataclass
from typing import cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.participants import LEADERBOARD_NAMES, LeaderboardName

#: An alias holds for ever (DESIGN 5, rule 1); nobody needs many.
MOST_OWN_ALIASES = 3
_DIGITS_OF_A_PHONE = 7


@dataclass(frozen=True)
class ShareWishes:
    """None leaves a thing as it is."""

    leaderboard_name: LeaderboardName | None = None
    alias: str | None = None


def parse_share_wishes(data: object) -> ShareWishes:
    """Check a JSON body; raises InvalidInput naming every field that is wrong."""
    fields = Fields(data)
    fields.only({"leaderboard_name", "alias"})
    typed = fields.text("alias", most=60)
    # People type the name they want; a link has no spaces.
    wanted = re.sub(r"[\s_]+", "-", typed) if typed else ""
    alias = normalise_alias(wanted)
    if normalise_code(wanted):
        fields.refuse("alias", "looks like one of the links we give out; please make it longer or shorter")
    elif typed and alias is None:
        fields.refuse("alias", "must be 3 to 40 letters from a to z, digits and hyphens")
    elif alias and sum(character.isdigit() for character in alias) >= _DIGITS_OF_A_PHONE:
        fields.refuse("alias", "looks like a phone number, and everybody can read it; please choose a name")
    name = fields.choice("leaderboard_name", LEADERBOARD_NAMES)
    fields.done()
    return ShareWishes(cast(LeaderboardName | None, name), alias)


def parse_contact(data: object, region: str) -> tuple[str | None, str | None]:
    """The phone (E.164) or the e-mail in the one field `contact`; raises InvalidInput."""
    fields = Fields(data)
    fields.only({"contact"})
    typed = fields.text("contact", most=254, required=True)
    is_email = typed is not None and "@" in typed
    found = Fields({"contact": typed}, errors=fields.errors)
    phone = None if is_email or typed is None else found.phone(region, "contact")
    email = found.email("contact") if is_email else None
    fields.done()
    return phone, email
