"""A week of a space in a few figures, for those who look after it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services import cards
from services.model import Job
from services.periods import USUAL, Period, began
from services.problems import Code, Problem
from services.showing import Text

MARK = "digest"  # of a space: the week that was told last
AT = timedelta(hours=9)  # on Monday, when somebody reads it
CAUSES = 3


def due(kept: Mapping[str, Any], zone: str, now: datetime) -> str | None:
    """The name of the week that is to be told now; None: none is."""
    start = began(Period.WEEK, now, zone)
    week = start.astimezone(ZoneInfo(zone)).date().isoformat()
    # In order, so that neither another clock nor one that jumps back tells a week twice.
    return week if now >= start + AT and str(kept.get(MARK, "")) < week else None


def week_before(now: datetime, zone: str = USUAL) -> tuple[datetime, datetime]:
    """When the week began and ended that was over when the one of `now` began."""
    start = began(Period.WEEK, now, zone)
    return began(Period.WEEK, start - timedelta(days=1), zone), start


def count(jobs: Sequence[Job]) -> dict[str, Any]:
    """The figures of these jobs, as plain values."""
    done = [job for job in jobs if job.tracks and job.clip is not None]
    sent = Counter[str]()
    for job in done:
        for engine in job.sent_to:
            sent[engine] += round(_seconds(job))
    causes = Counter(
        job.outcome.code.value
        for job in jobs
        if isinstance(job.outcome, Problem) and job.outcome.code is not Code.CANCELLED
    )
    return {
        "jobs": len(done),
        "seconds": round(sum(_seconds(job) for job in done)),
        "here": round(sum(_seconds(job) for job in done if not job.sent_to)),
        "sent": dict(sent),
        "causes": dict(causes.most_common()),
    }


def _seconds(job: Job) -> float:
    return job.recipe.span(job.clip.seconds) if job.clip else 0.0


def lines(counted: Mapping[str, Any]) -> Iterator[Text]:
    """The digest in words."""
    yield Text("digest-title", {"jobs": counted["jobs"], "seconds": counted["seconds"]})
    if counted["here"]:
        yield Text("digest-here", {"seconds": counted["here"]})
    for engine, seconds in counted["sent"].items():
        yield Text("digest-sent", {"engine": engine, "seconds": seconds})
    failures = list(counted["causes"].items())
    if failures:
        yield Text("digest-failures", {"count": sum(number for _, number in failures)})
    for code, number in failures[:CAUSES]:
        # A later version may have other names for what went wrong.
        known = Code.__members__.get(code.upper(), Code.INTERNAL)
        cause = cards.problem_text(Problem(known))
        yield Text("digest-cause", {"count": number, "cause": cause})
