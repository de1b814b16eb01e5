"""What anybody may call: leads and visits from the landing pages."""

import hashlib
from datetime import datetime
from http import HTTPStatus

from chalice import Response

from chalicelib.api.call import Call
from chalicelib.api.problems import problem_for
from chalicelib.domain.consent import sms_consent
from chalicelib.domain.errors import GoodwordError, TooLarge, Unreadable
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import new_id, normalise_alias, normalise_code
from chalicelib.domain.leads import Lead
from chalicelib.domain.offers import offer_taken
from chalicelib.domain.referrals import CHANNELS, Prospect
from chalicelib.domain.settings import Settings
from chalicelib.domain.submissions import Submission, parse_submission
from chalicelib.services.capture_lead import Door, Receipt, capture_lead
from chalicelib.services.count_visit import count_visit
from chalicelib.services.ports import Ports


def post_lead(call: Call) -> Response:
    """Take a lead from a landing page (P3, P15): 202 to a program, 303 to a browser's form."""
    try:
        answer = _capture(call)
    except GoodwordError as error:
        if call.wants_html:
            return _refused_form(call, error)
        raise
    if call.wants_html:
        return Response("", status_code=HTTPStatus.SEE_OTHER, headers={"Location": "/thanks/"})
    return Response(answer, status_code=HTTPStatus.ACCEPTED)


def post_visit(call: Call) -> Response:
    """Count a visit (O18)."""
    fields = Fields(call.body())
    typed = fields.text("code", most=60, required=True)
    code = normalise_code(typed) if typed else None
    channel = fields.choice("channel", CHANNELS)
    if typed and code is None:
        fields.refuse("code", "is not a tracking code")
    fields.done()
    count_visit(call.program.ports, code or "", channel, call.address)
    return Response("", status_code=HTTPStatus.NO_CONTENT)


def _capture(call: Call) -> dict[str, str]:
    body = call.raw_body()
    settings = call.program.settings()
    submission = parse_submission(call.body(), settings.business.country)
    door = Door(call.address, settings.submissions_per_hour, call.idempotency_key, hashlib.sha256(body).hexdigest())
    ports = call.program.ports
    now = ports.now()
    reference = new_id("ref", now, ports.random_bytes)
    lead = _lead(submission, settings, now)
    first_time_only = settings.eligibility.first_time_only
    receipt = capture_lead(
        ports,
        lead,
        reference,
        door,
        first_time_only=first_time_only,
        webhooks=settings.webhooks,
        sequence=settings.sequence,
    )
    return _answer(ports, lead, receipt)


def _answer(ports: Ports, lead: Lead, receipt: Receipt) -> dict[str, str]:
    """The same whoever asks: it tells nobody who is a customer already. Such a code is simply worth nothing."""
    answer = {"reference": receipt.reference}
    if lead.discount is not None:
        answer["discount_code"] = ports.pseudonyms.friend_code(receipt.reference)
        answer["discount"] = lead.discount.in_words(lead.currency)
    return answer


def _lead(submission: Submission, settings: Settings, now: datetime) -> Lead:
    by_link = submission.code is not None or submission.alias is not None
    offer = offer_taken(settings.offers, submission.offer, now) if by_link else None
    return Lead(
        prospect=Prospect(submission.name, submission.phone, submission.email, submission.address),
        source=submission.kind,
        at=now,
        by="landing page",
        code=submission.code,
        alias=submission.alias,
        referred_by=submission.referred_by,
        service=submission.service,
        message=submission.message,
        callback_window=submission.callback_window,
        channel=submission.channel,
        sms_consent=submission.sms_consent,
        consent=sms_consent(settings.business.name, now, "landing page") if submission.sms_consent else None,
        honeypot=submission.honeypot,
        offer=offer.id if offer else None,
        discount=offer.friend_discount if offer else None,
        currency=settings.currency,
    )


def _refused_form(call: Call, error: GoodwordError) -> Response:
    """A page in plain words for a person whose browser runs no script."""
    plain = problem_for(error)
    html = call.program.form_error(error, _page_of(call))
    headers = {name: value for name, value in plain.headers.items() if name == "Retry-After"}
    return Response(
        html,
        status_code=plain.status_code,
        headers={"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", **headers},
    )


def _page_of(call: Call) -> str:
    """The page the form stands on, so that going back does not lose who referred."""
    try:
        typed = str(call.body().get("code") or "")
    except (Unreadable, TooLarge):
        typed = ""
    name = normalise_code(typed) or normalise_alias(typed)
    return f"/r/{name}/" if name else "/r/"
