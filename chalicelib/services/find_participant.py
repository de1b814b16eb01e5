"""Find a participant by what names them exactly: the office has a number or a code in hand as often as a name."""

from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.identities import Contact
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import normalise_email, normalise_phone
from chalicelib.services.ports import Ports


def find_participant(ports: Ports, typed: str, region: str) -> Participant | None:
    """Whose code, phone, e-mail or id in the CRM this is; None where it is nobody's."""
    code = normalise_code(typed)
    known = ports.store.participants.get(code) if code else None
    if known is not None:
        return known
    contact = Contact(normalise_phone(typed, region), normalise_email(typed), (f"crm:{typed}",))
    keys = list(ports.pseudonyms.of(contact))
    held = ports.store.identities.find(keys)
    owners = (held[key].participant_id for key in keys if key in held)
    owner = next((owner for owner in owners if owner is not None), None)
    return ports.store.participants.get(owner) if owner else None
