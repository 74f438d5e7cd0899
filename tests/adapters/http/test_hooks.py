"""What callbacks do: believed once, kept as they came, answered after the commit."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.http import hooks
from services.callbacks import GOOD_FOR, Named
from services.events import Accepted, Broke, Finished, GaveUp, Picked, Purged, Routed
from services.model import Heard, Kind, Result, State
from services.problems import Code, Problem, fault
from tests.fakes.caller import SECRETS, SIGNATURE, CallingProvider, said, signed
from tests.fakes.jobs import START
from tests.hostile.callbacks import (
    CALLBACKS,
    DONE,
    EARLY,
    JOBS,
    NAME,
    PATH,
    POKED,
    A,
    B,
    request,
    to,
)

LATER = START + timedelta(hours=1)
RESULT = Result("clean", url="https://there.example/x?signature=abc")


async def kept(room):
    return await room.store.read(lambda tx: tx.callbacks(None, 100))


async def test_what_a_provider_says_is_written_down_before_it_is_answered(room):
    await room.keep(A)
    body = said("ref-a")
    assert await room.status(to(A, body, signed(body) | {"Authorization": "x"})) == 200
    job = await room.job(A)
    assert (job.heard, job.due_at, job.state) == (Heard("ref-a", (RESULT,)), START, A.state)
    (callback,) = await kept(room)
    assert (callback.provider, callback.job, callback.body) == (NAME, A.id, body)
    assert callback.headers == {"Content-Type": "application/json"} | signed(body)


async def test_a_failure_is_heard(room):
    await room.keep(A)
    assert await room.status(to(A, said("ref-a", "failed"))) == 200
    assert (await room.job(A)).heard.problem == Problem(Code.PROVIDER_FAILED)


async def test_a_second_callback_changes_nothing(room):
    await room.keep(A)
    await room.status(to(A))
    before = await room.rows()
    assert await room.status(to(A)) == 200
    assert await room.rows() == before
    assert room.counted() == {"accepted": 1, "repeated": 1}


async def test_ten_at_once_are_one(room):
    await room.keep(A)
    assert await asyncio.gather(*(room.status(to(A)) for _ in range(10))) == [200] * 10
    assert room.counted() == {"accepted": 1, "repeated": 9}
    history = await room.store.read(lambda tx: tx.history(A.id))
    assert [step.event for step in history] == ["Called"]
    assert len(await kept(room)) == 1


async def test_what_is_not_signed_is_a_reason_to_ask_once(room):
    await room.keep(A)
    for _ in range(3):
        assert await room.status(to(A, headers={SIGNATURE: "0" * 64})) == 200
    job = await room.job(A)
    assert (job.heard, job.due_at) == (Heard(""), START)
    assert room.counted() == {"poked": 1, "repeated": 2}
    assert await room.status(to(A)) == 200
    assert (await room.job(A)).heard == Heard("ref-a", (RESULT,))


@pytest.mark.parametrize(
    "secret", [pytest.param(one, id=f"secret {n}") for n, one in enumerate(SECRETS)]
)
async def test_while_a_secret_changes_both_are_good(room, secret):
    await room.keep(A)
    await room.status(to(A, headers=signed(said("ref-a"), secret)))
    assert room.counted() == {"accepted": 1}


async def test_before_the_answer_to_our_own_question_its_name_is_adopted(room):
    await room.keep(EARLY)
    assert await room.status(to(EARLY, said("ref-new"))) == 200
    assert await room.status(to(EARLY, said("ref-other"))) == 409
    waiting = await room.job(EARLY)
    assert (waiting.state, waiting.heard.ref, waiting.due_at) == (
        State.SUBMITTING, "ref-new", EARLY.due_at
    )  # fmt: skip
    running = await room.journal.record(EARLY.id, Accepted("ref-new", LATER, LATER))
    assert (running.ref, running.due_at, running.heard.results) == ("ref-new", START, (RESULT,))


async def test_news_of_the_attempt_before_end_nothing(room):
    await room.keep(A)
    first = to(A, said("ref-a", "failed"))
    for event in (
        Broke(Problem(Code.PROVIDER_DOWN)),
        Routed(NAME, Kind.WIRE),
        Picked(LATER),
        Accepted("ref-2", LATER, LATER),
    ):
        await room.journal.record(A.id, event)
    before = await room.rows()
    assert (await room.job(A)).attempt == 1
    assert await room.status(first) == 200
    assert await room.rows() == before
    assert room.counted() == {"late": 1}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(GaveUp(Problem(Code.CANCELLED)), id="cancelled"),
        pytest.param(Finished((RESULT,)), id="finished by asking"),
        pytest.param(Broke(Problem(Code.UNREADABLE_AUDIO)), id="failed by asking"),
    ],
)
async def test_a_job_that_is_past_that_hears_nothing(room, event):
    await room.keep(A)
    await room.journal.record(A.id, event)
    before = await room.rows()
    assert await room.status(to(A)) == 200
    assert await room.rows() == before
    assert room.counted() == {"late": 1}


async def test_a_token_of_one_job_with_the_name_of_another_changes_neither(room):
    await room.keep(A, B)
    before = await room.rows()
    assert await room.status(to(A, said("ref-b"))) == 409
    assert await room.status(to(A, said("ref-a", token=CALLBACKS.token(B)))) == 409
    assert await room.rows() == before
    assert room.counted() == {"contradicting": 2}


async def test_without_a_token_in_the_address_the_one_inside_names_the_job(room):
    await room.keep(A)
    body = said("ref-a", token=CALLBACKS.token(A))
    assert await room.status(request(PATH, body, signed(body))) == 200
    (callback,) = await kept(room)
    assert (callback.job, callback.is_addressed) == (A.id, False)
    assert await room.status(to(A, body)) == 200
    assert room.counted() == {"accepted": 1, "repeated": 1}


async def test_a_token_ends_with_its_time(room):
    await room.keep(A)
    room.clock.turn(hours=GOOD_FOR.total_seconds() / 3600)
    assert await room.status(to(A)) == 404


async def test_the_store_is_not_asked_about_a_token_that_is_none(room):
    await room.keep(A)
    room.store.read = room.store.write = None
    altered = f"{CALLBACKS.token(A)[:-1]}~"
    assert await room.status(request(f"{PATH}/{altered}", said("ref-a"))) == 404
    body = said("ref-a", token=altered)
    assert await room.status(request(PATH, body, signed(body))) == 404


async def test_a_store_that_does_not_answer_is_a_reason_to_come_again(room, caplog):
    await room.keep(A)

    async def full(change):
        raise fault(Code.DISK_FULL, f"no room for {change} and {said('ref-a')!r}")

    write, room.store.write = room.store.write, full
    assert await room.status(to(A)) == 503
    assert "ref-a" not in caplog.text
    room.store.write = write
    assert await room.status(to(A)) == 200
    assert room.counted() == {"accepted": 1}


async def test_a_store_that_hangs_is_not_waited_for(room, monkeypatch):
    monkeypatch.setattr(hooks, "PATIENCE", 0.01)
    await room.keep(A)
    room.store.read = lambda query: asyncio.Event().wait()
    assert await room.status(to(A)) == 503


async def test_a_body_that_does_not_end_is_not_waited_for(room, monkeypatch):
    monkeypatch.setattr(hooks, "SLOWEST", 0.01)
    await room.keep(A)
    assert await room.status(to(A, b'{"id":', length=100)) == 408
    assert room.counted() == {"slow": 1}


async def test_what_cannot_be_unpacked_leaves_no_trace_in_the_logs(room, caplog):
    await room.keep(A)
    packed = {"Content-Encoding": "gzip", "Connection": "keep-alive"}
    wires = [to(A, b"not packed", packed), request(PATH, b"not packed", packed)]
    assert [await room.status(wire) for wire in wires] == [415, 415]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_reader_that_stumbles_is_no_error_of_ours(room, monkeypatch):
    def read(self, headers, body, recipe):
        return body["id"]

    monkeypatch.setattr(CallingProvider, "read_callback", read)
    await room.keep(A)
    assert await room.status(to(A)) == 400


async def test_a_reader_is_told_what_was_asked_for_where_the_address_names_it(room, monkeypatch):
    recipes, read = [], CallingProvider.read_callback

    def noted(self, headers, body, recipe):
        recipes.append(recipe)
        return read(self, headers, body, recipe)

    monkeypatch.setattr(CallingProvider, "read_callback", noted)
    await room.keep(A)
    await room.status(to(A))
    await room.status(request(PATH, said("ref-a", token=CALLBACKS.token(A))))
    assert recipes == [replace(A.recipe, format=A.format), None]


async def test_logs_have_neither_the_token_nor_the_body(room, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "aiohttp.access")  # there is none in the program
    await room.keep(*JOBS)
    for wire in (to(A), to(A), to(A, said("ref-b")), to(A, b"ref-x"), to(DONE), to(POKED, b"[]")):
        await room.status(wire)
    said_inside = ("ref-", "there.example", CALLBACKS.token(A), CALLBACKS.token(POKED))
    assert [word for word in said_inside if word in caplog.text] == []


async def test_bodies_go_with_the_files_of_their_job(room):
    await room.keep(A, B)
    for job in (A, B):
        await room.status(to(job))
    await room.journal.record(A.id, GaveUp(Problem(Code.CANCELLED)))
    over = replace(await room.job(A), state=State.DONE, done_at=START)
    await room.store.write(lambda tx: tx.save(over, 0))
    await room.journal.record(A.id, Purged())
    bodies = {one.job: one.body for one in await kept(room)}
    assert bodies == {A.id: None, B.id: said("ref-b")}
    await room.store.write(lambda tx: tx.forget_job(A.id))
    assert [one.job for one in await kept(room)] == [B.id]


async def test_only_those_who_work_elsewhere_have_an_address(room):
    here = CallingProvider(room.clock, "here")
    here.kind = Kind.SOUND
    there = CallingProvider(room.clock, "far_away")
    providers: Any = {"here": here, "far_away": there}
    assert hooks.callers(providers) == [there]
    body = said("ref", token=CALLBACKS.sign(Named(A.id, 0, "far_away"), LATER))
    await room.keep(replace(A, provider="far_away", ref="ref"))
    assert await room.status(request("/webhooks/far-away", body, signed(body))) == 200
