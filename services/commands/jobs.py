"""jobs, cancel and again: what a person can do with their own jobs."""

from dataclasses import replace
from functools import partial

from services import cards
from services.commands import clean
from services.commands import options as known
from services.commands.command import Command, Option
from services.intake import Intake
from services.journal import Journal
from services.machine import CANCELLED, GaveUp
from services.model import Ask, Card, Job, JobId, Source, State, Text, source_key
from services.ports import Files, Store
from services.problems import Code, Problem, fault
from services.recipes import Format, Keep, Preset, Recipe, Strength
from services.routing import Routes

JOB = Option("job")
SHOWN = 10


def commands(
    store: Store, journal: Journal, intake: Intake, routes: Routes, files: Files
) -> list[Command]:
    """The commands about one's own jobs."""
    changes = (JOB, known.PRESET, known.STRENGTH, known.FORMAT, known.KEEP)
    return [
        Command("jobs", partial(_jobs, store)),
        Command("cancel", partial(_cancel, store, journal), options=(JOB,)),
        Command(
            "again",
            partial(_again, store, intake, routes, files),
            options=changes,
            hidden=True,
        ),
    ]


async def _jobs(store: Store, ask: Ask) -> tuple[Card, ...]:
    place, person = ask.address.platform, ask.person.id
    found = await store.read(lambda tx: tx.jobs_of(place, person, SHOWN))
    if not found:
        return (Card((Text("jobs-none"),)),)
    return (Card((Text("jobs-title", {"count": len(found)}), *(_line(job) for job in found))),)


def _line(job: Job) -> Text:
    state = job.state.value
    if isinstance(job.outcome, Problem):
        state = "cancelled" if job.outcome.code is Code.CANCELLED else "failed"
    elif job.outcome is not None:
        state = "done"
    operation = cards.operation_text(job.recipe.operation)
    word = Text(f"state-{state}")
    return Text(
        "jobs-line",
        {
            "name": job.source.name,
            "operation": operation,
            "preset": job.recipe.preset.value,
            "strength": job.recipe.strength.value,
            "state": word,
            "at": job.created_at.isoformat(),
        },
    )


async def _cancel(store: Store, journal: Journal, ask: Ask) -> tuple[Card, ...]:
    if "job" in ask.options:
        chosen = [await own_job(store, ask)]
    else:
        place, person = ask.address.platform, ask.person.id
        recent = await store.read(lambda tx: tx.jobs_of(place, person, 100))
        chosen = [job for job in recent if job.outcome is None]
    ended = [await journal.record(job.id, GaveUp(CANCELLED)) for job in chosen]
    count = sum(1 for before, after in zip(chosen, ended, strict=True) if _was_ended(before, after))
    return (Card((Text("cancel-done", {"count": count}),)),)


def _was_ended(before: Job, after: Job | None) -> bool:
    return before.outcome is None and after is not None and after.outcome == CANCELLED


async def own_job(store: Store, ask: Ask) -> Job:
    """The job named in the ask. Raises `Fault` with `NO_SUCH_JOB` also for another person's."""
    job_id = JobId(ask.options.get("job", ""))
    job = await store.read(lambda tx: tx.job(job_id))
    is_own = (
        job is not None
        and job.address.platform == ask.address.platform
        and job.person.id == ask.person.id
    )
    if job is None or not is_own:
        raise fault(Code.NO_SUCH_JOB)
    return job


async def _again(
    store: Store, intake: Intake, routes: Routes, files: Files, ask: Ask
) -> tuple[Card, ...]:
    job = await own_job(store, ask)
    if job.state is not State.DONE and job.outcome is None:
        raise fault(Code.NO_SUCH_JOB)
    source = Source(job.source.name, key=source_key(job), shape=job.source.shape)
    try:
        await files.size(source.key)
    except FileNotFoundError:
        raise fault(Code.FILE_GONE, name=job.source.name) from None
    changed = replace(ask, sources=(source,))
    return await clean.start(intake, routes, changed, _changed(job.recipe, ask))


def _changed(recipe: Recipe, ask: Ask) -> Recipe:
    options = ask.options
    return replace(
        recipe,
        preset=known.word(options, "preset", Preset, recipe.preset),
        strength=known.word(options, "strength", Strength, recipe.strength),
        format=known.word(options, "format", Format, recipe.format),
        keep=known.word(options, "keep", Keep, recipe.keep),
    )
