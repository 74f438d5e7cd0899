"""What a program sends: fields, and one file that is streamed to Files as it comes."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from adapters.api.refusing import Refused, too_large
from services.model import INCOMING, Source
from services.ports import Files
from services.problems import Code, Fault

MULTIPART, ENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
CHUNK = 1 << 18  # bytes
MOST_FIELDS = 64 * 1024  # bytes of all fields together
MOST_PARTS = 50
LATE = "The rest of the form did not come in time."
LONGEST_SECONDS = 3600  # of a whole form
IDLE_SECONDS = 60  # a sender who is silent for longer has gone
# What a reader of forms stumbles over.
MALFORMED = (ValueError, LookupError, AssertionError, RuntimeError, BadHttpMessage)


@dataclass(slots=True)
class Form:
    """What came. file: where its sound lies now; None: none came."""

    fields: dict[str, str] = field(default_factory=dict)
    file: Source | None = None

    @property
    def mark(self) -> str:
        """Tells this form from others; the bytes of the file are not looked at."""
        file = (self.file.name, self.file.bytes) if self.file else None
        return sha256(repr((sorted(self.fields.items()), file)).encode()).hexdigest()[:20]


async def read(
    request: web.Request, files: Files, file_field: str, most: int, kinds: tuple[str, ...]
) -> Form:
    """The form; whoever gets it owns the file. Raises `Refused` and leaves nothing behind.

    kinds: the content types that are taken.
    """
    kind = _kind(request, kinds)
    if kind not in kinds:
        raise Refused("invalid_request", f"Send the form as {' or '.join(kinds)}.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("invalid_request", "Send the form as it is, not packed.")
    form, late = Form(), asyncio.timeout(LONGEST_SECONDS)
    try:
        if kind == ENCODED:
            form.fields = await _encoded(request)
        else:
            async with late:
                await _Reading(files, file_field, most, form).run(request)
    except BaseException:
        await discard(files, form)
        if kind == MULTIPART and late.expired():
            raise Refused("invalid_request", LATE) from None
        raise
    return form


@contextmanager
def _from_sender() -> Iterator[None]:
    """What goes wrong with what comes in is the sender's; what goes wrong with Files is not."""
    try:
        yield
    except TimeoutError:
        raise Refused("invalid_request", LATE) from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused("invalid_request", "The fields of the form are too large.") from None
    except MALFORMED:
        raise Refused("invalid_request", "The form cannot be read.") from None


async def discard(files: Files, form: Form) -> None:
    """Nobody needs its file."""
    if form.file is not None:
        await files.delete(form.file.key)


def _kind(request: web.Request, kinds: tuple[str, ...]) -> str:
    """What the body says that it is. A sample of MusicGPT's sends encoded fields without a word."""
    is_said = "Content-Type" in request.headers
    return ENCODED if ENCODED in kinds and not is_said else request.content_type


async def _encoded(request: web.Request) -> dict[str, str]:
    with _from_sender():
        async with asyncio.timeout(IDLE_SECONDS):
            body = await request.read()
        read = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_PARTS)
    return dict(read)


class _Reading:
    """Goes through the parts of one form, in the order in which they come."""

    def __init__(self, files: Files, file_field: str, most: int, form: Form) -> None:
        self._files = files
        self._file_field = file_field
        self._most = most
        self._form = form
        self._left = MOST_FIELDS

    async def run(self, request: web.Request) -> None:
        with _from_sender():
            reader = await request.multipart()
        for _ in range(MOST_PARTS):
            with _from_sender():
                async with asyncio.timeout(IDLE_SECONDS):
                    part = await reader.next()
            if part is None:
                return
            if isinstance(part, MultipartReader):
                raise Refused("invalid_request", "A form inside a form cannot be read.")
            await self._take(part)
        raise Refused("invalid_request", "The form has too many parts.")

    async def _take(self, part: BodyPartReader) -> None:
        if part.name == self._file_field:
            await self._store(part)
        elif part.filename is not None:
            await self._skip(part)
        elif part.name:
            self._form.fields[part.name] = await self._text(part)
        else:
            await self._skip(part)

    async def _store(self, part: BodyPartReader) -> None:
        if self._form.file is not None:
            raise Refused("invalid_request", f"Only one {self._file_field} can be sent.")
        key = f"{INCOMING}{secrets.token_hex(16)}/source"
        try:
            size = await self._files.put(key, _chunks(part), max_bytes=self._most)
        except Fault as error:
            if error.problem.code is not Code.TOO_LARGE:
                raise
            raise too_large(self._most) from None
        name = part.filename or ""
        if size == 0 and not name:
            # An empty field is what some programs send for no file.
            await self._files.delete(key)
            return
        self._form.file = Source(name=name, key=key, bytes=size)

    async def _skip(self, part: BodyPartReader) -> None:
        """A file under another name is none; what is missing is said when all was read."""
        left = self._most
        async for chunk in _chunks(part):
            left -= len(chunk)
            if left < 0:
                raise too_large(self._most)

    async def _text(self, part: BodyPartReader) -> str:
        read = b""
        async for chunk in _chunks(part):
            read += chunk
            self._left -= len(chunk)
            if self._left < 0:
                raise Refused("invalid_request", "The fields of the form are too large.")
        with _from_sender():
            return read.decode()


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        with _from_sender():
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await part.read_chunk(CHUNK)
        if not chunk:
            return
        yield chunk
