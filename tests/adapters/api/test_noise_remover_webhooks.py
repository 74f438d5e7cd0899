"""noise-remover.com's dialect, served: who is told of the end of a job, what, and how often."""

import asyncio
import hashlib
import hmac
import json
import secrets
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from adapters.api.messenger import FIRST_PAUSE
from adapters.fetcher import connecting
from adapters.wire import noise_remover as client
from adapters.wire import signatures
from services import keys, rousing
from services.events import Sending
from services.machine import DELIVER_WITHIN
from services.model import Kind, State
from services.problems import Code, Problem
from tests.adapters.api.engine import Engine, quick_room, told_room
from tests.adapters.api.room import listening, tone
from tests.fakes.clock import Clock

METADATA = {"episode_id": "ep-042", "ключ": ["🎙", 1.5, None]}
SIGNATURE = "signature"


# --- what is told ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory, borrowed_workers):
    """The callbacks of a job that was done and of one that failed, with the jobs and the secret."""
    return asyncio.run(_told(tmp_path_factory.mktemp("told"), borrowed_workers))


async def _told(folder, borrowed_workers):
    engine, found = Engine(), {}
    fields = {"preset": "podcast", "output_format": "flac", "metadata": json.dumps(METADATA)}
    async with (
        listening() as ear,
        told_room(folder, borrowed_workers, engine=engine, fetch=private(ear)) as room,
    ):
        program = await room.program(plan="api_pro", webhook_url=ear.url)
        found["completed"] = await program.enhanced(sound=tone(2.4), **fields)
        engine.breaks = Problem(Code.NO_SOUND)
        found["failed"] = await program.enhanced(sound=tone(2.4), **fields)
        done, failed = await ear.until(2)
        found["secret"] = await room.secret(program)
    return {**found, "job.completed": done, "job.failed": failed}


def private(ear):
    """Settings with which this ear may be called."""
    return {"allowed_private": [ear.origin.removeprefix("http://")]}


COMPLETED = [
    pytest.param("event", "job.completed", id="NR-W-02 event"),
    pytest.param("job_id", None, id="NR-W-03a job_id"),
    pytest.param("status", "completed", id="NR-W-03b status"),
    pytest.param("preset", "podcast", id="NR-W-03c preset"),
    pytest.param("output_format", "flac", id="NR-W-03d output_format"),
    pytest.param("file_duration", 2, id="NR-W-03e file_duration"),
    pytest.param("minutes_used", 0.04, id="NR-W-03f minutes_used"),
    pytest.param("download_url", None, id="NR-W-03g download_url"),
    pytest.param("download_expires", None, id="NR-W-03h download_expires AMB-11"),
    pytest.param("metadata", METADATA, id="NR-W-03i metadata"),
]


@pytest.mark.parametrize(("name", "value"), COMPLETED)
def test_a_callback_tells_what_the_job_tells(told, name, value):
    body = told["job.completed"].body
    assert body[name] == (told["completed"][name] if value is None else value)


def test_a_callback_is_stamped_with_the_end_of_its_job(told):  # NR-W-03j
    assert told["job.completed"].body["timestamp"] == told["completed"]["completed_at"]


def test_a_callback_has_the_printed_fields_in_their_order_and_no_others(told):
    """NR-W-03k, NR-W-04: nothing of when it began and ended, nor why it failed."""
    printed = [*[param.values[0] for param in COMPLETED], "timestamp", SIGNATURE]
    assert list(told["job.completed"].body) == printed
    assert list(told["job.failed"].body) == printed


def test_a_callback_is_json(told):
    assert told["job.completed"].headers["Content-Type"] == "application/json"


def test_a_failure_is_told_without_its_reason_and_without_a_link(told):  # NR-W-02, NR-W-04
    body = told["job.failed"].body
    assert (body["event"], body["status"]) == ("job.failed", "failed")
    assert body["job_id"] == told["failed"]["job_id"]
    assert (body["download_url"], body["download_expires"]) == (None, None)
    assert body["minutes_used"] == 0
    assert "error" not in told["job.failed"].raw.decode()


# --- signatures -----------------------------------------------------------------------------------


def verify_webhook(raw_body: bytes, signature: str, secret: str) -> bool:
    """As the page prints it."""
    expected = "sha256=" + hmac.new(secret.encode(), raw_body, hashlib.sha256).hexdigest()
    return secrets.compare_digest(expected, signature)


EVENTS = pytest.mark.parametrize("event", ["job.completed", "job.failed"])


@EVENTS
def test_the_printed_code_verifies_the_body_before_its_signature(told, event):
    """NR-W-03k, NR-W-05, NR-W-07: the member is the last, so that it can be cut off."""
    raw, signature = told[event].raw, told[event].body[SIGNATURE]
    unsigned = raw.replace(f',"signature":"{signature}"'.encode(), b"")
    assert len(unsigned) < len(raw)
    assert verify_webhook(unsigned, signature, told["secret"])
    assert not verify_webhook(raw, signature, told["secret"])
    assert not verify_webhook(unsigned, signature, "another secret")


@EVENTS
def test_our_own_client_verifies_and_reads_it(told, event):  # NR-W-05, NR-W-07
    heard = told[event]
    verified = signatures.verify(heard.raw, [told["secret"].encode()])
    assert verified is not None
    assert verified.reading is signatures.Reading.REMOVED
    read = client.Webhook.model_validate(json.loads(heard.raw))
    assert client.EVENTS[event] is read.status
    assert read.metadata == METADATA


@EVENTS
def test_one_changed_byte_is_noticed(told, event):  # NR-W-05
    forged = told[event].raw.replace(b"podcast", b"Podcast")
    assert signatures.verify(forged, [told["secret"].encode()]) is None


@EVENTS
def test_the_standard_library_of_webhooks_verifies_it(told, event):
    """NR-W-08: the headers of Standard Webhooks, against replays and for repeats."""
    heard = told[event]
    assert Webhook(told["secret"]).verify(heard.raw, heard.headers) == heard.body


async def test_every_key_has_a_secret_of_its_own(tmp_path, ear):  # NR-W-05
    async with quick_room(tmp_path, works=False) as room:
        found = {await room.secret(await room.program(name)) for name in ("one", "other")}
    assert len(found) == 2


# --- who is told ----------------------------------------------------------------------------------


@pytest.fixture
async def quick(tmp_path, ear):
    async with quick_room(tmp_path, fetch=private(ear)) as room:
        yield room


@pytest.mark.parametrize("plan", ["api_pro", "api_business"])
async def test_the_usual_address_of_a_key_is_told(quick, ear, plan):  # NR-W-01
    program = await quick.program(plan=plan, webhook_url=f"{ear.origin}/usual?mine=1")
    job = await program.enhanced()
    (heard,) = await ear.until()
    assert (heard.path, heard.body["job_id"]) == ("/usual?mine=1", job["job_id"])


async def test_the_address_of_a_request_wins_over_the_usual_one(quick, ear):  # NR-E-26, NR-W-01
    program = await quick.program(plan="api_pro", webhook_url=f"{ear.origin}/usual")
    await program.enhanced(webhook_url=f"{ear.origin}/own")
    assert [heard.path for heard in await ear.until()] == ["/own"]


async def test_an_empty_address_is_none(quick, ear):  # NR-E-26
    program = await quick.program(plan="api_pro", webhook_url=f"{ear.origin}/usual")
    await program.enhanced(webhook_url="")
    assert ear.heard == []


async def test_nobody_is_told_without_an_address(quick, ear):  # NR-W-01
    await (await quick.program(plan="api_pro")).enhanced()
    assert ear.heard == []


async def test_on_dev_nobody_is_told_and_an_address_is_refused(quick, ear):
    """NR-W-01, NR-ERR-06."""
    program = await quick.program(plan="api_dev", webhook_url=ear.url)
    answer = await program.enhance(webhook_url=ear.url)
    assert (answer.status, answer.error) == (403, "plan_restriction")
    assert (await program.enhanced())["status"] == "completed"
    assert ear.heard == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://10.0.0.1/hook", id="private"),
        pytest.param("http://127.0.0.1:9/hook", id="this machine"),
        pytest.param("http://[::1]/hook", id="this machine, IPv6"),
        pytest.param("http://169.254.169.254/latest/meta-data", id="a cloud's metadata"),
        pytest.param("http://localhost/hook", id="this machine, by name"),
        pytest.param("ftp://sound.example/hook", id="no http"),
        pytest.param("sound.example/hook", id="no scheme"),
        pytest.param("https://sound.example/" + 2_048 * "a", id="far too long"),
    ],
)
async def test_what_may_not_be_called_is_refused_at_once(quick, url):  # NR-E-26, NR-ERR-01
    answer = await (await quick.program(plan="api_pro")).enhance(webhook_url=url)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert await quick.jobs() == []


async def test_a_name_that_leads_inside_is_not_called(tmp_path, ear, monkeypatch):
    """NR-W-01: where it leads is known when it is called; who asks for the job is told all."""

    async def resolve(names, host, port):
        return ["127.0.0.1"]

    monkeypatch.setattr(connecting.Names, "resolve", resolve)
    async with quick_room(tmp_path) as room:
        program = await room.program(plan="api_pro")
        job = await program.enhanced(webhook_url=ear.url.replace("127.0.0.1", "inside.example"))
    assert job["status"] == "completed"
    assert ear.heard == []


# --- a receiver that does not answer --------------------------------------------------------------


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def patient(tmp_path, ear, clock):
    """A room whose clock stands still."""
    async with quick_room(tmp_path, clock=clock, fetch=private(ear)) as room:
        yield room


async def failed_once(room, name):
    """How long it is until another try."""

    async def is_waiting():
        job = await room.job(name)
        return job.state is State.DELIVERING and job.due_at > room.app.now()

    await room.until(is_waiting)
    return (await room.job(name)).due_at - room.app.now()


async def turn(room, by):
    """Let so much time pass, and look what is due."""
    room.clock.at += by
    await rousing.rouse(room.app.store, room.app.queue, room.app.now, tuple(Kind))


async def pauses(room, name, count):
    """The pauses between the next tries, each of which fails."""
    found = []
    for _ in range(count):
        found.append(await failed_once(room, name))
        await turn(room, found[-1])
    return [pause.total_seconds() for pause in found]


async def test_it_is_tried_again_with_growing_pauses(patient, ear):
    """NR-W-08: 5, 5, 10, 20, 40 seconds, and the same bytes under the same name each time."""
    ear.statuses = [500, 502, 503, 404, 302]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]

    assert await pauses(patient, name, 5) == [5, 5, 10, 20, 40]
    heard = await ear.until(6)
    await patient.done(name)
    assert len(ear.heard) == 6
    assert len({one.raw for one in heard}) == 1
    assert len({one.headers["webhook-id"] for one in heard}) == 1
    assert len({one.headers["webhook-timestamp"] for one in heard}) == 6


async def test_meanwhile_the_job_is_there_for_who_asks(patient, ear):  # NR-W-08
    ear.statuses = [500]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    await failed_once(patient, name)
    job = (await program.remover("GET", f"/job/{name}")).body
    assert job["status"] == "completed"
    assert (await program.call("GET", job["download_url"])).status == 200


async def test_who_answers_about_one_job_is_called_about_others(patient, ear):  # NR-W-08
    ear.statuses = [500, 503]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    for _ in range(2):
        await failed_once(patient, (await program.enhance()).body["job_id"])

    other = await program.enhance()
    await patient.done(other.body["job_id"])
    assert ear.heard[2].body["job_id"] == other.body["job_id"]


async def test_tries_that_were_cut_off_do_not_end_the_others(patient, ear):  # NR-W-08
    """We were stopped, again and again, while an answer was waited for."""
    ear.statuses = [500]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    await failed_once(patient, name)
    for _ in range(5):
        await patient.app.journal.record((await patient.job(name)).id, Sending(0))
    await turn(patient, FIRST_PAUSE)
    assert len(await ear.until(2)) == 2
    await patient.done(name)


async def test_pauses_end_at_two_hours_and_the_tries_after_a_day(patient, ear):  # NR-W-08
    ear.statuses = [500] * 100
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    await failed_once(patient, name)
    await turn(patient, timedelta(hours=10))
    await ear.until(2)
    assert await failed_once(patient, name) == timedelta(hours=2)

    await turn(patient, DELIVER_WITHIN)
    job = await patient.done(name)
    assert job.state is State.DONE
    assert len(ear.heard) <= 3


async def test_who_answers_410_is_told_nothing_more(patient, ear):  # NR-W-08
    ear.statuses = [410]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    await patient.done(name)
    assert len(ear.heard) == 1
    assert (await program.remover("GET", f"/job/{name}")).body["status"] == "completed"


async def test_a_deleted_job_is_not_told_of(patient, ear):  # NR-X-01, NR-W-08
    ear.statuses = [500]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    await failed_once(patient, name)
    await program.remover("DELETE", f"/job/{name}")
    assert await patient.jobs() == [], "nothing is left that could be told"
    await turn(patient, timedelta(hours=1))
    assert len(ear.heard) == 1


async def test_a_revoked_key_is_told_nothing_and_its_links_are_closed(patient, ear):
    """NR-T-04, NR-W-01: whoever found the key may have asked for the links."""
    ear.statuses = [500]
    program = await patient.program(plan="api_pro", webhook_url=ear.url)
    name = (await program.enhance()).body["job_id"]
    pause = await failed_once(patient, name)
    link = (await program.remover("GET", f"/job/{name}")).body["download_url"]
    assert (await program.call("GET", link)).status == 200
    await patient.app.store.write(lambda tx: keys.revoke(tx, "program", patient.app.now()))
    assert (await program.call("GET", link)).status == 404
    await turn(patient, pause)
    await patient.done(name)
    assert len(ear.heard) == 1
