"""What Telegram is told of a track beside its bytes, and what it has of it already."""

import asyncio
from contextlib import suppress
from pathlib import Path

from adapters.telegram import fetching
from adapters.telegram.fetching import Fetching
from adapters.telegram.limits import THUMBNAIL_BYTES, TITLE
from adapters.telegram.media import PICTURED, About, Kind, Sent
from services.model import Job, JobId, Track
from services.ports import Store
from services.problems import Fault

COVER_TIMEOUT = 5.0
SIDES = ("width", "height", "side")  # of a film's pictures


class Describing:
    """Knows the jobs that tracks belong to, and where their covers lie."""

    def __init__(self, fetching: Fetching, store: Store) -> None:
        self._fetching = fetching
        self._store = store

    async def about(
        self, job_id: JobId | None, track: Track, kind: Kind, *, anew: bool = False
    ) -> About:
        """What Telegram knows of this track already, or should be told; anew: only the latter."""
        job = await self._store.read(lambda tx: tx.job(job_id)) if job_id is not None else None
        if job is None:
            return About(title=track.name)
        origin = fetching.about(job.source)
        name = origin.get("title", "") or Path(job.source.name).stem
        what = f"{track.part}, {track.wanted.upper()}" if track.wanted else track.part
        title = f"{name} ({what})"[:TITLE]
        known = "" if anew else _known(job, track)
        wants_cover = kind in PICTURED and not known
        cover = await self._cover(origin.get("cover", "")) if wants_cover else b""
        size = {side: int(origin[side]) for side in SIDES if side in origin}
        return About(title, origin.get("performer", "")[:TITLE], known, cover, size)

    async def _cover(self, file_id: str) -> bytes:
        """A picture is an extra: the sound must not wait for it."""
        found = bytearray()
        if not file_id:
            return b""
        with suppress(Fault, TimeoutError):
            async with asyncio.timeout(COVER_TIMEOUT):
                async for chunk in self._fetching.file(file_id, "cover"):
                    found += chunk
                    if len(found) >= THUMBNAIL_BYTES:
                        return b""
                return bytes(found)
        return b""


def _known(job: Job, track: Track) -> str:
    """Telegram's name of a track that it has already."""
    if track not in job.shown:
        return ""
    for told in job.postings:
        if told.receipt is not None and track.id in told.tracks:
            files = Sent.read(told.receipt).files
            return files[told.tracks.index(track.id)] if files else ""
    return ""
