"""Which addresses of the internet may be opened: a list of our own, and pure.

Python's `ipaddress.is_private` is no policy: what it says differs between versions, and it calls
multicast and several ways to wrap a private address global. The blocks are those of the IANA
registries of special-purpose addresses (RFC 6890, read 2026-08), multicast (RFC 5771) and the
reserved class E (RFC 1112), whether IANA calls them globally reachable or not: nobody keeps a
recording there.
https://www.iana.org/assignments/iana-ipv4-special-registry/
https://www.iana.org/assignments/iana-ipv6-special-registry/
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

SPECIAL_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of one provider; clouds keep metadata there
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local, metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")  # all that is given out; the rest wraps, or is private
SPECIAL_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 wraps any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether a stranger's link may lead to this address."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in SPECIAL_V4)
    # ISATAP and NAT64 in somebody's own prefix wrap IPv4 as well, but only inside that network.
    is_global = address.scope_id is None and address in GLOBAL_V6
    return is_global and not any(address in block for block in SPECIAL_V6)
