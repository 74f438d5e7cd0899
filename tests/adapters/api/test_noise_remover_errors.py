"""noise-remover.com's dialect, served: every row of its table of errors, each for its reason."""

import asyncio
import re

import pytest

from adapters.api.refusing import BAD_REQUEST, NAMES, NO_ADDRESS, NO_METHOD, STATUSES, sentence
from services import keys, quotas
from services.model import JobId
from services.problems import Code, Problem
from services.records import LedgerLine
from tests.adapters.api.engine import Engine, quick_room
from tests.adapters.api.room import Program, tone
from tests.fakes.clock import Clock


def sending(sound=None, **fields):
    """POST /enhance."""

    async def ask(room, program):
        return await program.enhance(sound=sound, **fields)

    return ask


def asking(method, path, **given):
    async def ask(room, program):
        return await program.remover(method, path, **given)

    return ask


async def with_a_wrong_key(room, program):
    return await Program(room, program.text[:-4]).remover("GET", "/usage")


async def leave(room, program, seconds):
    """Use the plan's minutes but for so many seconds."""

    def spend(tx):
        scope = quotas.space_scope(tx, keys.get(tx, program.id).address)
        used = 1_500 * quotas.MINUTE - seconds * 1000
        tx.write_line(LedgerLine(JobId("earlier"), scope, "settle", used, room.app.now()))

    await room.app.store.write(spend)


async def with_nothing_left(room, program):
    """The plan's minutes were used."""
    await leave(room, program, 0)
    return await program.enhance()


async def with_the_job_of_another(room, program):
    theirs = await (await room.program("other")).enhance()
    return await program.remover("GET", f"/job/{theirs.body['job_id']}")


async def with_too_much(room, program):
    """Its sender asks before any of it is sent."""
    head = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "250000000"}
    return await program.remover("POST", "/enhance", headers=head, data=nothing(), expect100=True)


async def nothing():
    for chunk in ():
        yield chunk


async def too_often(room, program):
    for _ in range(60):
        await program.remover("GET", "/usage")
    return await program.remover("GET", "/usage")


async def with_a_bug_in_the_storage(room, program):
    async def put(*given, **more):
        raise RuntimeError("a bug, and /a/path that is nobody's business")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room.app.files, "put", put)
        return await program.enhance()


async def with_a_bug_in_the_database(room, program):
    async def read(query):
        raise RuntimeError("a bug, and /a/path that is nobody's business")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room.app.store, "read", read)
        return await program.remover("GET", "/usage")


CUT = tone(1.0)[:40]  # the header of a WAV file, not all of it
WORDS = b"Dear Sir or Madam, this is no sound."
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)

ERRORS = [
    pytest.param(400, "invalid_request", asking("POST", "/enhance"), id="NR-ERR-01 no form"),
    pytest.param(400, "invalid_request", sending(metadata="{"), id="NR-ERR-01 a bad field"),
    pytest.param(400, "invalid_request", asking("GET", "/jobs?limit=x"), id="NR-ERR-01 a query"),
    pytest.param(400, "invalid_preset", sending(preset="loud"), id="NR-ERR-02"),
    pytest.param(400, "invalid_preset", sending(preset="Auto"), id="NR-ERR-02 its letters"),
    pytest.param(400, "invalid_format", sending(output_format="opus"), id="NR-ERR-03"),
    pytest.param(401, "unauthorized", with_a_wrong_key, id="NR-ERR-04"),
    pytest.param(402, "payment_required", with_nothing_left, id="NR-ERR-05"),
    pytest.param(403, "plan_restriction", sending(webhook_url="https://1.1.1.1/"), id="NR-ERR-06"),
    pytest.param(404, "job_not_found", asking("GET", "/job/job_0"), id="NR-ERR-07"),
    pytest.param(404, "job_not_found", with_the_job_of_another, id="NR-ERR-07 another's"),
    pytest.param(413, "file_too_large", with_too_much, id="NR-ERR-09"),
    pytest.param(415, "unsupported_format", sending(WORDS), id="NR-ERR-10 words"),
    pytest.param(415, "unsupported_format", sending(PICTURE), id="NR-ERR-10 a picture"),
    pytest.param(422, "file_corrupted", sending(CUT), id="NR-ERR-11 cut"),
    pytest.param(422, "file_corrupted", sending(b""), id="NR-ERR-11 empty"),
    pytest.param(429, "rate_limit_exceeded", too_often, id="NR-ERR-13"),
    pytest.param(500, "server_error", with_a_bug_in_the_storage, id="NR-ERR-14 storage"),
    pytest.param(500, "server_error", with_a_bug_in_the_database, id="NR-ERR-14 database"),
]


@pytest.fixture
async def still(tmp_path):
    """A room that takes jobs and does not work on them; its clock stands still."""
    async with quick_room(tmp_path, works=False, clock=Clock()) as room:
        yield room


def is_printed(answer, status, code):
    """Whether an error has the shape of the page, and nothing more. NR-ERR-00."""
    error = answer.body["error"]
    is_whole = list(answer.body) == ["error"] and list(error) == ["code", "message", "status"]
    is_said = len(error["message"]) > 10 and "nobody's business" not in answer.raw.decode()
    return (
        is_whole
        and is_said
        and (answer.status, error["status"], error["code"])
        == (
            status,
            status,
            code,
        )
    )


@pytest.mark.parametrize(("status", "code", "ask"), ERRORS)
async def test_an_error_has_the_printed_shape(still, status, code, ask):  # NR-ERR-00
    answer = await ask(still, await still.program(plan="api_dev"))
    assert is_printed(answer, status, code), answer.raw


async def test_a_disk_that_is_full_is_no_fault_of_whoever_asks(tmp_path):  # NR-ERR-15
    async with quick_room(tmp_path, works=False, storage={"min_free_mb": 10**9}) as room:
        program = await room.program()
        answer = await program.enhance()
        assert is_printed(answer, 503, "service_unavailable"), answer.raw
        assert await room.jobs() == []


async def test_what_is_longer_than_the_plan_takes_is_refused(tmp_path):  # NR-ERR-12
    async with quick_room(tmp_path, works=False, quota={"max_duration_minutes": 0.02}) as room:
        program = await room.program()
        answer = await program.enhance(tone(1.5))
        assert is_printed(answer, 422, "duration_exceeded"), answer.raw
        assert (await program.enhance(tone(1.0))).status == 202


ENDED = [
    pytest.param(Code.TOOK_TOO_LONG, "processing_timeout", 408, id="NR-ERR-08"),
    pytest.param(Code.UNREADABLE_AUDIO, "file_corrupted", 422, id="NR-ERR-11"),
]


@pytest.mark.parametrize(("problem", "code", "status"), ENDED)
async def test_what_goes_wrong_later_is_told_by_the_job(tmp_path, problem, code, status):
    """NR-ERR-00, NR-J-02d: nobody asks any more when it is known."""
    engine = Engine()
    engine.breaks = Problem(problem)
    async with quick_room(tmp_path, engine) as room:
        program = await room.program()
        taken = await program.enhance()
        await room.done(taken.body["job_id"])
        answer = await program.remover("GET", f"/job/{taken.body['job_id']}")
    assert (answer.status, answer.body["status"]) == (200, "failed")
    error = answer.body["error"]
    assert list(error) == ["code", "message", "status"]
    assert (error["code"], error["status"]) == (code, status)


async def test_what_is_refused_uses_no_minutes(still):  # NR-ERR-00, NR-U-01c
    program = await still.program(plan="api_dev")
    await program.enhance(preset="loud")
    await program.enhance(WORDS)
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == 0


BESIDE = {BAD_REQUEST, NO_ADDRESS, NO_METHOD}  # of no page, or of the other one


def test_there_are_fifteen_errors_and_no_others():  # NR-ERR-00
    assert len(set(STATUSES) - BESIDE) == 15


async def test_an_address_of_no_page_has_an_error_of_the_same_shape(still):  # NR-ERR-00
    program = await still.program()
    assert is_printed(await program.remover("GET", "/nowhere"), 404, "not_found")
    put = await program.remover("PUT", "/usage")
    assert is_printed(put, 405, "method_not_allowed")
    assert put.headers["Allow"] == "GET"


@pytest.mark.parametrize("whose", ["space", "installation"])
@pytest.mark.parametrize("code", list(NAMES))
def test_no_sentence_speaks_of_commands_that_programs_do_not_have(code, whose):  # NR-ERR-00
    about = {"whose": whose, "left": 0.5, "minutes": 5.0, "limit": 2.0}
    assert not re.search(r"(?<!\S)/[a-z]", sentence(Problem(code, about)))


async def test_what_a_plan_does_not_take_is_refused_before_it_is_sent(tmp_path):  # NR-ERR-09
    async with quick_room(tmp_path, works=False, quota={"max_file_mb": 1}) as room:
        head = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "3000000"}
        program = await room.program()
        answer = await program.remover(
            "POST", "/enhance", headers=head, data=nothing(), expect100=True
        )
        assert is_printed(answer, 413, "file_too_large"), answer.raw
        assert "1MB" in answer.body["error"]["message"]


async def test_of_two_at_once_on_the_last_seconds_one_is_refused(still):  # NR-ERR-05, NR-U-01d
    """Both fit while nothing is set aside: that is done as the job is made."""
    program = await still.program(plan="api_dev")
    await leave(still, program, 15)
    answers = await asyncio.gather(*(program.enhance(tone(10.0)) for _ in range(2)))
    taken, refused = sorted(answers, key=lambda answer: answer.status)
    assert taken.status == 202
    assert is_printed(refused, 402, "payment_required"), refused.raw
    assert len(await still.jobs()) == 1
    left = (await program.remover("GET", "/usage")).body["minutes_remaining"]
    assert left == pytest.approx(5 / 60, abs=0.01)
