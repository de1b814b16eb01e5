"""Scenarios about people: whose prospect somebody is, and who may be written to."""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.identifiers import derived_id
from chalicelib.domain.identities import Contact
from chalicelib.domain.leads import Lead
from chalicelib.domain.messages import message_id
from chalicelib.domain.referrals import Prospect
from chalicelib.services.attribute import Attribution, attribute
from chalicelib.services.capture_lead import Door, capture_lead
from chalicelib.services.change_participant import Decisions, change_participant
from chalicelib.services.enrol import enrol
from chalicelib.services.remove_attribution import remove_attribution
from tests.torture.acting import Worker
from tests.torture.books import Books
from tests.torture.plots import NOW, Ends, Plot, Scene, delivers, person


def submits(code: str, phone: str, *, by: str, key: str | None = None, email: str | None = None) -> Worker:
    """A form whose page tries again, with the same key, until it has an answer."""
    lead = Lead(Prospect("Sam Lee", phone, email), "form", NOW, "form", code=code, sms_consent=True)
    door = Door("198.51.100.7", 20, key or by, "the same")
    reference = derived_id("ref", NOW, by)
    return Worker(by, lambda tools: capture_lead(tools.ports, lead, reference, door), NOW)


def introduces(code: str, phone: str, *, by: str) -> Worker:
    """The referrer's own form, which tries again like the page does."""
    lead = Lead(Prospect("Sam Lee", phone), "introduction", NOW, by, code=code, agreed_to_call=True)
    door = Door("198.51.100.8", 20, by, "the same")
    reference = derived_id("ref", NOW, by)
    return Worker(by, lambda tools: capture_lead(tools.ports, lead, reference, door), NOW)


def enrols(phone: str, *, by: str, **more: Any) -> Worker:
    enrolment = Enrolment("Sam Lee", Contact(phone, **more))
    return Worker(by, lambda tools: enrol(tools.ports, enrolment), NOW)


def opts_out(code: str) -> Worker:
    return person("stop", lambda tools: change_participant(tools.ports, code, Decisions(opted_out=True), "sms"))


def one_winner(books: Books, *, recorded: int) -> Iterator[str]:
    """One submission won, and every other one was recorded with the reason."""
    if len(books.standing()) != 1:
        yield f"rule 2: {len(books.standing())} referrals stand"
    if len(books.referrals) != recorded:
        yield f"rule 7: {len(books.referrals)} submissions were recorded of {recorded}"


def two_referrers(scene: Scene) -> Plot:
    """Two people's friends are one person."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    workers = (submits(jane, phone, by="by Jane"), submits(bob, phone, by="by Bob"))
    return Plot(workers, lambda books: one_winner(books, recorded=2))


def introduction_and_lead(scene: Scene) -> Plot:
    """One of Jane's friends is introduced by her while they send Bob's form: one owner, and Jane is answered."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    workers = (introduces(jane, phone, by="by Jane"), submits(bob, phone, by="by Bob"))

    def ends(books: Books) -> Iterator[str]:
        yield from one_winner(books, recorded=2)
        if sum(row["template"] == "introduction" for row in books.messages.values()) != 1:
            yield "M19: the words to forward are not there once"

    return Plot(workers, ends)


def two_introductions(scene: Scene) -> Plot:
    """Two people introduce the same friend."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    workers = (introduces(jane, phone, by="by Jane"), introduces(bob, phone, by="by Bob"))
    return Plot(workers, lambda books: one_winner(books, recorded=2))


def two_identities(scene: Scene) -> Plot:
    """The same phone, and for one of them an e-mail address too."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    workers = (submits(jane, phone, by="by Jane", email="sam@example.com"), submits(bob, phone, by="by Bob"))
    return Plot(workers, lambda books: one_winner(books, recorded=2))


def the_same_form_twice(scene: Scene) -> Plot:
    """A browser sent the form again before the first answer: one reference, one referral."""
    jane, phone = scene.enrol(), scene.phone()
    workers = tuple(submits(jane, phone, by=by, key="form-1") for by in ("first try", "second try"))
    return Plot(workers, lambda books: one_winner(books, recorded=1))


def lead_again_and_delivery(scene: Scene) -> Plot:
    """Staff hear once a day of a person who is known: not again, though they were told already when the form came."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    scene.lead(jane, phone)
    scene.delivered()
    scene.lead(bob, phone, by="by Bob")
    (notice,) = scene.queued()
    workers = (delivers(notice, name="stream"), submits(bob, phone, by="by Bob again"))

    def ends(books: Books) -> Iterator[str]:
        if books.sent.count(notice) > 1 or len(books.messages) != 2:
            yield f"rule 5: {notice} left {books.sent.count(notice)} times; there are {len(books.messages)} messages"

    return Plot(workers, ends)


def enrol_and_lead(scene: Scene) -> Plot:
    """The CRM enrols a customer while somebody refers them: the lead stands, or they were a customer already."""
    jane, phone = scene.enrol(), scene.phone()
    workers = (enrols(phone, by="crm"), submits(jane, phone, by="by Jane"))

    def ends(books: Books) -> Iterator[str]:
        if len(books.participants) != 2 or len(books.referrals) != 1:
            yield f"{len(books.participants)} participants and {len(books.referrals)} referrals"
        reasons = {row.get("disqualified") for row in books.referrals.values()}
        if not reasons <= {None, "existing_customer"}:
            yield f"the lead was taken for {reasons}"

    return Plot(workers, ends)


def two_enrolments(scene: Scene) -> Plot:
    phone = scene.phone()
    workers = (enrols(phone, by="crm"), enrols(phone, by="office", email="sam@example.com"))

    def ends(books: Books) -> Iterator[str]:
        if len(books.participants) != 1:
            yield f"{len(books.participants)} participants for one person"

    return Plot(workers, ends)


def attribute_and_lead(scene: Scene) -> Plot:
    """The office attributes by hand what the prospect's own form attributes to somebody else."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    attribution = Attribution(bob, Prospect("Sam Lee", phone), "staff")
    workers = (
        person("staff attributes", lambda tools: attribute(tools.ports, attribution)),
        submits(jane, phone, by="by Jane"),
    )

    def ends(books: Books) -> Iterator[str]:
        if len(books.standing()) != 1:
            yield f"rule 2: {len(books.standing())} referrals stand"

    return Plot(workers, ends, ("Conflict",))


def remove_and_lead(scene: Scene) -> Plot:
    """An attribution is removed while the prospect comes by another link."""
    jane, bob, phone = scene.enrol(), scene.enrol("Bob Ray"), scene.phone()
    sam = scene.lead(jane, phone)
    scene.delivered()
    workers = (
        person("owner removes", lambda tools: remove_attribution(tools.ports, sam, "owner")),
        submits(bob, phone, by="by Bob"),
    )

    def ends(books: Books) -> Iterator[str]:
        if len(books.referrals) != 2:
            yield f"rule 7: {len(books.referrals)} submissions were recorded of 2"

    return Plot(workers, ends)


def _thanked(scene: Scene, **contact: str) -> tuple[str, str]:
    """A participant with a reward whose messages wait; returns the code and the reward's id."""
    jane, phone = scene.enrol(**contact), scene.phone()
    sam = scene.lead(jane, phone)
    scene.delivered()
    scene.worked_off(scene.told("paid", phone, NOW))
    return jane, f"rew_{sam.removeprefix('ref_')}-1"


def stop_and_sms(scene: Scene) -> Plot:
    """Nothing is claimed for somebody after their STOP is in the table."""
    jane, reward = _thanked(scene)
    workers = (opts_out(jane), delivers(message_id("reward_issued", reward), name="stream"))
    return Plot(workers, lambda _: ())


def stop_and_email(scene: Scene) -> Plot:
    """STOP stops everything."""
    jane, reward = _thanked(scene, email="jane@example.com")
    workers = (opts_out(jane), delivers(message_id("thank_you", reward), name="stream"))
    return Plot(workers, lambda _: ())


def two_deliver_one(scene: Scene) -> Plot:
    """The stream and the schedule have the same message."""
    _, reward = _thanked(scene)
    message = message_id("reward_issued", reward)
    workers = (delivers(message, name="stream"), delivers(message, name="schedule"))

    def is_one_of(*allowed: tuple[str, int]) -> Ends:
        def ends(books: Books) -> Iterator[str]:
            found = books.messages[message]["status"], books.sent.count(message)
            if found not in allowed:
                yield f"rule 5: {message} is {found[0]} and left {found[1]} times"

        return ends

    certain = is_one_of(("sent", 1))
    mishaps = is_one_of(("sent", 1), ("unknown", 1), ("unknown", 0), ("failed", 0))
    return Plot(workers, certain, mishaps=mishaps)


SCENARIOS = (
    two_referrers,
    introduction_and_lead,
    two_introductions,
    two_identities,
    the_same_form_twice,
    lead_again_and_delivery,
    enrol_and_lead,
    two_enrolments,
    attribute_and_lead,
    remove_and_lead,
    stop_and_sms,
    stop_and_email,
    two_deliver_one,
)
