"""On one machine nothing is sent: a line in a file says what would have been, for SMS and e-mail alike."""

import json
import threading
from pathlib import Path

from chalicelib.services.ports import Outgoing


class OutboxFile:
    """Appends to `outbox.jsonl`, one line a message, on disk before it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def send(self, message: Outgoing) -> str:
        line = json.dumps({"id": message.id, "to": message.to, "subject": message.subject, "text": message.text})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return f"file:{message.id}"
