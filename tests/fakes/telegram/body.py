"""Reading the body of a request: JSON, a form, a multipart form or the query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.telegram.model import Call, FilePart
from tests.fakes.telegram.refusal import bad

STRUCTURES = {
    "reply_markup", "reply_parameters", "media", "entities", "caption_entities", "commands",
    "scope", "reaction", "allowed_updates", "link_preview_options", "result",
}  # fmt: skip
NUMBERS = {"chat_id", "message_id", "message_thread_id", "duration", "user_id"}


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, read."""

    method: str
    params: dict[str, Any]
    files: dict[str, FilePart]
    request: web.Request

    def text(self, name: str, default: str = "") -> str:
        found = self.params.get(name)
        return default if found is None else str(found)

    def number(self, name: str) -> int | None:
        found = self.params.get(name)
        try:
            return None if found in (None, "") else int(found)
        except (TypeError, ValueError):
            raise bad(f"parameter {name!r} is no number", breach=True) from None

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """A structured parameter; forms carry it as text."""
        found = self.params.get(name)
        if not isinstance(found, str):
            return found
        try:
            return json.loads(found) if found else None
        except ValueError:
            raise bad(f"can't parse {name} JSON object", breach=True) from None


async def read(request: web.Request, method: str) -> Ask:
    """All of a request."""
    params: dict[str, Any] = dict(request.query)
    files: dict[str, FilePart] = {}
    match request.content_type:
        case "multipart/form-data":
            await _read_parts(request, params, files)
        case "application/json" if request.can_read_body:
            try:
                params |= json.loads(await request.read() or b"{}")
            except ValueError:
                raise bad("can't parse JSON object", breach=True) from None
        case _ if request.can_read_body:
            params |= {key: str(value) for key, value in (await request.post()).items()}
    return Ask(method, params, files, request)


async def _read_parts(request: web.Request, params, files) -> None:
    async for part in await request.multipart():
        data = bytes(await part.read())
        if part.filename is None:
            params[part.name] = data.decode()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = FilePart(part.filename, kind, data)


def written_down(ask: Ask) -> Call:
    """The request for the transcript, its parameters as values whatever carried them."""
    params = {key: _value(key, value) for key, value in ask.params.items()}
    chat = params.get("chat_id")
    number = chat if isinstance(chat, int) else None
    return Call(ask.method, params, list(ask.files.values()), number)


def _value(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        if key in STRUCTURES:
            return json.loads(value)
        return int(value) if key in NUMBERS else value
    except ValueError:
        return value
