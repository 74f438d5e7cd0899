"""Tracks as Telegram's kinds of media: which one a track becomes, and how it is handed over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from telegram import (
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaVideo,
    Message,
)
from telegram.constants import ParseMode

from services.model import Shape, Track
from services.ports import Files
from services.recipes import Format


class Kind(StrEnum):
    """What people see."""

    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"


# Those that `editMessageMedia` and albums know.
EDITABLE = {
    Kind.AUDIO: InputMediaAudio,
    Kind.DOCUMENT: InputMediaDocument,
    Kind.VIDEO: InputMediaVideo,
}
# Those that show a picture beside the sound.
PICTURED = (Kind.AUDIO, Kind.VIDEO, Kind.VIDEO_NOTE)
# What is tried next where a chat does not allow a kind.
INSTEAD = {
    Kind.VOICE: Kind.DOCUMENT,
    Kind.AUDIO: Kind.DOCUMENT,
    Kind.VIDEO_NOTE: Kind.VIDEO,
    Kind.VIDEO: Kind.DOCUMENT,
}
SONGS = (Format.MP3, Format.M4A)


def kind_of(track: Track, shape: Shape) -> Kind:
    """As what a track is sent that was made of something of this shape."""
    if track.mime.startswith("video/"):
        return Kind.VIDEO_NOTE if shape is Shape.VIDEO_NOTE else Kind.VIDEO
    if shape is Shape.VOICE and track.format == Format.OGG and not track.piece:
        return Kind.VOICE
    return Kind.AUDIO if track.format in SONGS else Kind.DOCUMENT


def kinds_together(tracks: Sequence[Track]) -> Kind:
    """As what several tracks are sent in one album, which holds one kind only."""
    if all(track.mime.startswith("video/") for track in tracks):
        return Kind.VIDEO
    is_songs = all(track.format in SONGS for track in tracks)
    return Kind.AUDIO if is_songs else Kind.DOCUMENT


@dataclass(frozen=True, slots=True)
class About:
    """What Telegram is told of a track beside its bytes.

    known: Telegram's own name of it, where it has it already.
    cover: a small JPEG. size: of a film's pictures, which Telegram does not look for itself in a
    large one: width and height, or the side of a round one.
    """

    title: str = ""
    performer: str = ""
    known: str = ""
    cover: bytes = b""
    size: Mapping[str, int] = field(default_factory=dict)


class Uploads:
    """Opens what one request sends; everything is closed behind it."""

    def __init__(self, files: Files, stack: AsyncExitStack) -> None:
        self._files = files
        self._stack = stack

    async def parts(self, kind: Kind, track: Track, about: About) -> dict[str, Any]:
        """The parameters of the method that sends this kind."""
        return {kind.value: await self._file(track, about), **_described(kind, track, about)}

    async def media(
        self, kind: Kind, track: Track, about: About, caption: str = ""
    ) -> InputMediaAudio | InputMediaDocument | InputMediaVideo:
        """The same as a part of an album, or to take another's place."""
        described = _described(kind, track, about)
        told = {"caption": caption, "parse_mode": ParseMode.HTML} if caption else {}
        file = await self._file(track, about)
        made: InputMediaAudio | InputMediaDocument | InputMediaVideo = EDITABLE[kind](
            file, **described, **told
        )
        return made

    async def _file(self, track: Track, about: About) -> InputFile | str:
        if about.known:
            return about.known
        path: Path = await self._stack.enter_async_context(self._files.local(track.key))
        handle = self._stack.enter_context(path.open("rb"))
        return InputFile(handle, filename=track.name, attach=True, read_file_handle=False)


def _described(kind: Kind, track: Track, about: About) -> dict[str, Any]:
    seconds = max(1, round(track.seconds))
    match kind:
        case Kind.DOCUMENT:
            # As it is: Telegram would make a song or a voice message of it.
            return {"disable_content_type_detection": True}
        case Kind.AUDIO:
            described: dict[str, Any] = {"duration": seconds, "title": about.title}
            if about.performer:
                described["performer"] = about.performer
            return {**described, **_covered(about)}
        case Kind.VIDEO:
            sides = {side: about.size[side] for side in ("width", "height") if side in about.size}
            streamed = {"duration": seconds, "supports_streaming": True}
            return {**streamed, **sides, **_covered(about)}
        case Kind.VIDEO_NOTE:
            length = {"length": about.size["side"]} if "side" in about.size else {}
            return {"duration": seconds, **length, **_covered(about)}
        case _:
            return {"duration": seconds}


def _covered(about: About) -> dict[str, Any]:
    if not about.cover or about.known:
        return {}
    return {"thumbnail": InputFile(about.cover, "cover.jpg", attach=True)}


def file_id(message: Message) -> str:
    """Telegram's name of the file that a message shows; empty where it has none."""
    for one in (
        message.voice,
        message.audio,
        message.video_note,
        message.video,
        message.document,
    ):
        if one is not None:
            return one.file_id
    return ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One or more messages that were sent together, and the files in them.

    Without a number it is the answer to a guest, which has one name in place of a chat's.
    """

    chat: str
    messages: tuple[int, ...]
    files: tuple[str, ...] = field(default=())

    def write(self) -> str:
        """As a receipt."""
        numbers = ",".join(str(number) for number in self.messages)
        return ":".join((self.chat, numbers, ",".join(self.files)))

    def each(self) -> Iterator["Sent"]:
        """Every message by itself."""
        for n, message in enumerate(self.messages):
            yield Sent(self.chat, (message,), self.files[n : n + 1])

    @classmethod
    def read(cls, receipt: str) -> "Sent":
        """What `write` wrote."""
        chat, numbers, files = receipt.split(":", 2)
        known = tuple(files.split(",")) if files else ()
        return cls(chat, tuple(int(number) for number in numbers.split(",") if number), known)


def sent(messages: Sequence[Message]) -> Sent:
    """What these messages are, for later."""
    files = tuple(file_id(message) for message in messages)
    chat = str(messages[0].chat_id)
    return Sent(chat, tuple(one.message_id for one in messages), files if any(files) else ())
