"""How jobs and their sounds are called outside: ids that lead back to a job, and signed links."""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from aiohttp import web

from adapters.api.crossing import headers_of
from adapters.api.refusing import Refused
from adapters.ranges import BY_LINK, Blob, send
from services import keys
from services.links import Signer
from services.machine import ended_at
from services.model import Job, JobId, Track, source_key
from services.ports import Files, Now, Store
from services.problems import Fault
from services.transactions import Tx

PURPOSE = "api-sound"
SOURCE = "source"
NOISE_REMOVER, MUSICGPT = "/api/noise-remover/v1", "/api/musicgpt"
DOWNLOADS = {
    NOISE_REMOVER: f"{NOISE_REMOVER}/audio/download/",
    MUSICGPT: f"{MUSICGPT}/conversions/",
}
Told = Callable[[Job | None], Awaitable[Mapping[str, str]]]  # headers beside the sound of a job
NO_LINK = "There is nothing at this link, or its time is over."
ID_LETTERS = 20  # of a job, hexadecimal
JOB = "job_"
NAME = re.compile(rf"{JOB}([0-9a-f]{{{ID_LETTERS}}})", re.ASCII)
TASK, CONVERSION = "task", "conversion"


def job_name(job: Job) -> str:
    """As noise-remover.com names jobs."""
    return f"{JOB}{job.id}"


def named(name: str) -> JobId:
    """The job of such a name; what is none names nobody's job."""
    found = NAME.fullmatch(name)
    return JobId(found[1] if found else "")


def uuid_of(job_id: str, kind: str) -> str:
    """A UUID (RFC 9562, version 8) that holds the job's id: one for its task, one for its work."""
    tag = sha256(f"{kind} {job_id}".encode()).hexdigest()
    return str(UUID(f"{job_id[:12]}8{tag[:3]}8{job_id[12:]}{tag[3:10]}"))


def held_by(uuid: str, kind: str) -> JobId:
    """The job that such a UUID holds; what is none holds nobody's job."""
    plain = uuid.replace("-", "").lower()
    job_id = plain[:12] + plain[17:25]
    is_one = len(job_id) == ID_LETTERS and all(letter in "0123456789abcdef" for letter in job_id)
    return JobId(job_id) if is_one and uuid_of(job_id, kind) == uuid.lower() else JobId("")


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the addresses of sounds, and serves what lies there.

    keep: for how long they are good after the end of a job, where it has no time of its own.
    public_url: how everybody reaches us. origin: how whoever asks just now does; None: nobody
    asks, and they are as whoever asked for the job reached us.
    """

    store: Store
    files: Files
    signer: Signer
    now: Now
    keep: timedelta
    public_url: str | None = None
    origin: str | None = None

    def origin_for(self, request: web.Request) -> str:
        """How whoever asks reaches us."""
        return self.public_url or f"{request.scheme}://{request.host}"

    def seen_from(self, request: web.Request) -> "Links":
        """The same for the answer to this request."""
        return replace(self, origin=self.origin_for(request))

    def until(self, job: Job) -> datetime:
        """When its links end."""
        own = job.keep_hours
        keep = self.keep if own is None else min(self.keep, timedelta(hours=own))
        return (ended_at(job) or self.now()) + keep

    def are_over(self, job: Job) -> bool:
        """Whether nothing of the job can be had any more."""
        return job.purged or (job.outcome is not None and self.now() >= self.until(job))

    async def close(self, job: Job) -> None:
        """Remove what nobody can fetch any more, though somebody is still to be told of it."""
        await self.files.delete(f"{job.id}/")
        key = source_key(job)
        # The operator may have had it done once more, as another job.
        if not await self.store.read(lambda tx: tx.keys_in_use([key], besides=job.id)):
            await self.files.delete(key)

    def to(self, job: Job, place: str, name: str, part: str) -> str:
        """The address of one sound of the job."""
        told = {"job": job.id, "part": part, "name": name}
        token = self.signer.sign(PURPOSE, told, self.until(job))
        origin = self.origin or job.address.route.get("origin", "")
        return f"{origin}{DOWNLOADS[place]}{name}?token={token}"

    async def serve(self, request: web.Request, told: Told) -> web.StreamResponse:
        """The sound; whatever is wrong with a link gets the same answer. Raises `Refused`."""
        job, blob = await self._found(request)
        headers = {**BY_LINK, **headers_of(request), **await told(job)}
        if blob is not None:
            with suppress(Fault):
                return await send(request, self.files, blob, headers, is_download=True)
        raise Refused("job_not_found", NO_LINK, headers)

    async def _found(self, request: web.Request) -> tuple[Job | None, Blob | None]:
        told = self.signer.read(PURPOSE, request.query.get("token", ""), self.now())
        if told is None or told["name"] != request.match_info["name"]:
            return None, None
        job = await self.store.read(lambda tx: _of_a_good_key(tx, JobId(told["job"])))
        if job is None or job.purged:
            return None, None
        if told["part"] == SOURCE and job.clip is not None:
            return job, Blob(job.clip.key, told["name"], "application/octet-stream")
        track = track_of(job, told["part"])
        return job, Blob(track.key, track.name, track.mime) if track else None


def _of_a_good_key(tx: Tx, job_id: JobId) -> Job | None:
    """The job; None also where its key opens nothing any more."""
    job = tx.job(job_id)
    key = keys.of_space(tx, job.address.space) if job else None
    return job if key is not None and key.revoked_at is None else None


def track_of(job: Job, track_id: str) -> Track | None:
    """The finished sound of this id."""
    return next((track for track in job.tracks if track.id == track_id), None)
