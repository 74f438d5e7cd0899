"""A link in place of a file: how one is recognised, and the source that it is. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from services import names
from services.commands.command import Option
from services.model import Ask, Source
from services.problems import Code, fault

URL = Option("url", kind="link")
SCHEMES = ("https://", "http://")
LONGEST = 4096
# Said without a command, only what surely leads to sound is meant for us.
ENDINGS = (
    *(".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff"),
    *(".wma", ".amr", ".mp4", ".m4v", ".mov", ".mkv", ".webm"),
)


def link_of(word: str) -> str | None:
    """The link that a word is; None for other words."""
    # Between these, chats show no preview of a link.
    inner = word.strip().removeprefix("<").removesuffix(">")
    return inner if inner.casefold().startswith(SCHEMES) else None


def is_sound(link: str) -> bool:
    """Whether a link says itself that it leads to sound."""
    return PurePosixPath(_path(link).casefold()).suffix in ENDINGS


def check(ask: Ask) -> None:
    """Raises `Fault` for what is no link, and for a file and a link at once."""
    if given(ask.options) and ask.sources:
        raise fault(Code.FILE_AND_LINK)


def given(options: Mapping[str, str]) -> str | None:
    """The link among the options; None where there is none. Raises `Fault` for other words."""
    said = options.get(URL.name, "").strip()
    link = link_of(said)
    if said and (link is None or len(link) > LONGEST):
        raise fault(Code.LINK_REFUSED, "neither http nor https, or too long")
    return link


def brought(ask: Ask) -> Ask:
    """The same ask with the link as its source."""
    link = given(ask.options)
    return replace(ask, sources=(Source(_name(link), url=link),)) if link else ask


def _name(link: str) -> str:
    """What the link calls it, as people may see it."""
    return names.clean(unquote(_path(link)))


def _path(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError:
        return ""  # refused when it is opened
