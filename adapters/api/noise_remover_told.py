"""A job in noise-remover.com's words."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.api.figures import LONGEST, Figures
from adapters.api.places import NOISE_REMOVER, Links, job_name
from adapters.api.refusing import STATUSES, name_of, sentence
from adapters.wire import noise_remover_served as wire
from adapters.wire.noise_remover import LINK_SECONDS, Status
from services.machine import ended_at
from services.model import Job, Phase
from services.problems import Problem
from services.recipes import Format

LINK_LIVES = timedelta(seconds=LINK_SECONDS)
NAME = "noise-remover"  # of the dialect
METADATA = "metadata"  # in the route, as the program wrote it


def accepted(figures: Figures, job: Job) -> dict[str, Any]:
    """The answer to a submission."""
    return wire.Accepted(
        job_id=job_name(job),
        status="pending",
        **_asked(job),
        file_duration=None,
        metadata=metadata_of(job),
        created_at=job.created_at,
        estimated_completion=_expected(figures, job),
    ).plain


def told(figures: Figures, job: Job, links: Links) -> wire.JobTold:
    """The job as it stands."""
    has_begun = job.phase is not Phase.PENDING
    common: dict[str, Any] = {
        "job_id": job_name(job),
        "status": Status(job.phase.value),
        **_asked(job),
        "file_duration": _length(job) if has_begun else None,
        "metadata": metadata_of(job),
        "created_at": job.created_at,
    }
    if job.outcome is None:
        return wire.JobTold(**common, estimated_completion=_expected(figures, job))
    end = {"minutes_used": figures.minutes_used(job), "completed_at": ended_at(job)}
    if isinstance(job.outcome, Problem):
        return wire.JobTold(**common, **end, **_why(job.outcome))
    return wire.JobTold(**common, **end, **_link(job, links))


def webhook(figures: Figures, job: Job, links: Links) -> dict[str, Any]:
    """What is posted when it ended, without its signature."""
    is_done = job.phase is Phase.COMPLETED
    link = _link(job, links) if is_done else {"download_url": None, "download_expires": None}
    at = ended_at(job)
    assert at is not None
    return wire.WebhookTold(
        event="job.completed" if is_done else "job.failed",
        job_id=job_name(job),
        status="completed" if is_done else "failed",
        **_asked(job),
        file_duration=_length(job),
        minutes_used=figures.minutes_used(job),
        **link,
        metadata=metadata_of(job),
        timestamp=at,
    ).plain


def metadata_of(job: Job) -> dict[str, Any]:
    """As it was submitted."""
    kept: dict[str, Any] = json.loads(job.address.route.get(METADATA, "{}"))
    return kept


def _asked(job: Job) -> Mapping[str, Any]:
    return {"preset": job.recipe.preset, "output_format": job.recipe.format or Format.WAV}


def _length(job: Job) -> int | None:
    return None if job.clip is None else round(job.recipe.span(job.clip.seconds))


def _expected(figures: Figures, job: Job) -> datetime:
    length = figures.seconds(job)
    wait = LONGEST if length is None else length
    return max(job.created_at + timedelta(seconds=wait), job.updated_at)


def _link(job: Job, links: Links) -> Mapping[str, Any]:
    (track,) = job.tracks
    name = f"{job_name(job)}.{track.format}"
    # A callback may come, and a job be asked about, when its files have gone.
    url = None if links.are_over(job) else links.to(job, NOISE_REMOVER, name, track.id)
    return {"download_url": url, "download_expires": links.until(job)}


def _why(problem: Problem) -> Mapping[str, Any]:
    name, message = name_of(problem), sentence(problem)
    said = wire.ErrorSaid(code=name, message=message, status=STATUSES[name])
    return {"error_message": message, "error": said}
