"""One transaction as the port `Tx` wants it; each method hands its connection to a statement."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapters.store import (
    callbacks,
    chats,
    estimates,
    forgetting,
    jobs,
    leases,
    ledger,
    lists,
    moving,
)
from services.model import Job, JobId, Kind, Progress
from services.transactions import KeptCallback, Lease, LedgerLine, Message, Step, Waiting


class SqlTx:
    """The statements of adapters.store over one connection; the port says what each promises."""

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing

    # --- one job ---

    def add(self, job: Job) -> Job:
        return jobs.add(self._connection, job)

    def known(self, dedupe: str) -> Job | None:
        return jobs.known(self._connection, dedupe)

    def job(self, job_id: JobId) -> Job | None:
        return jobs.find(self._connection, job_id, locking=self._writing)

    def save(self, job: Job, priority: int) -> None:
        jobs.save(self._connection, job, priority)

    def note(self, job_id: JobId, step: Step) -> None:
        jobs.note(self._connection, job_id, step)

    def history(self, job_id: JobId) -> list[Step]:
        return jobs.steps(self._connection, job_id)

    def forget_jobs(self, before: datetime, limit: int) -> int:
        return jobs.forget(self._connection, before, limit)

    def keys_in_use(self, keys: Collection[str]) -> set[str]:
        return jobs.keys_in_use(self._connection, keys)

    # --- leases ---

    def start_step(self, job_id: JobId, now: datetime, hold: timedelta) -> Lease | None:
        return leases.start_step(self._connection, job_id, now, hold)

    def renew(self, lease: Lease, now: datetime, hold: timedelta) -> bool:
        return leases.renew(self._connection, lease, now, hold)

    def end_step(self, lease: Lease) -> Waiting | None:
        return leases.end_step(self._connection, lease)

    def void_leases(self) -> int:
        return leases.void_leases(self._connection)

    def overdue(
        self, now: datetime, woken_before: datetime, limit: int, kinds: Collection[Kind]
    ) -> list[Waiting]:
        return leases.overdue(self._connection, now, woken_before, limit, kinds)

    # --- many jobs ---

    def place(self, job: Job) -> int:
        return lists.place(self._connection, job)

    def open_jobs(self, limit: int) -> list[Job]:
        return lists.open_jobs(self._connection, limit)

    def jobs_of(self, platform: str, person: str, limit: int) -> list[Job]:
        return lists.jobs_of(self._connection, platform, person, limit)

    def jobs(self, *, state: str | None = None, limit: int = 50) -> list[Job]:
        return lists.all_jobs(self._connection, state, limit)

    def active(self, platform: str, person: str) -> int:
        return lists.active(self._connection, platform, person)

    def ahead_in_space(self, job: Job) -> int:
        return lists.ahead_in_space(self._connection, job)

    def done_before(self, before: datetime, limit: int) -> list[Job]:
        return lists.done_before(self._connection, before, limit)

    # --- callbacks ---

    def keep_callback(self, callback: KeptCallback) -> None:
        callbacks.keep_callback(self._connection, callback)

    def callback(self, number: int) -> KeptCallback | None:
        return callbacks.get_callback(self._connection, number)

    def callbacks(self, job_id: JobId | None, limit: int) -> list[KeptCallback]:
        return callbacks.get_callbacks(self._connection, job_id, limit)

    def empty_callbacks(self, job_id: JobId) -> None:
        callbacks.empty_callbacks(self._connection, job_id)

    # --- the ledger ---

    def write_line(self, line: LedgerLine) -> bool:
        return ledger.write_line(self._connection, line)

    def lines(self, job_id: JobId) -> list[LedgerLine]:
        return ledger.lines(self._connection, job_id)

    def spent(self, scope: str, since: datetime) -> int:
        return ledger.spent(self._connection, scope, since)

    def lock_scope(self, scope: str) -> None:
        ledger.lock_scope(self._connection, scope)

    # --- progress and estimates ---

    def put_progress(self, job_id: JobId, progress: Progress, at: datetime) -> None:
        estimates.put_progress(self._connection, job_id, progress, at)

    def progress(self, job_id: JobId) -> Progress | None:
        return estimates.get_progress(self._connection, job_id)

    def durations(self, provider: str, operation: str, limit: int) -> list[float]:
        return estimates.get_durations(self._connection, provider, operation, limit)

    def put_duration(self, provider: str, operation: str, ratio: float, at: datetime) -> None:
        estimates.put_duration(self._connection, provider, operation, ratio, at)

    # --- spaces and kept chats ---

    def space(self, platform: str, space: str) -> Mapping[str, Any]:
        return chats.get_space(self._connection, platform, space)

    def put_space(self, platform: str, space: str, settings: Mapping[str, Any]) -> None:
        chats.put_space(self._connection, platform, space, settings)

    def move_space(self, platform: str, old: str, new: str) -> None:
        moving.move_space(self._connection, platform, old, new)

    def put_message(self, chat: str, key: str, body: Mapping[str, Any], at: datetime) -> int:
        return chats.put_message(self._connection, chat, key, body, at)

    def messages(self, chat: str, after: int, limit: int) -> list[Message]:
        return chats.get_messages(self._connection, chat, after, limit)

    def wish_forgotten(self, platform: str, person: str, at: datetime) -> None:
        forgetting.wish_forgotten(self._connection, platform, person, at)

    def leaving(self, limit: int) -> list[tuple[str, str, datetime]]:
        return forgetting.leaving(self._connection, limit)

    def forget_job(self, job_id: JobId) -> None:
        forgetting.forget_job(self._connection, job_id)

    def forget_person(self, platform: str, person: str, wish: datetime) -> None:
        forgetting.forget_person(self._connection, platform, person, wish)

    def forget_messages(self, before: datetime) -> None:
        chats.forget_messages(self._connection, before)
