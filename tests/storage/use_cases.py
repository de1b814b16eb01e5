"""Every use case that writes, beside what `patterns` reads: made ready, and then done once while it is measured."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.gift_cards import CardWish, ProviderOrder
from chalicelib.domain.messages import message_id
from chalicelib.domain.notices import Notice
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.referrals import Prospect
from chalicelib.domain.replies import IncomingText
from chalicelib.domain.users import NewUser, User
from chalicelib.domain.webhooks import Endpoint, webhook_of
from chalicelib.services.assess import assess
from chalicelib.services.change_participant import Decisions, change_participant
from chalicelib.services.deliver import deliver
from chalicelib.services.deliver_webhook import deliver_webhook
from chalicelib.services.events import work_off_event
from chalicelib.services.find_candidates import find_candidates
from chalicelib.services.follow_commitment import follow_commitment
from chalicelib.services.follow_sequence import follow_sequence
from chalicelib.services.note_mention import Mention, note_mention
from chalicelib.services.note_receipt import note_receipt
from chalicelib.services.order_gift_card import order_gift_card
from chalicelib.services.override_reward import override_reward
from chalicelib.services.ports import Reply
from chalicelib.services.publish import publish_leaderboard
from chalicelib.services.receive_text import receive_text
from chalicelib.services.redeem_discount import Use, redeem_discount
from chalicelib.services.review import waiting_for_review
from chalicelib.services.settle import settle
from chalicelib.services.sign_in import new_sign_in
from chalicelib.services.suppress import suppress
from chalicelib.services.users import add_user
from tests.storage.patterns import CODE, PAGE, PATTERNS, Measured, assessed, closed, pattern
from tests.world import World

__all__ = ["PATTERNS"]
CRM = "https://crm.example.com/hooks/goodword"


@pattern("capture_lead, a new prospect")
def _lead(world: World) -> Measured:
    phone = world.phone()
    return lambda: world.lead(CODE, phone=phone)


@pattern("capture_lead, with e-mail, consent and an Idempotency-Key")
def _long_lead(world: World) -> Measured:
    phone = world.phone()
    body = {"code": CODE, "name": "Sam Lee", "phone": phone, "email": f"{phone[1:]}@example.com", "sms_consent": True}
    return lambda: world.http("POST", "/v1/leads", body, headers={"Idempotency-Key": phone})


@pattern("capture_lead, somebody else's prospect")
def _late_lead(world: World) -> Measured:
    phone = world.phone()
    world.lead(CODE, phone=phone)
    return lambda: world.lead("00000001", phone=phone)


@pattern("capture_lead, no referrer known")
def _mention(world: World) -> Measured:
    phone = world.phone()
    return lambda: world.lead(None, referred_by="Jane from the choir", phone=phone)


@pattern("capture_lead, a new prospect, with a webhook")
def _told_lead(world: World) -> Measured:
    program, phone = world.program, world.phone()

    def perform() -> None:
        # Only what the API has of the settings: the other patterns tell nobody.
        program._settings = (time.monotonic(), replace(program.settings(), webhooks=(Endpoint(CRM),)))
        world.lead(CODE, phone=phone)
        program.forget_settings()

    return perform


class Taking:
    """A receiver that takes everything."""

    def post(self, url: str, webhook_id: str, at: datetime, body: bytes) -> Reply:
        return Reply(204)


@pattern("deliver_webhook")
def _webhook(world: World) -> Measured:
    world.settings(webhooks=[{"url": CRM, "types": ["referral.moved"]}])
    store, outside = world.program.ports.store, replace(world.program.outside, webhooks=Taking())
    told = webhook_of(Notice("referral.moved", world.phone(), 1, world.clock(), CODE, {}), CRM)
    transaction = store.transaction()
    store.webhooks.queue(transaction, told)
    transaction.commit()
    return lambda: deliver_webhook(world.program.ports, outside, told.id)


@pattern("receive_text, a reply")
def _reply(world: World) -> Measured:
    phone = world.phone()
    return lambda: receive_text(world.program.ports, IncomingText(f"twilio:{phone}", phone, "Thank you!"))


@pattern("receive_text, a participant's STOP")
def _stop(world: World) -> Measured:
    phone = world.phone()
    world.enrol("Mei Chen", phone=phone)
    return lambda: receive_text(world.program.ports, IncomingText(f"twilio:{phone}", phone, "STOP", answered=True))


@pattern("note_receipt")
def _receipt(world: World) -> Measured:
    name = message_id("new_lead", world.lead(CODE).json["reference"])
    deliver(world.program.ports, world.program.outside, name)
    return lambda: note_receipt(world.program.ports, Receipt(name, "delivered"))


@pattern("suppress")
def _suppress(world: World) -> Measured:
    return lambda: suppress(world.program.ports, world.phone(), "unsubscribed")


@pattern("count_visit")
def _visit(world: World) -> Measured:
    return lambda: world.http("POST", "/v1/visits", {"code": CODE, "channel": "sms"})


@pattern("receive_event")
def _event(world: World) -> Measured:
    invoice = {"id": world.phone(), "amount_cents": 50_000, "currency": "USD"}
    return lambda: world.event("invoice.issued", {"customer": {"phone": world.phone()}, "invoice": invoice})


def _invoice_event(world: World, kind: str, phone: str, at: timedelta = timedelta()) -> str:
    data = {"customer": {"phone": phone}, "invoice": {"id": phone, "amount_cents": 50_000, "currency": "USD"}}
    name = f"evt_{kind}_{phone}"
    assert world.event(f"invoice.{kind}", data, event_id=name, at=world.clock() + at).status == 202
    return f"events:{name}"


def _works_off(world: World, event_id: str) -> Measured:
    return lambda: work_off_event(world.program.ports, world.program.outside.parsers, event_id)


@pattern("work_off_event, an invoice that closes a referral")
def _close(world: World) -> Measured:
    phone = world.phone()
    assessed(world, phone)
    return _works_off(world, _invoice_event(world, "issued", phone))


@pattern("work_off_event, an invoice that is voided")
def _void(world: World) -> Measured:
    phone = world.phone()
    assessed(world, phone)
    _works_off(world, _invoice_event(world, "issued", phone))()
    return _works_off(world, _invoice_event(world, "voided", phone, timedelta(minutes=1)))


@pattern("assess, a new referral")
def _assess(world: World) -> Measured:
    reference = world.lead(CODE).json["reference"]
    return lambda: assess(world.program.ports, reference)


@pattern("assess, a flagged referral")
def _flag(world: World) -> Measured:
    reference = world.lead(CODE, name="Jane Doe").json["reference"]
    return lambda: assess(world.program.ports, reference)


@pattern("review, a held reward")
def _review(world: World) -> Measured:
    reference = _held(world)
    body = {"review": "approved", "note": "mother and daughter"}
    return lambda: world.admin("PATCH", f"referrals/{reference}", body)


@pattern("waiting_for_review, a page")
def _reviews(world: World) -> Measured:
    for _ in range(PAGE):
        assess(world.program.ports, world.lead(CODE, name="Jane Doe").json["reference"])
    return lambda: waiting_for_review(world.program.ports, limit=PAGE, cursor=None)


def _held(world: World) -> str:
    reference: str = world.lead(CODE, name="Jane Doe").json["reference"]
    world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    return reference


@pattern("work_off_event, an ambiguous invoice")
def _case(world: World) -> Measured:
    return _works_off(world, _ambiguous(world)[0])


@pattern("decide_invoice, for one of two")
def _decision(world: World) -> Measured:
    event, invoice, reference = _ambiguous(world)
    _works_off(world, event)()
    body = {"referral_id": reference, "note": "we asked"}
    return lambda: world.admin("POST", f"invoices/{invoice}", body)


def _ambiguous(world: World) -> tuple[str, str, str]:
    """The event of an invoice that fits two referrals, the invoice, and one of them."""
    phone, email = world.phone(), f"{world.phone()[1:]}@example.com"
    reference = assessed(world, phone)
    world.lead("00000001", email=email)
    invoice = {"id": phone, "amount_cents": 50_000, "currency": "USD"}
    data = {"customer": {"phone": phone, "email": email}, "invoice": invoice}
    world.event("invoice.paid", data, event_id=f"evt_{phone}")
    return f"events:evt_{phone}", f"crm:{phone}", reference


@pattern("work_off_event, nobody's invoice")
def _nobodys(world: World) -> Measured:
    return _works_off(world, _invoice_event(world, "issued", world.phone()))


@pattern("work_off_event, a new customer")
def _customer(world: World) -> Measured:
    name = f"evt_{world.phone()}"
    customer = {"id": name, "name": "Mei Chen", "phone": world.phone()}
    world.event("customer.updated", {"customer": customer}, event_id=name)
    return _works_off(world, f"events:{name}")


@pattern("settle, nothing to do")
def _settled(world: World) -> Measured:
    reference = closed(world)
    return lambda: settle(world.program.ports, reference)


@pattern("change_stage, by staff")
def _stage(world: World) -> Measured:
    reference = world.lead(CODE).json["reference"]
    return lambda: world.admin("PATCH", f"referrals/{reference}", {"stage": "contacted"})


@pattern("attribute, by staff")
def _attribute(world: World) -> Measured:
    body = {"participant_id": CODE, "prospect": {"name": "Sam Lee", "phone": world.phone()}}
    return lambda: world.admin("POST", "referrals", body)


@pattern("find_candidates, a name as it is")
def _same_name(world: World) -> Measured:
    world.enrol("Ann Doxsee")
    return lambda: find_candidates(world.program.ports, ["my neighbor Ann Doxsee"], "US")


@pattern("find_candidates, a name that nobody has")
def _no_name(world: World) -> Measured:
    return lambda: find_candidates(world.program.ports, ["my neighbor Xena Quux"], "US")


@pattern("find_candidates, a link")
def _pasted(world: World) -> Measured:
    return lambda: find_candidates(world.program.ports, [f"https://example.com/r/{CODE}/"], "US")


@pattern("confirm_mention")
def _confirm(world: World) -> Measured:
    reference = world.lead(None, referred_by="Jane").json["reference"]
    return lambda: world.admin("POST", f"mentions/{reference}", {"participant_id": CODE})


@pattern("reject_mention")
def _reject(world: World) -> Measured:
    reference = world.lead(None, referred_by="Jane").json["reference"]
    return lambda: world.admin("POST", f"mentions/{reference}", {"participant_id": None, "note": "who?"})


@pattern("note_mention")
def _note(world: World) -> Measured:
    mention = Mention("Jane", Prospect("Sam Lee", world.phone()), "staff")
    return lambda: note_mention(world.program.ports, mention)


@pattern("introduce, a friend")
def _introduce(world: World) -> Measured:
    ann = world.enrol("Ann Ray")
    token = world.program.ports.pseudonyms.share_token(ann.id, 1)
    body = {"name": "Kim Ray", "phone": world.phone(), "agreed_to_call": True}
    return lambda: world.http("POST", "/v1/share/referrals", body, headers={"authorization": f"Share {token}"})


@pattern("show_share, a friend and a reward")
def _show_share(world: World) -> Measured:
    ann = world.enrol("Ann Ray")
    reference = world.lead(ann.id).json["reference"]
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{reference}", {"stage": "paid"})
    token = world.program.ports.pseudonyms.share_token(ann.id, 1)
    return lambda: world.http("GET", "/v1/share", headers={"authorization": f"Share {token}"})


@pattern("ask_for_link, a participant")
def _lost(world: World) -> Measured:
    body = {"contact": world.enrol("Ann Ray").phone}
    return lambda: world.http("POST", "/v1/share/links", body, address=world.address())


@pattern("ask_for_link, nobody we know")
def _lost_by_nobody(world: World) -> Measured:
    return lambda: world.http("POST", "/v1/share/links", {"contact": world.phone()}, address=world.address())


@pattern("remove_attribution")
def _remove(world: World) -> Measured:
    reference = closed(world)
    return lambda: world.admin("DELETE", f"referrals/{reference}")


@pattern("override_reward, redeemed")
def _redeem(world: World) -> Measured:
    reward = f"{closed(world).replace('ref_', 'rew_')}-1"
    return lambda: override_reward(world.program.ports, reward, "redeemed", "staff", "used")


@pattern("work_off_event, an invoice that takes credit")
def _own(world: World) -> Measured:
    plan = {"kind": "service_credit", "tiers": [{"at": 1, "amount_cents": 2500}]}
    ann = world.enrol("Ann Ray")
    world.admin("PATCH", f"participants/{ann.id}", {"reward_plan": plan})
    closed(world, ann.id)
    return _works_off(world, _invoice_event(world, "issued", ann.phone or ""))


@pattern("redeem_discount, the friend's")
def _friends_code(world: World) -> Measured:
    reference = world.lead(CODE).json["reference"]
    discount = Discount(world.phone(), reference, None, Terms(2500), "USD")
    store, transaction = world.program.ports.store, world.program.ports.store.transaction()
    store.discounts.create(transaction, discount)
    transaction.commit()
    return lambda: redeem_discount(world.program.ports, discount.code, Use("staff", "crm:1"))


class _Provider:
    """Carries every order out at once."""

    def place(self, wish: CardWish) -> ProviderOrder:
        return ProviderOrder("ORDER", wish.external_id, "CARD", "ready", "EXECUTED", "https://example.com/card")

    def find(self, external_id: str) -> ProviderOrder | None:
        return None

    def cancel(self, order: ProviderOrder) -> None: ...

    def new_link(self, card_id: str) -> str:
        return "https://example.com/card"

    def name_of(self, kind: str, provider_id: str) -> str | None:
        return None


def _card(world: World) -> str:
    """An approved gift card."""
    world.settings(rewards={"customer": {"kind": "gift_card"}}, gift_cards={"products": ["OKMHM2X2OHYV"]})
    reward = f"{closed(world).replace('ref_', 'rew_')}-1"
    world.settings(rewards={"customer": {"kind": "custom", "text": "thanks"}})
    override_reward(world.program.ports, reward, "issued", "staff", "approved")
    return reward


@pattern("order_gift_card, ordered and sent")
def _ordered(world: World) -> Measured:
    reward = _card(world)
    outside = replace(world.program.outside, gift_cards=_Provider())
    return lambda: order_gift_card(world.program.ports, outside, reward)


@pattern("order_gift_card, not set up")
def _not_set_up(world: World) -> Measured:
    reward = _card(world)
    return lambda: order_gift_card(world.program.ports, world.program.outside, reward)


@pattern("deliver, to the owner")
def _owner_message(world: World) -> Measured:
    name = message_id("new_lead", world.lead(CODE).json["reference"])
    return lambda: deliver(world.program.ports, world.program.outside, name)


@pattern("deliver, to a prospect")
def _prospect_message(world: World) -> Measured:
    name = message_id("lead_received", world.lead(CODE, sms_consent=True).json["reference"])
    return lambda: deliver(world.program.ports, world.program.outside, name)


@pattern("enrol, a new person")
def _enrol(world: World) -> Measured:
    phone = world.phone()
    return lambda: world.enrol("Mei Chen", phone=phone)


@pattern("enrol, a known person")
def _known(world: World) -> Measured:
    phone = world.phone()
    world.enrol("Mei Chen", phone=phone)
    return lambda: world.enrol("Mei Chen", phone=phone)


@pattern("change_participant, an opt-out")
def _opt_out(world: World) -> Measured:
    code = world.enrol("Mei Chen").id
    return lambda: change_participant(world.program.ports, code, Decisions(opted_out=True), "staff")


def _asked(world: World) -> str:
    """Somebody whose job is done; the score that leads to the ask is still to be worked off: its event's id."""
    phone = world.phone()
    customer = {"phone": world.enrol("Ann Ray", phone=phone).phone}
    world.event("job.completed", {"customer": customer}, event_id=f"evt_job_{phone}")
    _works_off(world, f"events:evt_job_{phone}")()
    world.event("review.scored", {"customer": customer, "review": {"score": 5}}, event_id=f"evt_score_{phone}")
    return f"events:evt_score_{phone}"


@pattern("work_off_event, a score that leads to the ask")
def _score(world: World) -> Measured:
    return _works_off(world, _asked(world))


def _looks(world: World) -> Measured:
    """Look at somebody who was just asked."""
    event, ports = _asked(world), world.program.ports
    _works_off(world, event)()
    key = ports.pseudonyms.phone(event.rsplit("_", 1)[1])
    code = ports.store.identities.find([key])[key].participant_id or ""
    return lambda: follow_sequence(ports, code)


@pattern("follow_sequence, a reminder")
def _reminder(world: World) -> Measured:
    looks = _looks(world)
    world.clock.forward(days=5)
    return looks


@pattern("follow_sequence, nothing due")
def _nothing_due(world: World) -> Measured:
    return _looks(world)


def _promised(world: World) -> tuple[str, str]:
    """Somebody who promised introductions, and one that came since."""
    world.settings(business={"address": "1 Maple Street"})
    code = world.enrol("Ann Ray", email=f"p{world.phone()[1:]}@example.com").id
    body = {"participant_id": code, "promised": 2, "due_on": f"{world.clock():%Y-%m-%d}"}
    assert world.admin("POST", "commitments", body).status == 201
    return code, world.lead(code).json["reference"]


@pattern("follow_commitment, a referral that counts")
def _counts(world: World) -> Measured:
    code, reference = _promised(world)
    return lambda: follow_commitment(world.program.ports, code, (reference,))


@pattern("follow_commitment, a letter")
def _letter(world: World) -> Measured:
    code, reference = _promised(world)
    follow_commitment(world.program.ports, code, (reference,))
    world.clock.forward(days=2)
    return lambda: follow_commitment(world.program.ports, code)


@pattern("follow_commitment, nothing promised")
def _nothing_promised(world: World) -> Measured:
    code = world.enrol("Ann Ray").id
    return lambda: follow_commitment(world.program.ports, code)


@pattern("publish_leaderboard")
def _leaderboard(world: World) -> Measured:
    world.settings(leaderboard_public=True)
    # The first time, the next look is one write to the index more.
    publish_leaderboard(world.program.ports, world.program.outside)
    return lambda: publish_leaderboard(world.program.ports, world.program.outside)


@pattern("authenticate a request by its key")
def _authenticate(world: World) -> Measured:
    return lambda: world.admin("GET", "participants/00000002")


def _user(world: World) -> User:
    return add_user(world.program.ports, NewUser("Pat Maple", "owner", phone=world.phone()), "test")


@pattern("ask_to_sign_in, a user")
def _ask(world: World) -> Measured:
    body = {"phone": _user(world).phone}
    return lambda: world.http("POST", "/v1/admin/sign-in", body, address=world.address())


@pattern("sign_in_by_link")
def _sign_in(world: World) -> Measured:
    token = world.program.ports.pseudonyms.sign_in_token(new_sign_in(world.program.ports, _user(world)))
    return lambda: world.http("POST", "/v1/admin/session", {"token": token}, address=world.address())


@pattern("authenticate a request by its cookie")
def _cookie(world: World) -> Measured:
    answer = _sign_in(world)()
    headers = {"cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    return lambda: world.http("GET", "/v1/admin/session", headers=headers)
