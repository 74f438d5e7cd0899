"""Above the price that a place has set, the person is asked first, in the message of the job."""

from datetime import timedelta

import pytest

from services import spaces
from tests.fakes.at_discord import at_discord
from tests.journeys.discord_room import Gate, has_file, noise
from tests.journeys.test_discord_late import LATE
from tests.journeys.test_job_life import copying

BUTTONS = ["Begin", "Cancel"]


async def quoted(room, here, tmp_path):
    """The question before a recording that is longer than what is done without asking."""
    guild = str(room.guild.id)
    await here.app.store.write(
        lambda tx: spaces.change(tx, "discord", guild, spaces.CONFIRM, 0.001)
    )
    asked = room.denoise(noise(tmp_path))
    return asked, await asked.shows(lambda shown: shown.buttons == BUTTONS)


async def spent(here):
    """Lines of minutes that were used up for good."""
    (job,) = await here.jobs()
    lines = await here.app.store.read(lambda tx: tx.lines(job.id))
    return {line.kind for line in lines}


async def test_who_agrees_gets_the_result_in_the_message_that_asked(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked, quote = await quoted(room, here, tmp_path)
        assert "shall I begin" in quote.content
        room.discord.press(quote, "Begin", user=room.ada)
        result = await asked.shows(has_file)
        await here.done()
        kinds = await spent(here)
    assert [one.id for one in room.messages] == [quote.id] == [result.id]
    assert "settle" in kinds


async def test_who_cancels_uses_nothing_up(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        _, quote = await quoted(room, here, tmp_path)
        room.discord.press(quote, "Cancel", user=room.ada)
        (job,) = await here.done()
        kinds = await spent(here)
    assert job.outcome.code == "cancelled"
    assert "settle" not in kinds


async def test_nobody_else_agrees_for_them(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        _, quote = await quoted(room, here, tmp_path)
        manages = 1 << 5
        pressed = room.discord.press(quote, "Begin", user=room.bob, permissions=manages)
        told = await pressed.shows(lambda shown: shown.ephemeral)
        (job,) = await here.jobs()
    assert "belongs to somebody else" in told.content
    assert job.awaits
    assert [one.buttons for one in room.messages] == [BUTTONS]


@pytest.mark.parametrize("name", BUTTONS)
async def test_the_question_can_be_answered_when_its_token_is_dead(room, clock, name, tmp_path):
    """Also what comes then is shown in that message: the press brings a token of its own."""
    async with at_discord(tmp_path, room.discord, copying(tmp_path), clock) as here:
        _, quote = await quoted(room, here, tmp_path)
        clock.ahead += LATE
        assert [one.buttons for one in room.messages] == [BUTTONS]
        room.discord.press(quote, name, user=room.ada)
        await here.done()
    assert [one.id for one in room.messages] == [quote.id]
    assert [has_file(one) for one in room.messages] == [name == "Begin"]


async def test_the_question_keeps_its_buttons_when_others_say_their_farewell(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        short = room.denoise(noise(tmp_path, 0.055), user=room.bob)
        await gate.reached.wait()
        asked, quote = await quoted(room, here, tmp_path)
        clock.ahead += timedelta(minutes=13, seconds=50)
        await short.shows(lambda shown: "takes longer" in shown.content)
        (shown,) = asked.shown
        gate.open.set()
        await here.done()
    assert (shown.id, shown.buttons) == (quote.id, BUTTONS)
