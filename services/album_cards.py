"""What several jobs look like that are answered at once: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services import cards, provenance
from services.model import SILENCE, Job, JobId, Track, Way
from services.problems import Code, Problem
from services.recipes import Keep
from services.showing import Action, Card, Progress, Text, Tone


def album(
    jobs: Sequence[Job],
    progress: Progress | None = None,
    kept_until: datetime | None = None,
    *,
    leaves_copies: bool = False,
) -> Card:
    """The one card of jobs that are answered at once; their tracks come beside it.

    progress: of the job that is `at_work`.
    """
    current = at_work(jobs)
    if current is not None:
        return _album_at_work(jobs, current, progress)
    given = [job for job in jobs if job.tracks]
    lines = list(_told_of_all(jobs))
    if given:
        lines.append(Text("album-buttons"))
    if given and kept_until is not None:
        lines.append(provenance.privacy(jobs, kept_until, leaves_copies=leaves_copies))
    is_own = all(_was_cancelled(job) for job in jobs)
    tone = Tone.DONE if given else Tone.INFO if is_own else Tone.PROBLEM
    names = _told_apart(jobs)
    actions = tuple(one for job in jobs if (one := _further(job, names[job.id])) is not None)
    return Card(tuple(lines), tone, jobs[0].lead, actions=actions)


def at_work(jobs: Sequence[Job]) -> Job | None:
    """The one of these jobs that has come furthest without an outcome."""
    stages = list(cards.STAGES)
    left = [job for job in jobs if job.outcome is None]
    return max(left, key=lambda job: stages.index(job.state), default=None)


def only_file(job: Job) -> Track | None:
    """What a job adds to an album: its one track, where that goes as a file."""
    is_one = len(job.shown) == 1 and job.shown[0].way is Way.FILE
    return job.shown[0] if is_one else None


def _album_at_work(jobs: Sequence[Job], current: Job, progress: Progress | None) -> Card:
    shown = cards.working(current, progress)
    done = sum(job.outcome is not None for job in jobs)
    so_far = Text("album-progress", {"done": done, "count": len(jobs)})
    lead = jobs[0].lead
    cancel = Action(Text("action-cancel"), cards.CANCEL, {"job": lead})
    fraction = (progress.fraction or 0.0) if progress is not None else 0.0
    # How long the others take is not known.
    overall = Progress(fraction=(done + fraction) / len(jobs))
    lines = (so_far, *shown.lines)
    return replace(shown, lines=lines, job=lead, progress=overall, actions=(cancel,))


def _told_of_all(jobs: Sequence[Job]) -> Iterator[Text]:
    """What was done, told once; then what must be said of one of them by itself."""
    is_rest = jobs[0].recipe.keep is Keep.RESIDUAL
    alike = sum(bool(job.tracks) and job.note not in (SILENCE, *cards.UNCHANGED) for job in jobs)
    if alike:
        count = {"count": alike}
        done = cards.named(jobs[0], "card-done", Text("album-count", count))
        yield Text("album-removed", count) if is_rest else done
    names = _told_apart(jobs)
    for job in jobs:
        yield from _told_of_one(job, names[job.id])
    cancelled = sum(_was_cancelled(job) for job in jobs)
    if cancelled:
        yield Text("cancel-done", {"count": cancelled})


def _told_apart(jobs: Sequence[Job]) -> dict[JobId, str]:
    """The names of these recordings; numbered where several have the same."""
    names = [job.source.name for job in jobs]
    return {
        job.id: name if names.count(name) == 1 else f"{n}. {name}"
        for n, (job, name) in enumerate(zip(jobs, names, strict=True), 1)
    }


def _told_of_one(job: Job, name: str) -> Iterator[Text]:
    if isinstance(job.outcome, Problem):
        if not _was_cancelled(job):
            about = cards.problem_text(job.outcome, job.id)
            yield Text("card-failed", {"name": name, "problem": about})
        return
    if job.note == SILENCE:
        yield cards.named(job, "card-silent", name)
    elif job.note in cards.DUE:
        yield Text("album-about", {"name": name, "about": Text(f"note-{job.note}")})
    for line in provenance.about_work(job) if job.tracks else ():
        yield Text("album-about", {"name": name, "about": line})
    # What comes by itself has words of its own.
    for step in cards.steps_down(job) if only_file(job) else ():
        yield Text("album-about", {"name": name, "about": step})


def _was_cancelled(job: Job) -> bool:
    return isinstance(job.outcome, Problem) and job.outcome.code is Code.CANCELLED


def _further(job: Job, called: str) -> Action | None:
    """Leads to what can be done with one job of an album."""
    name = {"name": called}
    if isinstance(job.outcome, Problem):
        is_worth_it = cards.is_worth_it(job, job.outcome)
        return cards.again(job, Text("action-one-again", name)) if is_worth_it else None
    return Action(Text("action-one", name), cards.SHOW, {"job": job.id})
