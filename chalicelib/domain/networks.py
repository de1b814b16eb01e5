"""The network a submission came from, as far as it tells people apart."""

import ipaddress

_IPV6_HOUSE = 64
#: These name no network: behind a proxy, or on the same machine, everybody has them.
_INSIDE = tuple(
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
                "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip


def network_of(address: str) -> str | None:
    """The IPv4 address, or the /64 of an IPv6 one, as a house has it; None where the address says nothing."""
    try:
        parsed = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_unspecified or any(parsed.version == net.version and parsed in net for net in _INSIDE):
        return None
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, _IPV6_HOUSE), strict=False))
    return str(parsed)
