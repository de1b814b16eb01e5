"""On one machine nothing is sent: a line in a file says what would have been, for SMS and e-mail alike."""

import fcntl
import json
import threading
from collections.abc import Container
from pathlib import Path

from chalicelib.domain.erasure import ERASED, Person
from chalicelib.services.ports import Outgoing


class OutboxFile:
    """Appends to `outbox.jsonl`, one line a message, on disk before it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def send(self, message: Outgoing) -> str:
        line = json.dumps({"id": message.id, "to": message.to, "subject": message.subject, "text": message.text})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line + "\n")
        return f"file:{message.id}"


def erase_in_outbox(path: Path, person: Person, messages: Container[str]) -> int:
    """Take a person out of the file: the words of these messages, and whatever else tells of them; how many lines.

    In place and under a lock, as a running program may be adding to it.
    """
    if not path.exists():
        return 0
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read().splitlines()
        after = [_erased(line, person, messages) for line in before]
        file.seek(0)
        file.truncate()
        file.writelines(f"{line}\n" for line in after)
    return sum(one != other for one, other in zip(before, after, strict=True))


def _erased(line: str, person: Person, messages: Container[str]) -> str:
    told = json.loads(line)
    if person.reached_at(told["to"], told["to"]):
        told |= {"to": ERASED, "subject": None, "text": ERASED}
    elif told["id"] in messages:
        told |= {"subject": None, "text": ERASED}
    else:
        told |= {name: person.masked(told[name]) for name in ("subject", "text") if told[name]}
    return json.dumps(told)
