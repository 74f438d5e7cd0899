"""The operator's commands: short transactions on the same data that `run` works on."""

import asyncio
import io
import json
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.store import sqlite
from adapters.store.errors import NotSupported
from adapters.store.lock import lock_file
from adapters.store.store import bring_up_to_date, locate, open_store
from bot import secret_key, wiring
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import Settings
from services import quotas
from services.events import GaveUp
from services.machine import CANCELLED
from services.model import Job, JobId, State
from services.problems import Code, Problem, fault

BACKUP_VERSION = 1
MANIFEST = "manifest.json"
DATABASE = "undertone.db"
SECRET = secret_key.SECRET_FILE
SETTINGS = ".env"
SOUND = "files"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[wiring.App]:
    """The product without platforms and without workers running."""
    async with wiring.build(settings, platforms=(), providers=PROVIDERS, warm=False) as app:
        yield app


async def migrate(settings: Settings) -> str:
    """Bring the schema up to date; says whether there was anything to do."""
    changed = await asyncio.to_thread(bring_up_to_date, settings.database_url, settings.data_dir)
    return "The database was brought up to date." if changed else "The database is up to date."


async def purge(settings: Settings, hours: float | None) -> int:
    """Remove files whose time is over; returns how many jobs lost theirs."""
    platforms = wiring.wanted(settings, PLATFORMS)
    # With the platforms, so that their messages stop offering what is gone.
    async with wiring.build(settings, platforms=platforms, providers=PROVIDERS, warm=False) as app:
        return await app.retention.purge(None if hours is None else timedelta(hours=hours))


async def list_jobs(settings: Settings, state: str | None, limit: int) -> list[dict[str, Any]]:
    """Jobs, newest first."""
    async with open_store(settings.database_url, settings.data_dir) as store:
        return [
            brief(job) for job in await store.read(lambda tx: tx.jobs(state=state, limit=limit))
        ]


async def show_job(settings: Settings, job_id: str) -> dict[str, Any]:
    """One job with history and ledger."""
    async with open_store(settings.database_url, settings.data_dir) as store:
        job = await store.read(lambda tx: tx.job(JobId(job_id)))
        if job is None:
            raise fault(Code.NO_SUCH_JOB)
        history = await store.read(lambda tx: tx.history(job.id))
        lines = await store.read(lambda tx: tx.lines(job.id))
    return {
        **brief(job),
        "history": [
            {
                "at": step.at.isoformat(),
                "event": step.event,
                "state": step.state,
                "detail": step.detail,
            }
            for step in history
        ],
        "ledger": [
            {"scope": line.scope, "kind": line.kind, _counted(line.scope): line.milliseconds / 1000}
            for line in lines
        ],
    }


def _counted(scope: str) -> str:
    """What a scope's lines count: providers charge in units of their own."""
    return "amount" if scope.startswith(quotas.PROVIDER) else "seconds"


async def cancel_job(settings: Settings, job_id: str) -> dict[str, Any]:
    """End it; the running process notices within seconds."""
    async with opened(settings) as app:
        job = await app.store.read(lambda tx: tx.job(JobId(job_id)))
        if job is not None and job.state is State.DONE:
            raise ValueError("This job is over already; there is nothing to cancel.")
        job = await app.journal.record(JobId(job_id), GaveUp(CANCELLED))
        if job is None:
            raise fault(Code.NO_SUCH_JOB)
        return brief(job)


async def retry_job(settings: Settings, job_id: str) -> dict[str, Any]:
    """The same order once more, as a new job in the same chat."""
    async with opened(settings) as app:
        old = await app.store.read(lambda tx: tx.job(JobId(job_id)))
        if old is None:
            raise fault(Code.NO_SUCH_JOB)
        if not isinstance(old.outcome, Problem) or old.clip is None or old.purged:
            raise ValueError("Only a job that failed and still has its recording is tried again.")
        return brief(await app.intake.again(old))


def brief(job: Job) -> dict[str, Any]:
    """What an operator needs to see; no person, no file name."""
    problem = job.outcome.code.value if isinstance(job.outcome, Problem) else None
    return {
        "job": job.id,
        "platform": job.address.platform,
        "operation": job.recipe.operation.value,
        "preset": job.recipe.preset.value,
        "state": job.state.value,
        "attempt": job.attempt,
        "provider": job.provider,
        "seconds": job.clip.seconds if job.clip else None,
        "problem": problem,
        "created_at": job.created_at.isoformat(),
        "done_at": job.done_at.isoformat() if job.done_at else None,
    }


def job_line(row: dict[str, Any]) -> str:
    """One job on one line."""
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.1f} s"
    return (
        "  ".join(
            str(row[name] or "")
            for name in ("job", "created_at", "platform", "operation", "preset", "state", "problem")
        )
        + f"  {seconds}"
    )


def job_page(found: dict[str, Any]) -> str:
    """One job with its history."""
    lines = [job_line(found), ""]
    lines += [
        f"{step['at']}  {step['event']:<13} {step['state']:<11} {step['detail']}"
        for step in found["history"]
    ]
    lines += [f"{line['kind']:<8} {_amount(line)}  {line['scope']}" for line in found["ledger"]]
    return "\n".join(lines)


def _amount(line: dict[str, Any]) -> str:
    """Of sound, or of what a provider charges in."""
    return f"{line['seconds']:.3f} s" if "seconds" in line else f"{line['amount']:.3f}"


async def backup(settings: Settings, target: Path, sound: bool) -> str:
    """Database, key and settings (and sound) as one .tar.gz; safe while `run` is at work."""
    if not settings.is_sqlite:
        raise NotSupported("On PostgreSQL use pg_dump; `undertone backup` copies an SQLite file.")
    if sound and settings.storage_url is not None:
        raise NotSupported("The sound lies in the object store: copy it there, without --sound.")
    async with open_store(settings.database_url, settings.data_dir) as store:
        with tempfile.TemporaryDirectory(prefix="undertone-") as folder:
            copy = Path(folder) / DATABASE
            await store.backup_to(copy)
            await asyncio.to_thread(_pack, settings, copy, target, sound)
    return f"Written to {target} ({target.stat().st_size} bytes). It holds secrets: keep it safe."


def _pack(settings: Settings, copy: Path, target: Path, sound: bool) -> None:
    manifest = {"version": BACKUP_VERSION, "made_at": datetime.now(UTC).isoformat(), "sound": sound}
    partial = target.with_name(f"{target.name}.part")
    try:
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w:gz") as tar:
            entry = tarfile.TarInfo(MANIFEST)
            body = json.dumps(manifest).encode()
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
            tar.add(copy, DATABASE)
            for path in (settings.data_dir / SECRET, Path(SETTINGS)):
                if path.exists():
                    tar.add(path, path.name)
            if sound:
                _pack_sound(tar, settings.data_dir / SOUND)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)  # half of it would still hold secrets


def _pack_sound(tar: tarfile.TarFile, stored: Path) -> None:
    for path in sorted(stored.rglob("*")):
        inside = path.relative_to(stored)
        # Hidden folders hold what is on its way in; the rest may be purged while we pack.
        if not inside.parts[0].startswith(".") and path.is_file():
            with suppress(FileNotFoundError):
                tar.add(path, f"{SOUND}/{inside.as_posix()}")


async def restore(settings: Settings, source: Path, force: bool) -> str:
    """Put back what `backup` wrote; never over a running bot, never by accident."""
    if not settings.is_sqlite:
        raise NotSupported("On PostgreSQL use pg_restore; this writes an SQLite file.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with lock_file(settings.data_dir):
        try:
            return await asyncio.to_thread(_unpack, settings, source, force)
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise ValueError(f"{source} is not a whole backup of Undertone: {error}") from error


def _unpack(settings: Settings, source: Path, force: bool) -> str:
    database = Path(str(locate(settings.database_url, settings.data_dir).database))
    if database.exists() and not force:
        raise ValueError(f"{database} is there already; --force replaces it.")
    with tarfile.open(source, "r:gz") as tar:
        names = tar.getnames()
        if MANIFEST not in names or DATABASE not in names:
            raise ValueError(f"{source} is not a backup of Undertone.")
        for member in tar.getmembers():
            if member.name == SECRET or member.name.startswith(f"{SOUND}/"):
                _extract(tar, member, settings.data_dir)
        with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
            _extract(tar, tar.getmember(DATABASE), Path(folder))
            sqlite.restore(Path(folder) / DATABASE, database)
    kept = f" Your settings are in it as {SETTINGS}; they were not put back." * (SETTINGS in names)
    return f"Restored {database}.{kept}"


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file, below `folder`; anything else in a backup is none of ours.

    Debian 12's tarfile has no filters yet.
    """
    target = folder / member.name
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or not target.resolve().is_relative_to(folder.resolve()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
