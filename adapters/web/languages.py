"""Which of our languages a visitor reads."""

from collections.abc import Sequence

from aiohttp import web

from services.texts import LOCALES

ENGLISH = "en"


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
