"""A job in MusicGPT's words: answers, and what is posted when it ended."""

import json
from collections.abc import Mapping
from typing import Any

from adapters.api.figures import Figures
from adapters.api.places import CONVERSION, MUSICGPT, SOURCE, TASK, Links, uuid_of
from adapters.api.refusing import sentence
from adapters.wire import musicgpt_served as wire
from adapters.wire.musicgpt import CONVERSION_TYPES, UNKNOWN_ETA
from services.model import Job, Phase, Track
from services.problems import Problem
from services.recipes import CLEAN, Format, Operation

STATUSES = {
    Phase.PENDING: "IN_QUEUE",
    Phase.PROCESSING: "IN_PROGRESS",
    Phase.COMPLETED: "COMPLETED",
    Phase.FAILED: "FAILED",
}
SAID = {
    Phase.PENDING: "Conversion is in the queue",
    Phase.PROCESSING: "Conversion is in progress",
    Phase.COMPLETED: "Conversion completed",
}
# Only these pages print more than the ids and the estimates.
CHATTY = (Operation.DEECHO, Operation.DEREVERB)
WAV = "_wav"


def started(figures: Figures, job: Job) -> dict[str, Any]:
    """The answer to a submission."""
    length = figures.seconds(job)
    said: dict[str, Any] = {
        "success": True,
        **_ids(job),
        "eta": UNKNOWN_ETA if length is None else round(length),
    }
    if job.source.seconds is not None:
        said["credit_estimate"] = round(job.recipe.span(job.source.seconds) / 60, 2)
    if job.recipe.operation in CHATTY:
        said |= {"message": "Message published to queue", "status": "IN_QUEUE"}
    return wire.Started(**said).plain


def conversion(figures: Figures, job: Job, links: Links) -> wire.ConversionTold:
    """The job as byId and byUser tell it."""
    is_open = job.outcome is None
    length = figures.seconds(job) if is_open else 0
    why = sentence(job.outcome) if isinstance(job.outcome, Problem) else SAID[job.phase]
    said: dict[str, Any] = {
        **_ids(job),
        "conversion_type": CONVERSION_TYPES[job.recipe.operation],
        "status": STATUSES[job.phase],
        "status_msg": why,
        "audio_url": None,
        "conversion_cost": None if is_open else figures.minutes_used(job),
        "eta": UNKNOWN_ETA if length is None else round(length),
        "title": job.source.name,
        "lyrics": None,
        "music_style": None,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }
    if job.clip is not None:
        said["conversion_duration"] = _length(job)
    return wire.ConversionTold(**(said | _polled(job, links)))


def callback(figures: Figures, job: Job, links: Links) -> dict[str, Any]:
    """What is posted when it ended, as the page on its operation prints it."""
    if isinstance(job.outcome, Problem):
        return _failed(job, sentence(job.outcome))
    if job.recipe.operation is Operation.STEMS:
        return _extraction(figures, job, links)
    said: dict[str, Any] = {
        "success": True,
        "conversion_type": wire.WORDS[job.recipe.operation],
        **_ids(job),
        "audio_path": f"files/{uuid_of(job.id, SOURCE)}.wav",
        **_sides(job, links),
        "message": wire.MESSAGES[job.recipe.operation],
        "conversion_duration": _length(job),
        "conversion_cost": f"{figures.minutes_used(job):.2f}",
    }
    return wire.Converted(**said).plain


def _extraction(figures: Figures, job: Job, links: Links) -> dict[str, Any]:
    """The older page's keys, and the maps that a live application reads beside them."""
    urls = _urls(job, links)
    named = {wire.GIVEN_AS.get(part, part): mp3 for part, (mp3, _) in urls.items()}
    name = f"{uuid_of(job.id, TASK)}_{SOURCE}"
    said: dict[str, Any] = {
        "success": True,
        **_ids(job),
        "audio_path": links.to(job, MUSICGPT, name, SOURCE),
        **named,
        **_maps(urls),
        "conversion_cost": figures.minutes_used(job),
        "conversion_duration": _length(job),
    }
    return wire.Extracted(**said).plain


def _failed(job: Job, why: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "success": False,
        "conversion_type": wire.WORDS[job.recipe.operation],
        **_ids(job),
        "status": "FAILED",
        "status_msg": why,
        "error": why,
    }
    return wire.NotConverted(**said).plain


def _polled(job: Job, links: Links) -> dict[str, Any]:
    """Where the results lie, for those who ask."""
    if not job.tracks or links.are_over(job):
        return {}
    urls = _urls(job, links)
    if job.recipe.operation is Operation.STEMS:
        return _maps(urls)
    mp3, wav = urls[CLEAN]
    paths = {"conversion_path": mp3, "conversion_path_wav": wav}
    return {"audio_url": mp3, "audio_url_wav": wav, **paths, **_sides(job, links)}


def _maps(urls: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    return {
        "audio_url": json.dumps({part: mp3 for part, (mp3, _) in urls.items()}),
        "audio_url_wav": json.dumps({part: wav for part, (_, wav) in urls.items()}),
    }


def _sides(job: Job, links: Links) -> dict[str, str]:
    """What was kept and what was removed, each with its WAV twin."""
    found: dict[str, str] = {}
    for key, (mp3, wav) in zip(
        wire.SIDES[job.recipe.operation], _urls(job, links).values(), strict=True
    ):
        found |= {key: mp3, f"{key}{WAV}": wav}
    return found


def _urls(job: Job, links: Links) -> dict[str, tuple[str, str]]:
    """For each part its MP3 and its WAV, in the order of the recipe."""
    return {part: (_url(job, links, part, Format.MP3), _url(job, links, part, Format.WAV))
            for part in job.recipe.parts}  # fmt: skip


def _url(job: Job, links: Links, part: str, made: Format) -> str:
    track = next(one for one in job.tracks if one.part == part and one.format == made)
    name = f"{uuid_of(job.id, TASK)}_{_called(job, track)}.{made}"
    return links.to(job, MUSICGPT, name, track.id)


def _called(job: Job, track: Track) -> str:
    """As their bucket calls it: the sides without the underscore of their keys."""
    if job.recipe.operation is Operation.STEMS:
        return track.part
    return wire.SIDES[job.recipe.operation][track.part != CLEAN].replace("_", "")


def _ids(job: Job) -> dict[str, str]:
    return {
        "task_id": uuid_of(job.id, TASK),
        "conversion_id": uuid_of(job.id, CONVERSION),
    }


def _length(job: Job) -> float:
    return job.recipe.span(job.clip.seconds) if job.clip else 0.0
