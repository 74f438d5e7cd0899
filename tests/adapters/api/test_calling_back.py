"""What a program is told, how often it is tried, and when nobody is called any more."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from adapters.api import messenger
from services import keys, rousing
from services.model import Kind, State
from services.problems import Code, fault
from tests.adapters.api.conversions import copying_room
from tests.adapters.api.room import tone
from tests.fakes.clock import Clock


@pytest.fixture
async def room(tmp_path, ear):
    """Jobs that cost nothing, while the clock stands: a pause lasts until a test turns it."""
    async with copying_room(tmp_path, ear, clock=Clock(datetime.now(UTC))) as opened:
        yield opened


async def rescheduled(room, name):
    """The job once its callback did not arrive and waits for another try."""

    async def waits():
        job = await room.job(name)
        return job.state is State.DELIVERING and job.due_at > room.app.now()

    await room.until(waits)
    return await room.job(name)


async def tried(room, before):
    """The job once it was tried again."""

    async def is_later():
        return (await room.job(before.id)).due_at > before.due_at

    await room.until(is_later)
    return await room.job(before.id)


async def turn(room, by):
    """Let so much time pass, and look what is due."""
    room.clock.at += by
    await rousing.rouse(room.app.store, room.app.queue, room.app.now, tuple(Kind))


async def test_why_it_did_not_arrive_stands_in_the_history(room, program, ear):
    ear.statuses = [503]
    taken = await program.enhance(webhook_url=ear.url)
    job = await rescheduled(room, taken.body["job_id"])

    history = await room.app.store.read(lambda tx: tx.history(job.id))
    assert history[-1].detail == "chat_down: it was answered with 503"


async def test_who_says_that_it_is_gone_is_left_alone(room, program, ear):
    ear.statuses = [410]
    taken = await program.enhance(webhook_url=ear.url)
    job = await room.done(taken.body["job_id"])

    assert len(ear.heard) == 1
    history = await room.app.store.read(lambda tx: tx.history(job.id))
    assert history[-1].detail.startswith(Code.CHAT_GONE)
    told = (await program.remover("GET", f"/job/{taken.body['job_id']}")).body
    assert told["status"] == "completed", "the result is there all the same"


async def test_after_a_day_nobody_is_called_any_more(room, program, ear):
    ear.statuses = [503] * 10
    taken = await program.enhance(webhook_url=ear.url)
    await rescheduled(room, taken.body["job_id"])
    await turn(room, timedelta(hours=25))
    await room.done(taken.body["job_id"])
    assert len(ear.heard) == 2


async def test_files_go_after_their_hour_though_nobody_could_be_told(room, program, ear):
    ear.statuses = [503] * 100
    taken = await program.enhance(webhook_url=ear.url)
    job = await rescheduled(room, taken.body["job_id"])
    over = room.app.now() + timedelta(hours=1)
    while room.app.now() < over:
        await turn(room, job.due_at - room.app.now())
        job = await tried(room, job)
    assert [key async for key, _ in room.app.files.list("")] == []
    assert ear.heard[0].body["download_url"]
    assert ear.heard[-1].body["download_url"] is None, "no link that leads nowhere"


async def test_an_address_of_a_private_network_is_never_called(room, program):
    refused = await program.enhance(webhook_url="http://169.254.169.254/hook")
    assert (refused.status, refused.error) == (400, "invalid_request")


async def test_many_jobs_of_a_program_that_is_away_are_one_call(room, program, ear, monkeypatch):
    called = []

    async def call(url, *given):
        called.append(url)
        raise fault(Code.LINK_DOWN, "nobody is there")

    monkeypatch.setattr(room.app.fetcher, "call", call)
    for _ in range(3):
        taken = await program.enhance(tone(0.3), webhook_url=ear.url)
        job = await rescheduled(room, taken.body["job_id"])
    assert len(called) == 1

    # Who was not called has a word of its own.
    history = await room.app.store.read(lambda tx: tx.history(job.id))
    assert keys.PUT_OFF in history[-1].detail


async def test_all_that_waited_come_as_soon_as_somebody_answers(room, program, ear, monkeypatch):
    """However long the pauses of each have grown by then."""
    real, is_away = room.app.fetcher.call, True

    async def call(*given):
        if is_away:
            raise fault(Code.LINK_DOWN, "nobody is there")
        return await real(*given)

    monkeypatch.setattr(room.app.fetcher, "call", call)
    monkeypatch.setattr(messenger, "AT_ONCE", 8)  # each is tried, and has a pause of its own
    jobs = []
    for _ in range(8):
        await turn(room, timedelta(seconds=1))
        taken = await program.enhance(tone(0.3), webhook_url=ear.url)
        jobs.append(await rescheduled(room, taken.body["job_id"]))
    await turn(room, timedelta(minutes=20))
    jobs = [await rescheduled(room, job.id) for job in jobs]
    is_away = False
    monkeypatch.setattr(messenger, "AT_ONCE", 3)
    for job in jobs[:4]:
        await program.remover("DELETE", f"/job/job_{job.id}")
    jobs = jobs[4:]
    # Only the first of them is due.
    await turn(room, min(job.due_at for job in jobs) - room.app.now())
    heard = await ear.until(4)
    assert len({one.body["job_id"] for one in heard}) == 4
    for job in jobs:
        await room.done(f"job_{job.id}")
    assert len(ear.heard) == 4


async def test_the_documents_own_sample_can_check_what_came(room, program, ear):
    """NR-W-05: verify_webhook of the page, with the raw body and the header."""
    await program.enhance(webhook_url=ear.url)
    (heard,) = await ear.until()
    secret = await room.secret(program)
    made = "sha256=" + hmac.new(secret.encode(), heard.raw, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(made, heard.headers["X-Signature"])


async def test_the_signature_is_that_of_standard_webhooks(room, program, ear):
    await program.convert("denoise", webhook_url=ear.url)
    (heard,) = await ear.until()
    headers = {name.lower(): value for name, value in heard.headers.items()}
    assert Webhook(await room.secret(program)).verify(heard.raw, headers)
