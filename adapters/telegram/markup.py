"""A card as the words of a message, in Telegram's HTML: rendered, escaped, with a bar. Pure."""

from collections.abc import Iterator
from html import escape, unescape
from re import compile as pattern
from urllib.parse import urlsplit

from telegram import LinkPreviewOptions

from services import texts
from services.showing import Card, Progress, Text
from services.texts.functions import Place

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
BAR = 10  # blocks of the progress bar; more would be broken on a phone
TAG = pattern(r"<[^>]*>")
COMMAND = pattern(r"(^|\s)/")


def _quiet(word: str) -> str:
    """`word` without anything that Telegram would make a tag, a link, a mention or a command of."""
    parted = word.replace("://", ":\u2060//").replace("@", "@\u2060").replace("#", "#\u2060")
    return escape(COMMAND.sub("\\1/\u2060", parted))


def _person(number: str) -> str:
    return f'<a href="tg://user?id={escape(number)}">{escape(number)}</a>'


HERE = Place(_quiet, person=_person)


def say(text: Text, locale: str) -> str:
    """The sentence as HTML."""
    return texts.render(text, locale, HERE)


def content(card: Card, locale: str, room: int) -> str:
    """The words of a card in at most `room` characters as they are read: whole lines."""
    lines = list(_lines(card, locale))
    while len(lines) > 1 and length("\n".join(lines)) > room:
        lines.pop()
    told = "\n".join(lines)
    return told if length(told) <= room else escape(_cut(plain(told), room - 1)) + "…"


def length(told: str) -> int:
    """How long Telegram takes it for: without tags, in units of UTF-16."""
    return len(plain(told).encode("utf-16-le")) // 2


def _cut(words: str, room: int) -> str:
    return words.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")


def plain(told: str) -> str:
    """HTML as it is read."""
    return unescape(TAG.sub("", told))


def _lines(card: Card, locale: str) -> Iterator[str]:
    yield from (say(line, locale) for line in card.lines)
    if card.progress is not None and card.progress.fraction is not None:
        yield bar(card.progress, locale)
    for link in card.links:
        if not is_public(link.url):
            yield escape(f"{link.name}: {link.url}")


def is_public(url: str) -> bool:
    """Whether Telegram takes it for a button: not the name of a machine at home."""
    return "." in (urlsplit(url).hostname or "")


def bar(progress: Progress, locale: str) -> str:
    """How far it is, drawn and in words."""
    fraction = min(max(progress.fraction or 0.0, 0.0), 1.0)
    full = round(fraction * BAR)
    parts = [say(Text("card-progress", {"percent": 100 * fraction}), locale)]
    if progress.seconds_left is not None:
        parts.append(say(Text("card-time-left", {"seconds": progress.seconds_left}), locale))
    return f"{'▓' * full}{'░' * (BAR - full)} {' · '.join(parts)}"


def label(text: Text, locale: str, longest: int) -> str:
    """Words where nothing is formatted: on a button, in the answer to a press."""
    words = texts.render(text, locale)
    return words if len(words) <= longest else words[: longest - 1] + "…"
