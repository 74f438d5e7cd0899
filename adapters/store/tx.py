"""One transaction as the port `Tx` wants it; each method hands its connection to a statement."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from adapters.store import (
    aliases,
    auditing,
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
from services.model import Address, Job, JobId, Kind
from services.records import (
    Change,
    Grant,
    KeptCallback,
    Lease,
    LedgerLine,
    Message,
    Named,
    Step,
    Waiting,
    Wanted,
)
from services.showing import Progress


class SqlTx:
    """The statements of adapters.store over one connection; the port says what each promises."""

    def __init__(self, connection: Connection, *, writing: bool, pepper: bytes = b"") -> None:
        self._connection = connection
        self._writing = writing
        self._pepper = pepper

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

    def keys_in_use(self, keys: Collection[str], besides: JobId | None = None) -> set[str]:
        return jobs.keys_in_use(self._connection, keys, besides)

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

    def jobs_of(self, platform: str, person: str, limit: int, space: str = "") -> list[Job]:
        return lists.jobs_of(self._connection, platform, person, limit, space)

    def jobs(
        self, *, state: str | None = None, limit: int = 50, platform: str | None = None
    ) -> list[Job]:
        return lists.all_jobs(self._connection, state, limit, platform)

    def active(self, platform: str, person: str) -> int:
        return lists.active(self._connection, platform, person)

    def ahead_in_space(self, job: Job) -> int:
        return lists.ahead_in_space(self._connection, job)

    def next_waiting(self, address: Address, now: datetime) -> Job | None:
        return lists.next_waiting(self._connection, address, now)

    def next_held(self, address: Address, held: timedelta, now: datetime, limit: int) -> list[Job]:
        return lists.next_held(self._connection, address, held, now, limit)

    def let_in(self, address: Address, held: timedelta, now: datetime) -> int:
        return lists.let_in(self._connection, address, held, now)

    def expired(
        self, now: datetime, keep: timedelta, for_another_try: timedelta, limit: int
    ) -> list[Job]:
        return lists.expired(self._connection, now, keep, for_another_try, limit)

    def jobs_in(self, platform: str, space: str, since: datetime, limit: int) -> list[Job]:
        return lists.jobs_in(self._connection, platform, space, since, limit)

    def job_in(self, platform: str, space: str, job_id: JobId) -> Job | None:
        return lists.job_in(self._connection, platform, space, job_id)

    def page(
        self, platform: str, space: str, wanted: Wanted, offset: int, limit: int, *, is_down: bool
    ) -> list[Job]:
        where = lists.of_space(platform, space, wanted)
        return lists.page(self._connection, where, offset, limit, is_down=is_down)

    def count(self, platform: str, space: str, wanted: Wanted) -> int:
        return lists.count(self._connection, *lists.of_space(platform, space, wanted))

    def withdrawn(self, limit: int) -> list[Job]:
        return lists.withdrawn(self._connection, limit)

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

    def lines_of(self, beginnings: Collection[str], limit: int) -> list[LedgerLine]:
        return ledger.lines_of(self._connection, beginnings, limit)

    def spent(self, scope: str, since: datetime, until: datetime | None = None) -> int:
        return ledger.spent(self._connection, scope, since, until)

    def grant(self, grant: Grant) -> bool:
        return ledger.grant(self._connection, grant)

    def grants(self, scope: str, now: datetime) -> list[Grant]:
        return ledger.get_grants(self._connection, scope, now)

    def lock_scope(self, scope: str) -> None:
        ledger.lock_scope(self._connection, scope)

    # --- aliases and the audit log ---

    def alias(self, platform: str, kind: Named, name: str) -> str:
        if not self._writing:
            return aliases.peek(self._connection, platform, kind, name, self._pepper)
        return aliases.alias(self._connection, platform, kind, name, self._pepper)

    def named(self, alias: str) -> tuple[str, Named, str] | None:
        return aliases.named(self._connection, alias)

    def note_change(self, platform: str, space: str, change: Change) -> None:
        auditing.note_change(self._connection, self.alias(platform, "space", space), change)

    def forget_changes(self, before: datetime) -> None:
        auditing.forget_changes(self._connection, before)

    def changes(self, platform: str, space: str, limit: int) -> list[Change]:
        return auditing.changes(self._connection, self.alias(platform, "space", space), limit)

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

    def spaces_with(self, part: str, limit: int) -> list[tuple[str, str, Mapping[str, Any]]]:
        return chats.spaces_with(self._connection, part, limit)

    def known_spaces(self) -> list[tuple[str, str]]:
        return chats.known_spaces(self._connection)

    def forget_space(self, platform: str, space: str, now: datetime) -> None:
        forgetting.forget_space(self._connection, platform, space, now, self._pepper)

    def sweep_aliases(self, now: datetime) -> None:
        aliases.sweep(self._connection, now)

    def move_space(self, platform: str, old: str, new: str) -> None:
        moving.move_space(self._connection, platform, old, new)

    def put_message(self, chat: str, key: str, body: Mapping[str, Any], at: datetime) -> int:
        return chats.put_message(self._connection, chat, key, body, at)

    def messages(self, chat: str, after: int, limit: int) -> list[Message]:
        return chats.get_messages(self._connection, chat, after, limit)

    def wish_forgotten(self, platform: str, person: str, at: datetime) -> None:
        forgetting.wish_forgotten(self._connection, platform, person, at, self._pepper)

    def leaving(self, limit: int) -> list[tuple[str, str, datetime]]:
        return forgetting.leaving(self._connection, limit)

    def forget_job(self, job_id: JobId) -> None:
        forgetting.forget_job(self._connection, job_id)

    def forget_person(self, platform: str, person: str, wish: datetime) -> None:
        forgetting.forget_person(self._connection, platform, person, wish, self._pepper)

    def forget_messages(self, before: datetime, fleeting: datetime) -> bool:
        return chats.forget_messages(self._connection, before, fleeting)

    # --- what is held about one person ---

    def held_by(self, alias: str) -> tuple[list[LedgerLine], list[Grant]]:
        return ledger.held_by(self._connection, alias)

    def changes_by(self, alias: str, limit: int) -> list[tuple[str, Change]]:
        return auditing.changes_by(self._connection, alias, limit)

    def spaces_naming(self, platform: str, alias: str) -> list[tuple[str, Mapping[str, Any]]]:
        return chats.spaces_naming(self._connection, platform, alias)
