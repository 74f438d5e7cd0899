"""Hostile links, made by code: each with what DNS would say, and the rule that refuses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

SPECIAL = "an address of a private or special network"
NUMBER = "a number instead of a host"
DIGITS = "characters that stand for digits"
NAME = "no name that DNS knows"
OWN_NAME = "a name of one's own network"
HOST = "no readable host"
ENCODED = "an encoded host"
USER = "a user name"
STOP = "a full stop that is no dot"
ODD = "a character that no link has"
SCHEME = "neither http nor https"
PORT = "a port of another service"

PUBLIC = "93.184.215.14"
PUBLIC_V6 = "2606:4700::6810:84e5"
METADATA = "169.254.169.254"
# Metadata of clouds, this machine, private networks, and what else is nobody's recording.
SHUT_V4 = (
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "10.255.255.255", METADATA),
    *("172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1"),
    *("100.100.100.200", "192.0.0.8", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1"),
    *("198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    "255.255.255.255",
)
SHUT_V6 = (
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "100::1"),
    *("5f00::1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2001:2::1", "2001:10::1", "3fff::1"),
)
WRAPPED = ("127.0.0.1", METADATA, "10.0.0.1")  # spelt in every way there is


@dataclass(frozen=True, slots=True)
class Lure:
    """A link that must not be opened.

    answers: what DNS says, question after question; the last stays.
    """

    name: str
    url: str
    rule: str
    answers: tuple[tuple[str, ...], ...] = ((PUBLIC,),)


def lures() -> list[Lure]:
    """All of them."""
    return [
        *literals(),
        *numbers(),
        *wrapped(),
        *disguised(),
        *written_oddly(),
        *by_dns(),
        *ports(),
    ]


def literals() -> Iterator[Lure]:
    """Addresses in full."""
    for one in SHUT_V4:
        yield Lure(f"literal {one}", f"http://{one}/a.mp3", SPECIAL)
    for one in SHUT_V6:
        yield Lure(f"literal {one}", f"https://[{one}]/a.mp3", SPECIAL)
        yield Lure(f"{one} in full", f"http://[{IPv6Address(one).exploded.upper()}]/", SPECIAL)


def numbers() -> Iterator[Lure]:
    """The ways in which inet_aton reads an address that is not written in full."""
    for one in WRAPPED:
        a, b, c, d = IPv4Address(one).packed
        whole = int(IPv4Address(one))
        forms = {
            "one number": f"{whole}",
            "hex": f"0x{whole:x}",
            "long hex": f"0x{whole:08X}",
            "octal": f"0{whole:o}",
            "hex parts": f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
            "octal parts": f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
            "zeros before": f"0{a}.0{b}.0{c}.0{d}",
            "two parts": f"{a}.{(b << 16) + (c << 8) + d}",
            "three parts": f"{a}.{b}.{(c << 8) + d}",
            "mixed": f"0x{a:x}.{b}.0{c:o}.{d}",
            "too large a part": f"{a + 256}.{b}.{c}.{d}",
            "five parts": f"{a}.{b}.{c}.{d}.{d}",
            "overflow": f"{whole + 2**32}",
        }
        for name, host in forms.items():
            yield Lure(f"{one} as {name}", f"http://{host}/", NUMBER)
    for host in ("0", "0x", "0x0", "00", "127.2", "1.2.3.0x4"):
        yield Lure(f"short {host}", f"http://{host}/", NUMBER)


def wrapped() -> Iterator[Lure]:
    """IPv4 inside IPv6."""
    for one in WRAPPED:
        address = IPv4Address(one)
        high, low = int(address) >> 16, int(address) & 0xFFFF
        yield Lure(f"{one} mapped", f"http://[::ffff:{one}]/", SPECIAL)
        yield Lure(f"{one} mapped, hex", f"http://[::ffff:{high:x}:{low:x}]/", SPECIAL)
        yield Lure(f"{one} mapped, long", f"http://[0:0:0:0:0:FFFF:{high:x}:{low:x}]/", SPECIAL)
        yield Lure(f"{one} compatible", f"http://[::{one}]/", SPECIAL)
        yield Lure(f"{one} by NAT64", f"http://[64:ff9b::{one}]/", SPECIAL)
        yield Lure(f"{one} by 6to4", f"http://[2002:{high:x}:{low:x}::1]/", SPECIAL)
        yield Lure(f"{one} by Teredo", f"http://[2001:0:{high:x}:{low:x}::]/", SPECIAL)
        yield Lure(f"{one} in brackets", f"http://[{one}]/", HOST)


def disguised() -> Iterator[Lure]:
    """Characters that become digits, dots or nothing."""
    for one in WRAPPED:
        wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in one)
        yield Lure(f"{one} full-width", f"http://{wide}/", DIGITS)
        bold = "".join(chr(ord(c) - ord("0") + 0x1D7CE) if c.isdigit() else c for c in one)
        yield Lure(f"{one} bold", f"http://{bold}/", DIGITS)
        high = one.translate({ord(str(n)): mark for n, mark in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
        yield Lure(f"{one} raised", f"http://{high}/", DIGITS)
        for stop in "\u3002\uff0e\uff61":
            host = one.replace(".", stop)
            yield Lure(f"{one} with U+{ord(stop):04X}", f"http://{host}/", STOP)
        yield Lure(f"{one} encoded", f"http://{one.replace('.', '%2e')}/", ENCODED)
        every = "".join(f"%{ord(c):02x}" for c in one)
        yield Lure(f"{one} all encoded", f"http://{every}/", ENCODED)
        yield Lure(f"{one} and a dot", f"http://{one}./", NAME)
    yield Lure("circled", "http://①②⑦.⓪.⓪.①/", DIGITS)
    yield Lure("circled in one", "http://①②⑦.0.0.1/", DIGITS)
    yield Lure("a soft hyphen", "http://127.0.0\u00ad.1/", ODD)
    yield Lure("nothing wide", "http://127.0.0.\u200b1/", ODD)
    yield Lure("from right to left", "http://\u202e1.0.0.721/", ODD)
    yield Lure("full-width name", "http://ｌｏｃａｌｈｏｓｔ/", OWN_NAME)
    yield Lure("circled name", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", OWN_NAME)
    yield Lure("a slash that is none", "http://example.com\u2215@127.0.0.1/", USER)
    yield Lure("a sign for many letters", "http://example.c℀.example/", "no international name")


def written_oddly() -> Iterator[Lure]:
    """What programs read in different ways."""
    odd = {
        "user": ("http://example.com@127.0.0.1/", USER),
        "user and password": ("http://user:secret@sound.example/", USER),
        "two users": ("http://a@b@127.0.0.1/", USER),
        "empty user": ("http://@127.0.0.1/", USER),
        "user by encoding": ("http://example.com%40127.0.0.1/", ENCODED),
        "a fragment in the host": ("http://127.0.0.1#@sound.example/", SPECIAL),
        "a question in the host": ("http://127.0.0.1?@sound.example/", SPECIAL),
        "backslash": ("http://sound.example\\@127.0.0.1/", ODD),
        "backslashes for slashes": ("http:\\\\127.0.0.1/", ODD),
        "a space in the host": ("http://127.0.0.1 .sound.example/", ODD),
        "a space before": (" http://127.0.0.1/", ODD),
        "tab": ("http://127.0\t.0.1/", ODD),
        "new line": ("http://sound.example/\r\nHost: 127.0.0.1", ODD),
        "NUL": ("http://sound.example\0.evil.example/", ODD),
        "escape": ("http://sound.example/\x1b[2J", ODD),
        "next line": ("http://sound.example/\u0085", ODD),
        "line separator": ("http://sound.example/\u2028", ODD),
        "lone surrogate": ("http://sound.example/\ud800", ODD),
        "zone": ("http://[fe80::1%25eth0]/", ENCODED),
        "zone, bare": ("http://[fe80::1%eth0]/", ENCODED),
        "brackets around a name": ("http://[localhost]/", HOST),
        "brackets that stay open": ("http://[::1/", HOST),
        "brackets within": ("http://[[::1]]/", HOST),
        "after the bracket": ("http://[::1].sound.example/", HOST),
        "a future address": ("http://[v1.fe80::a]/", HOST),
        "no host": ("http:///etc/passwd", HOST),
        "no host, a port": ("http://:80/", HOST),
        "one slash": ("http:/127.0.0.1/", SCHEME),
        "no slash": ("http:127.0.0.1", SCHEME),
        "three slashes": ("http:///127.0.0.1/", HOST),
        "no scheme": ("//127.0.0.1/", SCHEME),
        "a word": ("sound.example/a.mp3", SCHEME),
        "nothing": ("", SCHEME),
        "file": ("file:///etc/passwd", SCHEME),
        "file with a host": ("file://localhost/etc/passwd", SCHEME),
        "gopher": ("gopher://127.0.0.1:6379/_FLUSHALL", SCHEME),
        "ftp": ("ftp://sound.example/a.mp3", SCHEME),
        "data": ("data:audio/wav;base64,UklGRg==", SCHEME),
        "javascript": ("javascript:alert(1)", SCHEME),
        "dict": ("dict://127.0.0.1:11211/stat", SCHEME),
        "unix socket": ("unix:///var/run/docker.sock", SCHEME),
        "concat": ("concat:http://127.0.0.1/a|file:///etc/passwd", SCHEME),
        "scheme of two": ("url:http://127.0.0.1/", SCHEME),
        "two colons": ("http://127.0.0.1:80:80/", HOST),
        "a port of letters": ("http://sound.example:http/", HOST),
        "a negative port": ("http://sound.example:-80/", HOST),
        "a raised port": ("http://sound.example:⁸⁰/", HOST),
        "a port too many": ("http://sound.example:65536/", "no such port"),
        "a port of six digits": ("http://sound.example:000080/", HOST),
        "empty port": ("http://sound.example:/", HOST),
        "empty label": ("http://sound..example/", NAME),
        "a dot first": ("http://.sound.example/", NAME),
        "a dot last": ("http://sound.example./", NAME),
        "a long label": (f"http://{'a' * 64}.example/", NAME),
        "a long name": (f"http://{'a.' * 130}example/", NAME),
        "a hyphen first": ("http://-sound.example/", NAME),
        "a comma": ("http://127.0.0.1,sound.example/", NAME),
        "dollar": ("http://$(id).sound.example/", NAME),
        "long": (f"http://sound.example/{'a' * 5000}", "too long"),
        "localhost": ("http://localhost/", OWN_NAME),
        "LocalHost": ("http://LOCALHOST:8080/", OWN_NAME),
        "below localhost": ("http://a.localhost/", OWN_NAME),
        "one label": ("http://metadata/", OWN_NAME),
        "google's metadata": ("http://metadata.google.internal/computeMetadata/v1/", OWN_NAME),
        "mDNS": ("http://printer.local/", OWN_NAME),
        "docker's host": ("http://host.docker.internal/", OWN_NAME),
        "onion": ("http://abcdefghijklmnop.onion/", OWN_NAME),
    }
    for name, (url, rule) in odd.items():
        yield Lure(name, url, rule)


def by_dns() -> Iterator[Lure]:
    """Names whose addresses are the trouble."""
    url = "https://sound.example/talk.mp3"
    for one in (*SHUT_V4, *SHUT_V6):
        yield Lure(f"name of {one}", url, SPECIAL, ((one,),))
    for one in ("127.0.0.1", METADATA, "::1", "::ffff:10.0.0.1", "fe80::1%eth0"):
        yield Lure(f"public first, then {one}", url, SPECIAL, ((PUBLIC, one),))
        yield Lure(f"{one} first, then public", url, SPECIAL, ((one, PUBLIC_V6),))
    yield Lure("a wrapped one", url, SPECIAL, (("::ffff:127.0.0.1",),))
    yield Lure("no address", url, "an answer of DNS that is no address", (("sound.example",),))
    yield Lure("127.0.0.1.nip.io", "http://127.0.0.1.nip.io/", SPECIAL, (("127.0.0.1",),))
    yield Lure("a punycode name", "http://xn--bcher-kva.example/", SPECIAL, (("10.0.0.1",),))


def ports() -> Iterator[Lure]:
    """Other services, which could be made to obey."""
    for port in (0, 22, 25, 53, 110, 445, 587, 2375, 3306, 5432, 6379, 9200, 10250, 11211):
        yield Lure(f"port {port}", f"http://sound.example:{port}/", PORT)


FINE = {
    "plain": "http://sound.example/a.mp3",
    "https": "https://sound.example/a.mp3",
    "capitals": "HTTPS://Sound.Example/A.mp3",
    "a port": "https://sound.example:8443/a.mp3",
    "the usual port": "https://sound.example:443/a.mp3",
    "a query": "https://sound.example/a.mp3?X-Amz-Signature=%2Fab%3D&hm=1;2",
    "a query alone": "https://sound.example?id=7",
    "a fragment": "https://sound.example/a.mp3#t=10",
    "an at sign later": "https://sound.example/@ada/a.mp3",
    "umlauts": "https://bücher.example/größe.mp3",
    "Chinese": "https://例え.example/音.mp3",
    "punycode": "https://xn--bcher-kva.example/",
    "an underscore": "https://my_bucket.sound.example/a.mp3",
    "hyphens within": "https://r3---sn-4g5e6nz7.sound.example/a.mp3",
    "a public address": f"http://{PUBLIC}/a.mp3",
    "a public address of IPv6": f"http://[{PUBLIC_V6}]:8080/a.mp3",
    "a number within": "https://7.sound.example/",
    "a name that begins like a number": "https://0x7f.sound.example/",
}
