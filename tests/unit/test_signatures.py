"""Webhook signatures, held against the vendors' own libraries (FACTS, Webhook signatures)."""

import base64
import hashlib
import hmac
import random
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import example, given
from hypothesis import strategies as st
from stripe import WebhookSignature

from chalicelib.domain.errors import Unauthenticated
from chalicelib.inbound.signatures import TOLERANCE_SECONDS, sign_standard, verify_standard, verify_stripe
from tests.unit.examples import NOW, any_text

SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMtbG9uZyEh"
OTHER = "whsec_YW5vdGhlci1zZWNyZXQtb2YtMzItYnl0ZXMtbG9u"
STRIPE = "whsec_stripe_test_secret"
BODY = b'{"type":"invoice.paid","data":{"amount":2500}}'
ROUNDS = 10_000
GARBAGE = ["", " ", "whsec_", "whsec_ ", "whsec_!!!", "whsec_\u00e9", "whsec_a", "not base64 at all", "whsec_===="]


def seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


def stripe_header(body: bytes = BODY, at: datetime = NOW, secret: str = STRIPE) -> dict[str, str]:
    digest = hmac.new(secret.encode(), seconds(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={seconds(at)},v1={digest}"}


def standard_ok(headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    try:
        return verify_standard(headers, body, secrets, NOW) == headers["webhook-id"]
    except Unauthenticated:
        return False


def stripe_ok(headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (STRIPE,)) -> bool:
    try:
        verify_stripe(headers, body, secrets, NOW)
    except Unauthenticated:
        return False
    return True


def payloads(seed: int):
    draw = random.Random(seed)
    alphabet = '{}[]":,.0123456789 abcäöü€\U0001f389\n\\'
    for _ in range(ROUNDS):
        yield draw, "".join(draw.choices(alphabet, k=draw.randrange(200)))


def test_standard_webhooks_agrees_with_its_own_library():
    """FACTS: the vendor's library is the oracle, over 10,000 payloads, both ways."""
    for draw, body in payloads(1):
        secret = "whsec_" + base64.b64encode(draw.randbytes(draw.randrange(24, 65))).decode()
        theirs = standardwebhooks.Webhook(secret)
        name = f"msg_{draw.getrandbits(64):x}"
        at = NOW + timedelta(seconds=draw.randrange(-300, 301))
        signature = theirs.sign(name, at, body)
        headers = {"webhook-id": name, "webhook-timestamp": seconds(at), "webhook-signature": signature}
        assert verify_standard(headers, body.encode(), (secret,), NOW) == name
        assert sign_standard(name, at, body.encode(), secret) == headers
        assert not standard_ok(headers, body.encode() + b" ", (secret,))


def test_what_we_sign_their_library_verifies():
    now = datetime.now(UTC)
    headers = sign_standard("msg_1", now, BODY, SECRET)
    assert standardwebhooks.Webhook(SECRET).verify(BODY, headers) == {"type": "invoice.paid", "data": {"amount": 2500}}


def test_stripe_agrees_with_its_own_library():
    """FACTS: the same for Stripe."""
    for draw, body in payloads(2):
        secret = f"whsec_{draw.getrandbits(128):x}"
        at = int(NOW.timestamp()) + draw.randrange(-300, 301)
        header = WebhookSignature.generate_signature_header(body, secret, at)
        verify_stripe({"stripe-signature": header}, body.encode(), (secret,), NOW)
        assert not stripe_ok({"stripe-signature": header}, body.encode() + b" ", (secret,))


@pytest.mark.parametrize(
    "unpadded", ["whsec_dGVzdC1zZWNyZXQtb2YtMzEtYnl0ZXMtbG9uZw", "dGVzdC1zZWNyZXQtb2YtMzEtYnl0ZXMtbG9uZw"]
)
def test_a_secret_without_its_padding_is_read_as_the_library_reads_it(unpadded: str):
    signature = standardwebhooks.Webhook(unpadded).sign("msg_1", NOW, BODY.decode())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": seconds(NOW), "webhook-signature": signature}
    assert standard_ok(headers, secrets=(unpadded,))


def flipped(data: bytes):
    """Each byte in turn as each of the 255 others."""
    for index, byte in enumerate(data):
        for flip in range(1, 256):
            yield data[:index] + bytes([byte ^ flip]) + data[index + 1 :]


def test_no_flipped_byte_of_the_body_verifies():
    headers, stripe = sign_standard("msg_1", NOW, BODY, SECRET), stripe_header()
    assert standard_ok(headers)
    assert stripe_ok(stripe)
    for body in flipped(BODY):
        assert not standard_ok(headers, body)
        assert not stripe_ok(stripe, body)


@pytest.mark.parametrize("name", ["webhook-signature", "webhook-timestamp", "webhook-id"])
def test_no_flipped_byte_of_a_standard_header_verifies(name: str):
    headers = sign_standard("msg_1", NOW, BODY, SECRET)
    for value in flipped(headers[name].encode()):
        assert not standard_ok({**headers, name: value.decode("latin-1")})


def test_no_flipped_byte_of_stripes_header_verifies():
    for value in flipped(stripe_header()["stripe-signature"].encode()):
        assert not stripe_ok({"stripe-signature": value.decode("latin-1")})


def test_two_secrets_live_while_one_is_rotated():
    """FACTS: two live secrets; a third is refused."""
    for secret in (SECRET, OTHER):
        headers = sign_standard("msg_1", NOW, BODY, secret)
        assert standard_ok(headers, secrets=(SECRET, OTHER))
        assert standard_ok(headers, secrets=("", "whsec_!!!", OTHER, SECRET))
        assert not standard_ok(headers, secrets=("whsec_dGhpcmQ=",))
    for secret in ("one", "two"):
        assert stripe_ok(stripe_header(secret=secret), secrets=("one", "two"))
        assert not stripe_ok(stripe_header(secret=secret), secrets=("three",))


def test_of_several_signatures_one_has_to_fit():
    headers = sign_standard("msg_1", NOW, BODY, SECRET)
    right = headers["webhook-signature"]
    for value in (f"v1,AAAA {right}", f"{right} v2,xyz", f"v1a,AAAA {right} v1,"):
        assert standard_ok({**headers, "webhook-signature": value})
    stripe = stripe_header()["stripe-signature"]
    assert stripe_ok({"stripe-signature": f"{stripe},v0=abc,v1=00"})
    assert not stripe_ok({"stripe-signature": stripe.replace("v1=", "v0=")})
    assert not standard_ok({**headers, "webhook-signature": right.replace("v1,", "v1a,")})


@pytest.mark.parametrize(
    ("off", "accepted"), [(-301, False), (-300, True), (-299, True), (299, True), (300, True), (301, False)]
)
def test_five_minutes_either_way_and_no_more(off: int, accepted: bool):
    """FACTS: stripe's own library accepts a timestamp one year ahead; we do not."""
    at = NOW + timedelta(seconds=off)
    assert TOLERANCE_SECONDS == 300
    assert standard_ok(sign_standard("msg_1", at, BODY, SECRET)) is accepted
    assert stripe_ok(stripe_header(at=at)) is accepted


@pytest.mark.parametrize("days", [-366, -1, 1, 366])
def test_a_replay_from_another_day_is_refused(days: int):
    at = NOW + timedelta(days=days)
    assert not standard_ok(sign_standard("msg_1", at, BODY, SECRET))
    assert not stripe_ok(stripe_header(at=at))


@pytest.mark.parametrize("secrets", [(), ("",), ("", " ")])
def test_a_missing_secret_refuses(secrets: tuple[str, ...]):
    """FACTS: a hook without a secret accepts nothing, least of all what is signed with an empty key."""
    for key in (b"", b" "):
        digest = hmac.new(key, f"{seconds(NOW)}.".encode() + BODY, hashlib.sha256).hexdigest()
        assert not stripe_ok({"stripe-signature": f"t={seconds(NOW)},v1={digest}"}, secrets=secrets)
    assert not standard_ok(sign_standard("msg_1", NOW, BODY, SECRET), secrets=secrets)


@pytest.mark.parametrize("secret", GARBAGE)
def test_a_secret_that_does_not_decode_never_verifies_an_empty_key(secret: str):
    signed = f"msg_1.{seconds(NOW)}.".encode() + BODY
    for key in (b"", secret.encode()):
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        headers = {"webhook-id": "msg_1", "webhook-timestamp": seconds(NOW), "webhook-signature": f"v1,{signature}"}
        assert not standard_ok(headers, secrets=(secret,))


@pytest.mark.parametrize("secret", GARBAGE)
def test_nothing_is_signed_with_an_empty_key(secret: str):
    """A webhook out that anybody could have signed is worse than none."""
    with pytest.raises(ValueError, match="secret"):
        sign_standard("msg_1", NOW, BODY, secret)


names = st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "stripe-signature"])
pieces = st.sampled_from(
    ["v1,", "v1=", "t=", ",", " ", "=", "1777906800", "٣", "²", "-1", "1e9", "9" * 400, "\x00", "\u00e9", "\ud800"]
)
headers_of_any_kind = st.dictionaries(names, any_text | st.lists(pieces, max_size=6).map("".join))


@given(headers_of_any_kind)
def test_malformed_headers_are_refused_and_nothing_else(headers: dict[str, str]):
    """FACTS: the vendors' libraries raise raw ValueErrors here."""
    for verify, secret in ((verify_standard, SECRET), (verify_stripe, STRIPE)):
        with pytest.raises(Unauthenticated):
            verify(headers, BODY, (secret,), NOW)


@given(any_text)
@example("\ud800")
@example("\u00e9" * 64)
def test_a_malformed_signature_beside_a_right_time_is_refused(signature: str):
    """The same, past the checks of the id and of the time."""
    standard = {**sign_standard("msg_1", NOW, BODY, SECRET), "webhook-signature": f"v1,{signature}"}
    with pytest.raises(Unauthenticated):
        verify_standard(standard, BODY, (SECRET,), NOW)
    with pytest.raises(Unauthenticated):
        verify_stripe({"stripe-signature": f"t={seconds(NOW)},v1={signature}"}, BODY, (STRIPE,), NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed(name: str):
    headers = sign_standard("msg_1", NOW, BODY, SECRET)
    del headers[name]
    assert not standard_ok({"webhook-id": "", **headers})
