"""How links are read, and that no other program reads an accepted one differently."""

import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters.fetcher.addresses import is_allowed
from adapters.fetcher.links import Refused, parse
from tests.hostile.links import FINE, lures


@pytest.mark.parametrize("url", FINE.values(), ids=FINE)
def test_ordinary_links_are_read(url):
    assert parse(url).url.scheme in ("http", "https")


def test_the_parts_of_a_link_come_through_as_they_were_written():
    target = parse("HTTPS://Bücher.example:8443/a%2Fb/größe.mp3?sig=%2b&x=1#t=10")
    said = "https://xn--bcher-kva.example:8443/a%2Fb/gr%C3%B6%C3%9Fe.mp3?sig=%2b&x=1"
    assert str(target.url) == said
    assert (target.host, target.port, target.is_https) == ("xn--bcher-kva.example", 8443, True)


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("http://10.0.0.5:9000/a.mp3", True),
        ("https://10.0.0.5:9000/a.mp3", True),
        ("http://10.0.0.5:9001/a.mp3", False),
        ("http://10.0.0.5/a.mp3", False),
        ("http://NAS:8000/a.mp3", True),
        ("http://[::1]:9000/a.mp3", True),
        ("http://10.0.0.6:9000/a.mp3", False),
        ("http://redis:6379/", True),
    ],
)
def test_what_the_operator_names_is_meant_to_the_letter(url, is_private):
    private = ("10.0.0.5:9000", "nas:8000", "[::1]:9000", "redis:6379")
    assert parse(url, private).is_private is is_private


@pytest.mark.parametrize(
    "url",
    [
        "http://167772165:9000/",
        "http://10.0.0.5.:9000/",
        "http://10.0.5:9000/",
        "http://NA\u212a:8000",
    ],
)
def test_no_other_spelling_of_a_named_place_is_opened(url):
    with suppress(Refused):
        assert not parse(url, ("10.0.0.5:9000", "nak:8000")).is_private


# RELIABILITY 1.3: what aiohttp and httpx were seen to accept.
SEEN = (
    *("127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "①②⑦.0.0.1", "１２７.０.０.１"),
    *("127。0。0。1", "127．0．0．1", "127.1", "2130706433", "0x7f.1", "017700000001", "0"),
)


def hosts(url):
    """How programs read the host of a link."""
    with suppress(ValueError):
        yield urlsplit(url).hostname or ""
    with suppress(ValueError):
        yield URL(url).raw_host or ""
    with suppress(httpx.InvalidURL):
        yield httpx.URL(url).raw_host.decode()


def reached(host):
    """The addresses that the system makes of a host without asking anybody."""
    try:
        found = socket.getaddrinfo(host, 80, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        return []
    return [ip_address(one[4][0]) for one in found]


@pytest.mark.parametrize("host", SEEN)
def test_what_another_program_takes_for_a_private_address_is_refused(host):
    url = f"http://{host}/"
    meant = [address for one in hosts(url) for address in reached(one)]
    assert meant, "some program reads it"
    assert not all(is_allowed(one) for one in meant)
    try:
        target = parse(url)
    except Refused:
        return
    assert target.literal is not None
    assert not is_allowed(target.literal)


PIECES = (
    *(
        "http://",
        "https://",
        "sound",
        "example",
        "127",
        "0",
        "1",
        "0x7f",
        "017",
        "a",
        "com",
        "xn--",
    ),
    *(
        ".",
        "..",
        ":",
        "80",
        "@",
        "/",
        "//",
        "\\",
        "?",
        "#",
        "%",
        "%2e",
        "[",
        "]",
        "::",
        "ffff",
        "-",
    ),
    *(
        "_",
        "。",
        "①",
        "１",
        "ß",
        "é",
        "\u00ad",
        "\u200d",
        "İ",
        "ﬀ",
        "K",
        " ",
        "\t",
        "&",
        "=",
        ";",
        ",",
    ),
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.sampled_from(("http://", "https://", "")),
)
def test_every_program_sees_the_same_host_in_an_accepted_link(rest, scheme):
    try:
        target = parse(scheme + rest)
    except Refused:
        return
    # What is asked for is what was checked.
    asked = str(target.url)
    assert {ip_or_name(one) for one in hosts(asked)} == {ip_or_name(target.host)}
    for address in reached(target.host):
        assert address == target.literal


def ip_or_name(host):
    try:
        return ip_address(host)
    except ValueError:
        return host


@given(st.text(max_size=80))
def test_whatever_is_said_it_is_read_or_refused(text):
    for url in (text, f"http://{text}", f"https://sound.example/{text}"):
        with suppress(Refused):
            parse(url)


def test_there_are_many_lures_and_all_are_different():
    found = lures()
    assert len(found) >= 150
    assert len({(one.url, one.answers) for one in found}) == len(found)
