"""How an answer reaches its chat: whole, smaller, in pieces, by a link, late, as a voice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer

from services import fitting
from services.limits import Limits
from services.model import Shape, Source
from services.problems import Code, Fault, Problem
from services.recipes import Format
from services.showing import Tone
from tests.fakes.world import an_ask, world
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

LINKS = {"http": {"public_url": "https://sound.example"}}


def noise(folder, seconds=3.0):
    """Noise at 48 kHz: what no lossless format makes much smaller."""
    sound = np.random.default_rng(5).normal(0, 0.05, (1, round(seconds * 48_000)))
    return write_wav(folder / "voice.wav", sound)


def last(here):
    """What stands in the chat."""
    return list(here.chat.messages().values())


@pytest.mark.parametrize(
    ("limit", "given", "line"),
    [
        pytest.param(300_000, "wav", None, id="it fits"),
        pytest.param(250_000, "flac", "card-fitted", id="lossless"),
        pytest.param(120_000, "mp3", "card-fitted", id="with loss"),
        pytest.param(1_000, None, "card-too-large", id="not at all"),
    ],
)
async def test_what_is_too_large_comes_smaller_and_says_so(tmp_path, limit, given, line):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(bytes=limit, seconds_between_edits=0.05)
        job = await here.done(await here.ask(noise(tmp_path)))
    (message,) = last(here)
    assert message["names"] == ([f"voice.clean.{given}"] if given else [])
    assert all(size <= limit for size in message["bytes"])
    assert line is None or line in message["lines"]
    assert job.outcome[0].format == "wav", "what was asked for is kept as it is"


async def test_what_the_place_refuses_in_spite_of_its_limit_comes_as_the_next_rung(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.refuses = lambda card: card.tracks[0].bytes > 140_000
        await here.done(await here.ask(noise(tmp_path)))
    (message,) = last(here)
    assert message["names"] == ["voice.clean.mp3"]
    assert "card-fitted" in message["lines"]


async def test_what_is_too_long_for_one_file_comes_in_numbered_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(fitting, "HEAD", 0)
    monkeypatch.setattr(fitting, "LEAST", {Format.MP3: (64_000, 96_000)})
    monkeypatch.setattr(fitting, "SHORTEST_PIECE", 1.0)
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(bytes=20_000, seconds_between_edits=0.05, files_per_message=2)
        job = await here.done(await here.ask(noise(tmp_path, 6.0)))
    assert [one["names"] for one in last(here)] == [
        ["voice.clean.1of3.mp3", "voice.clean.2of3.mp3"],
        ["voice.clean.3of3.mp3"],
    ]
    assert "card-cut" in last(here)[0]["lines"]
    assert sum(track.seconds for track in job.shown) == pytest.approx(6.0, abs=0.2)


async def test_what_fits_in_no_way_is_linked_and_the_link_ends_with_the_files(tmp_path):
    path = noise(tmp_path)
    async with world(tmp_path, copying(tmp_path), **LINKS) as here:
        here.chat.room = Limits(bytes=1_000, seconds_between_edits=0.05)
        job = await here.done(await here.ask(path))
        (message,) = last(here)
        (url,) = message["links"]
        assert url.startswith("https://sound.example/files/")
        where = url.removeprefix("https://sound.example")
        async with TestClient(TestServer(here.app.http())) as client:
            whole = await client.get(where)
            body = await whole.read()
            part = await client.get(where, headers={"Range": "bytes=4-7"})
            four = await part.read()
            altered = await client.get(where[:-2] + "xx")
            await here.app.retention.purge(timedelta(0))
            later = await client.get(where)
    assert message["lines"].count("card-linked") == 1
    assert (whole.status, len(body)) == (200, job.outcome[0].bytes)
    assert 'filename="voice.clean.wav"' in whole.headers["Content-Disposition"]
    assert (part.status, four) == (206, body[4:8])
    assert (altered.status, later.status) == (404, 404)


async def test_several_tracks_that_are_refused_together_come_one_by_one(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.refuses = lambda card: len(card.tracks) > 1
        await here.done(await here.ask(noise(tmp_path), keep="both"))
    assert [one["parts"] for one in last(here)] == [["clean"], ["residual"]]


async def test_a_message_takes_no_more_than_its_place_allows(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(message_bytes=400_000, seconds_between_edits=0.05)
        await here.done(await here.ask(noise(tmp_path), keep="both"))
    assert [one["parts"] for one in last(here)] == [["clean"], ["residual"]]


async def test_a_result_after_the_time_of_its_card_is_sent_once_and_the_card_stays(tmp_path):
    async with world(tmp_path, copying(tmp_path), works=False) as here:
        here.chat.until = here.app.now() - timedelta(seconds=1)
        job_id = await here.ask(noise(tmp_path))
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.until = here.app.now() - timedelta(seconds=1)
        await here.done(job_id)
    told = [line for line in here.chat.lines() if line["tone"] == "done"]
    assert [line["what"] for line in told] == ["post"]


async def test_a_card_says_farewell_before_its_time_is_over(tmp_path):
    async with world(tmp_path, copying(tmp_path, held)) as here:
        here.chat.until = here.app.now() + timedelta(seconds=60)
        job_id = await here.ask(noise(tmp_path))
        await here.heard(lambda: last(here)[0]["lines"] == ["card-late"])
        (card,) = await here.app.desk.handle(an_ask("", "show", "e2", job=job_id))
    assert card.job == job_id


def held(provider):
    async def submit(order):
        await asyncio.Event().wait()

    provider.submit = submit


async def test_a_voice_recording_is_answered_by_a_voice_message(tmp_path):
    path = noise(tmp_path)
    async with world(tmp_path) as here:
        here.chat.room = Limits(voice=True, seconds_between_edits=0.05)
        source = Source("voice.wav", ref=str(path), shape=Shape.VOICE)
        ask = replace(an_ask(path), options={}, sources=(source,))
        (card,) = await here.app.desk.handle(ask)
        await here.app.desk.shown(card.job, await here.chat.post(None, card, card.job))
        job = await here.done(card.job)
    words, voice = last(here)
    assert (words["parts"], words["voice"]) == ([], False)
    assert (voice["names"], voice["voice"]) == (["voice.clean.ogg"], True)
    assert job.outcome[0].waveform


async def test_its_person_sees_a_result_again_and_deletes_it_and_nobody_else_does(tmp_path):
    path = noise(tmp_path)
    async with world(tmp_path, copying(tmp_path)) as here:
        job_id = await here.ask(path)
        await here.done(job_id)
        (again,) = await here.app.desk.handle(an_ask(path, "show", "e2", job=job_id))
        for command in ("show", "delete", "again"):
            with pytest.raises(Fault) as caught:
                stranger = an_ask(path, command, "e3", person="stranger", job=job_id)
                await here.app.desk.handle(stranger)
            assert caught.value.problem.code is Code.NOT_YOURS
        (gone,) = await here.app.desk.handle(an_ask(path, "delete", "e4", job=job_id))
        left = [key async for key, _ in here.app.files.list("")]
        (after,) = await here.app.desk.handle(an_ask(path, "show", "e5", job=job_id))
    assert [track.name for track in again.tracks] == ["voice.clean.wav"]
    assert (gone.lines[0].key, gone.is_private) == ("delete-done", True)
    assert left == []
    assert after.tracks == ()


@pytest.fixture
def short_pieces(monkeypatch):
    """Seconds are cut as if they were hours."""
    least = {Format.MP3: (64_000, 96_000), Format.OGG: (16_000, 24_000)}
    monkeypatch.setattr(fitting, "HEAD", 0)
    monkeypatch.setattr(fitting, "LEAST", least)
    monkeypatch.setattr(fitting, "SHORTEST_PIECE", 0.5)
    monkeypatch.setattr(fitting, "MOST_PIECES", 6)


async def test_pieces_that_are_cut_anew_are_all_sent(tmp_path, short_pieces):
    """Opus needs fewer pieces than MP3: none of them counts as told by its number."""

    def refuses(card):
        return card.tracks[0].format == "mp3" and card.tracks[0].piece >= 4

    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(bytes=10_000, seconds_between_edits=0.05, files_per_message=1)
        here.chat.refuses = refuses
        job = await here.done(await here.ask(noise(tmp_path, 6.0)))
        names = [name for one in last(here) for name in one["names"]]
    cut = [track.name for track in job.shown]
    assert {track.format for track in job.shown} == {"ogg"}
    assert len(cut) < 4
    assert [name for name in names if name.endswith(".ogg")] == cut
    assert sum(track.seconds for track in job.shown) == pytest.approx(6.0, abs=0.01)


def counted(here):
    """The conversions from now on."""
    tasks, run = [], here.app.workers.run

    async def noted(task, **about):
        tasks.append((task.name, task.args.get("format"), task.args.get("start")))
        return await run(task, **about)

    here.app.workers.run = noted
    return tasks


async def test_what_fits_a_smaller_chat_is_made_once(tmp_path):
    path = noise(tmp_path)
    async with world(tmp_path, copying(tmp_path)) as here:
        job_id = await here.ask(path)
        await here.done(job_id)
        here.chat.room = Limits(bytes=120_000)
        tasks = counted(here)
        shown = [here.app.desk.handle(an_ask(path, "show", f"s{n}", job=job_id)) for n in range(3)]
        await asyncio.gather(*shown)
    assert sorted(tasks) == [("convert", "flac", None), ("convert", "mp3", None)]


async def test_a_part_in_pieces_is_cut_once_for_less_room(
    tmp_path, short_pieces, monkeypatch, impatient
):
    monkeypatch.setattr(fitting, "LEAST", {Format.MP3: (64_000, 96_000)})
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(bytes=20_000, seconds_between_edits=0.05, files_per_message=1)
        edit, tasks = here.chat.edit, []

        async def smaller(address, receipt, card):
            # Between the first delivery and the next, the chat has lost room.
            if card.tracks and here.chat.room.bytes == 20_000:
                here.chat.room = replace(here.chat.room, bytes=10_500)
                tasks.extend([counted(here)])
                raise Fault(Problem(Code.CHAT_DOWN))
            await edit(address, receipt, card)

        here.chat.edit = smaller
        job = await here.done(await here.ask(noise(tmp_path, 6.0)))
    (after,) = tasks
    pieces = [one for one in after if one[2] is not None]
    assert len(job.shown) > 3
    assert len(pieces) == len(set(pieces)) == len(job.shown)


async def test_what_was_sent_often_enough_says_that_nobody_knows(tmp_path, impatient):
    async with world(tmp_path, copying(tmp_path)) as here:
        post, edit = here.chat.post, here.chat.edit

        async def lost(address, card, key):
            receipt = await post(address, card, key)
            if card.tone is Tone.DONE:
                raise Fault(Problem(Code.CHAT_UNSURE))
            return receipt

        async def gone(address, receipt, card):
            if card.tone is Tone.DONE:
                raise Fault(Problem(Code.CARD_GONE))
            await edit(address, receipt, card)

        here.chat.post, here.chat.edit = lost, gone
        job = await here.done(await here.ask(noise(tmp_path)))
        said = [line["lines"] for line in here.chat.lines() if line["what"] == "edit"]
        steps = await here.app.store.read(lambda tx: tx.history(job.id))
    assert said[-1] == ["problem-chat_unsure"]
    assert "chat_unsure" in steps[-1].detail


async def test_a_result_that_is_there_stays_when_the_next_message_is_refused(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = Limits(files_per_message=1, seconds_between_edits=0.05)
        post = here.chat.post

        async def refused(address, card, key):
            if "." in key:
                raise Fault(Problem(Code.CHAT_FORBIDDEN))
            return await post(address, card, key)

        here.chat.post = refused
        await here.done(await here.ask(noise(tmp_path), keep="both"))
    (message,) = last(here)
    assert message["names"] == ["voice.clean.wav"]
    assert "problem-chat_forbidden" not in message["lines"]
