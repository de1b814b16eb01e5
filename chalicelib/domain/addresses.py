"""Network addresses: those of this machine, and those anybody in the world may be at."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: An IPv4 address behind a translator; the last 32 bits are what counts.
_NAT64 = IPv6Network("64:ff9b::/96")


def is_loopback(host: str) -> bool:
    """Whether a host, by name or number, is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public(address: str) -> bool:
    """Whether a numeric address is of the open internet: not private, loopback, link-local, reserved or multicast.

    An IPv4 address that hides in an IPv6 one counts as itself.
    """
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(number) if isinstance(number, IPv6Address) else None
    number = inner or number
    return number.is_global and not number.is_multicast


def _inner(number: IPv6Address) -> IPv4Address | None:
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour
