"""From a request to a job: files, keys of requests, what is refused, what is removed."""

import asyncio

import aiohttp
import pytest
from yarl import URL

from adapters.api.headers import IDEMPOTENCY
from services.model import State
from tests.adapters.api.room import open_room, tone


async def stored(room):
    """The keys of everything in Files."""
    return [key async for key, _ in room.app.files.list("")]


async def test_a_file_is_enhanced_and_can_be_fetched(room, program):
    job = await program.enhanced(preset="podcast", output_format="flac")

    got = await program.call("GET", job["download_url"])
    assert got.status == 200
    assert got.raw[:4] == b"fLaC"


async def test_the_same_request_asked_twice_is_one_job(room, program):
    once = {"headers": {IDEMPOTENCY: "a-1"}}
    first = await program.enhance(**once)
    again = await program.enhance(**once)

    assert again.body["job_id"] == first.body["job_id"]
    assert len(await room.jobs()) == 1


async def test_a_key_of_a_request_that_was_used_for_something_else_is_refused(room, program):
    once = {"headers": {IDEMPOTENCY: "a-1"}}
    await program.enhance(**once)

    other = await program.enhance(**once, preset="music")
    assert (other.status, other.error) == (400, "invalid_request")


async def test_what_is_refused_leaves_no_file(room, program):
    for fields in ({"preset": "loud"}, {"output_format": "exe"}, {"metadata": "["}):
        assert (await program.enhance(**fields)).status == 400
    assert (await program.enhance(sound=b"no sound at all")).status in (415, 422)
    assert await room.jobs() == []
    assert await stored(room) == []


@pytest.mark.parametrize("operation", ["denoise", "deecho", "dereverb", "Extraction"])
async def test_every_operation_gives_mp3_and_wav(room, program, operation):
    taken = await program.convert(operation, tone(1.5))
    assert taken.status == 200, taken.raw
    await room.done(taken.body["task_id"])

    kinds = {"denoise": "DENOISING", "Extraction": "EXTRACTION"}
    told = (
        await program.by_id(taken.body["task_id"], kinds.get(operation, operation.upper()))
    ).body
    assert told["conversion"]["status"] == "COMPLETED"
    assert told["conversion"]["audio_url"]
    assert told["conversion"]["audio_url_wav"]


async def test_deleting_a_job_that_waits_leaves_nothing(room, program):
    taken = await program.enhance(tone(20.0))
    job = taken.body["job_id"]

    gone = await program.remover("DELETE", f"/job/{job}")
    assert gone.body == {"deleted": True, "job_id": job}
    assert (await program.remover("GET", f"/job/{job}")).status == 404
    assert await room.jobs() == []
    assert await stored(room) == []


async def test_deleting_a_job_that_is_done_leaves_nothing(room, program):
    job = await program.enhanced()

    assert (await program.remover("DELETE", f"/job/{job['job_id']}")).status == 200
    assert (await program.call("GET", job["download_url"])).status == 404
    assert await room.jobs() == []
    assert await stored(room) == []


async def test_a_program_is_told_of_the_end(room, ear):
    program = await room.program(webhook_url=ear.url)
    taken = await program.enhance()

    (heard,) = await ear.until()
    assert heard.body["job_id"] == taken.body["job_id"]
    assert heard.body["event"] == "job.completed"
    assert (await room.done(taken.body["job_id"])).state is State.DONE


@pytest.mark.parametrize("error", [RuntimeError, ValueError, TimeoutError, OSError])
async def test_storage_that_falls_over_is_not_called_a_bad_form(room, program, monkeypatch, error):
    async def put(*given, **more):
        raise error

    monkeypatch.setattr(room.app.files, "put", put)
    answer = await program.enhance()
    assert (answer.status, answer.error) == (500, "server_error")


async def test_a_key_of_a_request_may_have_letters_of_no_alphabet(room, program):
    """As Latin-1 has them, for example, which is what several clients send."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        + tone(0.3)
        + b"\r\n--b--\r\n"
    )
    head = (
        b"POST /api/noise-remover/v1/enhance HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Authorization: Bearer %b\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Idempotency-Key: caf\xe9\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    ) % (program.text.encode(), len(body))

    async def said():
        url = URL(room.origin)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(head + body)
        answer = await reader.read()
        writer.close()
        return answer.partition(b"\r\n")[0]

    assert [await said(), await said()] == [b"HTTP/1.1 202 Accepted"] * 2
    assert len(await room.jobs()) == 1


async def test_who_is_cut_off_loses_no_file_of_a_job(room, program, monkeypatch):
    """We stop while its job is written: nobody can say at that moment whether there is one."""
    handle = room.app.desk.handle

    async def cut_off(ask):
        await handle(ask)
        raise asyncio.CancelledError

    monkeypatch.setattr(room.app.desk, "handle", cut_off)
    with pytest.raises(aiohttp.ClientError):
        await program.enhance()
    (job,) = await room.jobs()
    assert job.source.key in await stored(room)


async def test_results_that_go_before_their_hour_are_not_promised(tmp_path):
    with pytest.raises(ValueError, match="UNDERTONE_RETENTION_HOURS"):
        async with open_room(tmp_path, works=False, retention_hours=0.5):
            pass
