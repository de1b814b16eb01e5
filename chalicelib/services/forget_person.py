"""Delete one person's data on request (GDPR, CCPA): they go, the ledger's sums and the tracking code stay."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.erasure import ERASED, Outcome, Person, erased
from chalicelib.domain.errors import Conflict, NotFound, Raw
from chalicelib.domain.exports import kind_of_item
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import normalise_email, normalise_phone
from chalicelib.domain.referrals import Prospect, Referral
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Outside, Ports, attempts

_FOUND_BY = frozenset({"PROFILE", "REFERRAL"})
_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Found:
    """Whom a request means, and how many items of each kind say something of them.

    `shared`: participants with a phone or an e-mail of theirs. They may be a household or the same person, so they
    are named and left: whose data it is, a program does not guess (S10).
    """

    person: Person
    counts: Mapping[str, int]
    shared: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What the audit calls them: a code or a referral's id, which name nobody."""
        return self.person.participant_id or min(self.person.referral_ids)


def find_person(ports: Ports, typed: str, progress: Callable[[int], None]) -> Found:
    """Whom a code, a referral's id, a phone or an e-mail means, and where they stand; changes nothing.

    Reads the whole table twice. Raises NotFound, and Conflict where it may mean two participants.
    """
    if ports.store.whole.state() is not None:
        raise Conflict("a restore into this table is not finished: finish it first")
    person = _person(ports, typed, progress)
    counts = Counter(kind_of_item(row) for row, _ in _telling(ports, person, progress))
    held = ports.store.identities.find(_contacts(ports, person)).values()
    shared = {one.participant_id for one in held if one.participant_id} - {person.participant_id}
    return Found(person, dict(sorted(counts.items())), tuple(sorted(shared)))


def forget_person(ports: Ports, outside: Outside, found: Found, by: str, progress: Callable[[int], None]) -> set[str]:
    """Delete what was found, with an audit entry that names nobody; returns the ids of messages that lost their words.

    Nobody will write to their phones and e-mails again. Reads the table until nothing more is found; interrupted, the
    same request goes on. Raises Contended where they keep coming back.
    """
    transaction = ports.store.transaction()
    for key in _contacts(ports, found.person):
        ports.store.identities.set_opt_out(transaction, key, opted_out=True)
    record_audit(ports, transaction, by, "personal data deleted", found.subject)
    transaction.commit()
    for alias in found.person.aliases:
        # Made of the name, it is the name; the code goes on.
        outside.site.withdraw_landing(alias)
    messages: set[str] = set()
    for _ in attempts():
        # Last of all goes what the person was found by, so that an interrupted request can find them again.
        telling = sorted(_telling(ports, found.person, progress), key=lambda pair: pair[0]["sk"]["S"] in _FOUND_BY)
        if not telling:
            return messages
        for row, after in telling:
            ports.store.whole.amend(dict(row), None if after == "delete" else after)
            if row["pk"]["S"].startswith("M#"):
                messages.add(row["pk"]["S"].removeprefix("M#"))
    raise AssertionError  # attempts() raises before this


def _telling(ports: Ports, person: Person, progress: Callable[[int], None]) -> Iterator[tuple[Raw, Outcome]]:
    until = int((ports.now() + _KEPT).timestamp())
    for row in ports.store.whole.rows():
        progress(1)
        after = erased(row, person, until)
        if after is not None:
            yield row, after


def _person(ports: Ports, typed: str, progress: Callable[[int], None]) -> Person:
    seed = _seed(ports, typed)
    participants: dict[str, Participant] = {}
    referrals: dict[str, Referral] = {}
    for row in ports.store.whole.rows():
        progress(1)
        record = ports.store.whole.record(row)
        if isinstance(record, Participant):
            if record.id == seed.participant_id or seed.reached_at(record.phone, record.email):
                participants[record.id] = record
        elif isinstance(record, Referral):
            prospect = record.prospect
            if record.id in seed.referral_ids or seed.reached_at(prospect.phone, prospect.email):
                referrals[record.id] = record
    if seed.participant_id is not None:
        participants = {code: one for code, one in participants.items() if code == seed.participant_id}
    if len(participants) > 1:
        raise Conflict(f"{typed} may mean the participants {', '.join(sorted(participants))}: name one of them")
    if not participants and not referrals:
        raise NotFound("person", typed[:60])
    return _whole(seed, [*participants.values()], [*referrals.values()])


def _seed(ports: Ports, typed: str) -> Person:
    """What is known of whom somebody means before the table is read."""
    if typed.startswith("ref_"):
        referral = ports.store.referrals.get(typed)
        if referral is None:
            raise NotFound("referral", typed[:60])
        return _whole(Person(), [], [referral])
    code = normalise_code(typed)
    participant = ports.store.participants.get(code) if code else None
    if participant is not None:
        return _whole(Person(), [participant], [])
    email = normalise_email(typed) if "@" in typed else None
    phone = normalise_phone(typed, ports.store.settings.get().business.country) if email is None else None
    if phone is None and email is None:
        raise NotFound("person", typed[:60])
    return Person(phones=frozenset(filter(None, [phone])), emails=frozenset(filter(None, [email])))


def _whole(seed: Person, participants: list[Participant], referrals: list[Referral]) -> Person:
    people: list[Participant | Prospect] = [*participants, *(referral.prospect for referral in referrals)]
    outside = [one.external_id for one in participants] + [name for one in referrals for name in one.external_ids]
    return replace(
        seed,
        participant_id=participants[0].id if participants else seed.participant_id,
        referral_ids=seed.referral_ids | {referral.id for referral in referrals},
        aliases=seed.aliases | {alias for one in participants for alias in one.aliases},
        names=seed.names | {one.name for one in people if one.name != ERASED},
        phones=seed.phones | {one.phone for one in people if one.phone},
        emails=seed.emails | {one.email for one in people if one.email},
        outside_ids=seed.outside_ids | {name for name in outside if name},
    )


def _contacts(ports: Ports, person: Person) -> list[str]:
    phones = [ports.pseudonyms.phone(phone) for phone in sorted(person.phones)]
    return [*phones, *(ports.pseudonyms.email(email) for email in sorted(person.emails))]
