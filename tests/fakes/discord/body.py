"""Reading the body of a request."""

import json
import re
from typing import Any

from aiohttp import web

from tests.fakes.discord.model import Ask, FilePart
from tests.fakes.discord.refusal import Refused


async def read(request: web.Request) -> Ask:
    """All of a request; JSON or a form with `payload_json` and `files[n]`."""
    found, files = None, {}
    if request.content_type == "multipart/form-data":
        found, files = await _read_form(request)
    elif request.can_read_body:
        found = _parse(await request.read())
    size = request.content_length or sum(len(part.data) for part in files.values())
    return Ask(dict(request.match_info), dict(request.query), found, files, size)


async def _read_form(request: web.Request) -> tuple[Any, dict[int, FilePart]]:
    found, files = None, {}
    async for part in await request.multipart():
        data = bytes(await part.read())
        if part.name == "payload_json":
            found = _parse(data)
        elif match := re.fullmatch(r"files\[(\d+)\]", part.name or ""):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[int(match[1])] = FilePart(part.filename or "unnamed", kind, data)
    return found, files


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        raise Refused(400, 50109, "The request body is not valid JSON", breach=True) from None
