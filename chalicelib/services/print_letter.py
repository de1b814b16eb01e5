"""A letter on paper, in the words of the e-mail (F3): for a client without an address, or one who prefers paper."""

import re
from dataclasses import dataclass

from chalicelib.domain.commitments import Commitment
from chalicelib.domain.errors import NotFound
from chalicelib.services.compose import letter_words
from chalicelib.services.ports import Ports, Wording


@dataclass(frozen=True)
class PaperLetter:
    """`paragraphs` are lines as they are to stand; `day` is today where the business is."""

    name: str
    to: tuple[str, ...]
    day: str
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]


def print_letter(ports: Ports, wording: Wording, commitment: Commitment) -> PaperLetter:
    """The letter about one promise as it would be written today; changes nothing. Raises NotFound, InvalidInput."""
    participant = ports.store.participants.get(commitment.participant_id)
    if participant is None:
        raise NotFound("participant", commitment.participant_id)
    settings = ports.store.settings.get()
    today = ports.now().astimezone(settings.business.zone)
    subject, text = letter_words(ports, wording, participant, commitment, settings)
    return PaperLetter(
        name=participant.name,
        to=(participant.address,) if participant.address else (),
        day=f"{today:%B} {today.day}, {today.year}",
        subject=subject,
        paragraphs=tuple(_lines(paragraph) for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()),
    )


def _lines(paragraph: str) -> tuple[str, ...]:
    """What was broken for a mail program runs on; the close of the letter keeps its lines."""
    lines = [line.strip() for line in paragraph.strip().splitlines()]
    return tuple(lines) if lines[0].endswith("regards,") else (" ".join(lines),)
