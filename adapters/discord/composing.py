"""What a message consists of: a card's words, buttons and files, as the library sends them."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import discord

from adapters.discord import buttons, markup
from adapters.discord.limits import DESCRIPTION, HEADROOM, VOICE_FLAG
from adapters.discord.place import Place
from services.model import Track
from services.ports import Files, Now
from services.showing import Card, Text

VOICE_NAME = "voice-message.ogg"


class Composing:
    """Opens the files of a message for as long as it takes to send it."""

    def __init__(self, files: Files, now: Now) -> None:
        self._files = files
        self._now = now

    @asynccontextmanager
    async def message(
        self, card: Card, place: Place, mention: str = ""
    ) -> AsyncIterator[dict[str, Any]]:
        """The parameters of a send. mention: who is told about it."""
        room = place.bytes(self._now()) * HEADROOM
        documents = [one for one in card.documents if len(one.content) <= room]
        if len(documents) < len(card.documents):
            card = replace(card, lines=(*card.lines, Text("discord-document")))
        parts: dict[str, Any] = {
            "content": markup.content(card, place.locale, mention),
            "allowed_mentions": _mentions(mention),
        }
        view = buttons.view(card, place.locale)
        if view is not None:
            parts["view"] = view
        async with AsyncExitStack() as stack:
            files = [await self._file(stack, track) for track in card.tracks]
            if card.picture is not None:
                path = await stack.enter_async_context(self._files.local(card.picture.key))
                about = markup.label(card.alt, place.locale, DESCRIPTION) if card.alt else None
                files.append(discord.File(path, "before-after.png", description=about))
                stack.callback(files[-1].close)
            for one in documents:
                files.append(discord.File(io.BytesIO(one.content), one.name))
                stack.callback(files[-1].close)
            if files:
                parts["files"] = files
            yield parts

    async def _file(self, stack: AsyncExitStack, track: Track) -> discord.File:
        path = await stack.enter_async_context(self._files.local(track.key))
        file = discord.File(path, track.name)
        stack.callback(file.close)
        return file

    @asynccontextmanager
    async def voice(self, track: Track, key: str) -> AsyncIterator[dict[str, Any]]:
        """A voice message. The library has no parameter for it, so the form is written here."""
        about: dict[str, Any] = {
            "id": "0",
            "filename": VOICE_NAME,
            "duration_secs": round(track.seconds, 2),
            "waveform": track.waveform,
        }
        told = {"flags": VOICE_FLAG, "attachments": [about], "nonce": key, "enforce_nonce": True}
        told["allowed_mentions"] = {"parse": []}
        async with self._files.local(track.key) as path, AsyncExitStack() as stack:
            file = discord.File(path, VOICE_NAME)
            stack.callback(file.close)
            form: list[dict[str, Any]] = [
                {"name": "payload_json", "value": json.dumps(told)},
                {
                    "name": "files[0]",
                    "value": file.fp,
                    "filename": file.filename,
                    "content_type": "audio/ogg",
                },
            ]
            yield {"form": form, "files": [file]}


def edited(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What to send, as an edit takes it: buttons that are gone must be taken away."""
    changed = {name: value for name, value in parts.items() if name != "files"}
    changed.setdefault("view", None)
    if "files" in parts:
        changed["attachments"] = parts["files"]
    return changed


def _mentions(person: str) -> discord.AllowedMentions:
    if not person:
        return discord.AllowedMentions.none()
    return discord.AllowedMentions(
        everyone=False, roles=False, replied_user=False, users=[discord.Object(int(person))]
    )
