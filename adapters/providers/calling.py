"""Calls somebody's API: one session for each key, bounded times, and every failure as a `Fault`."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from services.problems import Code, fault

log = logging.getLogger(__name__)

QUESTION = aiohttp.ClientTimeout(total=30, connect=10)
# An upload may be large and its line slow; what counts is that it goes on.
UPLOAD = aiohttp.ClientTimeout(total=3600, connect=10, sock_read=120)
MOST_ANSWER = 4_000_000  # bytes of an answer: a hundred jobs with metadata are far below
LONGEST_WAIT = timedelta(minutes=10)  # whatever `Retry-After` says
AT_HOME = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; body: its JSON, None where it is none."""

    status: int
    headers: Mapping[str, str]
    body: Any = None
    text: str = field(default="", repr=False)  # its beginning, for the log

    @property
    def fields(self) -> Mapping[str, Any]:
        """The JSON object that came; empty where something else did."""
        return self.body if isinstance(self.body, dict) else {}


class Calling:
    """One API. Redirects are not followed, so that a key never goes to another host."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self._base = base_url.rstrip("/")

    async def ask(self, method: str, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """A question that may be repeated. Raises `Fault` with `PROVIDER_DOWN`."""
        try:
            return await self._request(method, path, params=params, timeout=QUESTION)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise fault(Code.PROVIDER_DOWN, type(error).__name__) from error

    async def send(self, path: str, make: Callable[[], aiohttp.FormData]) -> Answer:
        """Post a form, always multipart.

        Raises `Fault` with `PROVIDER_DOWN` when it surely did not arrive, with `PROVIDER_UNSURE`
        when nobody can know.
        """
        try:
            return await self._request("POST", path, data=make(), timeout=UPLOAD)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise fault(Code.PROVIDER_DOWN, type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise fault(Code.PROVIDER_UNSURE, type(error).__name__) from error

    async def _request(self, method: str, path: str, **given: Any) -> Answer:
        url = self._base + path
        async with self._session.request(method, url, allow_redirects=False, **given) as response:
            raw = bytearray()
            async for chunk in response.content.iter_chunked(1 << 16):
                raw += chunk
                if len(raw) > MOST_ANSWER:
                    raise aiohttp.ClientPayloadError("the answer does not end")
            text = raw.decode(errors="replace")
            return Answer(response.status, response.headers.copy(), _json(text), text[:200])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer asks to wait: seconds or a date, at most ten minutes; None: not said."""
    given = headers.get("Retry-After", "").strip()
    if not given:
        return None
    try:
        seconds = float(given)
        if not seconds >= 0:
            return None
        wait = timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
    except ValueError:
        try:
            at = parsedate_to_datetime(given)
        except (ValueError, OverflowError):
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def is_unencrypted(base_url: str, private: Collection[str]) -> bool:
    """Whether a key would travel in plain sight: http to a host that is not one's own."""
    parts = urlsplit(base_url)
    if parts.scheme != "http" or parts.hostname in AT_HOME:
        return False
    return f"{parts.hostname}:{parts.port or 80}" not in private


@asynccontextmanager
async def calling(
    base_url: str, headers: Mapping[str, str], private: Collection[str]
) -> AsyncIterator[Calling]:
    """An open API. Raises `ValueError` for an address that would show the key to everybody."""
    if is_unencrypted(base_url, private):
        raise ValueError(
            f"{base_url} is not encrypted, so everybody on the way could read the key. "
            "Use https://, or name its host and port in UNDERTONE_FETCH__ALLOWED_PRIVATE."
        )
    # Not from the environment: a proxy there would see the key.
    async with aiohttp.ClientSession(headers=headers, trust_env=False) as session:
        yield Calling(session, base_url)
        # Connections that were used for TLS close a moment later.
        await asyncio.sleep(0)
