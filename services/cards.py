"""What a job looks like to its person at any moment: pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from math import inf

from services import provenance
from services.model import SILENCE, Job, JobId, Picture, State, Track, Way
from services.problems import Code, Problem, Whose
from services.recipes import Keep, Operation, Preset, Strength
from services.showing import Action, Card, Link, Progress, Text, Tone

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
        return working(job, progress)
    if job.purged:
        return Card((named(job, "card-expired"),), Tone.INFO, job.id)
    shown = _result(job, links or {}, room, others=others)
    if kept_until is None:
        return shown
    privacy = provenance.privacy([job], kept_until, leaves_copies=leaves_copies)
    return replace(shown, lines=(*shown.lines, privacy))


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


def named(job: Job, key: str, name: str | Text = "") -> Text:
    """A sentence about what is done with the recording of this name; without one, with its own."""
    return Text(
        key,
        {
            "name": name or job.source.name,
            "operation": operation_text(job.recipe.operation),
            "preset": Text(f"choice-{job.recipe.preset}"),
            "strength": Text(f"choice-{job.recipe.strength}"),
        },
    )


def working(job: Job, progress: Progress | None) -> Card:
    """How far a job is that has no outcome yet."""
    if job.awaits:
        return _quote(job)
    stage = STAGES[job.state]
    waits = job.state is State.QUEUED and progress is not None and progress.place is not None
    if job.state is State.QUEUED and not waits:
        stage = "card-received"
    lines = [named(job, stage)]
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
    actions: tuple[Action, ...] = ()
    if problem.code is Code.CONSENT_NEEDED:
        actions = (*_consent(), again(job, Text("action-try-again")))
    elif is_worth_it(job, problem):
        actions = (again(job, Text("action-try-again")),)
    tone = Tone.INFO if problem.code is Code.CANCELLED else Tone.PROBLEM
    # Nothing was begun, so nobody else needs to read about it.
    is_private = problem.code.whose is Whose.PERSON and job.clip is None
    return Card((about,), tone, job.id, actions=actions, is_private=is_private)


def is_worth_it(job: Job, problem: Problem) -> bool:
    """Whether the same once more may go better."""
    return problem.code.whose is not Whose.PERSON and job.clip is not None


def _result(job: Job, links: Mapping[str, str], room: float, *, others: bool) -> Card:
    assert isinstance(job.outcome, tuple)
    is_silent, is_rest = job.note == SILENCE, job.recipe.keep is Keep.RESIDUAL
    title = "card-silent" if is_silent else "card-removed" if is_rest else "card-done"
    if job.note in UNCHANGED:
        title = "card-nothing" if is_rest else "card-unchanged"
    lines = [named(job, title), *steps_down(job)]
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
        again(job, Text(f"action-{operation}"), operation=operation.value)
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


def steps_down(job: Job) -> list[Text]:
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


def again(job: Job, label: Text, menu: Text | None = None, **changes: str) -> Action:
    """Does the same once more, with what is changed of its options."""
    return Action(label, AGAIN, {"job": job.id, **changes}, menu)


def _next_steps(job: Job) -> tuple[Action, ...]:
    """One press each: softer, stronger, what was removed, another preset."""
    recipe, is_unchanged = job.recipe, job.note in UNCHANGED
    if recipe.operation is Operation.STEMS or recipe.keep is Keep.RESIDUAL:
        return ()
    steps = []
    if recipe.strength in SOFTER and not is_unchanged:
        softer = SOFTER[recipe.strength].value
        steps.append(again(job, Text("action-softer"), strength=softer))
    if recipe.strength in STRONGER:
        stronger = STRONGER[recipe.strength].value
        steps.append(again(job, Text("action-stronger"), strength=stronger))
    if recipe.keep is Keep.CLEAN and not is_unchanged:
        steps.append(again(job, Text("action-removed"), keep=Keep.RESIDUAL.value))
    has_presets = recipe.operation in (Operation.DENOISE, Operation.ENHANCE)
    for preset in Preset if has_presets else ():
        if preset is not recipe.preset:
            label = Text("action-again", {"preset": Text(f"choice-{preset}")})
            steps.append(again(job, label, Text("menu-presets"), preset=preset.value))
    return tuple(steps)
