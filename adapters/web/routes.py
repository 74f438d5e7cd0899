"""The addresses of the web chat."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from aiohttp import web

from adapters import assets
from adapters.assets import Asset
from adapters.ranges import disposition
from adapters.web import boot, pages, plain
from adapters.web.asks import Asking, Visitor, read_body
from adapters.web.board import Board
from adapters.web.events import Stream, after_of
from adapters.web.guard import Guard, refuse
from adapters.web.languages import locale_of, reader_of
from adapters.web.sounds import FIXED, Sounds
from adapters.web.uploads import Uploads
from adapters.web.visitors import Visitors
from services import texts
from services.ports import Store

MOST_BYTES = 64 * 1024  # of an ask
BODY_SECONDS = 15
LANGUAGES = {"en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True)
class Chat:
    """The handlers, with what they need."""

    store: Store
    board: Board
    visitors: Visitors
    uploads: Uploads
    asking: Asking
    sounds: Sounds
    files: dict[str, Asset]
    is_local: bool

    def routes(self, guard: Guard) -> Sequence[web.AbstractRouteDef]:
        """Every address, behind the guard."""
        wrap = guard.wrap
        return (
            web.get("/", wrap(self.page)),
            web.get("/chat/static/{name}", wrap(self.static)),
            web.get("/chat/boot", wrap(self.boot)),
            web.post("/chat/door", wrap(self.door)),
            web.post("/chat/files", wrap(self.upload)),
            web.post("/chat/asks", wrap(self.ask)),
            web.get("/chat/events", wrap(self.events)),
            web.get("/chat/sound/{job}/{part}", wrap(self.sound)),
            web.get("/chat/picture/{job}", wrap(self.picture)),
            web.get(r"/chat/document/{seq:\d{1,18}}/{n:\d{1,2}}", wrap(self.document)),
        )

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The frame of the page; whether a password is needed, its first question tells."""
        return web.Response(text=pages.page(locale_of(request)), content_type="text/html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Scripts, styles and the icon."""
        return assets.answer(request, self.files.get(request.match_info["name"]))

    async def boot(self, request: web.Request) -> web.StreamResponse:
        """Words and commands; 401 with the words alone before a closed door."""
        known = self.visitors.known(request)
        locale = await self._locale(request, known)
        table = self.asking.desk.commands
        frame = {
            "locale": locale,
            "locales": _languages(),
            "texts": boot.words(locale, table),
        }
        if not self.visitors.may_enter(request):
            return web.json_response(frame, status=401)
        visitor = known or self.visitors.stranger()
        response = web.json_response(
            {
                **frame,
                "chat": sha256(visitor.encode()).hexdigest()[:12],
                "commands": boot.commands(table, locale),
                "limits": {"bytes": self.uploads.max_bytes},
                "is_local": self.is_local,
                "has_sample": pages.SAMPLE in self.files,
            }
        )
        self.visitors.welcome(visitor, response)
        return response

    async def door(self, request: web.Request) -> web.StreamResponse:
        """Take the password."""
        response = web.json_response({"open": True})
        is_open = self.visitors.knock(request, _password(await _body(request)), response)
        if is_open is None:
            late = refuse(request, 429, "web-password-wait")
            late.headers["Retry-After"] = "60"
            return late
        return response if is_open else refuse(request, 403, "web-password-wrong")

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file in."""
        visitor = self.visitors.known(request)
        if visitor is None:
            return refuse(request, 401, "web-reload")
        return web.json_response(await self.uploads.take(request, visitor))

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Take an ask; its answer comes as messages."""
        visitor = self.visitors.known(request)
        if visitor is None:
            return refuse(request, 401, "web-reload")
        body = read_body(await _body(request))
        if body is None:
            return refuse(request, 400, "web-reload")
        locale = await self._locale(request, visitor)
        taken = await self.asking.take(body, Visitor(visitor, locale, self.is_local))
        return web.json_response({"event": body.event, "taken": taken})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What is new, for as long as the page stays."""
        visitor = self.visitors.known(request)
        if visitor is None:
            return refuse(request, 401, "web-reload")
        reader = replace(reader_of(request), locale=await self._locale(request, visitor))
        stream = Stream(self.store, self.board, visitor, reader)
        return await stream.run(request, after_of(request))

    async def sound(self, request: web.Request) -> web.StreamResponse:
        """A sound of one of the visitor's own jobs; with `play=1` as every browser plays it."""
        visitor = self.visitors.known(request) or ""
        names = request.match_info
        is_copy = request.query.get("play") == "1"
        find = self.sounds.playable if is_copy else self.sounds.sound
        blob = await find(names["job"], names["part"], visitor)
        return await self.sounds.send(request, blob)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """The picture of one of the visitor's own jobs."""
        visitor = self.visitors.known(request) or ""
        blob = await self.sounds.picture(request.match_info["job"], visitor)
        return await self.sounds.send(request, blob)

    async def document(self, request: web.Request) -> web.StreamResponse:
        """A small file in one of the visitor's own messages."""
        visitor = self.visitors.known(request) or ""
        seq, n = int(request.match_info["seq"]), int(request.match_info["n"])
        rows = await self.store.read(lambda tx: tx.messages(visitor, seq - 1, 1))
        found = plain.document_in(rows[0].body, n) if rows and rows[0].seq == seq else None
        if found is None:
            return web.Response(status=404, text="")
        name, content = found
        headers = {**FIXED, "Content-Disposition": disposition(name, is_download=True)}
        return web.Response(body=content, content_type="application/octet-stream", headers=headers)

    async def _locale(self, request: web.Request, visitor: str | None) -> str:
        """As chosen on the page, else as set by the visitor, else as their browser says."""
        if visitor is None or request.query.get("lang", "") in texts.LOCALES:
            return locale_of(request)
        who = Visitor(visitor, locale_of(request), self.is_local)
        wanted = (await self.asking.desk.prefers(who.address, who.person)).language
        return wanted if wanted in texts.LOCALES else who.locale


async def _body(request: web.Request) -> bytes:
    """A small body, within seconds."""
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    body = b""
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MOST_BYTES:
                raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    return body


def _password(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("password", ""))[:1000] if isinstance(said, dict) else ""


def _languages() -> list[dict[str, str]]:
    return [{"tag": tag, "name": LANGUAGES.get(tag, tag)} for tag in texts.LOCALES]
