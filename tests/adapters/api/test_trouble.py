"""What goes wrong at the worst moment: nothing is lost, doubled or left behind."""

import asyncio
import secrets
from collections import Counter

import aiohttp
import pytest

from adapters.api.asking import Asking
from adapters.api.headers import IDEMPOTENCY
from adapters.api.places import JOB, named
from services.events import GaveUp
from services.problems import Code
from services.records import Grant
from tests.adapters.api.engine import Engine, quick_room
from tests.adapters.api.room import tone

PROGRAMS, REQUESTS = 8, 40


@pytest.fixture
async def quick(tmp_path, ear):
    """Jobs that cost nothing."""
    private = [ear.origin.removeprefix("http://")]
    async with quick_room(tmp_path, fetch={"allowed_private": private}) as room:
        yield room


async def test_many_programs_at_once_lose_and_double_nothing(quick, ear):
    program = await quick.program()
    numbers, names = iter(range(REQUESTS)), {}

    async def work():
        for number in numbers:
            key = {IDEMPOTENCY: secrets.token_hex(8)}
            sends = [
                program.enhance(tone(0.3), headers=key, webhook_url=ear.url)
                for _ in range(1 + (number % 4 == 0))
            ]
            taken = await asyncio.gather(*sends)
            assert {one.status for one in taken} == {202}, [one.raw for one in taken]
            names[number] = {one.body["job_id"] for one in taken}

    await asyncio.gather(*(work() for _ in range(PROGRAMS)))
    await ear.until(REQUESTS)
    for name in (name for found in names.values() for name in found):
        await quick.done(name)
    assert all(len(found) == 1 for found in names.values())
    assert len({name for found in names.values() for name in found}) == REQUESTS
    told = Counter(heard.body["job_id"] for heard in ear.heard)
    assert set(told.values()) == {1}
    assert len(await quick.jobs()) == REQUESTS


async def test_a_job_keeps_its_sound_though_its_answer_could_not_be_given(quick, monkeypatch):
    program, find = await quick.program(), Asking.find

    async def falls_over(*_given):
        monkeypatch.setattr(Asking, "find", find)
        raise RuntimeError("the store went away")

    monkeypatch.setattr(Asking, "find", falls_over)
    once = {"headers": {IDEMPOTENCY: "a-1"}}
    assert (await program.enhance(**once)).status == 500
    again = await program.enhance(**once)
    assert (await quick.done(again.body["job_id"])).tracks


async def test_a_job_that_ends_while_it_is_deleted_is_deleted(tmp_path, ear, monkeypatch):
    """Its outcome comes after it was looked at, and nobody answers its callback."""
    ear.statuses = [503] * 10
    engine = Engine()
    engine.goes_on.clear()
    private = [ear.origin.removeprefix("http://")]
    async with quick_room(tmp_path, engine, fetch={"allowed_private": private}) as room:
        program, record = await room.program(), room.app.journal.record
        name = (await program.enhance(webhook_url=ear.url)).body["job_id"]

        async def too_late(job_id, event, *attempt):
            if isinstance(event, GaveUp):
                engine.goes_on.set()
                await ear.until()
            return await record(job_id, event, *attempt)

        monkeypatch.setattr(room.app.journal, "record", too_late)
        assert (await room.job(name)).outcome is None
        told = await program.remover("DELETE", f"/job/{name}")
        assert told.status == 200
        assert len(ear.heard) == 1, "it had ended"
        assert await room.jobs() == []
        assert [key async for key, _ in room.app.files.list("")] == []


@pytest.mark.parametrize("name", ["%00", "0" * 19, "Z" * 20, "0" * 20 + "%00"])
def test_what_no_job_can_be_called_is_nobodys(name):
    assert named(f"{JOB}{name.replace('%00', chr(0))}") == ""


async def test_a_job_whose_name_has_a_nul_is_not_there(quick):
    program = await quick.program()
    for method in ("GET", "DELETE"):
        assert (await program.remover(method, "/job/job_%00")).status == 404


async def test_a_file_under_another_name_is_told_as_missing(quick):
    program = await quick.program()
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("audio", tone(3.0), filename="a.wav")
    told = await program.remover("POST", "/enhance", data=form)
    assert (told.status, told.body["error"]["message"]) == (400, "file: it is missing.")


async def test_an_empty_webhook_url_is_nobody_whatever_the_key_has(quick, ear):
    program = await quick.program("with an address", webhook_url=ear.url)
    quiet = await program.enhance(webhook_url="")
    gpt = await program.convert("denoise")
    loud = await program.enhance()
    for name in (quiet.body["job_id"], gpt.body["task_id"], loud.body["job_id"]):
        await quick.done(name)
    assert [heard.body["job_id"] for heard in ear.heard] == [loud.body["job_id"]]


async def test_a_link_that_leads_nowhere_is_told_as_json(quick):
    program = await quick.program()
    for path in ("/api/noise-remover/v1/audio/download/job_1.wav?token=x", "/api/musicgpt"):
        told = await program.call("GET", path)
        assert told.status in (401, 404)
        assert told.body
        assert "X-RateLimit-Limit" in told.headers


async def test_who_asks_before_sending_is_told_in_the_dialect_what_went_wrong(quick, monkeypatch):
    program = await quick.program()

    async def away(*_given):
        raise RuntimeError("the store went away")

    monkeypatch.setattr(type(quick.app.store), "read", away)
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", tone(), filename="a.wav")
    told = await program.remover("POST", "/enhance", data=form, expect100=True)
    assert (told.status, told.error) == (500, "server_error")


async def test_minutes_that_were_given_count_in_the_usage(quick):
    program = await quick.program("small", "api_dev")

    def give(tx):
        alias = tx.alias("api", "space", program.id)
        return tx.grant(Grant("gift-1", f"space:{alias}", "gift", 60 * 60_000, quick.app.now()))

    await quick.app.store.write(give)
    await quick.done((await program.enhance()).body["job_id"])
    told = (await program.remover("GET", "/usage")).body
    assert (told["plan"], told["minutes_included"]) == ("api_dev", 1560)
    assert told["minutes_remaining"] == pytest.approx(1560 - told["minutes_used"])


async def test_what_is_too_much_is_said_of_the_plan(quick, monkeypatch):
    program = await quick.program("small", "api_dev")
    monkeypatch.setattr("services.quotas.MINUTE", 0.0001)
    told = await program.enhance()
    assert (told.status, told.error) == (402, "payment_required")
    assert "the plan of this key" in told.body["error"]["message"]
    assert Code.QUOTA_SPENT not in told.body["error"]["message"]
