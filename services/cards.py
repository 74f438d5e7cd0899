"""What a job looks like to its person at any moment: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf

from services import provenance
from services.model import (
    SILENCE,
    Action,
    Card,
    Job,
    JobId,
    Link,
    Picture,
    Progress,
    State,
    Text,
    Tone,
    Track,
    Way,
)
from services.problems import Code, Problem, Whose
from services.recipes import Keep, Operation, Preset, Strength

CANCEL = "cancel"
AGAIN = "again"
SHOW = "show"
DELETE = "delete"
ZIP = "zip"
FORGET = "forget"
WITHDRAW = "withdraw"
CONSENT = "consent"
CONFIRM = "confirm"
# Pressed on a message, these change that message: nothing new is shown.
QUIET = frozenset({CANCEL, CONFIRM, DELETE})
# Said whatever was chosen: why so little changed, and what to expect of a quick separation.
DUE = ("clean", "no_echo", "dry", "quick")
# Where hardly anything was done, figures of before and after would only puzzle.
UNCHANGED = ("no_echo", "dry")
HARDLY = ("clean", *UNCHANGED)

# The word on the card for each state before the outcome.
STAGES = {
    State.RECEIVING: "card-received",
    State.QUEUED: "card-queued",
    State.SUBMITTING: "card-working",
    State.RUNNING: "card-working",
    State.COLLECTING: "card-collecting",
}
SOFTER = {Strength.STRONG: Strength.NORMAL, Strength.NORMAL: Strength.SOFT}
STRONGER = {Strength.SOFT: Strength.NORMAL, Strength.NORMAL: Strength.STRONG}


def card(
    job: Job,
    progress: Progress | None = None,
    kept_until: datetime | None = None,
    links: Mapping[str, str] | None = None,
    room: float = inf,
    *,
    leaves_copies: bool = False,
    others: bool = False,
) -> Card:
    """The card of this job as it stands.

    links: addresses of the tracks that are too large for the chat, by their ids.
    room: bytes of a file in that chat. leaves_copies: what is shown there stays there.
    others: whether other operations are offered as well.
    """
    if isinstance(job.outcome, Problem):
        return _problem(job, job.outcome)
    if job.outcome is None:
        return _working(job, progress)
    if job.purged:
        return Card((_named(job, "card-expired"),), Tone.INFO, job.id)
    shown = _result(job, links or {}, room, others=others)
    if kept_until is None:
        return shown
    privacy = provenance.privacy([job], kept_until, leaves_copies=leaves_copies)
    return replace(shown, lines=(*shown.lines, privacy))


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
    stages = list(STAGES)
    left = [job for job in jobs if job.outcome is None]
    return max(left, key=lambda job: stages.index(job.state), default=None)


def only_file(job: Job) -> Track | None:
    """What a job adds to an album: its one track, where that goes as a file."""
    is_one = len(job.shown) == 1 and job.shown[0].way is Way.FILE
    return job.shown[0] if is_one else None


def _album_at_work(jobs: Sequence[Job], current: Job, progress: Progress | None) -> Card:
    shown = _working(current, progress)
    done = sum(job.outcome is not None for job in jobs)
    so_far = Text("album-progress", {"done": done, "count": len(jobs)})
    lead = jobs[0].lead
    cancel = Action(Text("action-cancel"), CANCEL, {"job": lead})
    fraction = (progress.fraction or 0.0) if progress is not None else 0.0
    # How long the others take is not known.
    overall = Progress(fraction=(done + fraction) / len(jobs))
    lines = (so_far, *shown.lines)
    return replace(shown, lines=lines, job=lead, progress=overall, actions=(cancel,))


def _told_of_all(jobs: Sequence[Job]) -> Iterator[Text]:
    """What was done, told once; then what must be said of one of them by itself."""
    is_rest = jobs[0].recipe.keep is Keep.RESIDUAL
    alike = sum(bool(job.tracks) and job.note not in (SILENCE, *UNCHANGED) for job in jobs)
    if alike:
        count = {"count": alike}
        done = _named(jobs[0], "card-done", Text("album-count", count))
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
            about = problem_text(job.outcome, job.id)
            yield Text("card-failed", {"name": name, "problem": about})
        return
    if job.note == SILENCE:
        yield _named(job, "card-silent", name)
    elif job.note in DUE:
        yield Text("album-about", {"name": name, "about": Text(f"note-{job.note}")})
    for line in provenance.about_work(job) if job.tracks else ():
        yield Text("album-about", {"name": name, "about": line})
    # What comes by itself has words of its own.
    for step in _steps_down(job) if only_file(job) else ():
        yield Text("album-about", {"name": name, "about": step})


def _was_cancelled(job: Job) -> bool:
    return isinstance(job.outcome, Problem) and job.outcome.code is Code.CANCELLED


def _further(job: Job, named: str) -> Action | None:
    """Leads to what can be done with one job of an album."""
    name = {"name": named}
    if isinstance(job.outcome, Problem):
        is_worth_it = _is_worth_it(job, job.outcome)
        return _again(job, Text("action-one-again", name)) if is_worth_it else None
    return Action(Text("action-one", name), SHOW, {"job": job.id})


def farewell(job: Job) -> Card:
    """The last that a message shows which cannot be edited until the job is done."""
    about = Text("card-late", {"name": job.source.name})
    show = Action(Text("action-show"), SHOW, {"job": job.id})
    return Card((about,), Tone.WORKING, job.id, actions=(show, _cancel(job)))


def problem_card(problem: Problem, job: JobId | None = None) -> Card:
    """A card that says what went wrong and what to do."""
    return Card((problem_text(problem, job),), Tone.PROBLEM, job)


def problem_text(problem: Problem, job: JobId | None = None) -> Text:
    """The sentence of a problem."""
    return Text(f"problem-{problem.code}", {"job": job or "", **problem.args})


def operation_text(operation: Operation) -> Text:
    """What is being done, as a noun."""
    return Text(f"operation-{operation}")


def consent_card(engines: str, *, is_own: bool) -> Card:
    """Whether sound may leave this machine: one sentence, two buttons.

    is_own: in a chat of the person's own, which nobody else looks after.
    """
    key = "consent-ask-own" if is_own else "consent-ask"
    return Card((Text(key, {"engines": engines}),), actions=_consent())


def _consent() -> tuple[Action, ...]:
    return tuple(
        Action(Text(f"action-consent-{answer}"), CONSENT, {"answer": answer})
        for answer in ("yes", "no")
    )


def job_text(job: Job) -> Text:
    """One of a person's jobs, as they tell it from the others."""
    recipe = job.recipe
    args: dict[str, str | int | float | Text] = {
        "name": job.source.name,
        "at": job.created_at.isoformat(),
        "operation": operation_text(recipe.operation),
        "preset": recipe.preset.value,
        "strength": recipe.strength.value,
        "keep": recipe.keep.value,
    }
    return Text("jobs-result", args)


def _named(job: Job, key: str, name: str | Text = "") -> Text:
    return Text(
        key,
        {
            "name": name or job.source.name,
            "operation": operation_text(job.recipe.operation),
            "preset": Text(f"choice-{job.recipe.preset}"),
            "strength": Text(f"choice-{job.recipe.strength}"),
        },
    )


def _working(job: Job, progress: Progress | None) -> Card:
    if job.awaits:
        return _quote(job)
    stage = STAGES[job.state]
    waits = job.state is State.QUEUED and progress is not None and progress.place is not None
    if job.state is State.QUEUED and not waits:
        stage = "card-received"
    lines = [_named(job, stage)]
    if waits and progress is not None:
        lines = [Text(stage, {"name": job.source.name, "place": progress.place or 1})]
    if job.last is not None:
        lines.append(Text("card-trying-again", {"attempt": job.attempt + 1}))
    lines += provenance.under_way(job)
    return Card(
        tuple(lines),
        Tone.WORKING,
        job.id,
        progress or Progress(),
        actions=(_cancel(job),),
    )


def _quote(job: Job) -> Card:
    """What it will use, before it is begun."""
    assert job.clip is not None
    seconds = job.recipe.span(job.clip.seconds)
    about = Text("card-quote", {"name": job.source.name, "seconds": seconds})
    confirm = Action(Text("action-confirm"), CONFIRM, {"job": job.id})
    return Card((about,), Tone.WORKING, job.id, actions=(confirm, _cancel(job)))


def _cancel(job: Job) -> Action:
    return Action(Text("action-cancel"), CANCEL, {"job": job.id})


def _problem(job: Job, problem: Problem) -> Card:
    text = problem_text(problem, job.id)
    about = Text("card-failed", {"name": job.source.name, "problem": text})
    is_worth_it = _is_worth_it(job, problem)
    actions: tuple[Action, ...] = ()
    if problem.code is Code.CONSENT_NEEDED:
        actions = (*_consent(), _again(job, Text("action-try-again")))
    elif is_worth_it:
        actions = (_again(job, Text("action-try-again")),)
    tone = Tone.INFO if problem.code is Code.CANCELLED else Tone.PROBLEM
    # Nothing was begun, so nobody else needs to read about it.
    is_private = problem.code.whose is Whose.PERSON and job.clip is None
    return Card((about,), tone, job.id, actions=actions, is_private=is_private)


def _is_worth_it(job: Job, problem: Problem) -> bool:
    """Whether the same once more may go better."""
    return problem.code.whose is not Whose.PERSON and job.clip is not None


def _result(job: Job, links: Mapping[str, str], room: float, *, others: bool) -> Card:
    assert isinstance(job.outcome, tuple)
    is_silent, is_rest = job.note == SILENCE, job.recipe.keep is Keep.RESIDUAL
    title = "card-silent" if is_silent else "card-removed" if is_rest else "card-done"
    if job.note in UNCHANGED:
        title = "card-nothing" if is_rest else "card-unchanged"
    lines = [_named(job, title), *_steps_down(job)]
    if not is_silent and (job.note in DUE or (job.note and _was_left_to_us(job))):
        lines.append(Text(f"note-{job.note}"))
    lines += provenance.about_work(job)
    if job.warning:
        lines.append(Text("card-warning", {"percent": job.warning}))
    is_told = not is_silent and job.note not in HARDLY
    if is_told and job.picture is not None and job.picture.figures:
        lines.append(_figures(job.recipe.operation, job.picture.figures))
    return Card(
        tuple(lines),
        Tone.DONE,
        job.id,
        clip=job.clip,
        tracks=job.shown,
        picture=job.picture,
        alt=_alt(job.picture),
        actions=(*_further_steps(job, others=others), *_with_all(job, room)),
        links=tuple(Link(track.name, links[track.id]) for track in job.shown if track.id in links),
    )


def _further_steps(job: Job, *, others: bool) -> tuple[Action, ...]:
    """What else can be done with the recording; nothing with silence."""
    if job.note == SILENCE:
        return ()
    return (*_next_steps(job), *(_others(job) if others else ()))


def _others(job: Job) -> tuple[Action, ...]:
    """What else people do with a recording."""
    return tuple(
        _again(job, Text(f"action-{operation}"), operation=operation.value)
        for operation in (Operation.STEMS, Operation.DEECHO)
        if operation is not job.recipe.operation
    )


def _with_all(job: Job, room: float) -> tuple[Action, ...]:
    """What can be done with all tracks at once."""
    delete = Action(Text("action-delete"), DELETE, {"job": job.id})
    files = [track for track in job.shown if track.way is Way.FILE]
    is_together = len(files) > 1 and not any(track.waveform for track in files)
    if not is_together or sum(track.bytes for track in job.shown) > room:
        return (delete,)
    return (Action(Text("action-zip"), ZIP, {"job": job.id}), delete)


def _steps_down(job: Job) -> list[Text]:
    """What was done to make the tracks fit their chat, each step once."""
    steps: list[Text] = []
    for track in job.shown:
        step = _step_down(job, track)
        if step is not None and step not in steps:
            steps.append(step)
    return steps


def _step_down(job: Job, track: Track) -> Text | None:
    if track.way is not Way.FILE:
        return _not_here(job, track)
    if track in job.tracks:
        return None
    whole = next((one for one in job.tracks if one.whole == track.whole), track)
    if whole.mime.startswith("video/"):
        return Text("card-sound-only", {"given": track.format})
    wanted = track.wanted or job.format.value
    formats = {"wanted": wanted, "given": track.format}
    if track.pieces:
        return Text("card-cut", {"count": track.pieces, **formats})
    if track.format != wanted:
        return Text("card-fitted", formats)
    return Text("card-squeezed")


def _not_here(job: Job, track: Track) -> Text:
    """What is said of a track that did not go into the chat."""
    mates = (one for one in job.shown if one.part == track.part and one.way is Way.FILE)
    mate, is_linked = next(mates, None), track.way is Way.LINK
    if mate is None:
        return Text("card-linked" if is_linked else "card-too-large")
    formats = {"wanted": track.wanted, "given": mate.format}
    return Text("card-one-linked" if is_linked else "card-one-too-large", formats)


def _was_left_to_us(job: Job) -> bool:
    """Whether a reason is due: a person who chose knows why."""
    return job.recipe.preset is Preset.AUTO and job.recipe.strength is Strength.NORMAL


def _figures(operation: Operation, figures: Mapping[str, float]) -> Text:
    if operation is not Operation.ENHANCE:
        return Text("card-figures", _whole(figures))
    # What was made louder as a whole has a louder floor too: only the distance says something.
    under = {
        f"under_{when}_db": figures[f"loudness_{when}_lufs"] - figures[f"noise_floor_{when}_db"]
        for when in ("before", "after")
    }
    return Text("card-figures-enhanced", _whole({**figures, **under}))


def _whole(figures: Mapping[str, float]) -> dict[str, int]:
    """Rounded as they are shown, so that nobody reads "-0"."""
    return {name: round(value) for name, value in figures.items()}


def _alt(picture: Picture | None) -> Text | None:
    return Text("picture-alt", dict(picture.figures)) if picture else None


def _again(job: Job, label: Text, menu: Text | None = None, **changes: str) -> Action:
    return Action(label, AGAIN, {"job": job.id, **changes}, menu)


def _next_steps(job: Job) -> tuple[Action, ...]:
    """One press each: softer, stronger, what was removed, another preset."""
    recipe, is_unchanged = job.recipe, job.note in UNCHANGED
    if recipe.operation is Operation.STEMS or recipe.keep is Keep.RESIDUAL:
        return ()
    steps = []
    if recipe.strength in SOFTER and not is_unchanged:
        softer = SOFTER[recipe.strength].value
        steps.append(_again(job, Text("action-softer"), strength=softer))
    if recipe.strength in STRONGER:
        stronger = STRONGER[recipe.strength].value
        steps.append(_again(job, Text("action-stronger"), strength=stronger))
    if recipe.keep is Keep.CLEAN and not is_unchanged:
        steps.append(_again(job, Text("action-removed"), keep=Keep.RESIDUAL.value))
    has_presets = recipe.operation in (Operation.DENOISE, Operation.ENHANCE)
    for preset in Preset if has_presets else ():
        if preset is not recipe.preset:
            label = Text("action-again", {"preset": Text(f"choice-{preset}")})
            steps.append(_again(job, label, Text("menu-presets"), preset=preset.value))
    return tuple(steps)
