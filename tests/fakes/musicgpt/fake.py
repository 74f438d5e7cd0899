"""The whole pretended MusicGPT: what there is, and what tests do with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import aiohttp
from aiohttp import web

from tests.fakes.discord.waiting import until
from tests.fakes.loopback import served
from tests.fakes.musicgpt import serving, shapes
from tests.fakes.musicgpt.model import (
    EITHER,
    OPERATIONS,
    PREPROCESSING,
    STEMS,
    TYPES,
    Fault,
    Seen,
    Task,
)
from tests.fakes.musicgpt.serving import Faults, Rates, Refused

PREFIX = "/api/public"
KNOWN = {"audio_url", "webhook_url"}
LISTS = {"stems": STEMS, "preprocessing_options": PREPROCESSING}


class FakeMusicGpt:
    """A MusicGPT on loopback; how to use it is said in the package."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.origin = ""
        self.key = "mgpt-loopback-key"
        # What tests may turn.
        self.is_capital = False  # /v1/Denoise and /v1/extraction
        self.wording = EITHER
        self.eta: object = 59
        self.estimate: object = 0.48
        self.cost = 0.48
        self.is_chatty = True  # `message` and `status` in answers to submissions
        self.is_wrapped = True  # `conversion` around what byId says
        self.answer_shape: str | None = None  # of what byId says of results
        self.shows_names = False
        self.auto_finish: int | None = None
        self.auto_call: str | None = None
        self.retry_after: str | None = None  # in the place of the true one
        self.linked = b""  # the sound behind every link
        # What was seen.
        self.requests: list[Seen] = []
        self.tasks: dict[str, Task] = {}
        self.broken: list[str] = []
        self.limited: list[str] = []
        self._rates = Rates(self.now)
        self._faults = Faults()

    @classmethod
    @asynccontextmanager
    async def running(cls, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        """A MusicGPT that listens on loopback."""
        fake = cls(now)
        async with served(fake._app()) as fake.origin:
            try:
                yield fake
            finally:
                fake.let_go()

    @property
    def base(self) -> str:
        """What our settings call base_url."""
        return f"{self.origin}{PREFIX}"

    def fail(self, endpoint: str, *faults: Fault, times: float = 1) -> None:
        """Let the next calls of an endpoint go wrong."""
        for fault in faults:
            self._faults.plan(endpoint, fault, times)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def let_go(self) -> None:
        """Answer what is held, now and later."""
        self._faults.let_go()

    def asked(self, endpoint: str) -> list[Seen]:
        """The requests to an endpoint."""
        return [one for one in self.requests if one.endpoint == endpoint]

    async def submitted(self, count: int = 1) -> Task:
        """The newest submission, once there are so many."""
        await until(lambda: len(self.tasks) >= count, 20, lambda: f"{len(self.tasks)} submissions")
        return list(self.tasks.values())[-1]

    async def held(self, count: int = 1) -> None:
        """Return once so many requests are held."""
        await until(lambda: self._faults.held >= count, 20, lambda: f"{self._faults.held} are held")

    # What becomes of tasks.

    async def finish(self, task: Task, outputs: dict[str, bytes] | None = None) -> None:
        """Done: byId says so, and results can be fetched."""
        task.status = "COMPLETED"
        task.outputs = outputs or {}
        if self.auto_call:
            await self.call_back(task, self.auto_call)

    async def break_off(self, task: Task, reason: str, *, status: str = "FAILED") -> None:
        """It could not be done; with status "flagged", it was not allowed."""
        task.flagged = status == "flagged"
        task.status = "FAILED" if task.flagged else status
        task.reason = reason
        if self.auto_call:
            await self.call_back(task, "flagged" if task.flagged else "failed")

    async def call_back(
        self,
        task: Task,
        shape: str = "deecho",
        *,
        raw: bytes | None = None,
        at_once: int = 1,
        to: str | None = None,
        **changes: object,
    ) -> list[int]:
        """POST a callback; the statuses that came. Nothing where no webhook_url was given."""
        url = to or task.webhook_url
        if not url:
            return []
        body = (
            json.dumps({**shapes.SHAPES[shape](task), **changes}).encode() if raw is None else raw
        )
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(headers=headers) as session:

            async def post() -> int:
                async with session.post(url, data=body) as response:
                    await response.read()
                    return response.status

            return list(await asyncio.gather(*(post() for _ in range(at_once))))

    # The server.

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=serving.MOST)
        routes = {
            "denoise": self._convert, "deecho": self._convert, "dereverb": self._convert,
            "Extraction": self._convert, "byId": self._by_id, "byUser": self._by_user,
        }  # fmt: skip

        async def called(request: web.Request) -> web.StreamResponse:
            name = request.match_info["name"]
            endpoint = self._endpoint(name)
            work = routes.get(endpoint or "")
            if endpoint is None or work is None:
                await self._note(request, name)
                return serving.refusal(Refused(404, "Not Found"))
            return await self._pass(request, endpoint, work)

        app.router.add_route("*", f"{PREFIX}/v1/{{name}}", called)
        app.router.add_get("/conversions/{name}", self._results)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        return app

    def _endpoint(self, name: str) -> str | None:
        """Paths match with their case; `is_capital` is the other spelling of all of them."""
        if name in ("byId", "byUser"):
            return name
        spelled = name[:1].swapcase() + name[1:] if self.is_capital else name
        return spelled if spelled in OPERATIONS else None

    async def _note(self, request: web.Request, endpoint: str) -> Seen:
        seen = await serving.read(request, endpoint)
        self.requests.append(seen)
        return seen

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        await self._note(request, "?")
        self.broken.append(f"nothing is at {request.path}")
        return serving.refusal(Refused(404, "Not Found"))

    async def _results(self, request: web.Request) -> web.StreamResponse:
        return await self._pass(request, "results", self._result)

    async def _pass(self, request: web.Request, endpoint: str, work) -> web.StreamResponse:
        seen = await self._note(request, endpoint)
        fault = self._faults.next(endpoint)
        try:
            if fault is None:
                return await work(seen)
            done = await work(seen) if fault.swallow else None
            if fault.hold:
                await self._faults.wait()
                return done if done is not None else await work(seen)
            return await serving.answer(request, fault)
        except Refused as no:
            return serving.refusal(no)

    def _admit(self, seen: Seen) -> None:
        if seen.headers.get("authorization") != self.key:
            self.broken.append("the key is not sent bare")
            raise Refused(401, "Unauthorized")
        wait = self._rates.take(seen.endpoint)
        if wait > 0:
            self.limited.append(seen.endpoint)
            told = self.retry_after if self.retry_after is not None else str(int(wait) + 1)
            raise Refused(429, "Too many requests", {"Retry-After": told})

    async def _convert(self, seen: Seen) -> web.StreamResponse:
        if seen.method != "POST":
            raise Refused(405, "Method Not Allowed")
        self._admit(seen)
        lists = self._check(seen)
        task = Task(
            str(uuid4()), str(uuid4()), seen.endpoint, seen.fields, seen.file,
            lists.get("stems") or ["drums", "bass", "piano", "guitar"],
            self.now(), self.origin, cost=self.cost,
        )  # fmt: skip
        if seen.endpoint != "Extraction":
            task.stems = []
        self.tasks[task.task_id] = task
        said = {
            "success": True,
            "task_id": task.task_id,
            "conversion_id": task.conversion_id,
            "eta": self.eta,
        }
        if self.estimate is not None:
            said["credit_estimate"] = self.estimate
        if self.is_chatty:
            said |= {"message": "Message published to queue", "status": "IN_QUEUE"}
        return web.json_response(said)

    def _check(self, seen: Seen) -> dict[str, list[str]]:
        is_split = seen.endpoint == "Extraction"
        if unknown := set(seen.fields) - KNOWN - (set(LISTS) if is_split else set()):
            self.broken.append(f"unknown fields: {sorted(unknown)}")
        # An empty address counts as absent.
        given = [bool(seen.fields.get("audio_url")), seen.file is not None]
        if not any(given):
            raise Refused(422, self.wording)
        if all(given):
            self.broken.append("both a link and a file")
        return {name: _names(seen, name) for name in LISTS if is_split}

    async def _by_id(self, seen: Seen) -> web.StreamResponse:
        self._admit(seen)
        kind, ids = seen.query.get("conversionType"), ("task_id", "conversion_id")
        given = [(name, seen.query[name]) for name in ids if seen.query.get(name)]
        if kind not in TYPES or len(given) != 1:
            raise Refused(400, "conversionType and exactly one id are required.")
        name, value = given[0]
        task = next((one for one in self.tasks.values() if getattr(one, name) == value), None)
        if task is None or task.type != kind:
            raise Refused(404, "Conversion not found")
        task.questions += 1
        is_open = task.status in ("IN_QUEUE", "IN_PROGRESS")
        if self.auto_finish is not None and task.questions >= self.auto_finish and is_open:
            await self.finish(task)
        said = shapes.conversion(task, self.answer_shape)
        return web.json_response({"success": True, "conversion": said} if self.is_wrapped else said)

    async def _by_user(self, seen: Seen) -> web.StreamResponse:
        self._admit(seen)
        asked = seen.query
        since = asked.get("startDate", "")
        begin = datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)
        kind = asked.get("conversionType")
        found = [
            task
            for task in self.tasks.values()
            if task.created_at >= begin and (kind is None or task.type == kind)
        ]
        if asked.get("sortOrder") == "desc":
            found.reverse()
        said = [self._listed(task) for task in found[: int(asked.get("limit", 20))]]
        return web.json_response({"success": True, "conversions": said})

    def _listed(self, task: Task) -> dict:
        said = shapes.conversion(task, self.answer_shape)
        name = task.file.name if self.shows_names and task.file else ""
        return {**said, "title": name}

    async def _result(self, seen: Seen) -> web.StreamResponse:
        if "authorization" in seen.headers:
            self.broken.append("a result was fetched with a key")
        stem, _, ending = seen.path.rpartition("/")[2].rpartition(".")
        task_id, _, name = stem.partition("_")
        task = self.tasks.get(task_id)
        if task is None or task.status != "COMPLETED":
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        sound = task.file.data if task.file else self.linked
        mime = {"mp3": "audio/mpeg"}.get(ending, "audio/wav")
        return web.Response(body=task.outputs.get(name, sound), content_type=mime)


def _names(seen: Seen, name: str) -> list[str]:
    """A text that holds a JSON list of known names; nothing and "[]" are the same."""
    try:
        given = json.loads(seen.fields.get(name) or "[]")
    except ValueError:
        raise Refused(422, f"{name} must be a JSON list.") from None
    is_list = isinstance(given, list) and all(isinstance(one, str) for one in given)
    if not is_list or not set(given) <= set(LISTS[name]):
        raise Refused(422, f"{name} has names that are not known.")
    return given
