"""What a program is told, how often it is tried, and when nobody is called any more."""

import hashlib
import hmac
import itertools
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from services.machine import ended_at
from services.model import State
from services.problems import Code
from tests.adapters.api.room import tone


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


async def next_try(room, job):
    """Turn the clock to the time at which it is tried again."""
    left = job.due_at - room.app.now() + timedelta(milliseconds=10)
    room.clock.ahead += max(left, timedelta(0))
    await room.app.queue.wake(job.id, at=room.app.now(), kind=job.kind, priority=0)


async def test_what_does_not_arrive_is_tried_again_ever_seldomer(room, program, ear):
    ear.statuses = [503, 500, 404, 301]
    taken = await program.enhance(webhook_url=ear.url)
    pauses = []
    for tries in range(1, 5):
        await ear.until(tries)
        job = await rescheduled(room, taken.body["job_id"])
        pauses.append((job.due_at - ended_at(job)).total_seconds())
        await next_try(room, job)
    await ear.until(5)
    job = await room.done(taken.body["job_id"])

    # Each waits for as long as all before together, and never less than five seconds.
    assert pauses[0] == pytest.approx(5, abs=2)
    grown = [later / earlier for earlier, later in itertools.pairwise(pauses)]
    assert grown == [pytest.approx(2, abs=0.2)] * 3
    assert {heard.raw for heard in ear.heard} == {ear.heard[0].raw}, "the same each time"
    assert {heard.headers["webhook-id"] for heard in ear.heard} == {job.id}


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
    job = await rescheduled(room, taken.body["job_id"])
    room.clock.ahead += timedelta(hours=25)
    await next_try(room, job)
    await room.done(taken.body["job_id"])
    assert len(ear.heard) == 2


async def test_files_go_after_their_hour_though_nobody_could_be_told(room, program, ear):
    ear.statuses = [503] * 100
    taken = await program.enhance(webhook_url=ear.url)
    job = await rescheduled(room, taken.body["job_id"])
    while not room.clock.ahead >= timedelta(hours=1):
        await next_try(room, job)
        job = await tried(room, job)
    assert [key async for key, _ in room.app.files.list("")] == []
    listed = (await program.remover("GET", "/jobs")).body
    assert (listed["jobs"], listed["total"]) == ([], 0)


async def test_an_address_of_a_private_network_is_never_called(room, program):
    refused = await program.enhance(webhook_url="http://169.254.169.254/hook")
    assert (refused.status, refused.error) == (400, "invalid_request")


async def test_many_jobs_of_a_program_that_is_away_are_one_call(room, program, ear):
    ear.statuses = [503] * 100
    names = [(await program.enhance(tone(0.3), webhook_url=ear.url)).body["job_id"] for _ in "abc"]
    for name in names:
        await rescheduled(room, name)
    assert len(ear.heard) < len(names)


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
