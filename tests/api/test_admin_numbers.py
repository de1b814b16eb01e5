"""The numbers: where the way from a view to a closed job breaks (P24, O18)."""

import pytest

from chalicelib.services import numbers
from tests.world import World


def test_views_leads_appointments_and_closed_jobs_by_channel(world: World) -> None:
    jane = world.enrol("Jane Doe")
    for channel in ("sms", "sms", "qr", None):
        body = {"code": jane.id} | ({"channel": channel} if channel else {})
        assert world.http("POST", "/v1/visits", body).status == 204
    closed, lost = (world.lead(jane.id, channel="sms").json["reference"] for _ in range(2))
    removed = world.lead(jane.id, channel="qr").json["reference"]
    world.settle_down()
    world.clock.forward(minutes=1)
    for stage in ("appointment", "lost"):
        world.admin("PATCH", f"referrals/{lost}", {"stage": stage})
    world.admin("DELETE", f"referrals/{removed}")
    phone = world.admin("GET", f"referrals/{closed}").json["prospect"]["phone"]
    invoice = {"id": "i1", "amount_cents": 120_000, "currency": "USD"}
    world.event("invoice.issued", {"customer": {"phone": phone}, "invoice": invoice})
    world.settle_down()
    found = world.admin("GET", "numbers").json
    job = {"median": 120_000, "sum": 120_000, "known": 1}
    assert found["whole"] == {"views": 4, "leads": 2, "appointments": 2, "closed": 1, "job_cents": job}
    nothing = {"leads": 0, "appointments": 0, "closed": 0, "job_cents": {"median": None, "sum": 0, "known": 0}}
    assert found["by_channel"]["sms"] == {**found["whole"], "views": 2}
    assert found["by_channel"]["qr"] == {**nothing, "views": 1}
    assert found["by_channel"]["unknown"] == {**nothing, "views": 1}
    assert list(found["by_source"]) == ["form"]
    assert (found["referrals"], found["all_of_a_year"]) == (2, True)


def test_only_the_newest_are_looked_at_and_it_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST", 2)
    monkeypatch.setattr(numbers, "_PAGE", 1)
    for _ in range(3):
        world.lead(world.enrol().id)
    found = world.admin("GET", "numbers").json
    assert (found["referrals"], found["all_of_a_year"], found["whole"]["leads"]) == (2, False, 2)


def test_what_is_older_than_a_year_is_in_none(world: World) -> None:
    world.lead(world.enrol().id)
    world.clock.forward(days=366)
    world.lead(world.enrol().id)
    found = world.admin("GET", "numbers").json
    assert (found["whole"]["leads"], found["all_of_a_year"]) == (1, True)
