"""MusicGPT's dialect: when a program is called back, how often, and with what when work failed.

Names like AMB-29 are rows of the providers' contract.
"""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from adapters.wire.musicgpt import Stage, read_body, read_conversion
from adapters.wire.musicgpt_results import stage
from services import rousing
from services.model import State
from services.problems import Code, Problem
from tests.adapters.api.conversions import (
    OPERATIONS,
    Everything,
    conversion,
    copying_room,
    ids,
    started,
)
from tests.fakes.clock import Clock

TYPES = {
    "denoise": "Denoise",
    "deecho": "Deecho",
    "dereverb": "Dereverb",
    "Extraction": "Extraction",
}


@pytest.fixture
async def copying(tmp_path, ear):
    """While its clock stands: a pause lasts until a test turns it."""
    async with copying_room(tmp_path, ear, clock=Clock(datetime.now(UTC))) as opened:
        yield opened


@pytest.fixture
async def failing(tmp_path, ear):
    """A program whose conversions fail."""
    engine = Everything()
    engine.breaks = Problem(Code.PROVIDER_FAILED)
    async with copying_room(tmp_path, ear, engine) as opened:
        yield await opened.program()


async def called_back(room, said, *, again=False) -> None:
    """Once its callback was tried: it is done, or it is tried again later."""

    async def is_tried():
        job = await room.job(said["task_id"])
        is_put_off = job.state is State.DELIVERING and job.due_at > room.clock()
        return is_put_off if again else job.state is State.DONE

    await room.until(is_tried)


async def later(room, **by) -> None:
    """Put the clock forward, and look for what is due then."""
    room.clock.turn(**by)
    await rousing.rouse(room.app.store, room.app.queue, room.app.now)


# --- once -----------------------------------------------------------------------------------------


async def test_a_program_is_called_once(copying, ear):
    """MG-C-07"""
    program = await copying.program()
    said = await started(program, webhook_url=ear.url)
    await called_back(copying, said)
    await later(copying, hours=1)
    other = await started(program, webhook_url=ear.url)
    await called_back(copying, other)
    assert [ids(one.body) for one in ear.heard] == [ids(said), ids(other)]


@pytest.mark.parametrize("fields", [{}, {"webhook_url": ""}])
async def test_who_names_no_webhook_is_not_called(copying, ear, fields):
    """MG-C-07"""
    said = await started(await copying.program(), **fields)
    await called_back(copying, said)
    assert ear.heard == []


async def test_the_webhook_of_the_key_is_not_this_dialects(copying, ear):
    program = await copying.program(webhook_url=ear.url)
    said = await started(program)
    await copying.done(said["task_id"])
    assert ear.heard == []


async def test_the_same_request_twice_is_told_once(copying, ear):
    """MG-C-22"""
    program = await copying.program(webhook_url=f"{ear.origin}/usual")
    once = {"Idempotency-Key": "a-1"}
    form = {"audio_url": f"{ear.origin}/nothing", "webhook_url": ear.url}
    for _ in range(2):
        taken = await program.gpt("POST", "/denoise", headers=once, data=form)
    await called_back(copying, taken.body)
    assert [one.path for one in ear.heard if one.raw] == ["/hook"]


# --- who is called, and how -----------------------------------------------------------------------


async def test_a_secret_in_the_address_comes_along(copying, ear):
    """MG-X-12, AMB-23"""
    url = f"{ear.url}?secret=a%2Fb&job=17"
    await started(await copying.program(), webhook_url=url)
    (heard,) = await ear.until()
    assert heard.path == "/hook?secret=a%2Fb&job=17"


async def test_a_callback_is_json_and_signed_outside_of_it(copying, ear):
    """MG-C-20: their callbacks prove nothing; who looks at the headers can have it proved."""
    program = await copying.program()
    await started(program, webhook_url=ear.url)
    (heard,) = await ear.until()
    assert heard.headers["Content-Type"] == "application/json"
    assert "signature" not in heard.body
    headers = {name.lower(): value for name, value in heard.headers.items()}
    assert Webhook(await copying.secret(program)).verify(heard.raw, headers) == heard.body


# --- again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 404, 301])
async def test_who_does_not_take_it_is_called_again(copying, ear, status):
    """AMB-30"""
    ear.statuses = [status]
    said = await started(await copying.program(), webhook_url=ear.url)
    await called_back(copying, said, again=True)
    await later(copying, seconds=30)
    first, second = await ear.until(2)
    assert second.body == first.body
    await called_back(copying, said)


async def test_who_is_gone_is_called_no_more(copying, ear):
    ear.statuses = [410]
    said = await started(await copying.program(), webhook_url=ear.url)
    await called_back(copying, said)
    await later(copying, hours=3)
    assert len(ear.heard) == 1


async def test_byid_tells_of_the_end_while_nobody_takes_the_callback(copying, ear):
    """AMB-30, MG-X-04"""
    ear.statuses = [500]
    program = await copying.program()
    said = await started(program, webhook_url=ear.url)
    await called_back(copying, said, again=True)
    assert (await conversion(program, said))["status"] == "COMPLETED"


# --- when it failed -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_a_failure_is_told_in_every_way_that_is_read(failing, ear, operation):
    """AMB-29, MG-X-04"""
    said = await started(failing, operation, webhook_url=ear.url)
    (heard,) = await ear.until()
    why = heard.body["error"]
    assert "could not process this recording" in why
    assert heard.body == {
        "success": False,
        "conversion_type": TYPES[operation],
        "task_id": said["task_id"],
        "conversion_id": said["conversion_id"],
        "status": "FAILED",
        "status_msg": why,
        "error": why,
    }


async def test_our_own_reader_reads_the_failure(failing, ear):
    """AMB-29"""
    await started(failing, webhook_url=ear.url)
    (heard,) = await ear.until()
    read = read_conversion(read_body(heard.raw))
    assert stage(read) is Stage.FAILED
    # As far as our reader keeps it.
    assert heard.body["error"].startswith(read.why) and read.why


async def test_a_failure_is_the_same_when_asked_for(failing, ear):
    """MG-X-04, AMB-29"""
    said = await started(failing, webhook_url=ear.url)
    (heard,) = await ear.until()
    told = await conversion(failing, said)
    assert (told["status"], told["status_msg"]) == ("FAILED", heard.body["status_msg"])
    assert told["conversion_cost"] == 0.0
