"""A reward that is taken back before anybody heard of it is news to nobody; one that somebody heard of is."""

from chalicelib.domain.messages import message_id
from chalicelib.services.deliver import deliver
from tests.program.test_money import bill, closed, rewards
from tests.storage.faults import Call, wire
from tests.world import World

REVERSED = ("skipped", "the reward was reversed meanwhile")


def by_night(world: World) -> None:
    """A time at which texts to the participants of this file wait."""
    world.clock.forward(hours=-8)


def by_day(world: World) -> None:
    world.clock.forward(hours=12)
    world.settle_down()


def outcomes(world: World) -> dict[str, tuple[str, str | None]]:
    """What became of each message about a reward."""
    about = {"reward_issued", "thank_you", "reward_reversed"}
    return {m.template: (m.status, m.reason) for m in world.messages() if m.template in about}


def closed_and_undone(world: World, **contact: str) -> str:
    """A referral whose invoice is paid, and voided a minute later."""
    phone = world.phone()
    reference: str = world.lead(world.enrol(**contact).id, phone=phone).json["reference"]
    bill(world, phone, "i1", 50_000)
    world.clock.forward(minutes=1)
    bill(world, phone, "i1", 50_000, "invoice.voided")
    assert rewards(world, reference)[-1:] in ([("reversed", 2500)], [])
    return reference


def test_a_reward_taken_back_before_its_messages_left_is_told_to_nobody(world: World) -> None:
    by_night(world)
    closed_and_undone(world)
    by_day(world)
    assert outcomes(world) == {
        "reward_issued": REVERSED,
        "thank_you": REVERSED,
        "reward_reversed": ("skipped", "nobody was told of the reward before it was reversed"),
    }
    assert not [line for line in world.sent_lines() if "$25" in line["text"]]


def test_who_was_thanked_by_email_hears_of_the_reversal_and_not_of_the_reward(world: World) -> None:
    """An e-mail does not wait for the day."""
    by_night(world)
    world.settings(business={"address": "1 Maple Street, Springfield"})
    closed_and_undone(world, email="jane@example.com")
    by_day(world)
    assert outcomes(world) == {
        "reward_issued": REVERSED,
        "thank_you": ("sent", None),
        "reward_reversed": ("sent", None),
    }


def test_by_day_both_are_told_in_their_order(world: World) -> None:
    closed_and_undone(world)
    assert {status for status, _ in outcomes(world).values()} == {"sent"}


def test_thanks_for_a_close_without_a_reward_need_the_close(world: World) -> None:
    world.settings(eligibility={"min_job_cents": 60_000})
    by_night(world)
    closed_and_undone(world)
    by_day(world)
    assert outcomes(world) == {"thank_you": ("skipped", "the referral is not closed any more")}


def test_a_reversal_between_wording_and_claim_holds_the_news_back(world: World) -> None:
    """The claim needs that the reward stands; so the news of the reversal knows whether it left before."""
    by_night(world)
    reference = closed(world, world.enrol().id)
    reward = world.admin("GET", f"referrals/{reference}").json["rewards"][0]["id"]
    world.clock.forward(hours=12)
    world.program.forget_settings()
    undone: list[bool] = []

    def undo(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not undone:
            undone.append(True)
            assert world.admin("DELETE", f"referrals/{reference}").status == 200

    with wire(before=undo):
        deliver(world.program.ports, world.program.outside, message_id("reward_issued", reward))
    assert undone
    world.settle_down()
    assert outcomes(world)["reward_issued"] == REVERSED
    assert outcomes(world)["reward_reversed"][0] == "skipped"
