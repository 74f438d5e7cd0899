"""What one transaction of the store can do."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

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


class Tx(Protocol):
    """One transaction: plain, synchronous, may be run twice."""

    def add(self, job: Job) -> Job:
        """Keep a new job; the earlier one if its dedupe key is known."""
        ...

    def known(self, dedupe: str) -> Job | None:
        """The job that this asking event made already."""
        ...

    def job(self, job_id: JobId) -> Job | None:
        """The job; locked until the end of a writing transaction."""
        ...

    def save(self, job: Job, priority: int) -> None:
        """Replace the job's row; its lease and wake-up marks are left alone."""
        ...

    def note(self, job_id: JobId, step: Step) -> None:
        """Append to the job's history."""
        ...

    def history(self, job_id: JobId) -> list[Step]: ...

    def start_step(self, job_id: JobId, now: datetime, hold: timedelta) -> Lease | None:
        """Take the next lease if the job is due, not done and not held; else None."""
        ...

    def renew(self, lease: Lease, now: datetime, hold: timedelta) -> bool:
        """Hold on for longer; False when the lease is no longer ours."""
        ...

    def end_step(self, lease: Lease) -> Waiting | None:
        """Let go; what is to be woken next, if the job is not done and the lease was ours."""
        ...

    def void_leases(self) -> int:
        """Forget every lease: only for the one process that owns an SQLite file, at its start."""
        ...

    def overdue(
        self, now: datetime, woken_before: datetime, limit: int, kinds: Collection[Kind]
    ) -> list[Waiting]:
        """Jobs that are due, not held and were not woken since; marks them as woken now."""
        ...

    def place(self, job: Job) -> int:
        """The job's place in the line of the waiting ones; 1 is next."""
        ...

    def open_jobs(self, limit: int) -> list[Job]:
        """Jobs that are not done, oldest first."""
        ...

    def jobs_of(self, platform: str, person: str, limit: int, space: str = "") -> list[Job]:
        """A person's jobs, newest first; space: only those of this one."""
        ...

    def jobs(
        self, *, state: str | None = None, limit: int = 50, platform: str | None = None
    ) -> list[Job]:
        """All jobs, newest first, for the operator."""
        ...

    def active(self, platform: str, person: str) -> int:
        """How many asks of this person have no outcome yet; several files in one are one."""
        ...

    def ahead_in_space(self, job: Job) -> int:
        """How many older jobs of its space have no outcome yet: its own line, for fair turns."""
        ...

    def next_waiting(self, address: Address, now: datetime) -> Job | None:
        """The first of the queued jobs of a space that are due; its people take turns."""
        ...

    def next_held(self, address: Address, held: timedelta, now: datetime, limit: int) -> list[Job]:
        """The first jobs of a space that nobody has begun, because they are due after `held`."""
        ...

    def let_in(self, address: Address, held: timedelta, now: datetime) -> int:
        """How many jobs of a space have no outcome, are not held back and wait for nobody else."""
        ...

    def expired(
        self, now: datetime, keep: timedelta, for_another_try: timedelta, limit: int
    ) -> list[Job]:
        """Jobs that still have files and ended longer ago than those are kept, oldest first.

        keep: for jobs whose space says nothing; those that say less go earlier.
        for_another_try: how long what failed stays at least.
        """
        ...

    def forget_jobs(self, before: datetime, limit: int) -> int:
        """Remove jobs that ended before and have no files, with their history; how many.

        The ledger stays.
        """
        ...

    def keys_in_use(self, keys: Collection[str], besides: JobId | None = None) -> set[str]:
        """Which of these file keys some job still names as its source, `besides` this one."""
        ...

    def keep_callback(self, callback: KeptCallback) -> None:
        """Keep a callback of a job that exists; of one job only the latest stay."""
        ...

    def callback(self, number: int) -> KeptCallback | None:
        """The kept callback with this id."""
        ...

    def callbacks(self, job_id: JobId | None, limit: int) -> list[KeptCallback]:
        """Kept callbacks, of one job or of all, newest first."""
        ...

    def empty_callbacks(self, job_id: JobId) -> None:
        """Remove the bodies of the job's callbacks."""
        ...

    def write_line(self, line: LedgerLine) -> bool:
        """Append; False when this line stands already."""
        ...

    def lines(self, job_id: JobId) -> list[LedgerLine]: ...

    def lines_of(self, beginnings: Collection[str], limit: int) -> list[LedgerLine]:
        """The lines of all scopes that begin like one of these, newest first."""
        ...

    def spent(self, scope: str, since: datetime, until: datetime | None = None) -> int:
        """Milliseconds settled, or reserved and not ended, of what was reserved in that time."""
        ...

    def grant(self, grant: Grant) -> bool:
        """Give these minutes; False when a grant of this scope and id stands already."""
        ...

    def grants(self, scope: str, now: datetime) -> list[Grant]:
        """Those of the scope that have not expired, the one that ends first before the others."""
        ...

    def alias(self, platform: str, kind: Named, name: str) -> str:
        """How ledger and audit log name a person or a space.

        A writing transaction makes one where there is none; a reading one answers with nothing.
        """
        ...

    def named(self, alias: str) -> tuple[str, Named, str] | None:
        """Platform, kind and id behind an alias; None for one that nobody has any more."""
        ...

    def note_change(self, platform: str, space: str, change: Change) -> None:
        """Append to the space's audit log."""
        ...

    def changes(self, platform: str, space: str, limit: int) -> list[Change]:
        """The space's audit log, newest first."""
        ...

    def lock_scope(self, scope: str) -> None:
        """Make two reservations in one scope wait for each other."""
        ...

    def put_progress(self, job_id: JobId, progress: Progress, at: datetime) -> None: ...

    def progress(self, job_id: JobId) -> Progress | None: ...

    def durations(self, provider: str, operation: str, limit: int) -> list[float]:
        """Seconds of work per second of sound of the latest jobs, for time estimates."""
        ...

    def put_duration(self, provider: str, operation: str, ratio: float, at: datetime) -> None: ...

    def space(self, platform: str, space: str) -> Mapping[str, Any]:
        """Settings of a space; empty where nobody set any."""
        ...

    def put_space(self, platform: str, space: str, settings: Mapping[str, Any]) -> None:
        """Replace what a space has set; nothing at all removes it."""
        ...

    def spaces_with(self, part: str, limit: int) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Platform, id and settings of the spaces that have set this part."""
        ...

    def known_spaces(self) -> list[tuple[str, str]]:
        """Platform and id of every space that has used, been given or set something."""
        ...

    def jobs_in(self, platform: str, space: str, since: datetime, limit: int) -> list[Job]:
        """The jobs that were asked for in a space since then, oldest first."""
        ...

    def job_in(self, platform: str, space: str, job_id: JobId) -> Job | None:
        """The job, if it is of this space: another's is looked for as one that does not exist."""
        ...

    def page(
        self, platform: str, space: str, wanted: Wanted, offset: int, limit: int, *, is_down: bool
    ) -> list[Job]:
        """Some of the jobs of a space, by the time of asking; is_down: the newest first."""
        ...

    def count(self, platform: str, space: str, wanted: Wanted) -> int:
        """How many these are."""
        ...

    def withdrawn(self, limit: int) -> list[Job]:
        """Jobs that were withdrawn and have ended, but are not forgotten yet."""
        ...

    def forget_space(self, platform: str, space: str, now: datetime) -> None:
        """Remove its settings, audit log, alias, and its jobs without files; sums stay."""
        ...

    def sweep_aliases(self, now: datetime) -> None:
        """Remove what kept those countable who were forgotten, where its time is over."""
        ...

    def move_space(self, platform: str, old: str, new: str) -> None:
        """The space has another name now: settings, minutes and jobs go along."""
        ...

    def put_message(self, chat: str, key: str, body: Mapping[str, Any], at: datetime) -> int:
        """Show or replace a kept message; returns its new `seq`."""
        ...

    def messages(self, chat: str, after: int, limit: int) -> list[Message]:
        """Kept messages that changed after `after`, in the order of their `seq`."""
        ...

    def wish_forgotten(self, platform: str, person: str, at: datetime) -> None:
        """Remove their own settings, and mark them as somebody who wants to be forgotten."""
        ...

    def leaving(self, limit: int) -> list[tuple[str, str, datetime]]:
        """Platform and id of those who are marked so, and since when."""
        ...

    def forget_job(self, job_id: JobId) -> None:
        """Remove a job that has no files, with its history."""
        ...

    def forget_person(self, platform: str, person: str, wish: datetime) -> None:
        """Remove what they said until then and jobs without files; they are marked no more.

        Their lines of the ledger stay under an alias that leads to nobody.
        """
        ...

    def forget_messages(self, before: datetime, fleeting: datetime) -> bool:
        """Remove messages that were first shown before, and chats that have none; whether any.

        fleeting: the same for those whose key begins with `FLEETING`.
        """
        ...

    def forget_changes(self, before: datetime) -> None:
        """Remove what audit logs say of the time before."""
        ...

    def held_by(self, alias: str) -> tuple[list[LedgerLine], list[Grant]]:
        """What the ledger has under the alias of a person, in every space."""
        ...

    def changes_by(self, alias: str, limit: int) -> list[tuple[str, Change]]:
        """What this person changed, newest first, each with the alias of its space."""
        ...

    def spaces_naming(self, platform: str, alias: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Spaces whose settings speak of this alias, by id."""
        ...
