"""`undertone hooks sent`: what those who use the API could not be told yet, or ever."""

from collections.abc import Mapping
from typing import Any

from adapters.store.store import open_store
from bot.settings import Settings
from services import keys
from services.events import Rescheduled, Undeliverable
from services.machine import ended_at
from services.model import Job, State
from services.records import Step
from services.transactions import Tx

Row = dict[str, Any]
MOST = 10_000  # jobs that are looked at, the newest first
TRIED, GIVEN_UP = Rescheduled.__name__, Undeliverable.__name__


async def list_sent(settings: Settings, limit: int) -> list[Row]:
    """Callbacks that wait, the longest first, then those that were given up, newest last.

    limit: at most so many of each.
    """
    async with open_store(settings.database_url, settings.data_dir) as store:
        waiting = await store.read(lambda tx: _waiting(tx, limit))
        return waiting + await store.read(lambda tx: _given_up(tx, limit))


def _waiting(tx: Tx, limit: int) -> list[Row]:
    names = _names(tx)
    found = sorted(_jobs(tx, State.DELIVERING), key=lambda job: (job.deadline_at, job.id))
    return [
        {**_row(job, names, _failures(tx, job)), "next": job.due_at.isoformat(), "given_up": None}
        for job in found[:limit]
    ]


def _given_up(tx: Tx, limit: int) -> list[Row]:
    names, rows = _names(tx), list[Row]()
    for job in _jobs(tx, State.DONE):
        if len(rows) == limit:
            break
        failures = _failures(tx, job)
        if _is_given_up(failures):
            at = failures[-1].at.isoformat()
            rows.append({**_row(job, names, failures), "next": None, "given_up": at})
    return sorted(rows, key=lambda row: str(row["given_up"]))[-limit:]


def _is_given_up(failures: list[Step]) -> bool:
    return bool(failures) and failures[-1].event == GIVEN_UP


def _jobs(tx: Tx, state: State) -> list[Job]:
    return tx.jobs(state=state.value, limit=MOST, platform=keys.PLATFORM)


def _names(tx: Tx) -> dict[str, str]:
    return {key.id: key.name for key in keys.every(tx)}


def _failures(tx: Tx, job: Job) -> list[Step]:
    """The steps at which its callback did not arrive, each with the reason."""
    steps = tx.history(job.id)
    return [
        step
        for step in steps
        if step.event == GIVEN_UP
        or (step.event == TRIED and step.state == State.DELIVERING and step.detail)
    ]


def _row(job: Job, names: Mapping[str, str], failures: list[Step]) -> Row:
    since = ended_at(job)
    return {
        "job": job.id,
        "key": names.get(job.address.space, job.address.space),
        "since": since.isoformat() if since else None,
        "tries": sum(keys.PUT_OFF not in step.detail for step in failures),
        "why": failures[-1].detail.removesuffix(": ") if failures else None,
    }


def line(row: Row) -> str:
    """One callback on one line."""
    when = f"given up {row['given_up']}" if row["given_up"] else f"next {row['next']}"
    tries = f"{row['tries']} {'try' if row['tries'] == 1 else 'tries'}"
    words = (row["job"], row["key"], f"since {row['since']}", when, tries, row["why"] or "-")
    return "  ".join(words)
