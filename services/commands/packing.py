"""zip: everything that was made of a recording in one file."""

import asyncio
import zipfile
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path, PurePath

from services import cards
from services.commands.command import Command
from services.commands.jobs import JOB, job_of
from services.commands.means import Means
from services.model import Ask, Job, JobId, Track
from services.problems import Code, fault
from services.showing import Card, Text, Tone

MIME = "application/zip"
PART = "zip"


def commands(means: Means) -> list[Command]:
    """Reached by a button under several tracks."""
    return [Command(cards.ZIP, partial(_zip, means), options=(JOB,), hidden=True)]


async def _zip(means: Means, ask: Ask) -> tuple[Card, ...]:
    job = await job_of(means.store, ask)
    if job.purged or not job.shown:
        raise fault(Code.FILE_GONE, name=job.source.name)
    messenger = means.messengers[ask.address.platform]
    if sum(track.bytes for track in job.shown) > messenger.limits(ask.address).bytes:
        raise fault(Code.TOO_LARGE_TOGETHER)
    track = await _packed(means, job)
    await means.retention.tidy(job)
    line = Text("card-zipped", {"name": job.source.name, "count": len(job.shown)})
    return (Card((line,), Tone.DONE, JobId(job.id), tracks=(track,)),)


async def _packed(means: Means, job: Job) -> Track:
    """All tracks as they are: sound is hardly made smaller by packing."""
    key = f"{job.id}/tracks.zip"
    async with means.files.scratch() as folder, AsyncExitStack() as stack:
        paths = {
            track.name: await stack.enter_async_context(means.files.local(track.key))
            for track in job.shown
        }
        packed = folder / "tracks.zip"
        await asyncio.to_thread(_pack, packed, paths)
        size = await means.files.put_path(key, packed)
    return Track(PART, key, f"{PurePath(job.source.name).stem}.zip", PART, MIME, size, 0.0)


def _pack(target: Path, paths: dict[str, Path]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, path in paths.items():
            archive.write(path, name)
