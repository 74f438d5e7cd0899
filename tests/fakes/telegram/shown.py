"""What people see of a message at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.model import File, Message


@dataclass(frozen=True, slots=True)
class ShownFile:
    """The file of a message."""

    id: str
    name: str | None
    mime: str | None
    data: bytes
    duration: int
    title: str | None
    performer: str | None
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it was when it was looked at."""

    id: int
    chat: int
    thread: int | None
    author: int
    by_bot: bool
    kind: str
    text: str
    entities: list[dict[str, Any]]
    file: ShownFile | None
    keyboard: list[list[dict[str, Any]]]
    reply_to: int | None
    edits: int
    album: str | None
    update_id: int | None
    inline_id: str | None

    @property
    def buttons(self) -> list[str]:
        return [one["text"] for row in self.keyboard for one in row]

    @property
    def callback_data(self) -> list[str]:
        found = [one.get("callback_data") for row in self.keyboard for one in row]
        return [one for one in found if one is not None]

    @property
    def urls(self) -> list[str]:
        """The addresses of buttons and of links in the text."""
        found = [one.get("url") for row in self.keyboard for one in row]
        found += [one.get("url") for one in self.entities]
        return [one for one in found if one]

    def __str__(self) -> str:
        who = "bot" if self.by_bot else "person"
        named = f" {self.file.name} ({len(self.file.data)})" if self.file else ""
        return f"{self.id} {who} {self.kind}{named}: {self.text!r} {self.buttons} {self.edits}"


def show_file(one: File) -> ShownFile:
    about = (one.duration, one.title, one.performer, one.thumbnail)
    return ShownFile(one.id, one.name, one.mime, one.data, *about)


def show(one: Message, bot_id: int) -> Shown:
    return Shown(
        id=one.id,
        chat=one.chat.id,
        thread=one.thread,
        author=one.author.id,
        by_bot=one.author.id == bot_id,
        kind=one.kind,
        text=one.text,
        entities=list(one.entities),
        file=show_file(one.file) if one.file else None,
        keyboard=one.keyboard,
        reply_to=one.reply_to.id if one.reply_to else None,
        edits=one.edits,
        album=one.album,
        update_id=one.update_id,
        inline_id=one.inline_id,
    )
