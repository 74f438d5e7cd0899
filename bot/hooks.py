"""`undertone hooks`: callbacks that came, and the same ones once more."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from multidict import CIMultiDict

from adapters.http.hooks import STATUS, callers
from adapters.remote import is_loopback
from adapters.store.store import open_store
from bot import logs, operating, wiring
from bot.settings import Settings
from services.callbacks import Named
from services.model import JobId
from services.problems import Code, fault
from services.records import KeptCallback

OPEN_ADDRESS = (
    "UNDERTONE_HTTP__PUBLIC_URL begins with http: the address is not encrypted, "
    "and the paths of callbacks are secrets."
)
MOMENT = timedelta(minutes=1)


def notes(app: wiring.App) -> list[str]:
    """What the operator should know before the first callback comes."""
    url = urlsplit(app.settings.http.public_url or "")
    if url.scheme != "http" or is_loopback(url.hostname or "") or not callers(app.providers):
        return []
    return [OPEN_ADDRESS]


async def show(settings: Settings, job_id: str | None, limit: int) -> list[dict[str, Any]]:
    """Kept callbacks, newest first; with what they said where one job is asked for."""
    wanted = None if job_id is None else JobId(job_id)
    async with open_store(settings.database_url, settings.data_dir) as store:
        if wanted is not None and await store.read(lambda tx: tx.job(wanted)) is None:
            raise fault(Code.NO_SUCH_JOB)
        found = await store.read(lambda tx: tx.callbacks(wanted, limit))
    return [brief(one) | (_said(one) if wanted is not None else {}) for one in found]


async def replay(settings: Settings, number: int) -> dict[str, Any]:
    """Hand a kept callback to what takes them, as if it came again at its own time."""
    async with operating.opened(settings) as app:
        kept = await app.store.read(lambda tx: tx.callback(number))
        if kept is None:
            raise ValueError(f"There is no callback {number}: see `undertone hooks show`.")
        if kept.body is None:
            raise ValueError(f"What callback {number} said was removed with the files of its job.")
        provider = app.providers.get(kept.provider)
        if provider is None:
            raise ValueError(f"{kept.provider} is not switched on, so nobody can read this.")
        named = Named(kept.job, kept.attempt, kept.provider)
        token = app.callbacks.sign(named, kept.at + MOMENT) if kept.is_addressed else None
        # Its own time, for a token inside it is over by now.
        taker = app.hooks(lambda: kept.at)
        verdict = await taker.take(provider, token, CIMultiDict(kept.headers), kept.body)
    told = {"verdict": verdict.value, "status": STATUS[verdict]}
    return {"id": number, "provider": kept.provider, "job": kept.job, **told}


def brief(kept: KeptCallback) -> dict[str, Any]:
    """One callback without what it said."""
    return {
        "id": kept.id,
        "at": kept.at.isoformat(),
        "provider": kept.provider,
        "verdict": kept.verdict.value,
        "job": kept.job,
        "attempt": kept.attempt,
        "bytes": None if kept.body is None else len(kept.body),
    }


def _said(kept: KeptCallback) -> dict[str, Any]:
    headers = {name: logs.redact(value) for name, value in kept.headers.items()}
    return {"headers": headers, "body": None if kept.body is None else _readable(kept.body)}


def _readable(body: bytes) -> Any:
    """As JSON where it is some; signatures and tokens in it are nobody's business."""
    try:
        return _masked(json.loads(body))
    except (ValueError, RecursionError):
        return logs.redact(body.decode(errors="backslashreplace"))


def _masked(value: Any) -> Any:
    match value:
        case str():
            return logs.redact(value)
        case dict():
            return {logs.redact(name): _masked(one) for name, one in value.items()}
        case list():
            return [_masked(one) for one in value]
        case _:
            return value


def line(row: dict[str, Any]) -> str:
    """One callback on one line, and what it said below."""
    size = "removed" if row["bytes"] is None else f"{row['bytes']} B"
    words = [str(row[name]) for name in ("id", "at", "provider", "verdict", "job", "attempt")]
    lines = ["  ".join([*words, size])]
    lines += [f"    {name}: {value}" for name, value in row.get("headers", {}).items()]
    if (body := row.get("body")) is not None:
        text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
        lines += [f"    {one}" for one in text.splitlines()]
    return "\n".join(lines)


def replay_line(row: dict[str, Any]) -> str:
    """What became of it."""
    return f"{row['verdict']}  (HTTP {row['status']})  {row['provider']}  {row['job']}"
