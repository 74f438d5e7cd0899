"""`undertone hooks forge`: knock at our own door with callbacks that must not count.

The tokens name a job that does not exist, so nothing of anybody can change, whatever happens.
"""

import gzip
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from bot import secret_key
from bot.registry import PROVIDERS
from bot.settings import Settings
from services.callbacks import PATH, Callbacks, Named, path_name
from services.links import Signer
from services.model import JobId

PATIENCE = aiohttp.ClientTimeout(total=30)
HOUR = timedelta(hours=1)
LARGE = 200_000  # bytes, more than anybody takes
REF = "00000000-0000-4000-8000-000000000000"
ANY_HOST = ("0.0.0.0", "::")  # noqa: S104 – listened at by others, knocked at here
BODY = {
    "id": REF, "job_id": REF, "task_id": REF, "conversion_id": REF, "success": True,
    "event": "job.completed", "status": "completed", "signature": "sha256=" + "0" * 64,
    "audio_url": "https://example.com/forged.wav", "download_url": "https://example.com/forged",
}  # fmt: skip


LOCAL = "local"  # nobody calls back for our own engine


@dataclass(frozen=True, slots=True)
class Forgery:
    """One request that must be refused."""

    name: str
    path: str
    body: bytes = json.dumps(BODY).encode()
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


async def forge(settings: Settings, url: str | None, now: datetime) -> list[dict[str, Any]]:
    """What each provider's door said to each forgery.

    Raises `ValueError` where nothing answers.
    """
    base = _base(settings, url)
    signer = Signer(secret_key.secret(settings))
    on = [one.name for one in PROVIDERS if one.is_on(settings.provider(one.name))]
    names = [name for name in on if name != LOCAL]
    rows = []
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        for name in names:
            for one in forgeries(signer, name, now):
                status = await _sent(session, base, one)
                # Refused, not taken, and nothing broke.
                is_ok = status is not None and 400 <= status < 500
                rows.append({"provider": name, "sent": one.name, "status": status, "ok": is_ok})
    return rows


def line(row: Mapping[str, Any]) -> str:
    """One forgery on one line."""
    told = "ok    " if row["ok"] else "NOT OK"
    return f"{told}  {row['status'] or '–':>3}  {row['provider']}: {row['sent']}"


def _base(settings: Settings, url: str | None) -> str:
    http = settings.http
    if found := url or http.public_url:
        if urlsplit(found).scheme not in ("http", "https"):
            raise ValueError(f"{found} is no address of a server: write http://… or https://….")
        return found.rstrip("/")
    if not http.port:
        raise ValueError("The port is another one at each start: say --url.")
    host = "localhost" if http.host in ANY_HOST else http.host
    return f"http://{f'[{host}]' if ':' in host else host}:{http.port}"


async def _sent(session: aiohttp.ClientSession, base: str, one: Forgery) -> int | None:
    """The status; None where the connection broke off."""
    address = URL(base + one.path, encoded=True)
    headers = {"Content-Type": "application/json", **one.headers}
    try:
        async with session.request(
            one.method, address, data=one.body, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status
    except aiohttp.ClientConnectorError as error:
        raise ValueError(f"Nothing answers at {base}: is `undertone run` running?") from error
    except (aiohttp.ClientError, TimeoutError):
        return None


def forgeries(signer: Signer, provider: str, now: datetime) -> list[Forgery]:
    """What a stranger might try."""
    door, callbacks = PATH + path_name(provider), Callbacks(signer, None)
    nobody = Named(JobId(secrets.token_hex(10)), 0, provider)
    token = callbacks.sign(nobody, now + HOUR)
    address = f"{door}/{token}"
    return [
        *(Forgery(name, f"{door}/{odd}") for name, odd in _tokens(signer, nobody, token, now)),
        *(Forgery(f"{one} of an address", address, b"", {}, one) for one in METHODS),
        *(Forgery(name, address, body, headers) for name, body, headers in _bodies()),
        *(
            Forgery(f"no address, a token inside {name}", door, _with(inside))
            for name, inside in (
                ("of no job", token),
                ("altered", _altered(token)),
                ("that is none", "x"),
            )
        ),
        Forgery("no address, unsigned", door),
        Forgery("no address, an old body", door, b"{}", {"X-Signature": "0" * 64}),
        Forgery("no address, packed", door, gzip.compress(b"{}"), {"Content-Encoding": "gzip"}),
        Forgery("no address, too large", door, bytes(LARGE)),
        Forgery("nobody's door", f"{PATH}nobody/{token}"),
    ]


METHODS = ("GET", "HEAD", "PUT", "DELETE", "PATCH")


def _tokens(signer: Signer, nobody: Named, token: str, now: datetime) -> Iterator[tuple[str, str]]:
    callbacks, stranger = (
        Callbacks(one, None) for one in (signer, Signer(secrets.token_urlsafe(32)))
    )
    other = Named(nobody.job, nobody.attempt, "another")
    yield "a token of no job", token
    yield "an altered token", _altered(token)
    yield "a token with a mark in it", f"{token[:-2]}!{token[-2:]}"
    yield "half a token", token[: len(token) // 2]
    yield "a token without its signature", token.rpartition(".")[0]
    yield "an expired token", callbacks.sign(nobody, now - HOUR)
    yield "a stranger's token", stranger.sign(nobody, now + HOUR)
    yield "another provider's token", callbacks.sign(other, now + HOUR)
    yield "a token of another use", signer.sign("file", {"job": nobody.job}, now + HOUR)
    yield "a token and a zero", f"{token}%00"
    yield "a way out", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"
    yield "letters of another alphabet", quote("ключ🔑")
    yield "a very long token", "a" * 4_000


def _bodies() -> list[tuple[str, bytes, Mapping[str, str]]]:
    body = json.dumps(BODY).encode()
    return [
        ("packed", gzip.compress(body), {"Content-Encoding": "gzip"}),
        ("packed, and broken", b"not packed", {"Content-Encoding": "gzip"}),
        ("packed another way", zlib.compress(body), {"Content-Encoding": "deflate"}),
        ("too large", bytes(LARGE), {}),
        ("empty", b"", {}),
        ("no JSON", b"<html></html>", {"Content-Type": "text/html"}),
        ("a form", b"success=true", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("null", b"null", {}),
        ("a list", b"[]", {}),
        ("one name twice", b'{"id": "a", "id": "b", "task_id": "a", "task_id": "b"}', {}),
        ("a bomb of lists", b"[" * 60_000, {}),
        ("a number of many digits", b'{"id": ' + b"9" * 50_000 + b"}", {}),
        ("no text", b"\xff\xfe\xfd", {}),
        ("a wrong signature", body, {"X-Signature": "sha256=" + "0" * 64}),
    ]


def _altered(token: str) -> str:
    return token[:-1] + ("A" if token[-1] != "A" else "B")


def _with(token: str) -> bytes:
    return json.dumps({**BODY, "token": token, "metadata": token}).encode()
