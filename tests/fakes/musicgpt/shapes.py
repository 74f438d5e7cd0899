"""Every shape of a callback that was seen, and of what byId answers."""

from __future__ import annotations

import json

from tests.fakes.musicgpt.model import OPERATIONS, Task

# The names under which an operation's results are stored; deecho's are documented.
OUTPUTS = {
    "denoise": ("no_noise", "noise"),
    "deecho": ("no_echo", "echo"),
    "dereverb": ("no_reverb", "reverb"),
}
SINGULAR = {"vocals": "vocal"}  # requested so, given so


def names(task: Task) -> tuple[str, ...]:
    """Under which names results lie."""
    return OUTPUTS.get(task.operation) or tuple(task.stems)


def _ids(task: Task) -> dict:
    return {"task_id": task.task_id, "conversion_id": task.conversion_id}


def deecho(task: Task) -> dict:
    """The page on deecho: a key and its WAV twin for each side, the cost as text."""
    urls = {}
    for name in names(task):
        urls |= {name: task.url(name), f"{name}_wav": task.url(name, "wav")}
    return {
        "success": True,
        "conversion_type": OPERATIONS[task.operation][1],
        **_ids(task),
        "audio_path": "files/8fd19e25-88c2-49e9-9641-7214cbe99a4f.wav",
        **urls,
        "message": f"{task.operation} conversion Completed",
        "conversion_duration": task.seconds,
        "conversion_cost": f"{task.cost}",
    }


def extraction(task: Task) -> dict:
    """The older page on Extraction: a key for each stem, no twins, the cost as a number."""
    return {
        "success": True,
        **_ids(task),
        "audio_path": f"{task.origin}/files/signed?signature=abc",
        **{SINGULAR.get(name, name): task.url(name) for name in names(task)},
        "conversion_cost": task.cost,
        "conversion_duration": task.seconds,
    }


def generic(task: Task) -> dict:
    """The page on webhooks: one address, no `success`, no `conversion_id`."""
    return {
        "task_id": task.task_id,
        "status": "COMPLETED",
        "status_msg": "Conversion completed",
        "conversion_type": task.type,
        "audio_url": task.url(names(task)[0]),
        "title": "",
        "conversion_cost": task.cost,
        "createdAt": task.created_at.isoformat(),
        "updatedAt": task.created_at.isoformat(),
    }


def maps(task: Task) -> dict:
    """As a live application reads Extraction: texts that hold a JSON object each."""
    return {
        "success": True,
        **_ids(task),
        "audio_url": json.dumps({name: task.url(name) for name in names(task)}),
        "audio_url_wav": json.dumps({name: task.url(name, "wav") for name in names(task)}),
        "conversion_cost": f"{task.cost}",
    }


def event(task: Task) -> dict:
    """As the n8n node's reference has it."""
    return {
        "event": "conversion.completed",
        **_ids(task),
        "status": "completed",
        "output_url": task.url(names(task)[0]),
        "timestamp": task.created_at.isoformat(),
        "metadata": {"duration": task.seconds, "format": "mp3"},
    }


def path(task: Task) -> dict:
    """As a second n8n node and a public bot have it."""
    return {
        "success": True,
        "conversion_type": "Music AI",
        **_ids(task),
        "conversion_path": task.url(names(task)[0]),
        "conversion_path_wav": task.url(names(task)[0], "wav"),
        "conversion_duration": task.seconds,
        "is_flagged": False,
        "reason": "",
    }


def refused(task: Task) -> dict:
    """As a live application expects a failure."""
    return {"success": False, **_ids(task), "message": task.reason}


def flagged(task: Task) -> dict:
    """Moderation."""
    return {**_ids(task), "is_flagged": True, "reason": task.reason}


def failed(task: Task) -> dict:
    """The words of the page on status checks."""
    return {**_ids(task), "status": "FAILED", "status_msg": task.reason}


def broken(task: Task) -> dict:
    """The other word of that page."""
    return {**failed(task), "status": "ERROR"}


def failed_event(task: Task) -> dict:
    """With a nested error."""
    error = {"code": "PROCESSING_FAILED", "message": task.reason, "details": {}}
    return {"event": "conversion.failed", **_ids(task), "status": "failed", "error": error}


SHAPES = {
    one.__name__: one
    for one in (
        deecho, extraction, generic, maps, event, path, refused, flagged, failed, broken,
        failed_event,
    )
}  # fmt: skip


def conversion(task: Task, shape: str | None) -> dict:
    """What byId and byUser say of a task: the documented fields, results once it is done.

    shape: whose keys name the results; None: `audio_url`, for several a map in its text.
    """
    said = {
        **_ids(task),
        "conversion_type": task.type,
        "status": task.status,
        "status_msg": task.reason,
        "audio_url": "",
        "conversion_cost": task.cost,
        "title": "",
        "lyrics": "",
        "music_style": "",
        "createdAt": task.created_at.isoformat(),
        "updatedAt": task.created_at.isoformat(),
    }
    if task.flagged:
        said |= {"is_flagged": True, "reason": task.reason}
    if task.status != "COMPLETED":
        return said
    chosen = shape or ("maps" if len(task.stems) > 1 else "generic")
    return {key: value for key, value in said.items() if value != ""} | SHAPES[chosen](task)
