"""What a month costs: measured use of AWS times its list prices. `python -m bench.cost` prints docs/cost.md's tables.

Request units are read from docs/data-model.md, where tests hold them against the engine. Prices are those of us-east-1,
without free tiers and taxes, as AWS listed them in November 2025; one that changed is changed here.
"""

import re
from typing import NamedTuple

from chalicelib.config import ROOT

#: Dollars a unit.
WRITE_UNIT = 0.625 / 1e6  # aws.amazon.com/dynamodb/pricing/on-demand
READ_UNIT = 0.125 / 1e6
STORED_GB = 0.25 + 0.20  # with point-in-time recovery
LAMBDA_CALL = 0.20 / 1e6  # aws.amazon.com/lambda/pricing, arm64
LAMBDA_GB_SECOND = 0.0000133334
API_REQUEST = 3.50 / 1e6  # aws.amazon.com/api-gateway/pricing, REST
CDN_REQUEST = 1.00 / 1e6 + 0.10 / 1e6  # aws.amazon.com/cloudfront/pricing: HTTPS in North America, and our function
CDN_GB = 0.085
PUT = 0.005 / 1e3  # aws.amazon.com/s3/pricing
LOG_GB = 0.50  # aws.amazon.com/cloudwatch/pricing
SEGMENT = 0.00581 + 0.004  # aws.amazon.com/sns/sms-pricing: United States, with a carrier's fee
EMAIL = 0.10 / 1e3  # aws.amazon.com/ses/pricing

#: What is assumed; all else is measured.
_TRIP_MS = 8  # a round trip to DynamoDB from Lambda
_CPU_MS = 5  # of a request (docs/performance.md: a lead)
_PROVIDER_MS = 150  # until a provider of texts has taken one
_SEGMENTS = 2  # of a text: what most of ours have with usual names (`goodword words`), and none may have more
_MEMORY_GB = 0.5
_PAGE_KB = 12  # a landing page with its style and script, compressed
_ITEM_KB = 1.2  # with its share of both indexes
_ITEMS_OF_ONE = 8  # profile, token, two words of the name, two identities, the invitation and what was sent
_VIEWS_OF_A_LEAD = 10
_LOG_KB = 0.4
_SCHEDULE_RUNS = 60 * 24 * 30
#: Of a hundred participants in a month: asked, leads of theirs, jobs of those closed, new participants.
_ASKED, _LEADS, _CLOSED, _NEW = 0.05, 0.02, 0.006, 0.02
SIZES = (100, 10_000, 1_000_000)


class Use(NamedTuple):
    """What something takes of AWS."""

    reads: float = 0
    writes: float = 0
    function_ms: float = 0
    calls: float = 0
    requests: float = 0
    views: float = 0
    puts: float = 0
    texts: float = 0
    emails: float = 0

    def times(self, count: float) -> "Use":
        return Use(*(part * count for part in self))

    def plus(self, other: "Use") -> "Use":
        return Use(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def units(use_case: str) -> Use:
    """The request units of a use case by its name in docs/data-model.md; raises KeyError for one that is not there."""
    text = (ROOT / "docs" / "data-model.md").read_text()
    for name, reads, writes in re.findall(r"^\| ([^|]+) \| [^|]+ \| ([\d.]+) \| (\d+) \|", text, re.M):
        if name == use_case:
            return Use(reads=float(reads), writes=float(writes))
    raise KeyError(use_case)


def lead() -> Use:
    """One lead: seen, filled in, looked at, told to the owner and, with consent, to the friend."""
    page = Use(views=_VIEWS_OF_A_LEAD)
    visit = units("count_visit").plus(_request(1))
    taken = units("capture_lead, a new prospect").plus(_request(1))
    looked_at = units("assess, a new referral").plus(_follow_up(9))
    told = units("deliver, to the owner").plus(units("deliver, to a prospect")).plus(_sent(2, trips=10))
    return _sum(page, visit.times(_VIEWS_OF_A_LEAD / 2), taken, looked_at, told)


def closed() -> Use:
    """One job that closes: the invoice, the settlement, two messages, the referrer's page and the leaderboard."""
    event = units("receive_event").plus(_request(1))
    settled = units("work_off_event, an invoice that closes a referral").plus(_follow_up(13))
    told = units("deliver, to a prospect").times(2).plus(_sent(2, trips=10))
    pages = units("publish_leaderboard").plus(_follow_up(12)).plus(Use(puts=6))
    return _sum(event, settled, told, pages)


def asked() -> Use:
    """One ask: job and score come in, the text leaves, two reminders follow."""
    events = units("receive_event").plus(_request(1)).times(2)
    led = units("work_off_event, a score that leads to the ask").plus(_follow_up(8)).times(2)
    steps = units("follow_sequence, a reminder").plus(_follow_up(4)).times(2)
    told = units("deliver, to a prospect").times(3).plus(_sent(3, trips=15))
    return _sum(events, led, steps, told)


def enrolled() -> Use:
    """One new participant, and their page."""
    return _sum(units("work_off_event, a new customer"), _request(1), _follow_up(5), Use(puts=1))


def month(participants: int) -> Use:
    """A month of a program of this size, with the schedule's runs."""
    schedule = Use(reads=4, function_ms=60, calls=1).times(_SCHEDULE_RUNS)
    return _sum(
        asked().times(participants * _ASKED),
        lead().times(participants * _LEADS),
        closed().times(participants * _CLOSED),
        enrolled().times(participants * _NEW),
        schedule,
    )


def bill(use: Use, participants: int = 0) -> dict[str, float]:
    """Dollars by service; with the storage of so many participants."""
    stored = participants * _ITEMS_OF_ONE * _ITEM_KB / 1024**2
    return {
        "DynamoDB": use.reads * READ_UNIT + use.writes * WRITE_UNIT + stored * STORED_GB,
        "Lambda": use.calls * LAMBDA_CALL + use.function_ms / 1000 * _MEMORY_GB * LAMBDA_GB_SECOND,
        "API Gateway": use.requests * API_REQUEST,
        "CloudFront": (use.views * 3 + use.requests) * CDN_REQUEST + use.views * _PAGE_KB / 1024**2 * CDN_GB,
        "S3, logs": use.puts * PUT + use.calls * _LOG_KB / 1024**2 * LOG_GB,
        "e-mails": use.emails * EMAIL,
        "texts": use.texts * _SEGMENTS * SEGMENT,
    }


def _request(trips: int) -> Use:
    return Use(function_ms=_CPU_MS + trips * _TRIP_MS, calls=1, requests=1)


def _follow_up(trips: int) -> Use:
    return Use(function_ms=_CPU_MS + trips * _TRIP_MS, calls=1)


def _sent(texts: int, trips: int) -> Use:
    return Use(function_ms=texts * (_CPU_MS + _PROVIDER_MS) + trips * _TRIP_MS, calls=texts, texts=texts)


def _sum(*parts: Use) -> Use:
    whole = Use()
    for part in parts:
        whole = whole.plus(part)
    return whole


def tables() -> str:
    """Both tables of docs/cost.md."""
    kinds = {"a thousand leads": lead(), "a thousand closed jobs": closed(), "a thousand asks": asked()}
    lines = [
        "| | RRU | WRU | Lambda, seconds | API requests | texts | without texts | texts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, use in kinds.items():
        cost = bill(use.times(1000))
        texts = cost.pop("texts")
        counts = f"{use.reads * 1000:,.0f} | {use.writes * 1000:,.0f} | {use.function_ms:,.0f}"
        sent = f"{use.requests * 1000:,.0f} | {use.texts * 1000:,.0f}"
        lines.append(f"| {name} | {counts} | {sent} | ${sum(cost.values()):.2f} | ${texts:.2f} |")
    bills = {size: bill(month(size), size) for size in SIZES}
    lines += ["", f"| dollars a month | {' | '.join(f'{size:,}' for size in SIZES)} |", "|---|---|---|---|"]
    for service in bills[SIZES[0]]:
        lines.append(f"| {service} | {' | '.join(f'{bills[size][service]:,.2f}' for size in SIZES)} |")
    whole = {size: sum(cost.values()) for size, cost in bills.items()}
    quiet = {size: whole[size] - bills[size]["texts"] for size in SIZES}
    lines.append(f"| **all without texts** | {' | '.join(f'**{quiet[size]:,.2f}**' for size in SIZES)} |")
    lines.append(f"| **all** | {' | '.join(f'**{whole[size]:,.2f}**' for size in SIZES)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(tables())
