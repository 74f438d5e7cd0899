"""noise-remover.com's dialect, served: one job, the list of them, their end."""

import asyncio
import io
import os
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event

from services.model import State
from services.problems import Code, Problem
from tests.adapters.api import engine as pretended
from tests.adapters.api.engine import quick_room, told_room
from tests.adapters.api.room import tone
from tests.fakes.clock import Clock
from tests.hostile import sounds

LONG = 1_844  # seconds, as printed
SLOW = 4_000  # Hz, so that half an hour is small
HOUR = timedelta(hours=1)
JOB = re.compile(r"job_[0-9a-f]+")
BEGUN = (State.SUBMITTING, State.RUNNING)


def silence(seconds):
    """A WAV file of this length, as small as one can be."""
    return sounds.wav(b"\x80" * int(SLOW * seconds), sample_rate=SLOW, bits=8)


@pytest.fixture
def engine():
    return pretended.Engine()


@pytest.fixture
async def room(tmp_path, engine):
    async with quick_room(tmp_path, engine) as opened:
        yield opened


@pytest.fixture
async def still(tmp_path):
    """A room that takes jobs and does not work on them."""
    async with quick_room(tmp_path, works=False) as opened:
        yield opened


async def told(program, name):
    return (await program.remover("GET", f"/job/{name}")).body


async def begun(room, name):
    """Wait until the engine has it."""

    async def is_begun():
        return (await room.job(name)).state in BEGUN

    await room.until(is_begun)


async def stored(room):
    """The keys of everything in Files."""
    return [key async for key, _ in room.app.files.list("")]


# --- states ---------------------------------------------------------------------------------------


async def test_a_job_that_nobody_has_begun_is_pending(still):  # NR-J-02a
    program = await still.program()
    job = await told(program, (await program.enhance()).body["job_id"])
    assert (job["status"], job["file_duration"]) == ("pending", None)


async def test_a_job_under_way_is_processing_and_has_its_length(room, engine):
    """NR-J-02b, NR-E-33: null until the work begins, whole seconds from then on."""
    engine.goes_on.clear()
    program = await room.program()
    name = (await program.enhance(tone(2.4))).body["job_id"]
    await begun(room, name)
    job = await told(program, name)
    assert (job["status"], job["file_duration"]) == ("processing", 2)
    engine.goes_on.set()
    await room.done(name)
    assert (await told(program, name))["status"] == "completed"


UNFINISHED = {
    *("job_id", "status", "preset", "output_format", "file_duration", "metadata"),
    *("created_at", "estimated_completion"),
}


async def test_how_far_it_is_and_its_place_are_not_told(room, engine):  # NR-J-08
    engine.goes_on.clear()
    program = await room.program()
    names = [(await program.enhance()).body["job_id"] for _ in range(2)]
    await begun(room, names[0])
    jobs = [await told(program, name) for name in names]
    engine.goes_on.set()
    # How many are worked on at once is the machine's business.
    assert [jobs[0]["status"], jobs[1]["status"] in ("processing", "pending")] == [
        "processing",
        True,
    ]
    assert {frozenset(job) for job in jobs} == {frozenset(UNFINISHED)}


@pytest.fixture(scope="module")
def completed(tmp_path_factory, borrowed_workers):
    """A job as its end is told: as long as the printed one."""
    return asyncio.run(_completed(tmp_path_factory.mktemp("completed"), borrowed_workers))


async def _completed(folder, borrowed_workers):
    async with told_room(folder, borrowed_workers) as room:
        program = await room.program()
        fields = {"preset": "podcast", "output_format": "flac", "metadata": '{"episode_id": "42"}'}
        # Not bytes: aiohttp wants what is large as a stream.
        return room.origin, await program.enhanced(sound=io.BytesIO(silence(LONG)), **fields)


def _is_hour_after(job):
    expires, ended = (datetime.fromisoformat(job[n]) for n in ("download_expires", "completed_at"))
    return expires - ended == HOUR


FIELDS = [
    pytest.param("job_id", lambda job: JOB.fullmatch(job["job_id"]), id="NR-J-03a"),
    pytest.param("status", lambda job: job["status"] == "completed", id="NR-J-03b NR-J-02c"),
    pytest.param("preset", lambda job: job["preset"] == "podcast", id="NR-J-03c"),
    pytest.param("output_format", lambda job: job["output_format"] == "flac", id="NR-J-03d"),
    pytest.param("file_duration", lambda job: job["file_duration"] == LONG, id="NR-J-03e"),
    pytest.param("minutes_used", lambda job: job["minutes_used"] == 30.73, id="NR-J-03f NR-J-04"),
    pytest.param("download_url", lambda job: "token=" in job["download_url"], id="NR-J-03g"),
    pytest.param("download_expires", _is_hour_after, id="NR-J-03h"),
    pytest.param("metadata", lambda job: job["metadata"] == {"episode_id": "42"}, id="NR-J-03i"),
    pytest.param("created_at", lambda job: job["created_at"] <= job["completed_at"], id="NR-J-03j"),
    pytest.param("completed_at", lambda job: job["completed_at"].endswith("Z"), id="NR-J-03k"),
]


@pytest.mark.parametrize(("name", "is_right"), FIELDS)
def test_a_completed_job_tells(completed, name, is_right):
    _, job = completed
    assert name in job
    assert is_right(job)


def test_a_completed_job_tells_nothing_else(completed):
    _, job = completed
    assert set(job) == {param.values[0] for param in FIELDS}
    assert type(job["file_duration"]) is int


def test_the_download_lies_on_the_same_host_and_has_a_token(completed):  # NR-J-05
    origin, job = completed
    link = urlsplit(job["download_url"])
    assert f"{link.scheme}://{link.netloc}" == origin
    assert link.path == f"/api/noise-remover/v1/audio/download/{job['job_id']}.flac"
    assert re.fullmatch(r"token=[A-Za-z0-9._~-]+", link.query)


@pytest.mark.parametrize(
    ("seconds", "minutes", "duration"),
    [
        pytest.param(37, 0.62, 37, id="not a whole minute"),
        pytest.param(61, 1.02, 61, id="not two minutes"),
        pytest.param(0.6, 0.01, 1, id="less than a second"),
    ],
)
async def test_minutes_are_exact_to_two_places(room, seconds, minutes, duration):  # NR-J-04
    program = await room.program()
    job = await program.enhanced(sound=silence(seconds))
    assert (job["minutes_used"], job["file_duration"]) == (minutes, duration)
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == minutes


FAILED = {
    *("job_id", "status", "preset", "output_format", "file_duration", "minutes_used", "metadata"),
    *("created_at", "completed_at", "error_message", "error"),
}


async def test_a_failed_job_says_why_and_costs_nothing(room, engine):
    """NR-J-02d, NR-J-07, AMB-12: in both places where the samples look."""
    engine.breaks = Problem(Code.NO_SOUND)
    program = await room.program()
    job = await program.enhanced()
    assert job["status"] == "failed"
    assert set(job) == FAILED
    assert job["minutes_used"] == 0
    assert job["error"] == {
        "code": "file_corrupted",
        "message": job["error_message"],
        "status": 422,
    }
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == 0


# --- an hour --------------------------------------------------------------------------------------


async def test_after_an_hour_the_recording_is_gone_and_the_record_says_so(room):
    """NR-J-03g, NR-J-06, NR-M-01, AMB-11"""
    program = await room.program()
    job = await program.enhanced()
    link = job["download_url"]
    assert (await program.call("GET", link)).status == 200

    room.clock.ahead += HOUR - timedelta(seconds=30)
    await room.app.retention.purge()
    assert (await program.call("GET", link)).status == 200
    assert (await told(program, job["job_id"]))["download_url"]

    room.clock.ahead += timedelta(seconds=31)
    assert (await program.call("GET", link)).status == 404
    over = {**job, "download_url": None}
    assert await told(program, job["job_id"]) == over
    await room.app.retention.purge()
    assert await stored(room) == []
    assert await told(program, job["job_id"]) == over
    assert (await program.remover("GET", "/jobs")).body["jobs"] == [over]
    assert (await program.call("GET", link)).status == 404


async def test_a_link_is_good_for_its_own_sound_alone(room):  # NR-J-05
    program = await room.program()
    one, other = await program.enhanced(), await program.enhanced()
    token = urlsplit(one["download_url"]).query
    for wrong in (
        other["download_url"].partition("?")[0] + "?" + token,
        one["download_url"][:-1],
        one["download_url"].partition("?")[0],
    ):
        assert (await program.call("GET", wrong)).status == 404


# --- the list -------------------------------------------------------------------------------------


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def shelf(tmp_path, clock):
    """Somebody with 22 jobs, a second apart; their names, the oldest first."""
    async with quick_room(tmp_path, works=False, clock=clock) as room:
        program = await room.program()
        names = []
        for _ in range(22):
            names.append((await program.enhance(tone(0.1))).body["job_id"])
            clock.turn(seconds=1)
        yield program, names


async def listed(program, **query):
    answer = await program.remover("GET", "/jobs", params=query)
    assert answer.status == 200, answer.raw
    return [job["job_id"] for job in answer.body["jobs"]]


async def test_the_list_is_newest_first_twenty_at_a_time(shelf):
    """NR-L-01a, NR-L-01b, NR-L-01d, NR-L-02, AMB-13."""
    program, names = shelf
    newest = names[::-1]
    assert await listed(program) == newest[:20]
    assert await listed(program, limit="100") == newest
    assert await listed(program, limit="3") == newest[:3]
    assert await listed(program, limit="3", offset="2") == newest[2:5]
    assert await listed(program, offset="20") == newest[20:]
    assert await listed(program, offset="22") == []


async def test_the_list_tells_each_job_as_it_is_told_alone(shelf):  # NR-L-02, AMB-13
    program, names = shelf
    answer = await program.remover("GET", "/jobs", params={"limit": "1"})
    assert answer.body == {
        "jobs": [await told(program, names[-1])],
        "total": 22,
        "limit": 1,
        "offset": 0,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("limit", "101", id="NR-L-01a more than 100"),
        pytest.param("limit", "0", id="NR-L-01a none"),
        pytest.param("limit", "many", id="NR-L-01a no number"),
        pytest.param("offset", "-1", id="NR-L-01b before the first"),
        pytest.param("offset", "9" * 30, id="NR-L-01b beyond all numbers"),
        pytest.param("status", "running", id="NR-L-01c no state"),
    ],
)
async def test_other_questions_are_refused(still, name, value):  # NR-ERR-01
    answer = await (await still.program()).remover("GET", "/jobs", params={name: value})
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert name in answer.body["error"]["message"]


async def test_the_list_can_be_narrowed_to_a_state(room, engine):  # NR-L-01c
    program = await room.program()
    done = (await program.enhanced())["job_id"]
    engine.breaks = Problem(Code.NO_SOUND)
    failed = (await program.enhanced())["job_id"]
    engine.goes_on.clear()
    going = (await program.enhance()).body["job_id"]
    await begun(room, going)
    # How many are worked on at once is the machine's business: one of so many surely waits.
    count = os.cpu_count() or 1
    others = [(await program.enhance()).body["job_id"] for _ in range(count)]

    found = {
        state: await listed(program, status=state)
        for state in ("pending", "processing", "completed", "failed")
    }
    engine.goes_on.set()
    assert (found["completed"], found["failed"]) == ([done], [failed])
    assert found["pending"]
    assert going in found["processing"]
    # A job may have been begun between the two questions: then it stands in both answers.
    assert {*found["pending"], *found["processing"]} == {going, *others}


# --- deleting -------------------------------------------------------------------------------------


async def test_deleting_removes_the_record_and_the_files(room):  # NR-X-01, NR-M-01
    program = await room.program()
    job = await program.enhanced()
    gone = await program.remover("DELETE", f"/job/{job['job_id']}")
    assert (gone.status, gone.body) == (200, {"deleted": True, "job_id": job["job_id"]})
    assert (await program.remover("GET", f"/job/{job['job_id']}")).error == "job_not_found"
    assert (await program.remover("DELETE", f"/job/{job['job_id']}")).error == "job_not_found"
    assert (await program.call("GET", job["download_url"])).status == 404
    assert await listed(program) == []
    assert await stored(room) == []


async def test_what_is_deleted_was_used_all_the_same(room):  # NR-X-01
    program = await room.program()
    job = await program.enhanced(sound=silence(37))
    await program.remover("DELETE", f"/job/{job['job_id']}")
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == 0.62


async def test_deleting_a_job_under_way_stops_it_and_gives_its_minutes_back(room, engine):
    """NR-X-02, AMB-14."""
    engine.goes_on.clear()
    program = await room.program()
    name = (await program.enhance(silence(37))).body["job_id"]
    await begun(room, name)
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == 0.62

    gone = await program.remover("DELETE", f"/job/{name}")
    assert gone.body == {"deleted": True, "job_id": name}
    assert (await program.remover("GET", f"/job/{name}")).status == 404
    assert (await program.remover("GET", "/usage")).body["minutes_used"] == 0
    assert await room.jobs() == []
    assert await stored(room) == []


# --- jobs of others -------------------------------------------------------------------------------


@pytest.fixture
def statements():
    """What the database is asked, as it is asked."""
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


STRANGE = [
    pytest.param("job_00000000000000000000", id="nobody's"),
    pytest.param("job_", id="no number"),
    pytest.param("00000000000000000000", id="no name"),
    pytest.param("job_" + "a" * 300, id="far too long"),
    pytest.param("job_%00%2e%2e", id="odd letters"),
]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("strange", STRANGE)
async def test_a_job_of_somebody_else_is_answered_as_one_that_is_not_there(
    still, statements, method, strange
):  # NR-ERR-07
    owner, other = await still.program("owner"), await still.program("other")
    theirs = (await owner.enhance()).body["job_id"]

    statements.clear()
    not_theirs, of_first = await other.remover(method, f"/job/{theirs}"), [*statements]
    statements.clear()
    not_there, of_second = await other.remover(method, f"/job/{strange}"), [*statements]

    assert (not_theirs.status, not_theirs.error) == (404, "job_not_found")
    assert (not_there.status, not_there.raw) == (404, not_theirs.raw)
    assert set(not_there.headers) == set(not_theirs.headers)
    assert of_first == of_second
    assert (await owner.remover("GET", f"/job/{theirs}")).status == 200
