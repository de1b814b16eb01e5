"""Anything the domain could hand to the table: every field, with and without its value."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from chalicelib.domain.access import KEY_ROLES, ApiKey, AuditEntry
from chalicelib.domain.commitments import STATES as COMMITMENT_STATES
from chalicelib.domain.commitments import Commitment, Letter
from chalicelib.domain.consent import Consent
from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.events import EventStatus, StoredEvent
from chalicelib.domain.gift_cards import STATES as CARD_STATES
from chalicelib.domain.gift_cards import CardOrder, CardTerms, CardWish
from chalicelib.domain.identifiers import CROCKFORD
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, InvoiceState, KnownInvoice, Question
from chalicelib.domain.messages import STATUSES as MESSAGE_STATUSES
from chalicelib.domain.messages import TEMPLATES, Channel, Message, Recipient
from chalicelib.domain.notices import TYPES
from chalicelib.domain.participants import (
    LEADERBOARD_NAMES,
    SEGMENTS,
    Invitation,
    InvitationStatus,
    Participant,
    Progress,
    Satisfaction,
    StepTaken,
    Totals,
)
from chalicelib.domain.referrals import (
    REVIEWS,
    SOURCES,
    STAGES,
    Disqualification,
    Flag,
    FlagKind,
    Mark,
    Prospect,
    Referral,
    StageChange,
)
from chalicelib.domain.results_review import OUTCOMES, ResultsReview
from chalicelib.domain.reward_changes import LedgerEntry
from chalicelib.domain.rewards import KINDS, STATUSES, TIER_MODES, Reward, RewardPlan, Tier, TierBook, reward_id
from chalicelib.domain.users import User
from chalicelib.domain.webhooks import STATUSES as WEBHOOK_STATUSES
from chalicelib.domain.webhooks import Webhook

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
word = st.text("abcXYZ0189", min_size=1, max_size=12)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)
moment = st.datetimes(_FIRST.replace(tzinfo=None), _LAST.replace(tzinfo=None), timezones=st.just(UTC))
cents = st.integers(0, 10**10)
count = st.integers(0, 10**6)


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


# Every example has an id of its own, so that one table serves them all.
_numbers = itertools.count()
code = st.builds(lambda: "".join(CROCKFORD[(next(_numbers) // 32**place) % 32] for place in range(8)))
referral_id = st.builds(lambda: f"ref_{next(_numbers):026}")

_plain_tiers = st.lists(st.builds(Tier, st.integers(1, 10_000), cents), max_size=4, unique_by=lambda tier: tier.at)
_tiers = _plain_tiers.map(lambda tiers: tuple(sorted(tiers, key=lambda tier: tier.at)))
plans = st.builds(
    RewardPlan, st.sampled_from(["service_credit", "gift_card"]), _tiers, st.sampled_from(TIER_MODES)
) | st.builds(
    RewardPlan, st.just("discount_code"), _tiers, st.sampled_from(TIER_MODES), perhaps(st.integers(1, 100)), st.none()
) | st.builds(RewardPlan, st.just("custom"), _tiers, st.sampled_from(TIER_MODES), st.none(), word)  # fmt: skip

_issues = st.dictionaries(text, moment, max_size=3)
satisfactions = st.builds(
    Satisfaction, perhaps(moment), perhaps(st.floats(0, 10)), perhaps(moment), opened=_issues, closed=_issues
)
invitations = st.builds(
    Invitation,
    st.sampled_from(get_args(InvitationStatus)),
    st.lists(text, max_size=3).map(tuple),
    perhaps(moment),
    asked=st.lists(moment, max_size=3).map(tuple),
    closed=count,
    by=perhaps(text),
)
progresses = st.builds(
    Progress,
    steps=st.dictionaries(word, st.builds(StepTaken, moment, count, text), max_size=3),
    ended_at=perhaps(moment),
    why_ended=perhaps(text),
    next_at=perhaps(moment),
)
tier_books = st.builds(
    lambda highest, freed: TierBook(highest, tuple(sorted(n for n in freed if n < highest))),
    st.integers(0, 1000),
    st.sets(st.integers(1, 999), max_size=4),
)
participants = st.builds(
    Participant,
    id=code,
    name=text,
    segment=st.sampled_from(SEGMENTS),
    created_at=moment,
    phone=perhaps(word),
    email=perhaps(word),
    external_id=perhaps(text),
    opted_out=st.booleans(),
    paused=st.booleans(),
    leaderboard_name=st.sampled_from(LEADERBOARD_NAMES),
    share_generation=st.integers(1, 99),
    aliases=st.lists(word, max_size=3).map(tuple),
    totals=st.builds(Totals, count, count, count, st.integers(-(10**9), 10**9)),
    tiers=tier_books,
    satisfaction=satisfactions,
    invitation=invitations,
    sequence=progresses,
    results=perhaps(
        st.builds(
            ResultsReview,
            moment,
            moment,
            perhaps(st.sampled_from(OUTCOMES)),
            perhaps(moment),
            perhaps(text),
            perhaps(text),
        )
    ),
    reward_plan=perhaps(plans),
    address=perhaps(text),
    trusted=st.booleans(),
    committed=st.dictionaries(word, cents, max_size=3),
    credits=st.dictionaries(word, cents, max_size=3),
    closed_in=st.dictionaries(word, count, max_size=3),
)

invoices = st.builds(
    Invoice,
    id=st.builds(lambda source: f"{source}:{next(_numbers)}", word),
    state=perhaps(st.sampled_from(get_args(InvoiceState))),
    state_at=perhaps(moment),
    amount_cents=perhaps(cents),
    amount_at=perhaps(moment),
    currency=perhaps(word),
    number=perhaps(text),
    refunds=st.dictionaries(text, perhaps(cents), max_size=3),
)
_contacts = st.builds(Contact, perhaps(word), perhaps(word), st.lists(word, max_size=2).map(tuple))
known_invoices = st.builds(
    KnownInvoice,
    invoice=invoices,
    referral_id=perhaps(referral_id),
    identity=perhaps(word),
    participant_id=perhaps(code),
    credited=st.dictionaries(word, cents, max_size=3),
    question=perhaps(st.builds(Question, moment, perhaps(text), _contacts)),
    decided=st.booleans(),
)

_marks = st.builds(Mark, st.sampled_from(STAGES), moment, text)
referrals = st.builds(
    Referral,
    id=referral_id,
    participant_id=perhaps(code),
    prospect=st.builds(Prospect, text, perhaps(word), perhaps(word), perhaps(text)),
    source=st.sampled_from(SOURCES),
    created_at=moment,
    mark=_marks,
    channel=perhaps(word),
    service=perhaps(text),
    message=perhaps(text),
    callback_window=perhaps(word),
    offer=perhaps(word),
    discount_code=perhaps(word),
    referred_by=perhaps(text),
    referrer_unknown=st.booleans(),
    agreed_to_call=perhaps(st.booleans()),
    appointment_on=perhaps(st.dates()),
    sms_consent=st.booleans(),
    consent=perhaps(st.builds(Consent, text, moment, text)),
    disqualified=perhaps(st.sampled_from(get_args(Disqualification))),
    first_referral_id=perhaps(referral_id),
    identities=st.lists(word, max_size=3).map(tuple),
    external_ids=st.lists(text, max_size=2).map(tuple),
    invoices=st.lists(invoices, max_size=2).map(lambda several: {invoice.id: invoice for invoice in several}),
    history=st.lists(st.builds(StageChange, st.sampled_from(STAGES), moment, text), max_size=3).map(tuple),
    deleted_at=perhaps(moment),
    withheld=perhaps(text),
    network=perhaps(word),
    assessed=st.booleans(),
    flags=st.lists(st.builds(Flag, st.sampled_from(get_args(FlagKind)), text), max_size=2).map(tuple),
    review=perhaps(st.sampled_from(REVIEWS)),
    closed=st.booleans(),
    closed_at=perhaps(moment),
    closed_in=perhaps(word),
    tier=perhaps(st.integers(1, 1000)),
    reward_id=perhaps(word),
    reward_count=st.integers(0, 50),
    credited_to=perhaps(code),
    why=text | st.just(""),
)

rewards = st.builds(
    Reward,
    id=st.just(""),
    referral_id=referral_id,
    participant_id=code,
    kind=st.sampled_from(KINDS),
    tier=st.integers(1, 1000),
    amount_cents=cents,
    currency=word,
    status=st.sampled_from(STATUSES),
    why=text,
    created_at=moment,
    percent=perhaps(st.integers(1, 100)),
    text=perhaps(text),
    discount_code=perhaps(st.builds(lambda: f"CODE{next(_numbers)}")),
    issued_at=perhaps(moment),
    redeemed_at=perhaps(moment),
    spent_cents=cents,
    cut_cents=cents,
    adjustments=st.integers(0, 99),
    kept=st.booleans(),
    version=st.just(0),
).flatmap(lambda reward: st.integers(1, 99).map(lambda n: replace(reward, id=reward_id(reward.referral_id, n))))

discounts = st.builds(
    Discount,
    code=st.builds(lambda: f"CODE{next(_numbers)}"),
    referral_id=referral_id,
    reward_id=perhaps(word),
    terms=st.builds(Terms, cents) | st.builds(Terms, percent=st.integers(1, 100)),
    currency=word,
)

_terms = st.builds(CardTerms, perhaps(word), st.lists(word, max_size=3).map(tuple), word)
card_orders = st.builds(
    CardOrder,
    reward_id=st.builds(reward_id, referral_id, st.integers(1, 99)),
    participant_id=code,
    created_at=moment,
    due_at=perhaps(moment),
    state=st.sampled_from(CARD_STATES),
    round=st.integers(1, 99),
    attempts=st.integers(0, 1000),
    unsure=st.booleans(),
    wish=perhaps(st.builds(CardWish, text, cents, word, text, _terms)),
    provider_id=perhaps(text),
    card_id=perhaps(text),
    link=perhaps(text),
    canceled_there=st.booleans(),
    reason=perhaps(text),
    stuck=st.booleans(),
    version=st.just(0),
)

ledger_entries = st.builds(
    LedgerEntry, text, code, referral_id, text, st.integers(-(10**10), 10**10), word, moment
)  # fmt: skip

messages = st.builds(
    Message,
    id=st.builds(lambda: f"msg_{next(_numbers)}"),
    template=st.sampled_from(TEMPLATES),
    channel=st.sampled_from(get_args(Channel)),
    recipient=st.sampled_from(get_args(Recipient)),
    created_at=moment,
    due_at=moment,
    participant_id=perhaps(code),
    referral_id=perhaps(referral_id),
    reward_id=perhaps(word),
    reply_id=perhaps(word),
    sign_in_id=perhaps(word),
    status=st.sampled_from(MESSAGE_STATUSES),
    to=perhaps(word),
    subject=perhaps(text),
    text=perhaps(text),
    reason=perhaps(text),
    provider_id=perhaps(text),
    sent_at=perhaps(moment),
)

webhooks = st.builds(
    Webhook,
    id=st.builds(lambda: f"whk_{next(_numbers)}"),
    type=st.sampled_from(TYPES),
    url=word,
    about=text,
    at=moment,
    participant_id=code,
    data=st.dictionaries(word, perhaps(text) | st.booleans() | cents | st.lists(text, max_size=2), max_size=4),
    since=moment,
    due_at=moment,
    status=st.sampled_from(WEBHOOK_STATUSES),
    attempts=st.integers(0, 99),
    reason=perhaps(text),
    ended_at=perhaps(moment.filter(lambda at: at.year < _LAST.year)),
)

events = st.builds(
    StoredEvent,
    id=st.builds(lambda source: f"{source}:{next(_numbers)}", word),
    source=word,
    payload=text,
    received_at=moment.filter(lambda at: at.year < _LAST.year),
    status=st.sampled_from(get_args(EventStatus)),
    attempts=st.integers(0, 99),
    reason=perhaps(text),
)
_letters = st.builds(Letter, moment, st.sampled_from(["email", "print"]), perhaps(text))
commitments = st.builds(
    Commitment,
    participant_id=st.builds(lambda: f"C{next(_numbers)}"),
    number=st.integers(1, 9999),
    promised=st.integers(1, 50),
    due_on=st.dates(),
    due_at=moment,
    made_at=moment,
    made_by=text,
    note=perhaps(text),
    state=st.sampled_from(COMMITMENT_STATES),
    introductions=st.lists(referral_id, max_size=3).map(tuple),
    letters=st.lists(_letters, max_size=3).map(tuple),
    why=perhaps(text),
    ended_at=perhaps(moment),
    next_at=perhaps(moment),
    version=st.just(0),
)
keys = st.builds(
    ApiKey, st.builds(lambda: f"k{next(_numbers)}"), word, st.sampled_from(["staff", "owner"]), text, moment, st.none()
)
users = st.builds(
    User,
    id=st.builds(lambda: f"usr_{next(_numbers)}"),
    name=text,
    role=st.sampled_from(KEY_ROLES),
    created_at=moment,
    email=perhaps(word),
    phone=perhaps(word),
    disabled_at=perhaps(moment),
    signed_out_at=perhaps(moment),
)
audit_entries = st.builds(
    AuditEntry, st.builds(lambda: f"aud_{next(_numbers)}"), moment, text, text, text, perhaps(text)
)
