"""Which of our languages a visitor reads, and what time it is where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from aiohttp import web

from services.texts import LOCALES

ENGLISH = "en"
LONGEST_ZONE = 64  # characters of a name


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a sentence is rendered.

    zone: where they are; None: not known, times are told in UTC.
    """

    locale: str
    zone: tzinfo | None = None


def reader_of(request: web.Request) -> Reader:
    """Who reads at the other end."""
    return Reader(locale_of(request), zone_of(request.query.get("zone", "")))


def zone_of(name: str) -> tzinfo | None:
    """The time zone that a browser named, as in Europe/Vienna; None when we do not know it."""
    if not 0 < len(name) <= LONGEST_ZONE:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None  # also a folder of zones, or a name that leads elsewhere


def locale_of(request: web.Request) -> str:
    """The language that the page asks for, else what the browser prefers, else English."""
    asked = request.query.get("lang", "")
    if asked in LOCALES:
        return asked
    return preferred(request.headers.get("Accept-Language", ""), LOCALES)


def preferred(header: str, known: Sequence[str]) -> str:
    """The best of `known` by an Accept-Language header."""
    wishes = []
    for n, part in enumerate(header[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        wishes.append((-_weight(weight), n, tag.lower()))
    for _, _, tag in sorted(wishes):
        for locale in known:
            if tag == locale.lower() or tag.split("-")[0] == locale.lower():
                return locale
    return ENGLISH


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
