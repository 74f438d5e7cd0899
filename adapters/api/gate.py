"""Who asks: the key, what it may do, how often; and every answer in its dialect's own shape."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from adapters.api.headers import RETRY
from adapters.api.places import Told
from adapters.api.rates import Rates, Standing
from adapters.api.refusing import NO_ADDRESS, NO_METHOD, Refused, refused, too_large
from adapters.plugin import Core
from adapters.remote import address_of
from adapters.wire.noise_remover import MOST_BYTES
from services import behalf, keys
from services.keys import Key
from services.model import Address, Job, Person
from services.problems import Fault
from services.quotas import Allowance

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
SLACK = 1_000_000  # bytes of a form beside its file
AT_ONCE = 100  # requests of one key
WRONG_KEYS = 60.0  # requests a minute from one address with a key that is none

R = TypeVar("R")
Handler = Callable[["Call"], Awaitable[web.StreamResponse]]
Serve = Callable[[web.Request, Told], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a program with a key."""

    request: web.Request
    key: Key
    allowance: Allowance

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return int(min(MOST_BYTES, self.allowance.file_bytes))

    @property
    def person(self) -> Person:
        """A key is its own person, and looks after its space."""
        return Person(self.key.id, is_admin=True)

    @property
    def address(self) -> Address:
        """Its space."""
        return self.key.address


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one API names its key and words its errors.

    counts_as: which requests are counted together, and how many of them a minute has at least.
    """

    name: str
    key_of: Callable[[web.Request], str]
    error: Callable[[Refused], Mapping[str, object]]
    status: Callable[[Refused], int]
    counts_as: Callable[[web.Request], tuple[str, float]]


class Gate:
    """Wraps the handlers of one dialect.

    rates, under_way: what was asked lately, and the requests of each key that are being answered.
    """

    def __init__(self, dialect: Dialect, core: Core, rates: Rates, under_way: Counter[str]) -> None:
        self._dialect = dialect
        self._store = core.store
        self._desk = core.desk
        self._rates = rates
        self._now = core.now
        self._proxies = core.trusted_proxies
        self._open = under_way

    def wrap(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """`handler`, for those with a key; whatever goes wrong is told in the dialect."""

        async def answer(request: web.Request) -> web.StreamResponse:
            standing: list[Standing] = []

            async def handled() -> web.StreamResponse:
                call = await self._known(request)
                # Whoever sends much waits in a line of their own.
                behalf.act_for(call.address)
                standing.append(self._count(request, call))
                _check_size(call)
                with self._one_more(call):
                    return await handler(call)

            response = await self._told(handled)
            if not response.prepared:
                self._tell(response, standing[0] if standing else self._stranger(request))
            return response

        return answer

    def link(self, serve: Serve) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """`serve`, for links that are good without a key; they too say where it stands."""

        async def answer(request: web.Request) -> web.StreamResponse:
            async def told(job: Job | None) -> Mapping[str, str]:
                standing = await self._of(request, job) if job else self._stranger(request)
                return standing.headers

            response = await self._told(lambda: serve(request, told))
            if not response.prepared:
                self._tell(response, self._stranger(request))
            return response

        return answer

    def expecting(self) -> Callable[[web.Request], Awaitable[web.StreamResponse | None]]:
        """For programs that ask before they send: what is refused anyway need not be sent."""

        async def expect(request: web.Request) -> web.StreamResponse | None:
            async def welcomed() -> web.StreamResponse | None:
                _check_size(await self._known(request))
                return None

            response = await self._told(welcomed)
            if response is not None:
                self._tell(response, self._stranger(request))
                response.force_close()
                return response
            if request.transport is not None:
                request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None

        return expect

    async def _told(self, do: Callable[[], Awaitable[R]]) -> R | web.Response:
        """What it gives; whatever goes wrong is told in the dialect."""
        try:
            return await do()
        except Refused as no:
            return self._refusal(no)
        except Fault as error:
            return self._refusal(refused(error.problem))
        except (web.HTTPException, ConnectionError, BadHttpMessage):
            raise
        except Exception:
            log.exception("API request failed", extra={"dialect": self._dialect.name})
            return self._refusal(Refused("server_error"))

    @contextmanager
    def _one_more(self, call: Call) -> Iterator[None]:
        """Raises `Refused` where so many of this key are under way that sockets could run out."""
        if self._open[call.key.id] >= AT_ONCE:
            raise Refused("rate_limit_exceeded", headers={RETRY: "1"})
        self._open[call.key.id] += 1
        try:
            yield
        finally:
            self._open[call.key.id] -= 1
            if not self._open[call.key.id]:
                del self._open[call.key.id]

    def nothing(self) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For addresses that do not exist."""

        async def handler(call: Call) -> web.StreamResponse:
            raise Refused(NO_ADDRESS)

        return self.wrap(handler)

    def no_method(self, allowed: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For methods that an address does not take."""

        async def handler(call: Call) -> web.StreamResponse:
            raise Refused(NO_METHOD, headers={"Allow": allowed})

        return self.wrap(handler)

    async def _known(self, request: web.Request) -> Call:
        text = self._dialect.key_of(request)
        key = await self._store.read(lambda tx: keys.find(tx, text))
        if key is None:
            standing = self._stranger(request, is_counted=True)
            if standing.is_over:
                raise self._too_often(standing)
            raise Refused("unauthorized", headers={"WWW-Authenticate": "Bearer"})
        allowance = await self._desk.allowance(key.address, Person(key.id, is_admin=True))
        return Call(request, key, allowance)

    async def _of(self, request: web.Request, job: Job) -> Standing:
        """Where the key stands whose job this is."""
        allowance = await self._desk.allowance(job.address, job.person)
        return self._rates.look(*self._counted(request, job.address.space, allowance))

    def _counted(self, request: web.Request, key: str, allowance: Allowance) -> tuple[str, float]:
        """As what such a request of a key is counted, and how many of them a minute has."""
        kind, least = self._dialect.counts_as(request)
        return f"{key} {kind}", max(allowance.requests, least)

    def _count(self, request: web.Request, call: Call) -> Standing:
        standing = self._rates.take(*self._counted(request, call.key.id, call.allowance))
        if standing.is_over:
            raise self._too_often(standing)
        return standing

    def _too_often(self, standing: Standing) -> Refused:
        wait = str(standing.wait(self._now()))
        told = {RETRY: wait, **standing.headers}
        return Refused("rate_limit_exceeded", headers=told)

    def _stranger(self, request: web.Request, *, is_counted: bool = False) -> Standing:
        """Where somebody stands who has no key that opens anything."""
        who = f"{address_of(request, self._proxies)} {self._dialect.name}"
        return (
            self._rates.take(who, WRONG_KEYS) if is_counted else self._rates.look(who, WRONG_KEYS)
        )

    def _refusal(self, no: Refused) -> web.Response:
        told = self._dialect.error(no)
        return web.json_response(told, status=self._dialect.status(no), headers=no.headers)

    def _tell(self, response: web.StreamResponse, standing: Standing) -> None:
        """What every answer has beside itself, unless it says so on its own."""
        for name, value in {**HEADERS, **standing.headers}.items():
            response.headers.setdefault(name, value)


def _check_size(call: Call) -> None:
    """What says itself that it is too large is refused before it is read."""
    if (call.request.content_length or 0) > call.most_bytes + SLACK:
        raise too_large(call.most_bytes)
