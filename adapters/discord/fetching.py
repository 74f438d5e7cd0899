"""Brings in what a person attached: streamed, from Discord's own hosts only."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord

from adapters.discord.connection import Connection
from adapters.discord.faults import translated
from services.model import Shape, Source
from services.problems import Code, fault

CHUNK = 1 << 18
HOSTS = frozenset(("cdn.discordapp.com", "media.discordapp.net"))
TIMEOUT = aiohttp.ClientTimeout(total=1800, connect=15, sock_read=60)
GONE = (401, 403, 404, 410)


@dataclass(frozen=True, slots=True)
class Attached:
    """Where an attachment lies; channel and message when the chat still has it there."""

    url: str
    id: str
    channel: str = ""
    message: str = ""


def source_of(
    attachment: Mapping[str, Any], *, channel: str = "", message: str = "", is_voice: bool = False
) -> Source:
    """An attachment as Discord describes it, as a `Source`."""
    kind = str(attachment.get("content_type") or "")
    # Both are sent for voice messages only; a duration alone also for other sound.
    is_voice = is_voice or bool(attachment.get("waveform") and attachment.get("duration_secs"))
    shape = Shape.VOICE if is_voice else Shape.VIDEO if kind.startswith("video/") else Shape.AUDIO
    where = {"url": attachment["url"], "id": str(attachment["id"])}
    if message:
        where |= {"channel": channel, "message": message}
    return Source(
        name=str(attachment["filename"]),
        ref=json.dumps(where),
        bytes=int(attachment["size"]),
        shape=shape,
    )


def is_sound(attachment: Mapping[str, Any]) -> bool:
    """Whether it may hold sound: by what Discord says of it, which is not always something."""
    kind = str(attachment.get("content_type") or "")
    return not kind or kind.startswith(("audio/", "video/", "application/o"))


class Fetching:
    """Streams attachments; asks for a fresh address when the old one has expired."""

    def __init__(self, connection: Connection, api_base: str | None) -> None:
        self._connection = connection
        # Whoever stands in for the API stands in for the files too.
        self._own = _machine(api_base) if api_base else None

    async def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes. Raises `Fault` with `FILE_GONE` when Discord no longer has them."""
        where = Attached(**json.loads(source.ref))
        with translated():
            async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
                for url in (where.url, None):
                    address = url or await self._fresh(where, source.name)
                    async with session.get(self._checked(address), allow_redirects=False) as answer:
                        if answer.status in GONE and url:
                            continue
                        if answer.status in GONE:
                            raise fault(Code.FILE_GONE, name=source.name)
                        if answer.status != 200:
                            raise fault(Code.CHAT_DOWN, f"attachment: {answer.status}")
                        async for chunk in answer.content.iter_chunked(CHUNK):
                            yield chunk
                        return

    async def _fresh(self, where: Attached, name: str) -> str:
        """The address that the message has now; addresses are signed and expire."""
        if not where.message:
            raise fault(Code.FILE_GONE, name=name)
        client = await self._connection.client()
        try:
            message = await client.http.get_message(int(where.channel), int(where.message))
        except (discord.NotFound, discord.Forbidden):
            raise fault(Code.FILE_GONE, name=name) from None
        for attachment in message["attachments"]:
            if str(attachment["id"]) == where.id:
                return attachment["url"]
        raise fault(Code.FILE_GONE, name=name)

    def _checked(self, url: str) -> str:
        parts = urlsplit(url)
        is_discord = parts.scheme == "https" and parts.hostname in HOSTS
        if not is_discord and (self._own is None or _machine(url) != self._own):
            raise fault(Code.FILE_GONE, "an attachment lies on a host that is not Discord's")
        return url


def _machine(url: str) -> str:
    """The host of an address; every name of this very machine is one."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return "localhost" if ip_address(host).is_loopback else host
    return host
