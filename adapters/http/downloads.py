"""/files/<token>: a result that is too large for its chat, by a link that we signed."""

from collections.abc import Sequence

from aiohttp import web

from adapters.ranges import BY_LINK, Blob, send
from services.links import Signer
from services.model import Job, JobId, Track
from services.ports import Files, Now, Store
from services.problems import Fault

PURPOSE = "file"
PATH = "/files/"


def address(public_url: str, token: str) -> str:
    """Where people find the file of this token."""
    return f"{public_url.rstrip('/')}{PATH}{token}"


def routes(store: Store, files: Files, signer: Signer, now: Now) -> Sequence[web.AbstractRouteDef]:
    """The one route. Whatever is wrong with a token gets the same answer."""

    async def download(request: web.Request) -> web.StreamResponse:
        named = signer.read(PURPOSE, request.match_info["token"], now())
        job = await store.read(lambda tx: tx.job(JobId(named["job"]))) if named else None
        track = _track(job, named["track"]) if job and named else None
        if track is None:
            raise web.HTTPNotFound(headers=BY_LINK)
        blob = Blob(track.key, track.name, track.mime)
        try:
            return await send(request, files, blob, BY_LINK, is_download=True)
        except Fault:
            raise web.HTTPNotFound(headers=BY_LINK) from None

    return [web.get(PATH + "{token}", download)]


def _track(job: Job, name: str) -> Track | None:
    if job.purged:
        return None
    return next((track for track in job.tracks if track.id == name), None)
