"""Fetches and calls by http and https: each hop is checked, and nothing that comes is believed."""

import asyncio
import re
import socket
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Iterator,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from ssl import SSLContext
from urllib.parse import urljoin

import aiohttp

from adapters.fetcher import connecting, links, looking
from adapters.fetcher.connecting import OpenSocket, Resolve
from adapters.fetcher.links import Refused, Target
from services.problems import Code, fault

CHUNK = 1 << 17
PLACE = re.compile(r"[^:\[\]]+:\d+")
RESOLVERS = 32  # names that are looked up at once
HOPS = 5  # redirects that are followed
DNS_SECONDS = 10.0
HEAD_SECONDS = 60.0  # for all that comes before the first byte of the body
CALL_SECONDS = 15.0  # for all of a call: Standard Webhooks asks for 15 to 30
TIMEOUT = aiohttp.ClientTimeout(total=1800, sock_connect=10, sock_read=60)
HEADERS = {"User-Agent": "Undertone", "Accept": "*/*", "Accept-Encoding": "identity"}
REDIRECTS = (301, 302, 303, 307, 308)
LATER = (408, 425, 429)
NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
LARGEST_RESULT = 2_000_000_000  # bytes: an hour of 24 stems as WAV is less for each


@dataclass(frozen=True, slots=True)
class Manner:
    """What is asked of an address, and how failing is called.

    hosts: only they and what lies below them; None: every public one.
    is_strange: whether what begins so is no sound. most: bytes.
    """

    refused: Code
    gone: Code
    strange: Code
    down: Code
    is_strange: Callable[[str, bytes], bool]
    gone_at: Collection[int] = range(400, 500)
    hosts: Collection[str] | None = None
    most: float = float("inf")

    @property
    def places(self) -> frozenset[str]:
        """Those of the hosts that are `host:port`: the operator's own, for this alone."""
        return frozenset(host for host in self.hosts or () if PLACE.fullmatch(host))

    def check(self, target: Target) -> None:
        """Raises `Refused` for what lies elsewhere."""
        if self.hosts is None:
            return
        if not _is_below(target, self.hosts):
            raise Refused("a result on another host")
        if target.is_private:
            return
        if not target.is_https:
            raise Refused("a result without https")
        if target.port != links.DEFAULT_PORTS["https"]:
            raise Refused("a result on another port")


LINK = Manner(
    Code.LINK_REFUSED, Code.LINK_GONE, Code.LINK_NO_SOUND, Code.LINK_DOWN, looking.is_page
)
CALL = replace(LINK, gone=Code.LINK_DOWN)  # a name that is gone may be back in an hour


def result_from(hosts: Collection[str]) -> Manner:
    """How a provider's result is fetched."""
    return Manner(
        Code.PROVIDER_FAILED,
        Code.RESULT_GONE,
        Code.PROVIDER_FAILED,
        Code.PROVIDER_DOWN,
        looking.is_text,
        gone_at=(403, 404, 410),
        hosts=hosts,
        most=LARGEST_RESULT,
    )


def _is_below(target: Target, hosts: Collection[str]) -> bool:
    if f"{target.host}:{target.port}" in hosts:
        return True
    names = [host.lower().strip("[]") for host in hosts]
    is_listed = target.host in names
    return is_listed or (
        target.literal is None and target.host.endswith(tuple(f".{name}" for name in names))
    )


class WebFetcher:
    """Port Fetcher. Keeps nothing between two links: no cookies, no connections.

    private: `host:port` in one's own network that may be opened, by plain http as well.
    resolve, open_socket, context: how names are looked up, sockets made and certificates checked.
    """

    def __init__(
        self,
        private: Collection[str] = (),
        *,
        resolve: Resolve,
        open_socket: OpenSocket = connecting.open_socket,
        context: SSLContext | None = None,
    ) -> None:
        self._private = frozenset(private)
        self._resolve = resolve
        self._open_socket = open_socket
        self._context = context

    def open(self, url: str) -> AsyncIterator[bytes]:
        """The bytes behind a person's link."""
        return self._fetch(url, LINK)

    def open_result(self, url: str, hosts: Collection[str]) -> AsyncIterator[bytes]:
        """The bytes of a provider's result."""
        return self._fetch(url, result_from(tuple(hosts)))

    async def check(self, url: str) -> None:
        """Nothing is asked of the place itself. A name that nobody knows is refused as well."""
        with _translated(LINK):
            target = links.parse(url, self._private)
            try:
                await self._addresses(target)
            except OSError:
                raise Refused("a name that nobody knows") from None

    def may_call(self, url: str) -> None:
        """Says no to what `call` would refuse whatever DNS answers."""
        with _translated(CALL):
            target = links.parse(url, self._private)
            if target.literal is not None:
                connecting.check(target, [target.literal])

    async def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status, as soon as it is known: the connection is closed upon whatever follows."""
        with _translated(CALL):
            target = links.parse(url, self._private)
            async with asyncio.timeout(CALL_SECONDS), self._session(target) as session:
                asking = session.post(target.url, data=body, headers=headers, allow_redirects=False)
                async with asking as answer:
                    return answer.status

    async def _addresses(self, target: Target) -> tuple[connecting.Address, ...]:
        async with asyncio.timeout(DNS_SECONDS):
            return await connecting.addresses_of(target, self._resolve)

    async def _fetch(self, url: str, manner: Manner) -> AsyncIterator[bytes]:
        with _translated(manner):
            for _ in range(HOPS + 1):
                target = links.parse(url, self._private | manner.places)
                manner.check(target)
                async with self._answer(target) as answer:
                    if answer.status in REDIRECTS:
                        url = _next(target, answer)
                        continue
                    _check(answer, manner)
                    async with aclosing(_body(answer, manner)) as pieces:
                        async for piece in pieces:
                            yield piece
                    return
            raise Refused("too many redirects")

    @asynccontextmanager
    async def _answer(self, target: Target) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer of this one hop, its body still to come."""
        async with self._session(target) as session:
            async with asyncio.timeout(HEAD_SECONDS):
                answer = await session.get(target.url, allow_redirects=False)
            async with answer:
                yield answer

    @asynccontextmanager
    async def _session(self, target: Target) -> AsyncIterator[aiohttp.ClientSession]:
        """For one request to the addresses that were just checked, and to no others."""
        addresses = await self._addresses(target)
        connector = connecting.connector(addresses, target.port, self._open_socket, self._context)
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # the environment's proxies would go where they like
            auto_decompress=False,
            timeout=TIMEOUT,
            headers=HEADERS,
        )
        async with session:
            yield session


@contextmanager
def _translated(manner: Manner) -> Iterator[None]:
    """Everything that goes wrong as a `Fault`. Its detail names the rule, never an address."""
    try:
        yield
    except Refused as error:
        raise fault(manner.refused, str(error)) from None
    except socket.gaierror as error:
        is_unknown = error.errno in NO_SUCH_NAME
        raise fault(manner.gone if is_unknown else manner.down, "the name is not known") from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        # Not its cause: aiohttp writes the whole address into it, which may be signed.
        raise fault(manner.down, type(error).__name__) from None


def _next(target: Target, answer: aiohttp.ClientResponse) -> str:
    """Where a redirect leads; read as strictly as what a person gave."""
    location = answer.headers.get("Location", "")
    if not location or not location.isprintable() or "\\" in location:
        raise Refused("a redirect to nowhere")
    return urljoin(str(target.url), location)


def _check(answer: aiohttp.ClientResponse, manner: Manner) -> None:
    """Raises `Fault` unless there is a body to read."""
    status = answer.status
    if status >= 500 or status in LATER:
        raise fault(manner.down, f"status {status}")
    if status in manner.gone_at:
        raise fault(manner.gone, f"status {status}")
    if status != 200:
        raise fault(manner.strange, f"status {status}")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        # Asked for as it is: what comes packed all the same may be of any size.
        raise fault(manner.strange, "a packed answer")
    if (answer.content_length or 0) > manner.most:
        raise fault(manner.strange, "too large")


async def _body(answer: aiohttp.ClientResponse, manner: Manner) -> AsyncGenerator[bytes, None]:
    """The bytes, once enough of them were looked at."""
    kind, start, size = answer.headers.get("Content-Type", ""), b"", 0
    is_known = False
    async for piece in answer.content.iter_chunked(CHUNK):
        size += len(piece)
        if size > manner.most:
            raise fault(manner.strange, "too large")
        if is_known:
            yield piece
            continue
        start += piece
        if len(start) >= looking.ENOUGH:
            _look(kind, start, manner)
            is_known = True
            yield start
    if not is_known:
        _look(kind, start, manner)
        yield start


def _look(kind: str, start: bytes, manner: Manner) -> None:
    if manner.is_strange(kind, start[: looking.ENOUGH]):
        raise fault(manner.strange, "no sound but words")


@asynccontextmanager
async def open_fetcher(private: Collection[str] = ()) -> AsyncIterator[WebFetcher]:
    """The fetcher of a process; `private` as the operator set it."""
    # Threads of its own: a name that takes long must not hold up what works with files.
    pool = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="names")
    try:
        yield WebFetcher(private, resolve=connecting.Names(pool).resolve)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
