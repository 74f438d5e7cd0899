"""The HTTP side: every request is written down, counted, checked and answered."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from typing import Any

from aiohttp import web

from tests.fakes.discord.cutting import cut
from tests.fakes.noise_remover.model import (
    ERRORS,
    FORMATS,
    INPUTS,
    LINK_LIVES,
    PRESETS,
    STATES,
    Call,
    Fault,
    Job,
    Refused,
    stamp,
)

BASE = "/api/v1"
MOST_METADATA = 1024
MOST_LISTED = 100


class Server:
    """Answers for a fake."""

    def __init__(self, fake) -> None:
        self._fake = fake
        self._faults: list[tuple[str, Fault]] = []
        self._end = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1024**3)
        for method, path, work in (
            ("POST", "/enhance", self._enhance),
            ("GET", "/job/{id}", self._job),
            ("DELETE", "/job/{id}", self._delete),
            ("GET", "/jobs", self._jobs),
            ("GET", "/usage", self._usage),
        ):
            app.router.add_route(method, BASE + path, self._answering(f"{method} {path}", work))
        app.router.add_get(f"{BASE}/audio/download/{{name}}", self._download)
        return app

    def fail(self, where: str, *faults: Fault) -> None:
        """Let the next calls go wrong; where: "POST /enhance", "GET /job/{id}", … or "*"."""
        self._faults += [(where, fault) for fault in faults]

    def let_go(self) -> None:
        self._end.set()

    def _answering(self, name: str, work):
        async def answer(request: web.Request) -> web.StreamResponse:
            headers = dict(request.headers)
            call = Call(
                request.method, request.path.removeprefix(BASE), dict(request.query), headers
            )
            self._fake.calls.append(call)
            is_over = not self._fake.rates.take()
            try:
                if is_over:
                    self._fake.over_limit += 1
                    raise Refused("rate_limit_exceeded")
                self._check_key(request)
                response = await self._with_faults(name, request, call, work)
            except Refused as no:
                response = refusal(no)
            if response is not None:
                response.headers.extend(self._fake.rates.headers(is_over=is_over))
                call.status = response.status
            return response or web.Response(status=499)

        return answer

    async def _with_faults(self, name, request, call, work) -> web.Response | None:
        fault = self._next_fault(name)
        if fault is None:
            return await work(request, call)
        done = await work(request, call) if fault.accept else None
        if fault.hang:
            await self._end.wait()
        if fault.cut or fault.hang:
            # This never arrives; the record shows that nothing was answered.
            cut(request.transport)
            return None
        if fault.code:
            response = refusal(Refused(fault.code))
            response.headers.extend(fault.headers)
            return response
        if done is not None and not fault.status:
            return done
        kind = "application/json" if fault.body[:1] in (b"{", b"[") else "text/html"
        return web.Response(
            status=fault.status, body=fault.body, headers=fault.headers, content_type=kind
        )

    def _next_fault(self, name: str) -> Fault | None:
        for n, (where, fault) in enumerate(self._faults):
            if where in (name, "*"):
                del self._faults[n]
                return fault
        return None

    def _check_key(self, request: web.Request) -> None:
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not key.startswith("nr_live_sk_") or key != self._fake.key:
            raise Refused("unauthorized")

    # --- submitting -------------------------------------------------------------------------------

    async def _enhance(self, request: web.Request, call: Call) -> web.Response:
        if request.content_type != "multipart/form-data":
            raise Refused("invalid_request", "multipart/form-data is wanted")
        form = await request.post()
        file = form.get("file")
        call.fields = {name: text for name, text in form.items() if isinstance(text, str)}
        if not isinstance(file, web.FileField):
            raise Refused("invalid_request", "file is required")
        call.file_name, data = file.filename, file.file.read()
        file.file.close()
        self._check_file(call.file_name, data)
        job = self._made(call.fields, call.file_name, data)
        self._fake.add(job)
        return answered(self._accepted(job), 202)

    def _check_file(self, name: str, data: bytes) -> None:
        if len(data) > self._fake.most_bytes:
            raise Refused("file_too_large", "File size exceeds the 200MB limit for your plan.")
        if name.rpartition(".")[2].lower() not in INPUTS:
            raise Refused("unsupported_format")
        if not data:
            raise Refused("file_corrupted")

    def _made(self, fields: dict[str, str], name: str, data: bytes) -> Job:
        fake = self._fake
        if set(fields) - {"preset", "output_format", "webhook_url", "metadata"}:
            raise Refused("invalid_request", "an unknown parameter")
        preset, made = fields.get("preset", "auto"), fields.get("output_format", "wav")
        if preset not in PRESETS:
            raise Refused("invalid_preset")
        if made not in FORMATS:
            raise Refused("invalid_format")
        url = fields.get("webhook_url", "")
        if url and fake.plan == "dev":
            raise Refused("plan_restriction", "Webhooks are not available on your plan.")
        if url and not re.match(r"https?://[^/]+", url):
            raise Refused("invalid_request", "webhook_url is no address")
        if fake.used() >= fake.minutes_included:
            raise Refused("payment_required")
        metadata, number = _metadata(fields.get("metadata")), secrets.token_hex(4)
        to = url or ("" if fake.plan == "dev" else fake.dashboard_url)
        return Job(
            f"job_{number}", preset, made, metadata, to, name, data, fake.now(), fake.estimate
        )

    def _accepted(self, job: Job) -> dict:
        return {
            "job_id": job.id,
            "status": "pending",
            "preset": job.preset,
            "output_format": job.output_format,
            "file_duration": None,
            "metadata": job.metadata,
            "created_at": stamp(job.created_at),
            "estimated_completion": stamp(job.created_at + job.estimate),
        }

    # --- asking -----------------------------------------------------------------------------------

    async def _job(self, request: web.Request, call: Call) -> web.Response:
        job = self._fake.job(request.match_info["id"])
        self._fake.question(job)
        return answered(self._told(job))

    async def _jobs(self, request: web.Request, call: Call) -> web.Response:
        fake, query = self._fake, request.query
        limit, offset = _whole(query.get("limit", "20")), _whole(query.get("offset", "0"))
        status = query.get("status")
        if not 1 <= limit <= MOST_LISTED or (status is not None and status not in STATES):
            raise Refused("invalid_request")
        jobs = [job for job in fake.kept() if status in (None, job.status)]
        told = []
        for job in jobs[offset : offset + limit]:
            fake.question(job)
            told.append(self._told(job))
            if not fake.lists_links:
                told[-1].pop("download_url", None)
            if not fake.lists_metadata:
                told[-1].pop("metadata", None)
        return answered({fake.envelope: told, "total": len(jobs)} if fake.envelope else told)

    def _told(self, job: Job) -> dict[str, Any]:
        told: dict[str, Any] = {
            "job_id": job.id,
            "status": job.status,
            "preset": job.preset,
            "output_format": job.output_format,
            "file_duration": None if job.status == "pending" else job.seconds,
            "metadata": job.metadata,
            "created_at": stamp(job.created_at),
        }
        if job.status == "completed" and job.completed_at:
            told |= {
                "minutes_used": job.minutes,
                "download_url": self._fake.link(job),
                "download_expires": stamp(job.completed_at + LINK_LIVES),
                "completed_at": stamp(job.completed_at),
            }
        return told | dict(job.error)

    async def _delete(self, request: web.Request, call: Call) -> web.Response:
        job = self._fake.job(request.match_info["id"])
        del self._fake.jobs[job.id]
        return answered({"deleted": True, "job_id": job.id})

    async def _usage(self, request: web.Request, call: Call) -> web.Response:
        fake = self._fake
        used, month = fake.used(), fake.now().replace(day=1, hour=0, minute=0, second=0)
        return answered(
            {
                "plan": f"api_{fake.plan}",
                "minutes_included": fake.minutes_included,
                "minutes_used": used,
                "minutes_remaining": round(fake.minutes_included - used, 2),
                "overage_minutes": 0,
                "overage_cost": "$0.00",
                "period_start": stamp(month),
                "period_end": stamp(month.replace(day=28, hour=23, minute=59, second=59)),
            }
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._fake.downloads.serve(request)
        except Refused as no:
            return refusal(no)


def refusal(no: Refused) -> web.Response:
    status = ERRORS[no.code]
    return answered({"error": {"code": no.code, "message": no.message, "status": status}}, status)


def answered(said, status: int = 200) -> web.Response:
    return web.Response(status=status, text=json.dumps(said), content_type="application/json")


def _metadata(text: str | None) -> dict | None:
    if text is None:
        return None
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict) or len(text.encode()) > MOST_METADATA:
        raise Refused("invalid_request", "metadata is a JSON object of at most 1KB")
    return read


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Refused("invalid_request")
    return int(text)
