"""Where an answer goes on Discord: here, in a thread or in private, as somebody wants it."""

import asyncio

import pytest

from adapters.discord import replying
from services import spaces
from services.problems import Code
from services.showing import Card, Document, Text
from tests.fakes.at_discord import at_discord
from tests.fakes.discord import Fault
from tests.fakes.discord.model import ALL, CREATE_THREADS
from tests.journeys.discord_room import Gate, has_file, noise
from tests.journeys.test_discord_late import LATE
from tests.journeys.test_job_life import copying

CONTENT = 1 << 15


async def wants(here, person, **habits):
    """Somebody has set this for themselves."""
    own = spaces.own_of(str(person.id))
    await here.app.store.write(lambda tx: spaces.change(tx, "discord", own, spaces.HABITS, habits))


async def keeps(here, space, part, value):
    """A space has set this."""
    await here.app.store.write(lambda tx: spaces.change(tx, "discord", str(space.id), part, value))


def threads(room):
    return [one for one in room.discord.channels.values() if one.kind == "thread"]


def asked_in(room, data, channel, **about):
    file = room.discord.attach(data, name="my talk.wav", content_type="audio/wav")
    about = {"user": room.ada, **about}
    return room.discord.slash("denoise", {"file": file}, channel=channel, **about)


async def test_a_job_knows_the_corners_of_the_place_that_it_was_asked_in(room, tmp_path):
    discord, data = room.discord, noise(tmp_path, 0.1)
    thread = discord.add_channel(room.guild, kind="thread", parent=room.channel)
    elsewhere = discord.add_channel(discord.add_guild(bot=False))
    group = discord.add_channel(None, kind="group")
    async with at_discord(
        tmp_path, discord, copying(tmp_path), quota={"max_active_jobs_per_user": "unlimited"}
    ) as here:
        for n, (channel, about) in enumerate(
            [
                (room.channel, {}),
                (thread, {}),
                (discord.dm(room.ada), {}),
                (group, {"user_install": True}),
                (elsewhere, {"user_install": True}),
            ],
            1,
        ):
            asked_in(room, data, channel, **about)
            await here.done(n)
        found = [job.address for job in await here.jobs()]
    guild, channel = str(room.guild.id), str(room.channel.id)
    own = f"person-{room.ada.id}"
    assert [(one.space, one.corners, one.is_guest) for one in found] == [
        (guild, (channel,), False),
        (guild, (str(thread.id), channel), False),
        (own, (), False),
        (own, (), True),
        (own, (), True),
    ]


async def test_who_wants_threads_finds_the_whole_answer_in_one(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="thread")
        asked = room.denoise(noise(tmp_path))
        pointer = await asked.shows(lambda shown: "in the thread" in shown.content)
        await here.done()
    (thread,) = threads(room)
    (answer,) = room.discord.messages(thread)
    assert (thread.id, thread.parent, thread.name) == (pointer.id, room.channel, "Recording")
    assert answer.files[0].name == "my talk.clean.wav"
    assert [one.id for one in room.messages] == [pointer.id]
    assert asked.follow_ups == []


async def test_in_a_thread_nothing_hangs_on_the_token(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        await wants(here, room.ada, reply="thread")
        room.denoise(noise(tmp_path))
        await gate.reached.wait()
        clock.ahead += LATE
        gate.open.set()
        await here.done()
    (thread,) = threads(room)
    assert [has_file(one) for one in room.discord.messages(thread)] == [True]
    assert [has_file(one) for one in room.messages] == [False]


async def test_a_thread_is_opened_after_a_restart_as_well(room, tmp_path):
    """The process died between taking the ask and answering it."""
    async with at_discord(tmp_path, room.discord, copying(tmp_path), works=False) as here:
        await wants(here, room.ada, reply="thread")
        with room.discord.hold(r"/threads$") as held:
            room.denoise(noise(tmp_path))
            await held.reached()
    room.discord.server.let_go()
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await here.done()
    (thread,) = threads(room)
    assert any(has_file(one) for one in room.discord.messages(thread))


async def test_what_somebody_used_up_is_said_in_the_thread(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="thread")
        await keeps(here, room.guild, spaces.QUOTA, {"space": {"month": 0}})
        room.denoise(noise(tmp_path))
        await here.done()
    (thread,) = threads(room)
    (told,) = room.discord.messages(thread)
    assert "No minutes are given to this place" in told.content


async def test_where_no_thread_can_be_opened_that_is_said_once(room, tmp_path):
    room.channel.permissions = ALL & ~CREATE_THREADS
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="thread")
        first = room.denoise(noise(tmp_path))
        told = await first.shows(lambda shown: "cannot open one here" in shown.content)
        await first.shows(has_file)
        second = room.denoise(noise(tmp_path))
        await second.shows(has_file)
        kept = await here.app.store.read(
            lambda tx: tx.space("discord", spaces.own_of(str(room.ada.id)))
        )
    assert told.ephemeral
    assert threads(room) == []
    assert len(second.shown) == 1
    assert kept[replying.TOLD] == [replying.NO_THREADS]


async def test_a_thread_that_discord_refuses_leaves_the_answer_here(room, tmp_path):
    refused = Fault(status=400, code=160006, message="Maximum number of active threads reached")
    room.discord.fail("POST", r"/threads$", *[refused] * 5)
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="thread")
        asked = room.denoise(noise(tmp_path))
        await asked.shows(has_file)
        await asked.shows(lambda shown: "cannot open one here" in shown.content)
        await here.done()
    assert [has_file(one) for one in room.messages] == [True]


async def test_who_wants_it_in_private_is_answered_alone(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="private")
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(has_file)
        await here.done()
    assert shown.ephemeral
    assert room.messages == []


async def test_what_is_private_comes_later_as_a_direct_message(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        await wants(here, room.ada, reply="private")
        room.denoise(noise(tmp_path))
        await gate.reached.wait()
        clock.ahead += LATE
        gate.open.set()
        await here.done()
    (told,) = room.discord.messages(room.discord.dm(room.ada))
    assert has_file(told)
    assert room.messages == []


async def test_the_wish_of_a_channel_is_stronger_than_ones_own(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="private")
        corner = {str(room.channel.id): {"reply": "here"}}
        await keeps(here, room.guild, spaces.CHANNELS, corner)
        await room.denoise(noise(tmp_path)).shows(has_file)
        await here.done()
    assert [has_file(one) for one in room.messages] == [True]


async def test_ones_own_language_is_stronger_than_that_of_the_device(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, language="de")
        shown = await room.denoise(noise(tmp_path)).shows(has_file)
        refused = room.denoise(noise(tmp_path), **{"from": "soon"})
        told = await refused.shows(lambda shown: "soon" in shown.content)
        (job,) = await here.done()
    assert "Sanfter" in shown.buttons
    assert "„von“" in told.content
    assert (job.person.locale, job.address.route["locale"]) == ("de", "de")


async def test_a_store_that_does_not_answer_keeps_nobody_waiting(room, monkeypatch, tmp_path):
    monkeypatch.setattr(replying, "PATIENCE", 0.05)
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await wants(here, room.ada, reply="private")
        jammed, read = asyncio.Event(), here.app.store.read

        async def waiting(query):
            await jammed.wait()
            return await read(query)

        here.app.store.read = waiting
        asked = room.denoise(noise(tmp_path))
        assert await asked.acknowledged() < 3
        jammed.set()
        shown = await asked.shows(has_file)
        await here.done()
    assert not shown.ephemeral, "as usual, when nobody can say"


@pytest.mark.parametrize("size", [20, 11 * 1024 * 1024], ids=["small", "too large"])
async def test_a_document_comes_with_the_answer(room, size, tmp_path):
    card = Card(
        (Text("settings-title"),), documents=(Document("s.json", "text/json", b"x" * size),)
    )

    async def answered(ask):
        return (card,)

    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        here.app.desk.handle = answered
        asked = room.discord.slash("settings", {}, user=room.ada, channel=room.channel)
        shown = await asked.shows()
    is_small = size < 100
    assert shown.ephemeral
    assert [file.data for file in shown.files] == ([b"x" * size] if is_small else [])
    assert ("too large for this chat" in shown.content) is not is_small


async def watching(room, here, person, **kept):
    """Everything said in the channel is cleaned; then somebody says something."""
    await keeps(here, room.guild, spaces.WATCHED, [str(room.channel.id)])
    for part, value in kept.items():
        await keeps(here, room.guild, part, value)
    file = room.discord.attach(noise(here.folder), name="a.wav", content_type="audio/wav")
    return room.discord.say(room.channel, person, attachments=[file])


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        pytest.param(spaces.ACCESS, {"channels": {"allow": ["1"]}}, id="channel"),
        pytest.param(spaces.ACCESS, {"roles": {"allow": ["1"]}}, id="role"),
        pytest.param(spaces.QUOTA, {"space": {"month": 0}}, id="quota"),
    ],
)
async def test_nobody_asked_so_nobody_reads_that_they_may_not(room, part, rule, tmp_path):
    room.discord.privileged = {CONTENT}
    more, heard = {"auto_clean": True}, []
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=more) as here:
        here.folder, handle = tmp_path, here.app.desk.handle

        async def hearing(ask):
            try:
                return await handle(ask)
            finally:
                heard.append(ask)

        here.app.desk.handle = hearing
        said = await watching(room, here, room.bob, **{part: rule})
        await room.discord.until(lambda: heard)
        await here.done_or_gone()
        jobs = await here.jobs()
    assert [one.id for one in room.messages] == [said.id]
    assert [job.outcome.code for job in jobs] == [Code.QUOTA_SPENT] * (part == spaces.QUOTA)


async def test_a_watched_recording_is_answered_in_the_thread_of_its_message(room, tmp_path):
    room.discord.privileged = {CONTENT}
    more = {"auto_clean": True}
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=more) as here:
        here.folder = tmp_path
        said = await watching(room, here, room.bob, **{spaces.HABITS: {"reply": "thread"}})
        await here.done_or_gone()
        await room.discord.until(lambda: threads(room))
        (job,) = await here.done()
    (thread,) = threads(room)
    assert (thread.id, job.address.corners) == (said.id, (str(room.channel.id),))
    assert [has_file(one) for one in room.discord.messages(thread)] == [True]
    assert [one.id for one in room.messages] == [said.id]


async def test_a_standing_address_leads_there_after_a_restart_too(room, clock, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path), clock) as here:
        room.denoise(noise(tmp_path))
        (job,) = await here.done()
        messenger = here.app.platforms["discord"].messenger
        address = messenger.standing(job.address)
    clock.ahead += LATE
    async with at_discord(tmp_path, room.discord, copying(tmp_path), clock, works=False) as here:
        messenger = here.app.platforms["discord"].messenger
        for _ in range(2):
            await messenger.post(address, Card((Text("settings-title"),)), "notice-1")
    *_, told = room.messages
    assert told.author_id == room.discord.bot_id
    assert told.mentions == []
    assert sum(one.content == told.content for one in room.messages) == 1
    assert str(room.ada.id) not in str(address.route)
