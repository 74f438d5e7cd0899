"""A card as the words of a message: rendered, escaped, with a bar while it is under way. Pure."""

from datetime import datetime

import discord

from adapters.discord.limits import CONTENT, LABEL
from services import texts
from services.showing import Card, Progress, Text
from services.texts.functions import Place

BAR = 12  # blocks of the progress bar


def escape(word: str) -> str:
    """`word` without anything that Discord would format, mention or link."""
    plain = discord.utils.escape_markdown(discord.utils.escape_mentions(word))
    return plain.replace("://", ":\u200b//")


def _moment(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:f>"


HERE = Place(
    escape,
    moment=_moment,
    person="<@{}>".format,
    role="<@&{}>".format,
    channel="<#{}>".format,
    translates=True,
)


def say(text: Text, locale: str) -> str:
    """The sentence in the language of the reader, with times as their device tells them."""
    return texts.render(text, locale, HERE)


def content(card: Card, locale: str, mention: str = "") -> str:
    """The words of a card; mention: who is told about it."""
    lines = [say(line, locale) for line in card.lines]
    if card.progress is not None and card.progress.fraction is not None:
        lines.append(bar(card.progress, locale))
    if mention:
        lines[:1] = [f"<@{mention}> {''.join(lines[:1])}"]
    return _cut(lines, locale)


def _cut(lines: list[str], locale: str) -> str:
    """The lines as far as they fit into a message, and how many do not."""
    told, count = "\n".join(lines), len(lines)
    while len(told) > CONTENT and count > 1:
        count -= 1
        more = say(Text("card-more-lines", {"count": len(lines) - count}), locale)
        told = "\n".join((*lines[:count], more))
    return told if len(told) <= CONTENT else told[: CONTENT - 1] + "…"


def bar(progress: Progress, locale: str) -> str:
    """How far it is, drawn and in words."""
    fraction = min(max(progress.fraction or 0.0, 0.0), 1.0)
    full = round(fraction * BAR)
    drawn = f"`{'█' * full}{'░' * (BAR - full)}`"
    parts = [say(Text("card-progress", {"percent": 100 * fraction}), locale)]
    if progress.seconds_left is not None:
        parts.append(say(Text("card-time-left", {"seconds": progress.seconds_left}), locale))
    return f"{drawn} {' · '.join(parts)}"


def label(text: Text, locale: str, longest: int = LABEL) -> str:
    """Words where nothing is formatted: on a button, about a picture."""
    words = texts.render(text, locale)
    return words if len(words) <= longest else words[: longest - 1] + "…"
