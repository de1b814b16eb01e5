"""Bring about every answer of every operation: one method an operation, named after its operationId."""

import json
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from chalicelib.services.sign_in import new_sign_in
from tests.api.openapi_contract import Operation
from tests.api.senders import example_of, have_source, open_every_door, signed
from tests.running import free_port
from tests.world import Answer, World

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Provoker:
    """Sends what each answer needs; that it came is the caller's to check."""

    def __init__(self, world: World, staff: str) -> None:
        self.world = world
        self.staff = staff
        open_every_door(world)

    def signed(self, operation: Operation, raw: bytes) -> dict[str, str]:
        """The headers that a hook wants for a body, or a participant's own page; none for the others."""
        return signed(self.world, raw) if operation.role == "signed" else self.shared(operation)

    def shared(self, operation: Operation) -> dict[str, str]:
        """The token of somebody's page, where the operation wants one."""
        return {"authorization": f"Share {self._token}"} if operation.role == "share" else {}

    @cached_property
    def _token(self) -> str:
        return self.world.program.ports.pseudonyms.share_token(self.world.enrol().id, 1)

    def unreachable(self, operation: Operation, path: str) -> None:
        """A request that must go to the table."""
        world = self.world
        if operation.role == "signed":
            body = example_of(operation.id)
        else:
            lead = {"referred_by": "Jane", "name": "Sam", "phone": "4155550142"}
            body = {
                "postLead": lead,
                "postVisit": {"code": "0000ZZZZ"},
                "askToSignIn": {"email": "pat@example.com"},
                "signIn": {"token": "x"},
                "askForLink": {"contact": "jane@example.com"},
            }.get(operation.id, {})
        path = self.unsubscribe() if "nsubscribe" in operation.id else path
        world.program.forget_settings()
        form = "application/json" not in operation.request_types and bool(operation.request_types)
        raw = urlencode(body).encode() if form else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {world.owner}", **(FORM if form else {}), **self.signed(operation, raw)}
        world.http(operation.method, path, raw=raw, headers=headers)

    def referral(self, **fields: Any) -> dict[str, Any]:
        """A fresh referral made by hand."""
        code = fields.pop("code", None) or self.world.enrol().id
        prospect = {"name": "Pat Roe", "phone": fields.pop("phone", None) or self.world.phone()}
        made: dict[str, Any] = self.admin("POST", "referrals", {"participant_id": code, "prospect": prospect}).json
        return made

    def reward(self) -> str:
        """A fresh reward."""
        referral = self.referral()
        self.world.clock.forward(minutes=1)
        return str(self.admin("PATCH", f"referrals/{referral['id']}", {"stage": "invoiced"}).json["reward_id"])

    def discount(self) -> str:
        """A fresh discount code of a reward."""
        # The document's own example of settings makes rewards wait.
        self.world.settings(hold_days=0)
        code = self.world.enrol().id
        plan = {"kind": "discount_code", "tiers": [{"at": 1, "amount_cents": 2500}]}
        self.admin("PATCH", f"participants/{code}", {"reward_plan": plan})
        referral = self.referral(code=code)
        self.world.clock.forward(minutes=1)
        reward = self.admin("PATCH", f"referrals/{referral['id']}", {"stage": "invoiced"}).json["reward_id"]
        return str(self.admin("GET", f"rewards/{reward}").json["discount_code"])

    def admin(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
        return self.world.admin(method, path, body, key=key)

    def post_lead(self, fields: dict[str, Any], **headers: str) -> Answer:
        body = {"name": "Sam Lee", "phone": self.world.phone(), **fields}
        return self.world.http("POST", "/v1/leads", body, headers=headers)

    def postLead(self) -> None:  # noqa: N802 - named after its operationId, as all below
        code = self.world.enrol().id
        self.post_lead({"code": code}, **{"Idempotency-Key": "k"})
        self.post_lead({"code": code}, **{"Idempotency-Key": "k"})
        raw = f"code={code}&name=Sam&phone=4155550142".encode()
        self.world.http("POST", "/v1/leads", raw=raw, headers=FORM)
        self.world.http("POST", "/v1/leads", raw=b"code=", headers=FORM)
        self.world.settings(submissions_per_hour=1)
        self.post_lead({"code": code})
        self.world.settings(submissions_per_hour=100_000)

    def postVisit(self) -> None:  # noqa: N802
        self.world.http("POST", "/v1/visits", {"code": self.world.enrol().id, "channel": "qr"})

    def unsubscribe(self) -> str:
        """A link below an e-mail to somebody new."""
        token = self.world.program.ports.pseudonyms.unsubscribe_token(f"p{self.world.phone()[1:]}@example.com")
        return f"/v1/unsubscribe/{token}"

    def showUnsubscribe(self) -> None:  # noqa: N802
        self.world.http("GET", self.unsubscribe())
        self.world.http("GET", "/v1/unsubscribe/x")

    def postUnsubscribe(self) -> None:  # noqa: N802
        self.world.http("POST", self.unsubscribe(), raw=b"List-Unsubscribe=One-Click", headers=FORM)
        self.world.http("POST", "/v1/unsubscribe/x", raw=b"", headers=FORM)
        self.world.http("POST", self.unsubscribe(), raw=b"a=" + b"b" * 70 * 1024, headers=FORM)

    def hook(self, operation_id: str, path: str) -> None:
        for raw in (json.dumps(example_of(operation_id)).encode(), b"["):
            self.world.http("POST", f"/v1/hooks/{path}", raw=raw, headers=signed(self.world, raw))

    def postEvent(self) -> None:  # noqa: N802
        self.hook("postEvent", "events")

    def postStripe(self) -> None:  # noqa: N802
        self.hook("postStripe", "stripe")

    def postQuickbooks(self) -> None:  # noqa: N802
        self.hook("postQuickbooks", "quickbooks")

    def postJobber(self) -> None:  # noqa: N802
        self.hook("postJobber", "jobber")

    def postHousecallpro(self) -> None:  # noqa: N802
        self.hook("postHousecallpro", "housecallpro")

    def postTremendous(self) -> None:  # noqa: N802
        self.hook("postTremendous", "tremendous")

    def postMapped(self) -> None:  # noqa: N802
        self.hook("postMapped", "mapped/nobody")
        have_source(self.world, "zapier")
        self.hook("postMapped", "mapped/zapier")

    def postTwilio(self) -> None:  # noqa: N802
        for fields in (example_of("postTwilio"), {"Body": "no sender"}):
            raw = urlencode(fields).encode()
            for headers in (signed(self.world, raw), {}):
                self.world.http("POST", "/v1/hooks/twilio", raw=raw, headers={**FORM, **headers})
        self.world.http("POST", "/v1/hooks/twilio", raw=b"a=" + b"b" * 70 * 1024, headers=FORM)

    def listReplies(self) -> None:  # noqa: N802
        self.postTwilio()
        self.admin("GET", "replies?limit=5")
        self.admin("GET", "replies?limit=0")

    def user(self) -> str:
        """A fresh user of the staff."""
        email = f"u{self.world.phone()[1:]}@example.com"
        return str(self.admin("POST", "users", {"name": "Sam Roe", "role": "staff", "email": email}).json["id"])

    def askToSignIn(self) -> None:  # noqa: N802
        for number in range(7):
            email = f"sign-in{'' if number else '-1'}@example.com"
            self.world.http("POST", "/v1/admin/sign-in", {"email": email}, address=self.world.address())

    def signIn(self) -> None:  # noqa: N802
        ports = self.world.program.ports
        user = ports.store.users.get(self.user())
        assert user is not None
        token = ports.pseudonyms.sign_in_token(new_sign_in(ports, user))
        for _ in range(61):
            self.world.http("POST", "/v1/admin/session", {"token": token}, address="192.0.2.77")

    def showSession(self) -> None:  # noqa: N802
        self.admin("GET", "session", key=self.staff)

    def signOut(self) -> None:  # noqa: N802
        self.admin("DELETE", "session?everywhere=true")
        self.admin("DELETE", "session?everywhere=perhaps")

    def listUsers(self) -> None:  # noqa: N802
        self.user()
        self.admin("GET", "users?limit=5")
        self.admin("GET", "users?limit=0")

    def addUser(self) -> None:  # noqa: N802
        for _ in range(2):
            self.admin("POST", "users", {"name": "Sam Roe", "role": "staff", "email": "sam.roe@example.com"})

    def changeUser(self) -> None:  # noqa: N802
        self.admin("PATCH", f"users/{self.user()}", {"disabled": True})
        self.admin("PATCH", "users/usr_0", {"role": "staff"})

    def listKeys(self) -> None:  # noqa: N802
        self.admin("GET", "keys?limit=5")
        self.admin("GET", "keys?limit=0")

    def addKey(self) -> None:  # noqa: N802
        self.admin("POST", "keys", {"role": "staff", "name": "CRM"})

    def revokeKey(self) -> None:  # noqa: N802
        made = self.admin("POST", "keys", {"role": "staff", "name": "CRM"}).json["key"]
        self.admin("DELETE", f"keys/{made.partition('.')[0]}")
        self.admin("DELETE", "keys/0000zzzz")

    def listParticipants(self) -> None:  # noqa: N802
        self.admin("GET", "participants?search=Ja&limit=2")
        self.admin("GET", "participants?limit=0")

    def createParticipant(self) -> None:  # noqa: N802
        one, other = self.world.phone(), self.world.phone()
        for body in (
            {"name": "Al Bo", "phone": one, "external_id": "a-1"},
            {"name": "Al Boe", "phone": one, "segment": "partner"},
            {"name": "Cy Do", "phone": other},
            {"name": "Al Bo", "phone": other, "external_id": "a-1"},
        ):
            self.admin("POST", "participants", body)

    def showParticipant(self) -> None:  # noqa: N802
        self.admin("GET", f"participants/{self.world.enrol().id.lower()}")
        self.admin("GET", "participants/0000ZZZZ")

    def patchParticipant(self) -> None:  # noqa: N802
        one, other = f"participants/{self.world.enrol().id}", f"participants/{self.world.enrol().id}"
        plan = {"kind": "discount_code", "tiers": [{"at": 1, "amount_cents": 1}], "percent": 10}
        self.admin("PATCH", one, {"add_alias": "a-b-c", "reward_plan": plan})
        self.admin("PATCH", other, {"add_alias": "a-b-c"})
        self.admin("PATCH", one, {"reward_plan": None}, key=self.staff)
        self.admin("PATCH", "participants/0000ZZZZ", {})

    def inviteParticipant(self) -> None:  # noqa: N802
        code = self.world.enrol().id
        self.admin("POST", f"participants/{code}/invite", {})
        self.admin("POST", f"participants/{code}/invite", {"override": True})
        self.admin("POST", f"participants/{code}/invite", {"override": True, "note": "at the door"}, key=self.staff)
        self.admin("POST", "participants/0000ZZZZ/invite", {})

    def commitment(self, code: str | None = None) -> str:
        """A fresh promise."""
        body = {"participant_id": code or self.world.enrol().id, "promised": 3, "due_on": self.day()}
        return str(self.admin("POST", "commitments", body).json["id"])

    def day(self) -> str:
        return f"{self.world.clock() + timedelta(days=30):%Y-%m-%d}"

    def listCommitments(self) -> None:  # noqa: N802
        self.commitment()
        for query in ("", "?state=overdue", "?state=kept", "?state=broken"):
            self.admin("GET", f"commitments{query}")

    def createCommitment(self) -> None:  # noqa: N802
        code = self.world.enrol().id
        for participant in (code, code, "0000ZZZZ"):
            self.admin("POST", "commitments", {"participant_id": participant, "promised": 3, "due_on": self.day()})

    def showCommitment(self) -> None:  # noqa: N802
        self.admin("GET", f"commitments/{self.commitment()}")
        self.admin("GET", "commitments/com_0000ZZZZ-1")

    def patchCommitment(self) -> None:  # noqa: N802
        code = self.world.enrol().id
        first = self.commitment(code)
        self.admin("PATCH", f"commitments/{first}", {"withdrawn": True, "note": "moved away"})
        self.commitment(code)
        self.admin("PATCH", f"commitments/{first}", {"withdrawn": False})
        self.admin("PATCH", f"commitments/{first}", {"promised": 0})
        self.admin("PATCH", "commitments/com_0000ZZZZ-1", {"promised": 2})

    def showLetter(self) -> None:  # noqa: N802
        self.admin("GET", f"commitments/{self.commitment()}/letter")
        self.admin("GET", "commitments/com_0000ZZZZ-1/letter")

    def holdResultsReview(self) -> None:  # noqa: N802
        code = self.world.enrol().id
        path = f"participants/{code}/results-review"
        self.admin("POST", path, {"outcome": "good"})
        self.world.event("job.completed", {"customer": {"phone": self.world.participant(code).phone}})
        self.world.settle_down()
        self.admin("POST", path, {"outcome": "good", "promised": 3, "due_on": self.day()})
        self.admin("POST", path, {"outcome": "splendid"})
        self.admin("POST", "participants/0000ZZZZ/results-review", {"outcome": "good"})

    def listResultsReviews(self) -> None:  # noqa: N802
        self.admin("GET", "results-reviews", key=self.staff)
        self.admin("GET", "results-reviews?limit=0")

    def listReferrals(self) -> None:  # noqa: N802
        code = self.referral()["participant_id"]
        for query in ("", "?stage=new", f"?participant_id={code}", "?stage=old", "?participant_id=x"):
            self.admin("GET", f"referrals{query}")

    def createReferral(self) -> None:  # noqa: N802
        referral = self.referral()
        self.admin("POST", "referrals", {k: referral[k] for k in ("participant_id", "prospect")})
        self.admin(
            "POST", "referrals", {"participant_id": "0000ZZZZ", "prospect": {"name": "A", "phone": "4155550142"}}
        )

    def showReferral(self) -> None:  # noqa: N802
        self.admin("GET", f"referrals/{self.referral()['id']}")
        self.admin("GET", "referrals/ref_0")

    def patchReferral(self) -> None:  # noqa: N802
        self.reward()
        self.admin("PATCH", "referrals/ref_0", {"stage": "won"})
        prospect = self.world.enrol()
        path = f"referrals/{self.referral(phone=prospect.phone)['id']}"
        self.admin("PATCH", path, {"participant_id": prospect.id})
        self.admin("PATCH", path, {"participant_id": prospect.id}, key=self.staff)

    def deleteReferral(self) -> None:  # noqa: N802
        for _ in range(2):
            referral = self.referral()["id"]
            self.admin("DELETE", f"referrals/{referral}?note=wrong")
        self.admin("DELETE", f"referrals/{referral}")

    def listReviews(self) -> None:  # noqa: N802
        jane = self.world.enrol("Jane Doe")
        self.world.lead(jane.id, name="Jane Doe")
        self.world.settle_down()
        self.admin("GET", "reviews")
        self.admin("GET", "reviews?limit=0")

    def ambiguous(self, name: str) -> None:
        """An invoice whose phone leads to one referral and whose e-mail to another."""
        for number in (1, 2):
            code, email = self.world.enrol().id, f"{name}{number}@example.com"
            self.world.lead(code, phone=f"+1212555010{number}", email=email)
        customer = {"name": "The Lees", "phone": "+12125550101", "email": f"{name}2@example.com"}
        invoice = {"id": name, "amount_cents": 50_000, "currency": "USD"}
        self.world.event("invoice.paid", {"customer": customer, "invoice": invoice})
        self.world.settle_down()

    def listInvoices(self) -> None:  # noqa: N802
        self.ambiguous("i1")
        self.admin("GET", "invoices?status=ambiguous")
        self.admin("GET", "invoices?status=paid")

    def decideInvoice(self) -> None:  # noqa: N802
        self.ambiguous("i1")
        for invoice in ("crm:i1", "crm:i1", "crm:unknown"):
            self.admin("POST", f"invoices/{invoice}", {"referral_id": None, "note": "we asked"})
        case = {"referral_id": self.referral()["id"], "note": "we asked"}
        self.admin("POST", "invoices/crm:i1", case)

    def listMentions(self) -> None:  # noqa: N802
        self.post_lead({"referred_by": "Jane"})
        self.admin("GET", "mentions?limit=1")
        self.admin("GET", "mentions?limit=101")

    def introduceFriend(self) -> None:  # noqa: N802
        headers = {"authorization": f"Share {self._token}", "Idempotency-Key": self.world.phone()}
        for name in ("Kim Ray", "Kim Day", "/"):
            body = {"name": name, "phone": self.world.phone(), "agreed_to_call": True}
            self.world.http("POST", "/v1/share/referrals", body, headers=headers)
        del headers["Idempotency-Key"]
        self.world.settings(submissions_per_hour=1)
        self.world.http("POST", "/v1/share/referrals", {**body, "name": "Kim Ray"}, headers=headers)
        self.world.settings(submissions_per_hour=100_000)

    def showSharePage(self) -> None:  # noqa: N802
        self.world.http("GET", "/v1/share", headers={"authorization": f"Share {self._token}"})

    def changeSharePage(self) -> None:  # noqa: N802
        for alias in ("", "x", "my-first-name", "my-second-name", "my-third-name", "my-fourth-name"):
            headers = {"authorization": f"Share {self._token}"}
            self.world.http("PATCH", "/v1/share", {"alias": alias}, headers=headers)

    def showQrCode(self) -> None:  # noqa: N802
        for via in ("qr", "fax"):
            self.world.http("GET", f"/v1/share/qr?via={via}", headers={"authorization": f"Share {self._token}"})

    def askForLink(self) -> None:  # noqa: N802
        for contact in ["x", *["jane@example.com"] * 4]:
            self.world.http("POST", "/v1/share/links", {"contact": contact}, address=self.world.address())

    def showMention(self) -> None:  # noqa: N802
        mention = self.post_lead({"referred_by": "Jane"}).json["reference"]
        self.admin("GET", f"mentions/{mention}")
        self.admin("GET", "mentions/ref_0")

    def confirmMention(self) -> None:  # noqa: N802
        code = self.world.enrol().id
        mention = self.post_lead({"referred_by": "Jane"}).json["reference"]
        for path in (f"mentions/{mention}", f"mentions/{mention}", "mentions/ref_0"):
            self.admin("POST", path, {"participant_id": code})

    def showOverview(self) -> None:  # noqa: N802
        self.admin("GET", "overview", key=self.staff)

    def showLeaderboard(self) -> None:  # noqa: N802
        self.reward()
        for query in ("", "?period=month", "?period=week"):
            self.admin("GET", f"leaderboard{query}")

    def listRewards(self) -> None:  # noqa: N802
        self.reward()
        for query in ("?limit=3", "?status=issued", "?status=x", "?participant_id=x"):
            self.admin("GET", f"rewards{query}")

    def showReward(self) -> None:  # noqa: N802
        self.admin("GET", f"rewards/{self.reward()}")
        self.admin("GET", "rewards/rew_0-1")

    def patchReward(self) -> None:  # noqa: N802
        path = f"rewards/{self.reward()}"
        self.admin("PATCH", path, {"status": "redeemed", "note": "taken off invoice 7"})
        self.admin("PATCH", path, {"status": "reversed", "note": "no"}, key=self.staff)
        self.admin("PATCH", path, {"status": "issued", "note": "no"})
        self.admin("PATCH", "rewards/rew_0-1", {"status": "issued", "note": "no"})

    def showDiscount(self) -> None:  # noqa: N802
        self.admin("GET", f"discounts/{self.discount()}", key=self.staff)
        self.admin("GET", "discounts/nothing")

    def postDiscount(self) -> None:  # noqa: N802
        path = f"discounts/{self.discount()}"
        for invoice in ("1", "1", "2"):
            self.admin("POST", path, {"invoice": invoice}, key=self.staff)
        self.admin("POST", "discounts/0123456789", {})

    def showGiftCard(self) -> None:  # noqa: N802
        self.admin("GET", f"rewards/{self.gift_card()}/gift-card")
        self.admin("GET", "rewards/rew_0-1/gift-card")

    def postGiftCard(self) -> None:  # noqa: N802
        reward = self.gift_card()
        self.admin("POST", f"rewards/{reward}/gift-card", {"note": "topped up"})
        self.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "wrong"})
        self.world.settle_down()
        self.admin("POST", f"rewards/{reward}/gift-card", {"note": "too late"})
        self.admin("POST", "rewards/rew_0-1/gift-card", {"note": "none"})
        self.admin("POST", f"rewards/{reward}/gift-card", {})

    def gift_card(self) -> str:
        """An approved gift card."""
        self.world.settings(rewards={"customer": {"kind": "gift_card"}})
        reward = self.reward()
        self.world.settings(rewards={"customer": {"kind": "service_credit"}})
        self.admin("PATCH", f"rewards/{reward}", {"status": "issued", "note": "approved"})
        return reward

    def listMessages(self) -> None:  # noqa: N802
        self.admin("GET", "messages?status=queued")
        self.admin("GET", "messages?status=x")

    def webhook(self) -> str:
        """A fresh webhook that waits for its next attempt: nobody listens where it goes."""
        self.world.settings(webhooks=[{"url": f"http://127.0.0.1:{free_port()}/", "types": ["referral.created"]}])
        self.referral()
        self.world.settings(webhooks=[])
        return str(self.admin("GET", "webhooks?status=pending&limit=1").json["items"][0]["id"])

    def listPreviews(self) -> None:  # noqa: N802
        self.admin("GET", "previews")

    def listWebhooks(self) -> None:  # noqa: N802
        self.webhook()
        self.admin("GET", "webhooks", key=self.staff)
        self.admin("GET", "webhooks?status=x")

    def retryWebhook(self) -> None:  # noqa: N802
        path = f"webhooks/{self.webhook()}"
        self.admin("POST", path, {"note": "at once"})
        self.world.settle_down()
        self.admin("POST", path, {})
        self.admin("POST", "webhooks/whk_0", {})

    def showSettings(self) -> None:  # noqa: N802
        self.admin("GET", "settings", key=self.staff)

    def putSettings(self) -> None:  # noqa: N802
        self.admin("PUT", "settings", {"hold_days": 0})

    def showNumbers(self) -> None:  # noqa: N802
        self.admin("GET", "numbers")

    def showExport(self) -> None:  # noqa: N802
        self.admin("GET", "exports/participants.csv")
        self.admin("GET", "exports/audit.csv", key=self.staff)
        self.admin("GET", "exports/participants.csv?cursor=x")
        self.admin("GET", "exports/secrets.csv")

    def importPeople(self) -> None:  # noqa: N802
        self.admin("POST", "imports", {"csv": f"name,phone\nAl Bo,{self.world.phone()}\n,1\n"})
        self.admin("POST", "imports", {"csv": "colour\nred\n", "dry_run": True})

    def listAudit(self) -> None:  # noqa: N802
        self.admin("GET", "audit?limit=5")
        self.admin("GET", "audit?month=May")
