"""The addresses people are given."""

from chalicelib.domain.participants import Participant
from chalicelib.services.ports import Ports


def landing_link(ports: Ports, code: str) -> str:
    """The permanent link a participant shares (P1, P16)."""
    return f"{ports.public_url}/r/{code}/"


def alias_link(ports: Ports, alias: str) -> str:
    """The same under a name of the participant's own."""
    return f"{ports.public_url}/r/{alias}/"


def share_link(ports: Ports, participant: Participant) -> str:
    """The participant's own page; the token stays in the fragment and reaches no server log."""
    return f"{ports.public_url}/share/#{share_token(ports, participant)}"


def share_token(ports: Ports, participant: Participant) -> str:
    """What opens it: the token of the present generation."""
    return ports.pseudonyms.share_token(participant.id, participant.share_generation)


def console_link(ports: Ports, referral_id: str | None = None) -> str:
    """Where staff see what waits for them, or one referral."""
    return f"{ports.public_url}/admin/" + (f"#referrals/{referral_id}" if referral_id else "")


def unsubscribe_link(ports: Ports, email: str) -> str:
    """Where an address is taken off our e-mails."""
    return f"{ports.public_url}/v1/unsubscribe/{ports.pseudonyms.unsubscribe_token(email)}"


def sign_in_link(ports: Ports, sign_in_id: str) -> str:
    """Opens the console once; what is secret stays in the fragment."""
    return f"{ports.public_url}/admin/#sign-in={ports.pseudonyms.sign_in_token(sign_in_id)}"
