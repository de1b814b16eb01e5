"""What becomes of each item when a person wants their data deleted: what sums stand on stays, the person goes."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from chalicelib.domain.errors import Raw
from chalicelib.domain.people import email_identity, fold_name

#: What a name becomes; on a page such a person is "a friend", and they are not filled in again by any other program.
ERASED = "(erased)"
Outcome = dict[str, Any] | Literal["delete"] | None
_PROFILE, _REFERRAL = "PROFILE", "REFERRAL"
_ALWAYS_KEPT = frozenset({"pk", "sk", "list_pk", "list_sk", "work_pk", "work_sk"})
#: Of people who run the program, and of settings, nothing is anybody else's.
_OTHERS = ("U#", "UC#", "K#", "SI#", "SS#", "SETTINGS", "STATS#", "RATE#", "I#", "S#", "N#", "A#")
_OF_A_PROSPECT = (
    "prospect_phone", "prospect_email", "prospect_address", "message", "consent", "network", "external_ids",
    "referred_by", "flags",
)  # fmt: skip
_FREE_TEXT_OF_OTHERS = frozenset({"message", "referred_by", "flags", "why", "withheld"})


@dataclass(frozen=True)
class Person:
    """Somebody by all that the table knows of them: a participant, a prospect in any number of referrals, or both.

    Phones in E.164; `outside_ids` are what other programs call them.
    """

    participant_id: str | None = None
    referral_ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    outside_ids: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()

    def reached_at(self, phone: str | None, email: str | None) -> bool:
        """Whether a phone or an e-mail is theirs."""
        identities = {email_identity(one) for one in self.emails}
        return phone in self.phones or (email is not None and email_identity(email) in identities)

    def masked(self, text: str) -> str:
        """The text without their phones, e-mails and full names, however they are written."""
        return self._told.sub(ERASED, text) if self._told else text

    def masked_wholly(self, told: Any) -> Any:
        """JSON that is about them, without each word of their names and their outside ids too."""
        if isinstance(told, Mapping):
            return {name: self.masked_wholly(value) for name, value in told.items()}
        if isinstance(told, list):
            return [self.masked_wholly(value) for value in told]
        if not isinstance(told, str):
            return told
        text = self.masked(told)
        return self._worded.sub(ERASED, text) if self._worded else text

    def is_subject(self, subject: str) -> bool:
        """Whether an id is theirs, or of something that is named after it: a promise, a reward."""
        own = {self.participant_id, *(name.removeprefix("ref_") for name in self.referral_ids)} - {None}
        return any(name is not None and name in subject for name in own)

    def told_of(self, text: str) -> bool:
        """Whether a text holds a phone, an e-mail or an outside id of theirs."""
        return bool(self._named and self._named.search(text))

    @cached_property
    def _named(self) -> "re.Pattern[str] | None":
        quoted = (rf'"{re.escape(name.partition(":")[2] or name)}"' for name in self.outside_ids)
        return _any_of([*map(_phone, self.phones), *map(_words, self.emails), *quoted])

    @cached_property
    def _worded(self) -> "re.Pattern[str] | None":
        words = {word for name in self.names for word in name.split()} | self.outside_ids
        return _any_of(map(_words, sorted(words)))

    @cached_property
    def _told(self) -> "re.Pattern[str] | None":
        full = [name for name in self.names if len(name.split()) > 1]
        spelled = {form for name in full for form in (name, fold_name(name), json.dumps(name)[1:-1])}
        return _any_of([*map(_phone, self.phones), *map(_words, self.emails), *map(_words, sorted(spelled))])


def erased(row: Raw, person: Person, until: int) -> Outcome:
    """The item without the person, `delete`, or None where it says nothing of them.

    Nothing of theirs that is left is kept beyond `until`, in seconds since 1970, where it may go at all.
    """
    pk, sk = row["pk"]["S"], row["sk"]["S"]
    head = pk.partition("#")[0]
    if _is_listing(row, pk, sk, person):
        return "delete"
    if pk == f"P#{person.participant_id}" and sk == _PROFILE:
        return _changed(row, _profile(row))
    if head == "R" and sk == _REFERRAL:
        own = pk.removeprefix("R#") in person.referral_ids
        return _changed(row, _prospect(row) if own else _masked(row, person, only=_FREE_TEXT_OF_OTHERS))
    if head == "M":
        return _changed(row, _message(row, person))
    if head == "Y":
        theirs = _linked(row, person) or row["phone"]["S"] in person.phones
        gone = {**row, "phone": _text(ERASED), "text": _text(ERASED)}
        return _changed(row, gone if theirs else _masked(row, person))
    if head == "E":
        return _changed(row, _event(row, person, until))
    if head == "AUDIT" and person.is_subject(row["subject"]["S"]):
        return _changed(row, _without(row, ["note"]))
    if head == "H" and (_linked(row, person) or person.is_subject(row["about"]["S"])):
        told = person.masked_wholly(json.loads(row["data"]["S"]))
        return _changed(row, {**row, "data": _text(json.dumps(told))})
    if pk == f"P#{person.participant_id}" and sk.startswith("COMMITMENT#"):
        return _changed(row, _without(row, ["note"]))
    if pk.startswith(_OTHERS) or sk == _PROFILE:
        return None
    return _changed(row, _masked(row, person))


def _is_listing(row: Raw, pk: str, sk: str, person: Person) -> bool:
    """Where somebody is found by their name, alias or link, and what is planned for them."""
    code = person.participant_id
    if code is None:
        return False
    if pk.startswith("N#"):
        return sk.endswith(f"#{code}")
    if pk == f"P#{code}":
        return sk in {"RESULTS", "FOLLOW"}
    return pk.startswith(("S#", "A#")) and row.get("participant_id") == _text(code)


def _profile(row: Raw) -> dict[str, Any]:
    code = row["pk"]["S"].removeprefix("P#")
    return {
        **_without(row, ["phone", "email", "external_id", "address"]),
        "name": _text(ERASED),
        "list_sk": _text(f"{ERASED}#{code}"),
        "aliases": _text("[]"),
        "leaderboard_name": _text("hidden"),
        "opted_out": {"BOOL": True},
    }


def _prospect(row: Raw) -> dict[str, Any]:
    return {**_without(row, _OF_A_PROSPECT), "prospect_name": _text(ERASED), "sms_consent": {"BOOL": False}}


def _message(row: Raw, person: Person) -> dict[str, Any]:
    to = row.get("to", _text(""))["S"]
    theirs = person.reached_at(to, to) or (
        (row["recipient"]["S"], row.get("participant_id")) == ("participant", _text(person.participant_id or ""))
        or (row["recipient"]["S"] == "prospect" and _of_referral(row, person))
    )
    if not theirs and not _linked(row, person):
        return _masked(row, person)
    left = _without(row, ["text", "subject", *(["to"] if theirs else [])])
    if theirs and row["status"]["S"] in {"queued", "claimed"}:
        left = _without(left, ["work_pk", "work_sk"])
        left |= {"status": _text("skipped"), "list_pk": _text("MESSAGES#skipped"), "reason": _text(ERASED)}
    return left


def _event(row: Raw, person: Person, until: int) -> dict[str, Any]:
    if not person.told_of(row["payload"]["S"]):
        return _masked(row, person)
    left = _without(row, ["list_pk", "list_sk", "work_pk", "work_sk"])
    kept = left.get("expires_at", {"N": str(until)})
    return {**left, "payload": _text("{}"), "status": _text("done"), "reason": _text(ERASED), "expires_at": kept}


def _linked(row: Raw, person: Person) -> bool:
    code = person.participant_id
    return (code is not None and row.get("participant_id") == _text(code)) or _of_referral(row, person)


def _of_referral(row: Raw, person: Person) -> bool:
    return row.get("referral_id", _text(""))["S"] in person.referral_ids


def _masked(row: Raw, person: Person, only: frozenset[str] | None = None) -> dict[str, Any]:
    def told(name: str) -> bool:
        return name not in _ALWAYS_KEPT and (only is None or name in only)

    return {
        name: _text(person.masked(value["S"])) if told(name) and "S" in value else value for name, value in row.items()
    }


def _changed(row: Raw, after: dict[str, Any]) -> Outcome:
    return after if after != row else None


def _without(row: Raw, names: Iterable[str]) -> dict[str, Any]:
    gone = set(names)
    return {name: value for name, value in row.items() if name not in gone}


def _text(value: str) -> Mapping[str, str]:
    return {"S": value}


def _phone(phone: str) -> str:
    """A phone as people and programs write it, with or without its country."""
    digits, between = phone.removeprefix("+"), r"[\s().\-/]*"
    country, rest = (digits[:1], digits[1:]) if len(digits) == 11 else ("", digits)
    before = rf"(?:\+?{country}{between})?" if country else r"\+?"
    return rf"(?<!\d){before}\(?{between.join(rest)}(?!\d)"


def _words(text: str) -> str:
    return r"(?<!\w)" + r"\s+".join(map(re.escape, text.split())) + r"(?!\w)"


def _any_of(patterns: Iterable[str]) -> "re.Pattern[str] | None":
    known = list(patterns)
    return re.compile("|".join(known), re.IGNORECASE) if known else None
