"""Send a participant the link to their own page again, without telling whoever asks whether there is such a person."""

from chalicelib.domain.errors import Refused, TooManySubmissions
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.identities import Contact
from chalicelib.domain.messages import Message, message_id
from chalicelib.services.ports import Ports

#: How often an hour for one phone or e-mail, and from one network address.
_FOR_ONE_PERSON, _FROM_ONE_ADDRESS = 3, 20


def ask_for_link(ports: Ports, contact: Contact, address: str) -> None:
    """Queue the link for whoever holds this phone or e-mail; raises TooManySubmissions, known or not.

    Known or not it is the same calls with as many writes, so that neither answer nor time tells them apart.
    """
    now = ports.now()
    (key,) = ports.pseudonyms.of(contact)
    identity = ports.store.identities.find([key]).get(key)
    transaction = ports.store.transaction()
    ports.store.submissions.count(transaction, "share-link", key, now, _FOR_ONE_PERSON)
    ports.store.submissions.count(transaction, "share-link", ports.pseudonyms.address(address), now, _FROM_ONE_ADDRESS)
    if identity is not None and identity.participant_id is not None:
        ports.store.messages.queue(transaction, _message(ports, identity.participant_id, contact))
    else:
        ports.store.submissions.count(transaction, "share-link-to-nobody", key, now, _FOR_ONE_PERSON)
    try:
        transaction.commit()
    except Refused as refused:
        raise TooManySubmissions.this_hour(now) from refused


def _message(ports: Ports, participant_id: str, contact: Contact) -> Message:
    now = ports.now()
    return Message(
        id=message_id("share_link", new_id("ask", now, ports.random_bytes)),
        template="share_link",
        channel="sms" if contact.phone else "email",
        recipient="participant",
        created_at=now,
        due_at=now,
        participant_id=participant_id,
    )
