"""Webhooks out of the program as its owner starts it: real processes, the real clock, the secret it made itself."""

import json
from pathlib import Path

import requests
import standardwebhooks

from chalicelib.local.wait import until
from tests.receiver import receiving
from tests.running import running


def test_a_running_program_tells_a_receiver_with_the_secret_it_made(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program, receiving() as crm:
        crm.secret = json.loads((tmp_path / "data" / "secrets.json").read_text())["GOODWORD_WEBHOOKS_SECRET"]
        key = json.loads(program.command("key", "add", "--role", "owner", "--json").stdout)["key"]
        jane = json.loads(program.command("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)
        settings = requests.put(
            f"{program.url}/v1/admin/settings",
            json={"webhooks": [{"url": crm.url}]},
            headers={"Authorization": f"Bearer {key}"},
            timeout=10,
        )
        assert settings.status_code == 200
        lead = {"code": jane["code"], "name": "Sam Lee", "phone": "212 555 0142"}
        assert requests.post(f"{program.url}/v1/leads", json=lead, timeout=10).status_code == 202
        until(lambda: bool(crm.received), seconds=20)
        (told,) = crm.received
        document = standardwebhooks.Webhook(crm.secret).verify(told.raw, told.headers)
        assert (document["type"], document["data"]["note"]) == ("referral.created", "Referred by: Jane Doe")
        until(lambda: json.loads(program.command("webhooks", "--json").stdout)[0]["status"] == "delivered", seconds=20)
