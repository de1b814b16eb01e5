"""The signatures of QuickBooks, Jobber and Housecall Pro, and the secret that travels as it is."""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Unauthenticated
from chalicelib.inbound.signatures import (
    verify_housecallpro,
    verify_jobber,
    verify_quickbooks,
    verify_shared_secret,
)
from tests.unit.examples import NOW, any_text
from tests.unit.source_payloads import SECRET, body_hmac, housecallpro_headers

BODY = b'{"event":"invoice.paid","invoice":{"id":"1","amount":2500}}'
OTHER = "another-secret-of-the-tests"
Verify = Callable[[Mapping[str, str], bytes, tuple[str, ...]], None]


def housecallpro(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...]) -> None:
    verify_housecallpro(headers, body, secrets, NOW)


def shared(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...]) -> None:
    verify_shared_secret(headers, secrets)


def quickbooks_signed(secret: str = SECRET) -> dict[str, str]:
    return {"intuit-signature": body_hmac(BODY, secret)}


def jobber_signed(secret: str = SECRET) -> dict[str, str]:
    return {"x-jobber-hmac-sha256": body_hmac(BODY, secret)}


def housecallpro_signed(secret: str = SECRET) -> dict[str, str]:
    return housecallpro_headers(BODY, NOW, secret)


def shared_sent(secret: str = SECRET) -> dict[str, str]:
    return {"x-goodword-secret": secret}


SIGNED = [
    (verify_quickbooks, quickbooks_signed),
    (verify_jobber, jobber_signed),
    (housecallpro, housecallpro_signed),
]
ALL = [*SIGNED, (shared, shared_sent)]
NAMES = ["quickbooks", "jobber", "housecallpro", "shared"]
Sign = Callable[..., dict[str, str]]
signers = pytest.mark.parametrize(("verify", "sign"), SIGNED, ids=NAMES[:3])
everybody = pytest.mark.parametrize(("verify", "sign"), ALL, ids=NAMES)


def accepted(
    verify: Verify, headers: Mapping[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)
) -> bool:
    try:
        verify(headers, body, secrets)
    except Unauthenticated:
        return False
    return True


def flipped(data: bytes):
    """Each byte in turn as each of the 255 others."""
    for index, byte in enumerate(data):
        for flip in range(1, 256):
            yield data[:index] + bytes([byte ^ flip]) + data[index + 1 :]


@signers
def test_no_flipped_byte_of_the_body_verifies(verify: Verify, sign: Sign):
    """Nor one more or one less."""
    assert accepted(verify, sign())
    assert not any(accepted(verify, sign(), body) for body in flipped(BODY))
    assert not accepted(verify, sign(), BODY + b" ")
    assert not accepted(verify, sign(), BODY[:-1])


def test_what_is_signed_as_documented_is_accepted():
    """10,000 payloads by each source's formula, which has no library; nothing else than the body's own fits."""
    draw = random.Random(3)
    for _ in range(10_000):
        body, secret = draw.randbytes(draw.randrange(200)), f"{draw.getrandbits(128):x}"
        at = NOW + timedelta(seconds=draw.randrange(-300, 301))
        signed = body_hmac(body, secret)
        for verify, headers in (
            (verify_quickbooks, {"intuit-signature": signed}),
            (verify_jobber, {"x-jobber-hmac-sha256": signed}),
            (housecallpro, housecallpro_headers(body, at, secret)),
        ):
            verify(headers, body, (secret,))
            assert not accepted(verify, headers, body + b" ", (secret,))


@everybody
def test_no_flipped_byte_of_a_header_verifies(verify: Verify, sign: Sign):
    """The signature's, the timestamp's, the secret's; each header is needed."""
    headers = sign()
    for name, value in headers.items():
        for other in flipped(value.encode()):
            assert not accepted(verify, {**headers, name: other.decode("latin-1")}), (name, other)
        for other in ("", value[:-1], value + value[-1], f" {value}", f"{value} ", value + "=", f"{value},{value}"):
            assert not accepted(verify, {**headers, name: other}), (name, other)
        assert not accepted(verify, {key: kept for key, kept in headers.items() if key != name})


@everybody
def test_two_secrets_live_while_one_is_rotated(verify: Verify, sign: Sign):
    """FACTS: two live secrets; a third is refused."""
    for secret in (SECRET, OTHER):
        assert accepted(verify, sign(secret), secrets=(SECRET, OTHER))
        assert accepted(verify, sign(secret), secrets=("", OTHER, SECRET))
        assert not accepted(verify, sign(secret), secrets=("a-third-secret-altogether",))


@everybody
@pytest.mark.parametrize("secrets", [(), ("",), ("", " ")])
def test_a_missing_secret_refuses(verify: Verify, sign: Sign, secrets: tuple[str, ...]):
    """FACTS: least of all is accepted what is signed with an empty key."""
    for secret in ("", " ", SECRET):
        assert not accepted(verify, sign(secret), secrets=secrets)


def test_a_shared_secret_must_be_long():
    """One of a few letters is guessed at a door that anybody may knock at."""
    assert not accepted(shared, shared_sent("fifteen-letters"), secrets=("fifteen-letters",))
    assert accepted(shared, shared_sent("sixteen--letters"), secrets=("fifteen-letters", "sixteen--letters"))


@pytest.mark.parametrize(
    ("off", "right"), [(-301, False), (-300, True), (-299, True), (299, True), (300, True), (301, False)]
)
def test_housecall_pro_may_be_five_minutes_off_either_way(off: int, right: bool):
    assert accepted(housecallpro, housecallpro_headers(BODY, NOW + timedelta(seconds=off))) is right


@given(
    st.dictionaries(
        st.sampled_from(
            ["intuit-signature", "x-jobber-hmac-sha256", "api-timestamp", "api-signature", "x-goodword-secret"]
        ),
        any_text | st.sampled_from(["1777906800", "٣", "²", "-1", "1e9", "9" * 400, "\x00", "\u00e9"]),
    )
)
def test_malformed_headers_are_refused_and_nothing_else(headers: dict[str, str]):
    for verify, _ in ALL:
        assert not accepted(verify, headers)
