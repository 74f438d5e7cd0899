"""Several files of one ask where they come back at once: the words, the album, and every crash."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from services.events import Posted
from services.limits import Limits
from services.model import Source, State
from services.problems import Code, Fault, Problem
from services.showing import Tone
from tests.fakes.world import an_ask, world
from tests.journeys.discord_room import Gate
from tests.journeys.test_job_life import copying
from tests.wav import write_wav

ROOM = Limits(albums=True, bare_albums=True, keeps_copies=True, seconds_between_edits=0.05)


@pytest.fixture(autouse=True)
def patience(impatient):
    """What failed is tried again at once."""


def recordings(folder, *seconds):
    """Files with noise of this length each; None: no sound at all."""
    rng = np.random.default_rng(5)
    for n, length in enumerate(seconds):
        path = folder / f"{n}.wav"
        if length is None:
            path.write_bytes(b"no sound " * 99)
        else:
            write_wav(path, rng.normal(0, 0.05, (1, round(length * 48_000))))
    return [Source(f"{n}.wav", ref=str(folder / f"{n}.wav")) for n in range(len(seconds))]


async def asked(here, sources, shown=True, **options):
    """Ask for all at once; the ids of the jobs in the order of the ask."""
    ask = replace(an_ask("", "denoise", **options), sources=tuple(sources))
    (card,) = await here.app.desk.handle(ask)
    if shown:
        await here.app.desk.shown(card.job, await here.chat.post(None, card, card.job))
    return (await here.job(card.job)).album


async def all_done(here, ids):
    return [await here.done(one) for one in ids]


def told(here):
    """What stands in the chat: the keys of the words, or the names of the files."""
    there = [one for one in here.chat.messages().values() if one["what"] != "delete"]
    return [one["names"] or one["lines"] for one in there]


def sends(here):
    """The names of the files in each send and edit that carried some."""
    return [one["names"] for one in here.chat.lines() if one["names"]]


NAMES = [f"{n}.clean.wav" for n in range(12)]
WORDS = ["card-done", "album-buttons", "privacy-copies"]


async def test_several_come_back_as_one_album_with_one_message_of_words(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        jobs = await all_done(here, await asked(here, recordings(tmp_path, *[0.2] * 12)))
        first, *_ = here.chat.messages().values()
    assert told(here) == [WORDS, NAMES[:10], NAMES[10:]], "10 comes after 9"
    assert (first["what"], first["message"]) == ("edit", jobs[0].id)
    assert len({job.postings[-1].receipt for job in jobs}) == 12


async def test_without_a_living_message_the_words_are_sent(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2), shown=False))
    assert told(here) == [WORDS, NAMES[:2]]


@pytest.mark.postgres
async def test_the_same_album_on_postgresql(tmp_path, postgres_url):
    async with world(tmp_path, copying(tmp_path), database_url=postgres_url) as here:
        here.chat.room = ROOM
        await all_done(here, await asked(here, recordings(tmp_path, *[0.2] * 5)))
    assert told(here) == [WORDS, NAMES[:5]]


@pytest.mark.parametrize("broken", [0, 1, 2])
async def test_one_that_fails_has_a_line_among_the_words(tmp_path, broken):
    lengths = [None if n == broken else 0.2 for n in range(3)]
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await all_done(here, await asked(here, recordings(tmp_path, *lengths)))
    words = ["card-done", "card-failed", "album-buttons", "privacy-copies"]
    assert told(here) == [words, [name for n, name in enumerate(NAMES[:3]) if n != broken]]


async def test_one_that_is_left_is_told_as_if_it_had_come_alone(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await all_done(here, await asked(here, recordings(tmp_path, None, 0.2)))
    assert told(here) == [["card-failed"], [NAMES[1]]]


async def test_where_nothing_came_of_any_one_message_says_so(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await all_done(here, await asked(here, recordings(tmp_path, None, None)))
    assert told(here) == [["card-failed", "card-failed"]]


async def test_what_gives_several_tracks_each_is_answered_one_by_one(tmp_path):
    ask = replace(an_ask("", keep="both"), sources=tuple(recordings(tmp_path, 0.2, 0.2)))
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        shown = await here.app.desk.handle(ask)
        jobs = await all_done(here, [card.job for card in shown])
    assert [job.album for job in jobs] == [(), ()]


async def test_the_status_shows_how_many_are_done(tmp_path):
    gate = Gate()
    async with world(tmp_path, copying(tmp_path, gate)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, None, 0.2, 0.2))
        await here.heard(lambda: ["album-progress", "card-working"] in told(here))
        living = here.chat.messages()
        gate.open.set()
        await all_done(here, ids)
    assert list(living) == [ids[0]], "one message for all"
    assert told(here)[0][0] == "card-done"


async def test_the_button_under_the_status_cancels_all(tmp_path):
    async with world(tmp_path, copying(tmp_path, Gate())) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2, 0.2))
        (card,) = await here.app.desk.handle(an_ask("", "cancel", "e2", job=ids[0]))
        jobs = await all_done(here, ids)
    assert card.lines[0].args == {"count": 3}
    assert {job.outcome.code for job in jobs} == {Code.CANCELLED}
    assert told(here) == [["cancel-done"]]


async def test_the_first_may_be_cancelled_by_its_name(tmp_path):
    gate = Gate()
    async with world(tmp_path, copying(tmp_path, gate)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2, 0.2))
        await here.app.desk.handle(an_ask("", "cancel", "e2", job="0.wav"))
        gate.open.set()
        await all_done(here, ids)
    assert told(here) == [["card-done", "cancel-done", *WORDS[1:]], NAMES[1:3]]


async def test_what_is_refused_together_comes_one_by_one(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        here.chat.refuses = lambda card: len(card.tracks) > 1
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2, 0.2)))
    assert told(here) == [WORDS, [NAMES[0]], [NAMES[1]], [NAMES[2]]]


async def test_what_a_place_forbids_together_comes_one_by_one(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        post = here.chat.post

        async def forbids(address, card, key):
            if len(card.tracks) > 1:
                raise Fault(Problem(Code.CHAT_FORBIDDEN))
            return await post(address, card, key)

        here.chat.post = forbids
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2)))
    assert told(here) == [WORDS, [NAMES[0]], [NAMES[1]]]


async def test_where_no_file_is_allowed_one_message_says_so(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        post, tries = here.chat.post, []

        async def forbids(address, card, key):
            if card.tracks:
                tries.append(len(card.tracks))
                raise Fault(Problem(Code.CHAT_FORBIDDEN))
            return await post(address, card, key)

        here.chat.post = forbids
        jobs = await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2, None)))
    assert told(here) == [["problem-chat_forbidden"]]
    assert tries == [2, 1], "together, then one by itself"
    assert [bool(job.tracks) for job in jobs] == [True, True, False]


async def test_what_is_too_large_comes_smaller_and_says_so(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = replace(ROOM, bytes=250_000)
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 3.0, 0.2)))
    album = ["0.clean.wav", "1.clean.flac", "2.clean.wav"]
    assert told(here) == [["card-done", "album-about", *WORDS[1:]], album]


@pytest.mark.parametrize("large", [0, 2])
async def test_what_goes_into_no_album_is_told_by_itself(tmp_path, large):
    lengths = [3.0 if n == large else 0.2 for n in range(3)]
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = replace(ROOM, bytes=20_000)
        await all_done(here, await asked(here, recordings(tmp_path, *lengths)))
    words, album, alone = told(here)
    assert (words[0], alone[:2]) == ("card-done", ["card-done", "card-too-large"])
    assert album == [name for n, name in enumerate(NAMES[:3]) if n != large]


async def stumbling(here, when, times):
    """The journal fails to write what `when` picks, so often; the chat heard it already."""
    record, left = here.app.journal.record_all, list(range(times))

    async def fails(news):
        if left and when(news):
            left.pop()
            raise RuntimeError("the power went")
        await record(news)

    here.app.journal.record_all = fails


def is_album(news):
    return len(news) > 1 and isinstance(news[0][1], Posted)


@pytest.mark.parametrize(("crashes", "sent"), [(1, 2), (5, 2)])
async def test_a_crash_after_the_album_repeats_it_once_and_never_again(tmp_path, crashes, sent):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await stumbling(here, is_album, crashes)
        jobs = await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2)))
    assert sends(here) == [NAMES[:2]] * sent
    assert told(here) == [WORDS, NAMES[:2]], "nobody tells of it once more"
    assert {job.state for job in jobs} == {State.DONE}


async def test_a_crash_before_the_end_tells_nothing_twice(tmp_path):
    """The words, the album and the failure were told; only that all ended was not written."""
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await stumbling(here, lambda news: type(news[0][1]).__name__ == "Delivered", 1)
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2, None)))
    assert sends(here) == [NAMES[:2]]
    assert [one["what"] for one in here.chat.lines() if one["tone"] == "done"] == ["edit", "post"]


async def test_an_album_that_surely_did_not_arrive_is_sent_until_it_does(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        post, refusals = here.chat.post, []

        async def down(address, card, key):
            if card.tracks and len(refusals) < 4:
                refusals.append(key)
                raise Fault(Problem(Code.CHAT_DOWN))
            return await post(address, card, key)

        here.chat.post = down
        await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2)))
    assert sends(here) == [NAMES[:2]]
    assert len(refusals) == 4


async def test_a_chat_that_is_gone_ends_them_all(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2))

        async def gone(*args):
            raise Fault(Problem(Code.CHAT_GONE))

        here.chat.post = here.chat.edit = gone
        jobs = await all_done(here, ids)
    assert all(job.tracks for job in jobs)


async def test_a_process_that_finds_them_all_ended_tells_of_them(tmp_path):
    """Nobody is left to nudge: whoever waits looks again by the clock."""
    async with world(tmp_path, copying(tmp_path), works=False) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2))
        for one in ids[1:]:
            await here.app.desk.handle(an_ask("", "cancel", f"c{one}", job=one))
            assert await here.app.worker.step(one) is None
        waiting = await here.job(ids[1])
        await here.app.worker.step(ids[1])
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        await all_done(here, ids)
    assert waiting.due_at > waiting.updated_at, "put off"
    assert told(here) == [[NAMES[0]], ["card-failed"]]


async def test_one_that_wakes_when_all_was_told_tells_nothing(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        jobs = await all_done(here, await asked(here, recordings(tmp_path, 0.2, 0.2, None)))
        before = here.chat.lines()
        for job in jobs:
            late = replace(job, state=State.DELIVERING, done_at=None)
            assert await here.app.worker._deliver(late) is None
        after = here.chat.lines()
    assert after == before


async def test_delete_takes_one_of_them_and_the_last_takes_the_words(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2))
        jobs = await all_done(here, ids)
        gone = []
        for one in ids:
            await here.app.desk.handle(an_ask("", "delete", f"d{one}", job=one))
            lines = here.chat.lines()
            gone.append({one["message"] for one in lines if one["what"] == "delete"} - set(*gone))
    parts = [job.postings[-1].receipt for job in jobs]
    assert gone == [{parts[0]}, {parts[1], ids[0]}]


async def test_each_is_shown_again_with_its_own_buttons(tmp_path):
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2))
        await all_done(here, ids)
        (shown,) = await here.app.desk.handle(an_ask("", "show", "e2", job=ids[1]))
    assert ([track.name for track in shown.tracks], shown.job) == ([NAMES[1]], ids[1])
    assert "delete" in [action.command for action in shown.actions]


async def test_the_same_ask_twice_is_one_album(tmp_path):
    sources = recordings(tmp_path, 0.2, 0.2)
    async with world(tmp_path, copying(tmp_path)) as here:
        here.chat.room = ROOM
        first, again = await asked(here, sources), await asked(here, sources, shown=False)
        await all_done(here, first)
    assert first == again
    assert told(here) == [WORDS, NAMES[:2]]


async def test_what_was_asked_before_waits_for_nobody(tmp_path):
    """Two asks at the same time, the one held up: the other is told."""
    gate = Gate()
    async with world(tmp_path, copying(tmp_path, gate)) as here:
        here.chat.room = ROOM
        ids = await asked(here, recordings(tmp_path, 0.2, 0.2))
        alone = await here.ask(tmp_path / "none.wav", event="e2")
        job = await here.done(alone)
        states = [(await here.job(one)).state for one in ids]
        gate.open.set()
        await asyncio.gather(*(here.done(one) for one in ids))
    assert isinstance(job.outcome, Problem)
    assert State.DONE not in states
    assert Tone.DONE in [one["tone"] for one in here.chat.messages().values()]
