"""Which numbers are of the open internet (SSRF): everything else is somebody's own network."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.addresses import is_loopback, is_public

INSIDE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", INSIDE)
def test_private_addresses_are_not_public_however_they_are_written(address: str):
    """The metadata service of a function's machine above all."""
    number = int(IPv4Address(address))
    assert not is_public(address)
    assert not is_public(f"::ffff:{address}")
    assert not is_public(str(IPv6Address((0x64FF9B << 96) | number)))
    assert not is_public(str(IPv6Address((0x2002 << 112) | (number << 80))))


@pytest.mark.parametrize(
    "address", ["::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "ff02::1", "2001:db8::1", "x", ""]
)
def test_so_are_those_of_version_six_and_what_is_no_address(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "52.94.236.248", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address: str):
    assert is_public(address)


@given(address=st.ip_addresses())
def test_no_loopback_is_public(address: IPv4Address | IPv6Address):
    assert not (is_public(str(address)) and (address.is_private or address.is_loopback or address.is_link_local))


def test_loopback_by_name_or_number():
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "127.1.2.3", "::1"]))
    assert not any(map(is_loopback, ["localhost.example.com", "10.0.0.1", "", "127.0.0.1.example.com"]))
