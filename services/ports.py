"""Where the outside plugs in. Each port says what an implementer must guarantee."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from services.limits import UNLIMITED, Limits
from services.machine import Accepted, Broke, Event, Finished
from services.model import Address, Card, Clip, Job, JobId, Kind, Progress, Receipt, Source
from services.recipes import Recipe

T = TypeVar("T")

# --- time -----------------------------------------------------------------------------------------

Now = Callable[[], datetime]  # aware UTC

# --- providers ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is asked to do: one attempt of one job."""

    job: JobId
    attempt: int
    clip: Clip
    recipe: Recipe
    report: "Report"  # call it with what is known of the progress; cheap, may be called often
    callback_url: str | None = None  # signed, bound to job and attempt; None: poll only
    budget: float = UNLIMITED  # bytes that each part may have where it is shown


Report = Callable[[Progress], None]


class Provider(Protocol):
    """Somebody, or our own engine, who does the work on the sound."""

    name: str
    kind: Kind
    limits: Limits
    paid: bool  # True: a submission may cost the operator money

    def offers(self, recipe: Recipe) -> bool:
        """Whether this recipe can be done here; quick, no network."""
        ...

    async def submit(self, order: Order) -> Accepted | Finished:
        """Hand the clip over.

        Called at most once per attempt unless the process died in between; see `find`.
        Raises `Fault` for everything the provider answers or fails to answer.
        Cancelling the call stops the work.
        """
        ...

    async def find(self, order: Order) -> Accepted | Finished | None:
        """The earlier submission of this very attempt; None: not there, or cannot say."""
        ...

    async def ask(self, refs: Collection[str]) -> Mapping[str, Finished | Broke]:
        """News of these; absent: nothing new."""
        ...

    async def cancel(self, ref: str) -> None:
        """Best effort; a job that is unknown or done is no error."""
        ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> Finished | Broke:
        """What a callback says. Raises `Fault` when it cannot be read or trusted."""
        ...


# --- chats ----------------------------------------------------------------------------------------


class Messenger(Protocol):
    """Shows cards in one platform's chats."""

    limits: Limits

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """Show a new message; a second call with the same `key` is invisible where possible.

        Raises `Fault` with `CHAT_GONE` or `CHAT_FORBIDDEN` when there is nobody to tell.
        """
        ...

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> None:
        """Replace what a message shows; repeating it changes nothing."""
        ...

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """Take a message away; one that is gone is no error."""
        ...

    def open(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes behind a `Source` of this platform that is not in Files yet.

        Raises `Fault` with `FILE_GONE` when the platform no longer has it.
        """
        ...


# --- sound in child processes ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SoundTask:
    """One piece of work for a child process.

    name: which one (inspect, clean, convert, draw, …); the child looks it up in services.audio.
    inputs: files to open for reading; the child gets open files in this order, never names.
    outputs: files to create for writing; the child gets open files in this order.
    args: plain values only.
    """

    name: str
    inputs: Sequence[Path]
    outputs: Sequence[Path] = ()
    args: Mapping[str, Any] = field(default_factory=dict)


class Workers(Protocol):
    """Supervised child processes: the only place where sound is opened."""

    async def run(
        self, task: SoundTask, *, timeout: timedelta, progress: Report | None = None
    ) -> Mapping[str, Any]:
        """Do the task and return what it found, as plain values.

        Raises `Fault`: what the task says of bad input, `TOOK_TOO_LONG` past the timeout,
        `WORKER_DIED` when the child crashed. Cancelling the call stops the child's work at the
        next block, or kills the child. Other tasks never notice.
        """
        ...


# --- files ----------------------------------------------------------------------------------------


class Files(Protocol):
    """Named bytes. Keys are ours: `<folder>/<name>`, letters, digits, `.`, `_`, `-` and `/`."""

    async def put(
        self, key: str, data: AsyncIterator[bytes], *, max_bytes: int | None = None
    ) -> int:
        """Store a stream under a new key, all or nothing; returns its size.

        Raises `FileExistsError` for a key that exists, `Fault` with `TOO_LARGE` past `max_bytes`,
        with `DISK_FULL` when there is no room. Nothing is left behind when it raises.
        """
        ...

    async def put_path(self, key: str, path: Path) -> int:
        """Store a finished local file, replacing what lies there; `path` may be moved away."""
        ...

    def get(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises `FileNotFoundError`."""
        ...

    async def size(self, key: str) -> int:
        """Bytes. Raises `FileNotFoundError`."""
        ...

    def local(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A local path with the bytes, to read only; valid inside the context."""
        ...

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """An empty private folder, removed at the end whatever happens; swept after a crash."""
        ...

    async def delete(self, prefix: str) -> int:
        """Remove every key that begins so; returns how many. Repeating it is harmless."""
        ...

    def list(self, prefix: str) -> AsyncIterator[tuple[str, datetime]]:
        """Keys that begin so, with the time of their last change."""
        ...


# --- the store ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one step of a job; `number` makes an old holder harmless."""

    job: JobId
    number: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that could be worked on, for those who wake it."""

    job: JobId
    due_at: datetime
    kind: Kind
    priority: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a job's history."""

    at: datetime
    event: str
    state: str
    attempt: int
    detail: str = ""


LineKind = Literal["reserve", "settle", "release"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement of seconds of sound; (job, scope, kind) is unique.

    `reserve` and `settle` of one job never both count: a settle replaces its reserve.
    """

    job: JobId
    scope: str  # "space:<platform>:<id>", "person:<platform>:<id>", "installation"
    kind: LineKind
    milliseconds: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat that we keep ourselves (the web chat)."""

    seq: int  # grows with every change in that chat
    key: str
    body: Mapping[str, Any]
    at: datetime  # first shown


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

    def jobs_of(self, platform: str, person: str, limit: int) -> list[Job]:
        """A person's jobs, newest first."""
        ...

    def jobs(self, *, state: str | None = None, limit: int = 50) -> list[Job]:
        """All jobs, newest first, for the operator."""
        ...

    def active(self, platform: str, person: str) -> int:
        """How many jobs of this person have no outcome yet."""
        ...

    def ahead_in_space(self, job: Job) -> int:
        """How many older jobs of its space have no outcome yet: its own line, for fair turns."""
        ...

    def done_before(self, before: datetime, limit: int) -> list[Job]:
        """Jobs that ended before this time and still have files."""
        ...

    def forget_jobs(self, before: datetime, limit: int) -> int:
        """Remove jobs that ended before and have no files, with their history; how many.

        The ledger stays.
        """
        ...

    def keys_in_use(self, keys: Collection[str]) -> set[str]:
        """Which of these file keys some job still names as its source."""
        ...

    def write_line(self, line: LedgerLine) -> bool:
        """Append; False when this line stands already."""
        ...

    def lines(self, job_id: JobId) -> list[LedgerLine]: ...

    def spent(self, scope: str, since: datetime) -> int:
        """Milliseconds reserved or settled in this scope since then."""
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

    def put_space(self, platform: str, space: str, settings: Mapping[str, Any]) -> None: ...

    def put_message(self, chat: str, key: str, body: Mapping[str, Any], at: datetime) -> int:
        """Show or replace a kept message; returns its new `seq`."""
        ...

    def messages(self, chat: str, after: int, limit: int) -> list[Message]:
        """Kept messages that changed after `after`, in the order of their `seq`."""
        ...

    def forget_messages(self, before: datetime) -> None:
        """Remove every message that was first shown before."""
        ...


class Store(Protocol):
    """Where the truth is. Both calls run `change` or `query` in a thread, never on the loop."""

    async def write(self, change: Callable[[Tx], T]) -> T:
        """Run in one durable transaction; it returns after the commit. May run `change` twice."""
        ...

    async def read(self, query: Callable[[Tx], T]) -> T:
        """Run against a consistent view."""
        ...


# --- the queue ------------------------------------------------------------------------------------


class Queue(Protocol):
    """Wakes jobs. It may forget, repeat and delay; the row decides."""

    async def wake(self, job: JobId, *, at: datetime, kind: Kind, priority: int) -> None: ...

    async def run(self, step: Callable[[JobId], Awaitable[None]], kinds: Collection[Kind]) -> None:
        """Call `step` for woken jobs until cancelled; cancelling waits for the running steps."""
        ...


# --- watching -------------------------------------------------------------------------------------

Observer = Callable[[Job, Event], None]  # told after a commit, in the process that wrote
