"""Guilds that take the bot in or throw it out, and what people buy there."""

import asyncio

import pytest

from services import spaces
from services.plans import ENTITLED, PLAN
from tests.fakes.at_discord import PATIENCE, at_discord
from tests.journeys.discord_room import Gate, noise
from tests.journeys.test_job_life import copying

UNTIL = "2027-01-01T00:00:00+00:00"


async def kept(here, space):
    return await here.app.store.read(lambda tx: dict(tx.space("discord", str(space))))


async def becomes(here, space, is_so):
    """What a space has, once this is so of it; looks after every write."""
    changed, write = asyncio.Event(), here.app.store.write

    async def telling(change):
        found = await write(change)
        changed.set()
        return found

    here.app.store.write = telling
    async with asyncio.timeout(PATIENCE):
        while not is_so(found := await kept(here, space)):
            await changed.wait()
            changed.clear()
    here.app.store.write = write
    return found


async def test_a_guild_that_throws_the_bot_out_is_marked_until_it_takes_it_in_again(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        room.discord.kick(room.guild)
        left = await becomes(here, room.guild.id, bool)
        room.discord.invite(room.guild)
        again = await becomes(here, room.guild.id, lambda found: not found)
    assert list(left) == [spaces.LEFT]
    assert again == {}


async def test_a_guild_that_left_while_the_bot_was_off_is_marked_at_its_start(room, tmp_path):
    stays, promised, last = (room.discord.add_guild() for _ in range(3))
    async with at_discord(tmp_path, room.discord, copying(tmp_path), listens=False) as here:

        def change(tx):
            for guild in (room.guild, stays, promised, last):
                tx.alias("discord", "space", str(guild.id))
            tx.put_space("discord", str(promised.id), {PLAN: "plus"})

        await here.app.store.write(change)
    for guild in (room.guild, promised, last):
        room.discord.kick(guild)
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await becomes(here, last.id, bool)  # they are looked at in this order
        found = [await kept(here, guild.id) for guild in (room.guild, stays, promised)]
    assert [list(one) for one in found] == [[spaces.LEFT], [], [PLAN]]


async def test_a_guild_that_is_away_for_a_while_has_not_left(room, tmp_path):
    other = room.discord.add_guild()
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        room.discord.outage(room.guild)
        room.discord.kick(other)
        await becomes(here, other.id, bool)
        assert await kept(here, room.guild.id) == {}


async def test_a_start_takes_the_mark_away_and_writes_nothing_of_the_others(room, tmp_path):
    others = [room.discord.add_guild() for _ in range(20)]
    async with at_discord(tmp_path, room.discord, copying(tmp_path), listens=False) as here:
        await here.app.desk.removed("discord", str(room.guild.id))
    async with at_discord(
        tmp_path, room.discord, copying(tmp_path), listens=False, works=False
    ) as here:
        written, write = [], here.app.store.write

        async def counting(change):
            # Others write as well, on their rounds.
            written.extend([change] * change.__qualname__.startswith("Journal.mark"))
            return await write(change)

        here.app.store.write = counting
        for guild in (*others, room.guild):
            await here.app.desk.joined("discord", str(guild.id))
        assert len(written) == 1
        assert await kept(here, room.guild.id) == {}


async def test_a_guild_that_is_there_at_the_start_is_no_longer_marked(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path), listens=False) as here:
        await here.app.desk.removed("discord", str(room.guild.id))
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await becomes(here, room.guild.id, lambda found: not found)


async def test_what_nobody_can_be_told_ends_when_the_bot_is_thrown_out(room, tmp_path):
    room.discord.privileged = {1 << 15}
    gate, more = Gate(), {"auto_clean": True}
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), more=more) as here:
        chat = [str(room.channel.id)]
        guild = str(room.guild.id)
        await here.app.store.write(
            lambda tx: spaces.change(tx, "discord", guild, spaces.WATCHED, chat)
        )
        file = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
        room.discord.say(room.channel, room.bob, attachments=[file])
        await gate.reached.wait()
        room.discord.kick(room.guild)
        (job,) = await here.done()
    assert job.outcome.code == "chat_gone"


@pytest.mark.parametrize("whose", ["guild", "person"])
async def test_what_is_bought_at_discord_is_known_here(room, whose, tmp_path):
    owner = room.guild if whose == "guild" else room.ada
    space = owner.id if whose == "guild" else f"person-{owner.id}"
    bought = room.discord.entitlement(77, owner)
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        room.discord.sell("CREATE", bought)
        first = await becomes(here, space, bool)
        room.discord.sell("UPDATE", bought | {"ends_at": UNTIL})
        second = await becomes(here, space, lambda found: found != first)
        room.discord.sell("DELETE", bought)
        last = await becomes(here, space, lambda found: not found)
    assert first == {ENTITLED: {"77": ""}}
    assert second == {ENTITLED: {"77": UNTIL}}
    assert last == {}
