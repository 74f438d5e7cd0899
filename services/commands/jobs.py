"""jobs, cancel and again: what a person can do with their own jobs."""

from dataclasses import replace
from functools import partial

from services import cards, routing, spaces
from services.commands import clean
from services.commands import options as known
from services.commands.command import Command, Option
from services.commands.means import Means
from services.events import Confirmed, GaveUp
from services.journal import Journal, progress, together
from services.machine import CANCELLED
from services.model import Ask, Job, JobId, Source, State, source_key, source_of
from services.ports import Store
from services.problems import Code, Problem, fault
from services.recipes import Keep, Operation, Preset, Recipe, Strength
from services.retention import Retention
from services.routing import Routes
from services.showing import Action, Card, Progress, Text
from services.transactions import Tx

JOB = Option("job")
SHOWN = 10


def commands(means: Means) -> list[Command]:
    """The commands about one's own jobs."""
    store, journal = means.store, means.journal
    changes = (JOB, known.OPERATION, known.PRESET, known.STRENGTH, known.FORMAT, known.KEEP)
    return [
        Command("jobs", partial(_jobs, means)),
        Command("cancel", partial(_cancel, store, journal), options=(JOB,)),
        Command(cards.CONFIRM, partial(_confirm, store, journal), options=(JOB,), hidden=True),
        Command("again", partial(_again, means), options=changes, hidden=True),
        Command("show", partial(_show, means), options=(JOB,), hidden=True),
        Command("delete", partial(_delete, store, means.retention), options=(JOB,), hidden=True),
    ]


async def _jobs(means: Means, ask: Ask) -> tuple[Card, ...]:
    messenger = means.messengers.get(ask.address.platform)
    is_heard = messenger is None or not messenger.limits(ask.address).whispers
    # Names of files say much.
    only_here = is_heard and not spaces.is_own(ask.address, ask.person)
    seen, is_all = await means.store.read(lambda tx: _seen(tx, ask, only_here=only_here))
    rest = () if is_all else (Text("jobs-elsewhere"),)
    if not seen:
        return (Card((Text("jobs-none"), *rest)),)
    found = [job for job, _ in seen]
    lines = (Text("jobs-title", {"count": len(found)}), *(_line(*each) for each in seen), *rest)
    return (Card(lines, actions=tuple(_show_again(job) for job in found if _has_result(job))),)


def _seen(tx: Tx, ask: Ask, *, only_here: bool) -> tuple[list[tuple[Job, Progress | None]], bool]:
    """A person's jobs, with how far those are that are under way; and whether there are no others.

    only_here: of the space alone in which it was asked.
    """
    platform, person, space = ask.address.platform, ask.person.id, ask.address.space
    latest = tx.jobs_of(platform, person, SHOWN)
    is_all = not only_here or all(job.address.space == space for job in latest)
    jobs = latest if is_all else tx.jobs_of(platform, person, SHOWN, space)
    return [(job, progress(tx, job)) for job in jobs], is_all


def _has_result(job: Job) -> bool:
    return bool(job.tracks) and not job.purged


def _show_again(job: Job) -> Action:
    return Action(cards.job_text(job), cards.SHOW, {"job": job.id}, Text("menu-results"))


def _state(job: Job, seen: Progress | None) -> Text:
    """Where the job is, in a word or two."""
    if isinstance(job.outcome, Problem):
        is_own = job.outcome.code is Code.CANCELLED
        return Text("state-cancelled" if is_own else "state-failed")
    if job.outcome is not None:
        return Text("state-purged" if job.purged else "state-done")
    state = Text(f"state-{job.state}")
    if seen is not None and seen.place is not None:
        return Text("jobs-place", {"place": seen.place})
    if seen is not None and seen.fraction is not None:
        return Text("jobs-progress", {"state": state, "percent": 100 * seen.fraction})
    return state


def _line(job: Job, seen: Progress | None) -> Text:
    operation = cards.operation_text(job.recipe.operation)
    return Text(
        "jobs-line",
        {
            "name": job.source.name,
            "operation": operation,
            "preset": job.recipe.preset.value,
            "strength": job.recipe.strength.value,
            "state": _state(job, seen),
            "at": job.created_at.isoformat(),
        },
    )


async def _cancel(store: Store, journal: Journal, ask: Ask) -> tuple[Card, ...]:
    place, person = ask.address.platform, ask.person.id
    recent = await store.read(lambda tx: tx.jobs_of(place, person, 100))
    chosen = [job for job in recent if job.outcome is None]
    if "job" in ask.options:
        # People write what they see.
        named = ask.options["job"].strip().casefold()
        chosen = [job for job in chosen if job.source.name.casefold() == named]
        chosen = chosen or await _meant(store, ask)
    ended = [await journal.record(job.id, GaveUp(CANCELLED)) for job in chosen]
    count = sum(1 for before, after in zip(chosen, ended, strict=True) if _was_ended(before, after))
    # Where nothing changed, no message says so by itself.
    return (Card((Text("cancel-done", {"count": count}),), is_private=not count),)


async def _confirm(store: Store, journal: Journal, ask: Ask) -> tuple[Card, ...]:
    """The person agrees to the price; with the first of an album, to that of all of it."""
    job = await job_of(store, ask)
    album = await store.read(lambda tx: together(tx, job)) if job.id == job.lead else [job]
    for one in album:
        await journal.record(one.id, Confirmed())
    return (Card((Text("confirm-done"),), is_private=True),)


async def _meant(store: Store, ask: Ask) -> list[Job]:
    """The job named in the ask; with the first of an album, which has its button, all of it."""
    job = await job_of(store, ask, may_manage=True)
    return await store.read(lambda tx: together(tx, job)) if job.id == job.lead else [job]


def _was_ended(before: Job, after: Job | None) -> bool:
    return before.outcome is None and after is not None and after.outcome == CANCELLED


async def job_of(store: Store, ask: Ask, *, may_manage: bool = False) -> Job:
    """The job named in the ask, which is the person's own.

    may_manage: or one of the space that the person looks after. Raises `Fault` with `NOT_YOURS`
    where others see the job too, with `NO_SUCH_JOB` where nobody should learn of it.
    """
    job_id = JobId(ask.options.get("job", ""))
    job = await store.read(lambda tx: tx.job(job_id))
    if job is None or job.address.platform != ask.address.platform:
        raise fault(Code.NO_SUCH_JOB)
    if job.person.id == ask.person.id:
        return job
    here = (job.address.space, job.address.chat)
    if ask.address.space != here[0] and ask.address.chat != here[1]:
        raise fault(Code.NO_SUCH_JOB)
    if not (may_manage and ask.person.is_admin and ask.address.space == here[0]):
        raise fault(Code.NOT_YOURS)
    return job


async def _show(means: Means, ask: Ask) -> tuple[Card, ...]:
    job = await job_of(means.store, ask)
    if not _has_result(job):
        seen = await means.store.read(lambda tx: progress(tx, job))
        return (cards.card(job, seen),)
    shown = await means.delivery.cards_for(job, ask.address)
    await means.retention.tidy(job)
    return shown


async def _delete(store: Store, retention: Retention, ask: Ask) -> tuple[Card, ...]:
    job = await job_of(store, ask, may_manage=True)
    if job.state is not State.DONE:
        raise fault(Code.NOT_YET)
    is_gone = await retention.remove(job)
    others = await store.read(lambda tx: tx.keys_in_use([source_key(job)]))
    key = "delete-files" if not is_gone else "delete-one" if others else "delete-done"
    return (Card((Text(key, {"name": job.source.name}),), is_private=True),)


async def _again(means: Means, ask: Ask) -> tuple[Card, ...]:
    job = await job_of(means.store, ask)
    if job.outcome is None:
        raise fault(Code.UNDER_WAY)
    source = source_of(job)
    try:
        await means.files.size(source.key)
    except FileNotFoundError:
        raise fault(Code.FILE_GONE, name=job.source.name) from None
    recipe = _changed(job.recipe, ask)
    place, person = ask.address.platform, ask.person.id

    def check(tx: Tx) -> None:
        recent = tx.jobs_of(place, person, SHOWN)
        if any(one.outcome is None and _is_same(one, source, recipe) for one in recent):
            raise fault(Code.UNDER_WAY)

    changed = replace(ask, sources=(source,))
    is_free = _is_free(job, recipe, means.routes)
    return await clean.start(means.intake, means.routes, changed, recipe, check, is_free=is_free)


def _is_free(job: Job, recipe: Recipe, routes: Routes) -> bool:
    """Whether it is what was paid for in another way, and this machine can make it."""
    is_same = recipe.operation is job.recipe.operation and bool(job.tracks)
    is_covered = recipe.stems == job.recipe.stems
    can = any(not one.paid for one in routing.offering(recipe, routes))
    return is_same and is_covered and can


def _is_same(job: Job, source: Source, recipe: Recipe) -> bool:
    """Whether this very thing is asked for twice, as by a button that is pressed twice."""
    return job.recipe == recipe and source_key(job) == source.key


def _changed(recipe: Recipe, ask: Ask) -> Recipe:
    options = ask.options
    operation = known.word(options, "operation", Operation, recipe.operation)
    if operation is not recipe.operation:
        # What was chosen for the one means nothing for the other; how it is given back does.
        recipe = Recipe(
            operation,
            format=recipe.format,
            start=recipe.start,
            end=recipe.end,
            second=recipe.second,
            bitrate=recipe.bitrate,
            picture=recipe.picture,
        )
    if known.FORMAT.name in options:
        first, second = known.formats(options)
        recipe = replace(recipe, format=first, second=second)
    return replace(
        recipe,
        preset=known.word(options, "preset", Preset, recipe.preset),
        strength=known.word(options, "strength", Strength, recipe.strength),
        keep=known.word(options, "keep", Keep, recipe.keep),
    )
