"""/webhooks/<provider>: providers say that they are done. Anybody may knock, few are believed.

What is packed is not opened. What is wrong with a token gets the same answer as an address that
does not exist, before anything is read, and no look at the store. A callback that changes
something is answered after its commit.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.typedefs import Handler

from services.callbacks import PATH, Callbacks, Named, judge, path_name
from services.events import Called
from services.journal import Journal
from services.meters import Meters
from services.model import Job, Kind
from services.ports import Callback, Now, Provider
from services.recipes import Recipe
from services.records import KeptCallback, Verdict

log = logging.getLogger(__name__)

SLOWEST = 15.0  # seconds for a body
PATIENCE = 10.0  # seconds for the store; a provider that hears 503 comes again
STATUS = {
    Verdict.ACCEPTED: 200,
    Verdict.POKED: 200,
    Verdict.REPEATED: 200,
    Verdict.LATE: 200,
    Verdict.UNKNOWN: 404,
    Verdict.CONTRADICTING: 409,
    Verdict.MALFORMED: 400,
    Verdict.TOO_LARGE: 413,
    Verdict.ENCODED: 415,
    Verdict.SLOW: 408,
}
UNAVAILABLE = 503
ENCODING = "Content-Encoding"
# What a signature can depend on, whatever its sender calls it; nothing that lets somebody in.
KEPT_HEADER = re.compile(r"sign|\bsig\b|hmac|digest|timestamp|webhook|event|^content-type$", re.I)
MOST_HEADERS, LONGEST_HEADER = 20, 1_000
# What a reader stumbles over in JSON of another shape; nesting bombs among it.
UNREADABLE = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError
)  # fmt: skip


def callers(providers: Mapping[str, Provider]) -> list[Provider]:
    """Those who work elsewhere, so that they may call back."""
    return [provider for provider in providers.values() if provider.kind is Kind.WIRE]


class Hooks:
    """Takes callbacks: from the listener, or once more from the store."""

    def __init__(
        self,
        callbacks: Callbacks,
        journal: Journal,
        providers: Mapping[str, Provider],
        meters: Meters,
        now: Now,
    ) -> None:
        self._callbacks = callbacks
        self._journal = journal
        self._providers = providers
        self._meters = meters
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """Two for each provider, by its very name: /webhooks/ has other things as well."""
        found = []
        for provider in callers(self._providers):
            path, handler = PATH + path_name(provider.name), self._handler(provider)
            found += [web.post(path, handler), web.post(path + "/{token}", handler)]
        return found

    def _handler(self, provider: Provider) -> Handler:
        async def post(request: web.Request) -> web.Response:
            if _is_packed(request):
                self._meters.called(provider.name, Verdict.ENCODED)
                return await _hung_up(request, answer(STATUS[Verdict.ENCODED]))
            verdict = await self._received(provider, request)
            if verdict is None:
                return answer(UNAVAILABLE)
            self._meters.called(provider.name, verdict)
            return answer(STATUS[verdict])

        return post

    async def _received(self, provider: Provider, request: web.Request) -> Verdict | None:
        """None: the store does not answer."""
        token = request.match_info.get("token")
        if token is not None and self._named(provider, token) is None:
            return Verdict.UNKNOWN
        body = await _body(request)
        if isinstance(body, Verdict):
            return body
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.take(provider, token, request.headers, body)
        except Exception as error:  # noqa: BLE001 – whatever it is, a provider may come again
            # Not the error's own words: a database repeats the values, and so the body.
            about = {"provider": provider.name, "why": type(error).__name__}
            log.error("a callback could not be kept", extra=about)  # noqa: TRY400
            return None

    async def take(
        self, provider: Provider, token: str | None, headers: Mapping[str, str], body: bytes
    ) -> Verdict:
        """Judge one callback and, where it says something new, keep what it says.

        token: from the address that was called; None where that names no job.
        """
        called = None if token is None else self._named(provider, token)
        job = await self._job(called)
        if token is not None and job is None:
            return Verdict.UNKNOWN
        said = _read(provider, headers, body, job)
        if said is None:
            return Verdict.MALFORMED
        inside = self._named(provider, said.token)
        if called is not None and said.token and inside != called:
            return Verdict.CONTRADICTING
        named = called or inside
        job = job or await self._job(inside)
        if named is None or job is None:
            return Verdict.UNKNOWN
        kept = KeptCallback(
            provider=provider.name,
            job=job.id,
            attempt=named.attempt,
            at=self._now(),
            headers=_kept(headers),
            body=body,
            is_addressed=token is not None,
        )
        return await self._told(job, Called(said.ref, said.report), kept)

    async def _told(self, job: Job, event: Called, callback: KeptCallback) -> Verdict:
        verdict = judge(job, callback.attempt, event, self._now())
        # Only what is new waits for a turn to write.
        if verdict in (Verdict.ACCEPTED, Verdict.POKED):
            verdict = await self._journal.called(event, callback)
        if verdict is Verdict.CONTRADICTING:
            about = {"provider": callback.provider, "job": job.id}
            log.warning("a callback calls the job by another name", extra=about)
        return verdict

    def _named(self, provider: Provider, token: str) -> Named | None:
        named = self._callbacks.read(token, self._now())
        return named if named is not None and named.provider == provider.name else None

    async def _job(self, named: Named | None) -> Job | None:
        return None if named is None else await self._journal.job(named.job)


def answer(status: int) -> web.Response:
    """The same for all with this status; 404 as for an address that does not exist."""
    response = web.Response(status=status, text=f"{status}: {HTTPStatus(status).phrase}")
    if status == STATUS[Verdict.SLOW]:
        response.force_close()
    return response


def _is_packed(request: web.Request) -> bool:
    """The server would unpack it, and what was signed is what was sent."""
    return any(how.strip().lower() != "identity" for how in request.headers.getall(ENCODING, ()))


async def _hung_up(request: web.Request, response: web.Response) -> web.Response:
    """Answer and close: a body that cannot be unpacked would make the server fall over it."""
    response.force_close()
    await response.prepare(request)
    await response.write_eof()
    request.protocol.force_close()
    return response


async def _body(request: web.Request) -> bytes | Verdict:
    """The bytes as they were sent, or why they are not taken."""
    if (request.content_length or 0) > request.client_max_size:
        return Verdict.TOO_LARGE
    try:
        async with asyncio.timeout(SLOWEST):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return Verdict.TOO_LARGE
    except TimeoutError:
        return Verdict.SLOW
    except (web.RequestPayloadError, BadHttpMessage):
        return Verdict.MALFORMED


def _read(
    provider: Provider, headers: Mapping[str, str], body: bytes, job: Job | None
) -> Callback | None:
    recipe: Recipe | None = replace(job.recipe, format=job.master) if job is not None else None
    try:
        return provider.read_callback(headers, body, recipe)
    except UNREADABLE as error:
        # Of a job of ours: perhaps the provider has changed its ways.
        if job is not None:
            about = {"provider": provider.name, "job": job.id, "why": type(error).__name__}
            log.warning("a callback that cannot be read", extra=about)
        return None


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    named = [(name, headers[name]) for name in headers if KEPT_HEADER.search(name)]
    return {name: value[:LONGEST_HEADER] for name, value in named[:MOST_HEADERS]}
