"""Where the outside plugs in. Each port says what an implementer must guarantee."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from services.events import Accepted, Broke, Event, Finished
from services.limits import UNLIMITED, Limits
from services.model import Address, Clip, Job, JobId, Kind, Receipt, Source
from services.recipes import Recipe
from services.showing import Card, Progress
from services.transactions import Tx

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
    token: str = ""  # the same signature, for a provider that gives back what it is told
    url: str = ""  # where the person's own link led, when the sound came by one
    budget: float = UNLIMITED  # bytes that each part may have where it is shown


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known of a submission whose answer was lost.

    since: it was made after this. claimed: names of the provider for our other jobs.
    is_alone: no other submission of ours to this provider is in doubt.
    """

    since: datetime
    claimed: Collection[str] = ()
    is_alone: bool = True


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback says.

    ref: the provider's name for the job. token: ours, where the provider gives it back.
    report: to be believed where the provider cannot be asked; None: only a reason to ask.
    """

    ref: str
    token: str = ""
    report: Finished | Broke | None = None


class Provider(Protocol):
    """Somebody, or our own engine, who does the work on the sound.

    title: as people know it. hosts: from where its results may be fetched, and nowhere else.
    paid: a submission may cost the operator money. forgets: `cancel` also removes what is done.
    """

    name: str
    title: str
    kind: Kind
    limits: Limits
    paid: bool
    forgets: bool
    hosts: Collection[str]

    def offers(self, recipe: Recipe) -> bool:
        """Whether this recipe can be done here; quick, no network."""
        ...

    def wait(self) -> timedelta:
        """How long another submission had better wait; quick, no network."""
        ...

    async def submit(self, order: Order) -> Accepted | Finished:
        """Hand the clip over.

        Called at most once per attempt unless the process died in between; see `find`.
        Raises `Fault` for everything the provider answers or fails to answer, with
        `PROVIDER_UNSURE` when nobody knows whether it took the job.
        Cancelling the call stops the work.
        """
        ...

    async def find(self, order: Order, doubt: Doubt) -> Accepted | Finished | None:
        """The earlier submission of this very attempt; None: surely not there.

        Raises `Fault` with `PROVIDER_UNSURE` when nobody can say, with another code when it
        could not be asked now.
        """
        ...

    async def ask(self, recipes: Mapping[str, Recipe]) -> Mapping[str, Finished | Broke]:
        """News of these jobs, by the provider's names for them; absent: nothing new.

        Raises `Fault` when the question could not be asked or answered.
        """
        ...

    async def cancel(self, ref: str) -> None:
        """Stop it, and remove it where the provider `forgets`; one that is unknown is no error.

        Raises `Fault` when it could not be asked.
        """
        ...

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, recipe: Recipe | None
    ) -> Callback:
        """What a callback says; pure and quick. Raises `ValueError` when it cannot be read.

        recipe: of the job that its address names; None where it names none.
        """
        ...

    async def account(self) -> Mapping[str, float | str]:
        """What the provider says of our account, for the operator; empty where it tells nothing.

        Raises `Fault` when it cannot be reached or does not accept our key.
        """
        ...


# --- what lies elsewhere --------------------------------------------------------------------------


class Fetcher(Protocol):
    """Reaches addresses that other people give, and never into a private network."""

    def open(self, url: str) -> AsyncIterator[bytes]:
        """The bytes behind a link that a person gave.

        Raises `Fault`: `LINK_REFUSED` for an address that may not be opened, `LINK_GONE` when
        nothing is there, `LINK_NO_SOUND` for a page, `LINK_DOWN` when it does not answer.
        """
        ...

    def open_result(self, url: str, hosts: Collection[str]) -> AsyncIterator[bytes]:
        """The bytes of a provider's result: by https, from these hosts and what lies below them.

        Raises `Fault`: `RESULT_GONE` when it is gone or expired, `PROVIDER_FAILED` for an address
        or an answer that no honest provider gives, `PROVIDER_DOWN` when it does not answer.
        """
        ...

    async def check(self, url: str) -> None:
        """Raises `Fault` with `LINK_REFUSED` for a link that must not be passed on either."""
        ...

    def may_call(self, url: str) -> None:
        """Raises `Fault` with `LINK_REFUSED` for what can never be called; quick, asks nobody.

        A name that passes can be refused later: where it leads is looked up at each call.
        """
        ...

    async def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """POST this to an address that somebody gave, and the status of the answer.

        body: small, since it is sent as one piece. headers: ours, never words of a stranger.
        Asked once, and within half a minute. Redirects are not followed: theirs is a status like
        others. Nothing else of the answer is kept.

        Raises `Fault`: `LINK_REFUSED` for an address that may not be called, `LINK_DOWN` when no
        answer comes, which does not say that nothing arrived.
        """
        ...


# --- chats ----------------------------------------------------------------------------------------


class Messenger(Protocol):
    """Shows cards in one platform's chats."""

    def limits(self, address: Address) -> Limits:
        """What this chat takes at this moment; quick, no network."""
        ...

    def edits_until(self, address: Address, receipt: Receipt) -> datetime | None:
        """When this message can no longer be edited; None: not before it is gone."""
        ...

    async def post(self, address: Address, card: Card, key: str) -> Receipt:
        """Show a new message; a second call with the same `key` is invisible where possible.

        Raises `Fault` with `CHAT_GONE` or `CHAT_FORBIDDEN` when there is nobody to tell, with
        `FILE_REFUSED` when the place takes less than `limits` said, with `CHAT_UNSURE` when
        nobody knows whether it arrived and a repeat would be seen.
        """
        ...

    async def edit(self, address: Address, receipt: Receipt, card: Card) -> Receipt:
        """Replace what a message shows, and say what it is called now; a repeat changes nothing.

        Raises `Fault` with `CARD_GONE` when that message cannot be edited any more, otherwise
        as `post` does.
        """
        ...

    async def delete(self, address: Address, receipt: Receipt) -> None:
        """Take a message away; one that is gone is no error."""
        ...

    def standing(self, address: Address) -> Address:
        """The same corner for messages that answer nobody; without what is of one person."""
        ...

    def split(self, receipt: Receipt, count: int) -> tuple[Receipt, ...]:
        """A receipt for each of the `count` tracks that were posted together, in their order.

        Where they are one message that cannot be taken apart, it is the same for all.
        """
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


class Store(Protocol):
    """Where the truth is. Both calls run `change` or `query` in a thread, never on the loop."""

    async def write(self, change: Callable[[Tx], T]) -> T:
        """Run in one durable transaction; it returns after the commit. May run `change` twice."""
        ...

    async def read(self, query: Callable[[Tx], T]) -> T:
        """Run against a consistent view."""
        ...

    async def scrub(self) -> bool:
        """Overwrite what was removed; False where somebody reads, and it must be tried again."""
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
