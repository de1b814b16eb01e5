"""Follow a customer's jobs, scores and issues, and ask for a referral when the moment is right (P10-P13, S1-S7)."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.errors import Deferred, Refused
from chalicelib.domain.events import Customer
from chalicelib.domain.identities import Contact
from chalicelib.domain.participants import Participant, Satisfaction
from chalicelib.services.ask import reconsider_invitation
from chalicelib.services.enrol import enrol
from chalicelib.services.ports import Ports, attempts


def enrol_customer(ports: Ports, customer: Customer) -> Participant:
    """Enrol whom another program calls a customer (P25); raises Deferred where too little is known of them."""
    if customer.name is None or not (customer.contact.phone or customer.contact.email):
        known = find_participant(ports, customer.contact)
        if known is None:
            raise Deferred("this customer is not known yet: send customer.updated with a name and a phone or e-mail")
        return known
    external_id = next((i.partition(":")[2] for i in customer.contact.external_ids if i.startswith("crm:")), None)
    wish = Enrolment(customer.name, customer.contact, external_id, address=customer.address)
    return enrol(ports, wish).participant


def find_participant(ports: Ports, contact: Contact) -> Participant | None:
    """The participant with this outside id, phone or e-mail, the first that is known of these."""
    keys = list(ports.pseudonyms.of(contact))
    held = ports.store.identities.find(keys)
    for key in keys:
        if key in held and held[key].participant_id is not None:
            return ports.store.participants.get(held[key].participant_id or "")
    return None


def follow_customer(ports: Ports, customer: Customer, learn: Callable[[Satisfaction], Satisfaction]) -> Participant:
    """Fold one piece of news into what we know of a customer; invite where the gate opens, else record why not."""
    code = enrol_customer(ports, customer).id
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None:
            raise Deferred(f"participant {code} is not there yet")
        learnt = replace(known, satisfaction=learn(known.satisfaction))
        transaction = ports.store.transaction()
        decided = reconsider_invitation(ports, transaction, known, learnt)
        if decided == known:
            return known
        ports.store.participants.change(transaction, decided)
        try:
            transaction.commit()
        except Refused:
            continue
        return decided
    raise AssertionError  # attempts() raises before this
