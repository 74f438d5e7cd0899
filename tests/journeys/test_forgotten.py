"""Nothing is left of somebody who wants to be forgotten, wherever one looks."""

from datetime import timedelta

import pytest

from adapters.store import sqlite
from services import forgetting, quotas, spaces
from services.model import Address, Person, State
from services.quotas import Allowance
from services.spaces import By
from tests.adapters.web.conftest import open_house
from tests.fakes.at_discord import Shift, at_discord
from tests.fakes.at_telegram import at_telegram
from tests.fakes.noise_remover import Fault
from tests.fakes.world import an_ask
from tests.journeys import traces
from tests.journeys.discord_room import Gate, Room, has_file, noise
from tests.journeys.provider_room import elsewhere, hurry, remover_side
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying
from tests.wav import tone

NAME, FILE = "Zebulonida", "Quaggaphone-interview"


@pytest.fixture(autouse=True)
def scrubs_at_once(monkeypatch):
    """What the database has put aside goes with the receipt, also where others write just then."""
    monkeypatch.setattr(sqlite, "SCRUB_SECONDS", 20.0)


def named_everywhere(app, platform, space, person):
    """Others spoke of them in their settings, and they changed some themselves."""

    def change(tx):
        alias, by = tx.alias(platform, "person", person), By(Person(person), app.now())
        quota = {"people": {alias: {"month": 50.0}}, "exempt": {"people": [alias]}}
        spaces.change(tx, platform, space, spaces.QUOTA, quota, by)
        access = {"people": {"allow": [alias]}, "bans": [alias]}
        spaces.change(tx, platform, "999", spaces.ACCESS, access, by)
        own = spaces.own_of(person)
        spaces.change(tx, platform, own, spaces.HABITS, {"preset": "music"})
        spaces.change(tx, platform, own, spaces.PRESETS, {NAME: {"preset": "music"}})

    return app.store.write(change)


async def test_nothing_is_left_on_discord(discord, tmp_path):
    room, gate = Room(discord), Gate()
    room.ada = discord.add_user(NAME)
    marks = (str(room.ada.id), NAME, FILE)
    with traces.listening() as told:
        async with at_discord(tmp_path, discord, copying(tmp_path, gate)) as here:
            gate.open.set()
            await room.denoise(noise(tmp_path), f"{FILE}.wav").shows(has_file)
            await here.done()
            await named_everywhere(here.app, "discord", str(room.guild.id), marks[0])
            gate.open.clear()
            gate.reached.clear()
            room.denoise(noise(tmp_path), f"{FILE}-2.wav")
            await gate.reached.wait()
            assert {mark.partition(" ")[0] for mark in traces.found(tmp_path, marks)} == set(marks)
            before = traces.sums(tmp_path)
            asked = discord.slash("forget", {"sure": "yes"}, user=room.ada, channel=room.channel)
            receipt = await asked.shows(lambda shown: "2 recordings" in shown.content)
            left = traces.found(tmp_path, marks)
            files = [key async for key, _ in here.app.files.list("")]
            after = traces.sums(tmp_path)
        assert traces.found(tmp_path, marks) == []
    assert (left, files) == ([], [])
    assert "One recording was in progress and is cancelled" in receipt.content
    assert "within a minute" not in receipt.content, "it is complete"
    assert [line for line in after if line[1] != "release"] == before
    assert [line for line in told.told if any(mark in line for mark in marks)] == []


def unmistakable(telegram):
    """Somebody whose id is no part of another number."""
    ada = telegram.add_user(NAME)
    del telegram.users[ada.id]
    ada.id = 7_712_345_678
    telegram.users[ada.id] = ada
    return ada


async def test_nothing_is_left_on_telegram(telegram, tmp_path):
    gate, ada = Gate(), unmistakable(telegram)
    chat = telegram.private(ada)
    marks = (str(ada.id), NAME, NAME.lower(), FILE)
    with traces.listening() as told:
        async with at_telegram(tmp_path, telegram, copying(tmp_path, gate)) as here:
            gate.open.set()
            for n in range(2):
                song = telegram.file(noise(tmp_path), f"{FILE}-{n}.wav", "audio/wav")
                telegram.document(chat, ada, song, album="7")
            await here.done(2)
            telegram.say(chat, ada, "/denoise mp3")
            await telegram.until(lambda: any("next" in one.text for one in answers(telegram, chat)))
            await named_everywhere(here.app, "telegram", "-100500", marks[0])
            gate.open.clear()
            gate.reached.clear()
            telegram.voice(chat, ada, telegram.file(note()))
            await gate.reached.wait()
            seen = {mark.partition(" ")[0] for mark in traces.found(tmp_path, marks)}
            assert {marks[0], NAME, FILE} <= seen
            before = traces.sums(tmp_path)
            telegram.say(chat, ada, "/forget yes")
            await telegram.shows(chat, lambda one: "3 recordings are deleted" in one.text)
            left = traces.found(tmp_path, marks)
            after = traces.sums(tmp_path)
        assert traces.found(tmp_path, marks) == []
    assert left == []
    assert [line for line in after if line[1] != "release"] == before
    assert [line for line in told.told if any(mark in line for mark in marks)] == []


async def test_nothing_is_left_in_the_web_chat_but_the_receipt_for_an_hour(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with traces.listening() as told:
        async with open_house(data) as house, house.browser() as browser:
            await browser.boot()
            slip = await browser.upload(tone(300.0), f"{FILE}.wav")
            await browser.ask("/denoise format=wav", [slip])
            job_id = (await browser.shown())[-1]["job"]
            await house.bench.start(job_id, 1.0)
            await house.bench.finish(job_id, {"clean": tone(300.0)})
            await house.bench.delivered(job_id)
            visitor = (await house.bench.job(job_id)).person.id
            await named_everywhere(house.bench, "web", "lounge", visitor)
            marks = (visitor, FILE)
            assert {mark.partition(" ")[0] for mark in traces.found(tmp_path, marks)} == set(marks)
            seen = (await browser.messages())[-1].id
            house.clock.turn(seconds=1)
            await browser.ask("/forget yes")
            (receipt,) = await browser.messages(after=seen)
            at_first = traces.found(tmp_path, marks)
            house.clock.turn(minutes=31)
            await house.bench.retention.forget()
            left = traces.found(tmp_path, marks)
    assert "Your recording is deleted" in receipt.data["lines"][0]
    assert {place for place in at_first if " in table " in place} == {
        f"{visitor} in table chats",
        f"{visitor} in table messages",
    }
    assert not [place for place in at_first if place.startswith(FILE)]
    assert left == []
    assert [line for line in told.told if any(mark in line for mark in marks)] == []


@pytest.fixture
def voice(tmp_path):
    path = tmp_path / f"{FILE}.wav"
    path.write_bytes(tone(300.0))
    return path


async def both_at_their_place(here, side, voice):
    """One job that is done at noise-remover.com and one that is not, with their own handles."""
    first = an_ask(voice, "enhance", "e1", NAME)
    (card,) = await here.app.desk.handle(first)
    one = await side.submission()
    await side.finish(one, 600.0)
    await side.call(one)
    await here.done(card.job)
    (card,) = await here.app.desk.handle(an_ask(voice, "enhance", "e2", NAME))
    two = await side.submission(2)

    async def is_running():
        return (await here.job(card.job)).state is State.RUNNING

    await here.until(is_running)
    return one, two


def lines(card):
    return [line.key for line in card.lines]


async def test_what_a_provider_has_is_deleted_there_and_its_late_callback_is_refused(
    voice, tmp_path, monkeypatch
):
    hurry(monkeypatch)
    marks = (NAME, FILE)
    with traces.listening() as told:
        async with remover_side() as side, elsewhere(tmp_path, side) as here:
            one, two = await both_at_their_place(here, side, voice)
            assert set(side.fake.jobs) == {one.id, two.id}
            (receipt,) = await here.app.desk.handle(an_ask(voice, "forget", "e3", NAME, sure="yes"))
            there = dict(side.fake.jobs)
            await side.finish(two, 600.0)
            late = [*await side.call(one), *await side.call(two)]
            left = traces.found(tmp_path, (*marks, one.id, two.id))
    assert (there, late, left) == ({}, [404, 404], [])
    assert "forget-there" in lines(receipt)
    assert "forget-rest" not in lines(receipt)
    assert [line for line in told.told if any(mark in line for mark in marks)] == []


async def test_a_provider_that_is_down_is_asked_again_and_not_for_ever(
    voice, tmp_path, monkeypatch
):
    hurry(monkeypatch)
    async with remover_side() as side, elsewhere(tmp_path, side) as here:
        await both_at_their_place(here, side, voice)
        down = [Fault("server_error") for _ in range(20)]
        side.fake.fail("DELETE /job/{id}", *down)
        (receipt,) = await here.app.desk.handle(an_ask(voice, "forget", "e3", NAME, sure="yes"))
        files = [key async for key, _ in here.app.files.list("")]
        kept = await here.app.store.read(lambda tx: tx.jobs_of("discord", NAME, 9))
        monkeypatch.setattr(forgetting, "INSISTS", timedelta(0))
        await here.app.forgetting.go_on()
        left = traces.found(tmp_path, (NAME, FILE))
    assert ("forget-rest" in lines(receipt), "forget-there" in lines(receipt)) == (True, False)
    assert (files, [job.purged for job in kept], left) == ([], [True, True], [])


async def test_delete_removes_one_result_at_its_provider(voice, tmp_path, monkeypatch):
    hurry(monkeypatch)
    async with remover_side() as side, elsewhere(tmp_path, side) as here:
        one, two = await both_at_their_place(here, side, voice)
        jobs = await here.app.store.read(lambda tx: tx.jobs_of("discord", NAME, 9))
        (done,) = [job for job in jobs if job.state is State.DONE]
        await here.app.desk.handle(an_ask(voice, "delete", "e3", NAME, job=done.id))
        assert set(side.fake.jobs) == {two.id}, f"{one.id} is gone"


async def test_who_comes_back_goes_on_with_what_was_used(discord, tmp_path):
    room = Room(discord)
    async with at_discord(tmp_path, discord, copying(tmp_path)) as here:
        await room.denoise(noise(tmp_path)).shows(has_file)
        await here.done()
        before = await pot(here, room)
        await here.app.forgetting.forget_person("discord", str(room.ada.id))
        assert await pot(here, room) == before == 500


async def pot(here, room):
    """What counts against the person's own minutes."""
    place, person = Address("discord", str(room.guild.id), ""), Person(str(room.ada.id))
    own = await here.app.store.read(lambda tx: quotas.pots(tx, place, person, Allowance())[0])
    since = here.app.now() - timedelta(days=1)
    return await here.app.store.read(lambda tx: tx.spent(own.scope, since))


async def test_the_bot_forgets_a_space_that_it_left_after_its_time(discord, tmp_path):
    room, clock, gate = Room(discord), Shift(), Gate()
    guild = str(room.guild.id)
    async with at_discord(tmp_path, discord, copying(tmp_path, gate), clock) as here:
        gate.open.set()
        await room.denoise(noise(tmp_path), f"{FILE}.wav").shows(has_file)
        await here.done()
        await named_everywhere(here.app, "discord", guild, "12")
        gate.open.clear()
        gate.reached.clear()
        room.denoise(noise(tmp_path), f"{FILE}.wav")
        await gate.reached.wait()
        await here.app.desk.removed("discord", guild)
        await here.app.forgetting.forget_left()
        early = len(await here.jobs())
        clock.ahead += timedelta(hours=25)
        await here.app.forgetting.forget_left()
        await here.done_or_gone()
        await here.app.forgetting.forget_left()
        left = traces.found(tmp_path, (guild, FILE))
    assert (early, left) == (2, [])


async def test_a_space_that_asks_the_bot_back_keeps_everything(discord, tmp_path):
    room, clock = Room(discord), Shift()
    guild = str(room.guild.id)
    async with at_discord(tmp_path, discord, copying(tmp_path), clock) as here:
        await named_everywhere(here.app, "discord", guild, "12")
        await here.app.desk.removed("discord", guild)
        await here.app.desk.joined("discord", guild)
        clock.ahead += timedelta(hours=25)
        await here.app.forgetting.forget_left()
        kept = await here.app.store.read(lambda tx: tx.space("discord", guild))
    assert spaces.QUOTA in kept
    assert spaces.LEFT not in kept
