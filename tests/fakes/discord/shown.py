"""What people see of a message at one moment."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.discord import components as parts
from tests.fakes.discord.model import VOICE_MESSAGE, Message


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a message."""

    id: int
    name: str
    content_type: str | None
    size: int
    data: bytes
    description: str | None
    duration_secs: float | None
    waveform: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it was when it was looked at."""

    id: int
    channel_id: int
    author_id: int
    content: str
    embeds: list[dict[str, Any]]
    files: list[ShownFile]
    components: list[dict[str, Any]]
    flags: int
    mentions: list[int]
    pings_everyone: bool
    reference: int | None
    nonce: str | None
    edits: int

    @property
    def buttons(self) -> list[str]:
        return [parts.label_of(one) for one in parts.buttons(self.components)]

    @property
    def enabled(self) -> list[str]:
        """The labels of buttons that can be pressed."""
        every = parts.buttons(self.components)
        return [parts.label_of(one) for one in every if not one.get("disabled")]

    @property
    def custom_ids(self) -> list[str]:
        return [one["custom_id"] for one in parts.walk(self.components) if "custom_id" in one]

    @property
    def texts(self) -> str:
        """Everything there is to read: content, embeds and text components."""
        found = [self.content]
        for embed in self.embeds:
            found += [embed.get("title", ""), embed.get("description", "")]
            for field in embed.get("fields", ()):
                found += [field["name"], field["value"]]
            found.append(embed.get("footer", {}).get("text", ""))
        every = parts.walk(self.components)
        found += [one["content"] for one in every if one["type"] == parts.TEXT]
        return "\n".join(text for text in found if text)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & 64)

    @property
    def is_voice(self) -> bool:
        return bool(self.flags & VOICE_MESSAGE)

    def __str__(self) -> str:
        files = [f"{file.name} ({file.size})" for file in self.files]
        return f"{self.id}: {self.texts!r} files={files} buttons={self.buttons} edits={self.edits}"


def show(world, message: Message) -> Shown:
    files = [
        ShownFile(
            id=one.id,
            name=one.name,
            content_type=one.content_type,
            size=one.size,
            data=one.data,
            description=one.description,
            duration_secs=one.duration,
            waveform=one.waveform,
            url=world.files.url(one),
        )
        for one in message.uploads
    ]
    return Shown(
        id=message.id,
        channel_id=message.channel.id,
        author_id=message.author.id,
        content=message.content,
        embeds=message.embeds,
        files=files,
        components=message.components,
        flags=message.flags,
        mentions=list(message.pinged),
        pings_everyone=message.pings_everyone,
        reference=message.reference,
        nonce=message.nonce,
        edits=message.edits,
    )
