"""From the text of a link to what may be asked of whom: strict, pure, and read only once.

Programs disagree about odd links, and every disagreement is a way around a check. So a link has to
be written as links are (RFC 3986, names by IDNA), or it is refused.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

import idna
from yarl import URL

LONGEST = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}
PARTS = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What some program reads as a number: 1, 0x7f, 017. A name never ends so (WHATWG URL, 3.5).
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
FULL_STOPS = "\u3002\uff0e\uff61"  # what IDNA takes for a dot
# Never on the internet (RFC 6761, 6762, 7686, 8375; `internal` by ICANN, 2024).
LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "onion", "invalid")
PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))

# No server of the web lives there, but others that could be made to obey: the bad ports of the
# Fetch standard (https://fetch.spec.whatwg.org/#port-blocking), and databases, caches and the
# interfaces of container hosts, which speak HTTP or something that looks like it.
BAD_PORTS = frozenset(
    (
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161),
        *(179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563),
        *(587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060),
        *(5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
        *(445, 1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5984, 6379, 6443, 8500),
        *(9200, 9300, 10250, 10255, 11211, 27017),
    )
)


class Refused(Exception):
    """What may not be opened; names the rule, never an address."""


@dataclass(frozen=True, slots=True)
class Target:
    """A link that may be opened, if its host's addresses may.

    host: an address, or a name as DNS knows it. literal: the address, where the host is one.
    is_private: the operator allows this host and port, wherever they lie.
    """

    url: URL
    host: str
    port: int
    literal: IPv4Address | IPv6Address | None
    is_private: bool

    @property
    def is_https(self) -> bool:
        """Whether nobody on the way can change what comes."""
        return self.url.scheme == "https"


def parse(text: str, private: Collection[str] = ()) -> Target:
    """The target of a link. Raises `Refused`.

    private: `host:port` in one's own network that may be opened, as the link has to say it.
    """
    if len(text) > LONGEST:
        raise Refused("too long")
    if any(_is_odd(char) for char in text):
        raise Refused("a character that no link has")
    parts = PARTS.fullmatch(text)
    if parts is None:
        raise Refused("neither http nor https")
    scheme, (said, port), rest = parts[1].lower(), _authority(parts[2], parts[1]), parts[3]
    is_private = said.isascii() and f"{said.lower()}:{port}" in private
    if port in BAD_PORTS and not is_private:
        raise Refused("a port of another service")
    host = said.lower() if is_private else _host(said)
    shown = host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"
    # Encoded here and taken as it is: whoever signed the link signed these very characters.
    path = quote(rest, safe=PRINTABLE)
    url = URL(f"{scheme}://{shown}{path if path.startswith('/') else f'/{path}'}", encoded=True)
    return Target(url, host.strip("[]"), port, _literal(host), is_private)


def _is_odd(char: str) -> bool:
    """Spaces, backslashes, and what cannot be seen."""
    return char == "\\" or char.isspace() or unicodedata.category(char)[0] == "C"


def _authority(text: str, scheme: str) -> tuple[str, int]:
    """Host and port."""
    if "@" in text:
        raise Refused("a user name")
    if "%" in text:
        raise Refused("an encoded host")
    found = AUTHORITY.fullmatch(text)
    if found is None:
        raise Refused("no readable host")
    port = int(found[2]) if found[2] else DEFAULT_PORTS[scheme.lower()]
    if port > 65_535:
        raise Refused("no such port")
    return found[1], port


def _host(said: str) -> str:
    """The host as DNS knows it, or an address written in full."""
    if said.startswith("["):
        return f"[{_ipv6(said[1:-1])}]"
    if any(char in FULL_STOPS for char in said):
        raise Refused("a full stop that is no dot")
    name = said.lower() if said.isascii() else _by_idna(said)
    labels = name.split(".")
    if NUMBER.fullmatch(labels[-1]):
        if not said.isascii():
            raise Refused("characters that stand for digits")
        return _ipv4(name)
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Refused("no name that DNS knows")
    if len(labels) == 1 or name.endswith(tuple(f".{local}" for local in LOCAL_NAMES)):
        raise Refused("a name of one's own network")
    return name


def _by_idna(said: str) -> str:
    try:
        return idna.encode(said, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:
        raise Refused("no international name") from None


def _ipv4(name: str) -> str:
    """An address by four decimal numbers; all shorter and other ways to write one are refused."""
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        raise Refused("a number instead of a host") from None


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise Refused("no readable host") from None


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(host.strip("[]"))
        except AddressValueError:
            continue
    return None
