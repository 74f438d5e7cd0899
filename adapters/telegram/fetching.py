"""Brings in what a person sent: streamed, from Telegram or from the volume of a local server."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import httpx
from telegram import Audio, Document, ExternalReplyInfo, Message, Video, VideoNote, Voice
from telegram.error import BadRequest

from adapters.telegram.connection import Connection
from adapters.telegram.faults import TOO_BIG, translated
from adapters.telegram.limits import DOWNLOAD_BYTES
from services.cards import problem_text
from services.limits import UNLIMITED
from services.model import Shape, Source
from services.problems import Code, Fault, Problem, fault
from services.showing import Text

log = logging.getLogger(__name__)

CHUNK = 1 << 18
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
SOUND = ("audio/", "video/", "application/ogg")
# What people send as a file, which some programs give no type or a wrong one.
ENDINGS = (
    *(".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff"),
    *(".wma", ".amr", ".mp4", ".mov", ".mkv", ".webm"),
)

Media = Audio | Document | Video | VideoNote | Voice


def source_of(message: Message | ExternalReplyInfo) -> Source | None:
    """The sound of a message, or of one in another chat that is answered; None for no sound."""
    if message.animation is not None:
        # It has none, and says that it was a film.
        return None
    if message.voice is not None:
        return _source(message.voice, Shape.VOICE, f"voice {_when(message)}.ogg")
    if message.audio is not None:
        about = {"title": message.audio.title, "performer": message.audio.performer}
        name = message.audio.file_name or f"{message.audio.title or 'audio'}.mp3"
        return _source(message.audio, Shape.AUDIO, name, about)
    if message.video_note is not None:
        name = f"video note {_when(message)}.mp4"
        size = {"side": message.video_note.length}
        return _source(message.video_note, Shape.VIDEO_NOTE, name, size)
    if message.video is not None:
        name = message.video.file_name or f"video {_when(message)}.mp4"
        size = {"width": message.video.width, "height": message.video.height}
        return _source(message.video, Shape.VIDEO, name, size)
    if message.document is not None and _is_sound(message.document):
        return _source(message.document, Shape.AUDIO, message.document.file_name or "sound")
    return None


def paper_of(message: Message) -> Source | None:
    """A file of a message that is no sound; None for everything else."""
    document = message.document
    if document is None or message.animation is not None or _is_sound(document):
        return None
    return _source(document, Shape.AUDIO, document.file_name or "file")


def _is_sound(document: Document) -> bool:
    kind, name = document.mime_type or "", document.file_name or ""
    return kind.startswith(SOUND) or Path(name.lower()).suffix in ENDINGS


def _when(message: Message | ExternalReplyInfo) -> str:
    date = message.date if isinstance(message, Message) else message.origin.date
    return date.strftime("%Y-%m-%d %H.%M.%S")


def _source(
    media: Media, shape: Shape, name: str, about: Mapping[str, str | int | None] | None = None
) -> Source:
    kept = {"file": media.file_id, **{key: str(one) for key, one in (about or {}).items() if one}}
    cover = getattr(media, "thumbnail", None)
    if cover is not None:
        kept["cover"] = cover.file_id
    return Source(name, ref=json.dumps(kept), bytes=media.file_size, shape=shape)


def about(source: Source) -> Mapping[str, str]:
    """What the platform knew of it: file, and perhaps title, performer, cover and its size."""
    found: Mapping[str, str] = json.loads(source.ref) if source.ref else {}
    return found


class Fetching:
    """Streams files.

    url: where larger files can be uploaded; empty where nowhere.
    """

    def __init__(self, connection: Connection, *, is_own: bool, url: str = "") -> None:
        self._connection = connection
        self._room = UNLIMITED if is_own else float(DOWNLOAD_BYTES)
        self._url = url

    def check(self, sources: Iterable[Source]) -> None:
        """Raises `Fault` with `TOO_LARGE_HERE` for what Telegram will not hand out."""
        for source in sources:
            if source.bytes is not None and source.bytes > self._room:
                raise self._too_large(source.bytes)

    def sorted(self, sources: Sequence[Source]) -> tuple[tuple[Source, ...], list[Text]]:
        """Those that Telegram hands out, and what to say of the others.

        Raises `Fault` with `TOO_LARGE_HERE` where there is nothing else.
        """
        fitting, refused = [], []
        for source in sources:
            try:
                self.check([source])
            except Fault as error:
                if len(sources) == 1:
                    raise
                problem = problem_text(error.problem)
                refused.append(Text("card-failed", {"name": source.name, "problem": problem}))
            else:
                fitting.append(source)
        if refused and not fitting:
            self.check(sources)
        return tuple(fitting), refused

    def _too_large(self, size: int = 0) -> Fault:
        args: dict[str, str | int | float] = {"limit": DOWNLOAD_BYTES}
        args |= {"size": size} if size else {}
        args |= {"url": self._url} if self._url else {}
        return Fault(Problem(Code.TOO_LARGE_HERE, args))

    async def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes. Raises `Fault` with `FILE_GONE` when Telegram no longer has them."""
        async for chunk in self.file(about(source)["file"], source.name):
            yield chunk

    async def file(self, file_id: str, name: str) -> AsyncIterator[bytes]:
        """The bytes of a file by Telegram's own name of it."""
        where = await self._where(file_id, name)
        if where.startswith("/"):
            parts = self._lying(Path(where), name)
        else:
            bot = await self._connection.bot()
            parts = self._sent(f"{bot.base_file_url}/{where}", name)
        async for chunk in parts:
            yield chunk

    async def _where(self, file_id: str, name: str) -> str:
        """Below the bot's own address, or on the shared volume."""
        bot = await self._connection.bot()
        try:
            with translated():
                found = await bot.get_file(file_id)
        except Exception as error:
            cause = error.__cause__
            if isinstance(cause, BadRequest) and TOO_BIG in cause.message.lower():
                raise self._too_large() from error
            if isinstance(cause, BadRequest):
                raise fault(Code.FILE_GONE, cause.message, name=name) from error
            raise
        assert found.file_path is not None
        # A path on the machine of a local server, which the library takes for one of the cloud.
        return found.file_path.removeprefix(f"{bot.base_file_url}/")

    async def _sent(self, url: str, name: str) -> AsyncIterator[bytes]:
        with translated():
            async with self._client() as client, client.stream("GET", url) as answer:
                if answer.status_code in (400, 403, 404, 410):
                    raise fault(Code.FILE_GONE, f"file: {answer.status_code}", name=name)
                if answer.status_code != 200:
                    raise fault(Code.CHAT_DOWN, f"file: {answer.status_code}")
                async for chunk in answer.aiter_bytes(CHUNK):
                    yield chunk

    def _client(self) -> httpx.AsyncClient:
        line = self._connection
        return httpx.AsyncClient(timeout=TIMEOUT, trust_env=line.is_far, verify=line.tls)

    async def _lying(self, path: Path, name: str) -> AsyncIterator[bytes]:
        try:
            file: BinaryIO = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            why = f"{path.parent} of the Bot API server is not here: share its volume"
            log.exception("a file of the Bot API server cannot be read", extra={"why": why})
            raise fault(Code.FILE_GONE, why, name=name) from error
        with file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
