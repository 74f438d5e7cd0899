"""The allow rule, against an oracle that was written apart."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.fetcher.addresses import is_allowed
from tests.hostile.links import PUBLIC, PUBLIC_V6, SHUT_V4, SHUT_V6

# First and last of what IANA keeps for special purposes, as numbers.
RANGES_V4 = (
    *((0, 0x00FFFFFF), (0x0A000000, 0x0AFFFFFF), (0x64400000, 0x647FFFFF)),
    *((0x7F000000, 0x7FFFFFFF), (0xA9FE0000, 0xA9FEFFFF), (0xAC100000, 0xAC1FFFFF)),
    *((0xC0000000, 0xC00000FF), (0xC0000200, 0xC00002FF), (0xC0586300, 0xC05863FF)),
    *((0xC01FC400, 0xC01FC4FF), (0xC034C100, 0xC034C1FF), (0xC0AF3000, 0xC0AF30FF)),
    *((0xC0A80000, 0xC0A8FFFF), (0xC6120000, 0xC613FFFF), (0xC6336400, 0xC63364FF)),
    *((0xCB007100, 0xCB0071FF), (0xE0000000, 0xFFFFFFFF)),
)
NEAR_V4 = [n + d for pair in RANGES_V4 for n in pair for d in (-1, 0, 1) if 0 <= n + d < 2**32]
PREFIXES_V6 = ["2001::", "2001:1ff::", "2001:200::", "2001:db8::", "2002::", "2003::", "3ffe::"]
PREFIXES_V6 += [
    "3fff::",
    "3fff:fff::",
    "3fff:1000::",
    "2620:4f:8000::",
    "1fff::",
    "2000::",
    "4000::",
]


@given(st.one_of(st.ip_addresses(v=4), st.sampled_from(NEAR_V4).map(IPv4Address)))
def test_of_ipv4_all_is_allowed_but_what_is_special(address):
    is_special = any(first <= int(address) <= last for first, last in RANGES_V4)
    assert is_allowed(address) is not is_special


@given(st.one_of(st.ip_addresses(v=4), st.sampled_from(NEAR_V4).map(IPv4Address)))
def test_what_is_allowed_is_global_for_python_too(address):
    assert not is_allowed(address) or (address.is_global and not address.is_multicast)


def beside(prefix):
    return st.integers(-2, 2**96 - 1).map(lambda n: IPv6Address(int(IPv6Address(prefix)) + n))


@given(st.one_of(st.ip_addresses(v=6), st.sampled_from(PREFIXES_V6).flatmap(beside)))
def test_of_ipv6_only_what_is_given_out_is_allowed(address):
    if is_allowed(address):
        assert address.exploded[0] in "23"
        assert address.is_global
        assert not (address.is_private or address.is_link_local or address.is_site_local)
        assert address.ipv4_mapped is None
        assert address.sixtofour is None
        assert address.teredo is None


@given(st.ip_addresses(v=4))
def test_no_wrapping_of_an_ipv4_address_is_allowed(inner):
    low = int(inner)
    wrapped = [low, 0xFFFF << 32 | low, 0x64FF9B << 96 | low, 0x2002 << 112 | low << 80]
    assert not any(is_allowed(IPv6Address(one)) for one in wrapped)


@pytest.mark.parametrize("text", [*SHUT_V4, *SHUT_V6])
def test_what_is_shut_stays_shut(text):
    assert not is_allowed(ip_address(text))


@pytest.mark.parametrize("text", [PUBLIC, PUBLIC_V6, "1.1.1.1", "2001:4860:4860::8888"])
def test_public_places_are_open(text):
    assert is_allowed(ip_address(text))


def test_a_zone_is_never_public():
    assert not is_allowed(ip_address(f"{PUBLIC_V6}%eth0"))


def test_every_block_is_shut_to_its_ends():
    for block in ("100.64.0.0/10", "198.18.0.0/15", "2001::/23", "2620:4f:8000::/48", "3fff::/20"):
        network = ip_network(block)
        assert not is_allowed(network[0])
        assert not is_allowed(network[-1])
