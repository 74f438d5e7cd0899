"""Discord after the token died, where the bot may not write, and what is too large for it."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from services.model import State
from tests.fakes import program
from tests.fakes.at_discord import at_discord
from tests.fakes.discord import FakeDiscord, Fault
from tests.journeys.discord_room import Gate, Room, has_file, noise
from tests.journeys.test_job_life import copying

LATE = timedelta(minutes=16)
MESSAGES = r"/channels/\d+/messages$"


async def outlive(here, gate, asked, clock):
    """Let the token die while the work is under way, then let the work end."""
    await gate.reached.wait()
    await asked.shows(lambda shown: shown.buttons == ["Cancel"])
    clock.ahead += LATE
    gate.open.set()
    return (await here.done())[-1]


async def test_a_result_after_the_token_died_comes_into_the_channel_once(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        asked = room.denoise(noise(tmp_path))
        await outlive(here, gate, asked, clock)
    (result,) = room.results
    assert result.mentions == [room.ada.id]
    assert result.files[0].name == "my talk.clean.wav"
    assert result.nonce


async def test_the_last_edit_says_that_the_result_will_come_and_offers_to_show_it(
    room, clock, tmp_path
):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        asked = room.denoise(noise(tmp_path))
        await gate.reached.wait()
        clock.ahead += timedelta(minutes=13, seconds=45)
        farewell = await asked.shows(lambda shown: "takes longer" in shown.content)
        clock.ahead += timedelta(minutes=5)
        pressed = room.discord.press(farewell, "Show it here", user=room.ada)
        await pressed.shows(lambda shown: "Removing the noise" in shown.content)
        gate.open.set()
        result = await pressed.shows(has_file)
        await here.done()
    assert farewell.buttons == ["Show it here", "Cancel"]
    assert [one.id for one in room.results] == [result.id], "the new message became the result"


async def farewell_of(room, asked, gate, clock):
    """The last that a message says before its token dies; the token is dead then."""
    await gate.reached.wait()
    clock.ahead += timedelta(minutes=13, seconds=45)
    shown = await asked.shows(lambda shown: "takes longer" in shown.content)
    clock.ahead += timedelta(minutes=5)
    return shown


async def test_nothing_goes_on_promising_a_result_that_is_there(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        await farewell_of(room, room.denoise(noise(tmp_path)), gate, clock)
        gate.open.set()
        await here.done()
    assert [has_file(one) for one in room.messages] == [True]


async def test_it_is_shown_where_it_was_pressed_however_often(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        farewell = await farewell_of(room, room.denoise(noise(tmp_path)), gate, clock)
        twice = [room.discord.press(farewell, "Show it here", user=room.ada) for _ in range(2)]
        for pressed in twice:
            await pressed.shows(lambda shown: "Removing the noise" in shown.content)
        gate.open.set()
        await here.done()
    assert [one.id for one in room.messages if has_file(one)] == [farewell.id]
    assert len(room.messages) == 1


async def test_a_late_cancel_changes_the_message_it_was_pressed_on(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        farewell = await farewell_of(room, room.denoise(noise(tmp_path)), gate, clock)
        room.discord.press(farewell, "Cancel", user=room.ada)
        (job,) = await here.done()
    (shown,) = room.messages
    assert job.outcome.code == "cancelled"
    assert shown.id == farewell.id
    assert "Cancelled" in shown.content
    assert shown.mentions == []


async def test_where_only_the_press_leads_there_it_becomes_the_result(discord, clock, tmp_path):
    """Installed by its person alone, the bot cannot take back what it said after 15 minutes."""
    guild = discord.add_guild(bot=False)
    channel, ada, gate = discord.add_channel(guild), discord.add_user("Ada"), Gate()
    file = discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
    async with at_discord(tmp_path, discord, copying(tmp_path, gate), clock) as here:
        about = {"user": ada, "channel": channel, "user_install": True}
        asked = discord.slash("denoise", {"file": file}, **about)
        farewell = await farewell_of(None, asked, gate, clock)
        gate.open.set()
        await here.done()
        pressed = discord.press(farewell, "Show it here", user=ada, user_install=True)
        shown = await pressed.shows(has_file)
    assert shown.id == farewell.id
    assert len(discord.messages(channel)) == 1


async def test_a_token_that_dies_early_does_not_take_the_result_with_it(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        await gate.reached.wait()
        room.discord.expire_token(asked)
        gate.open.set()
        await here.done()
    (result,) = room.results
    assert result.mentions == [room.ada.id]


async def test_a_send_whose_answer_was_lost_is_one_message(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        room.discord.fail("POST", MESSAGES, Fault(swallow=True), Fault(swallow=True))
        asked = room.denoise(noise(tmp_path))
        await outlive(here, gate, asked, clock)
    assert len(room.results) == 1


async def test_a_deleted_progress_message_does_not_take_the_result_with_it(room, clock, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        await gate.reached.wait()
        room.discord.delete_message(shown)
        gate.open.set()
        await here.done()
    assert len(room.results) == 1


async def test_where_only_the_person_has_the_app_a_late_result_comes_as_a_direct_message(
    discord, clock, tmp_path
):
    guild = discord.add_guild(bot=False)
    channel, gate = discord.add_channel(guild), Gate()
    ada = discord.add_user("Ada")
    file = discord.attach(noise(tmp_path), name="a.wav")
    async with at_discord(tmp_path, discord, copying(tmp_path, gate), clock) as here:
        asked = discord.slash(
            "denoise", {"file": file}, user=ada, channel=channel, user_install=True
        )
        await outlive(here, gate, asked, clock)
    (told,) = discord.messages(discord.dm(ada))
    assert told.files[0].name == "a.clean.wav"


async def test_where_nothing_leads_to_the_person_the_result_waits_for_the_button(
    discord, clock, tmp_path
):
    guild = discord.add_guild(bot=False)
    channel, gate = discord.add_channel(guild), Gate()
    ada = discord.add_user("Ada", dms_open=False)
    file = discord.attach(noise(tmp_path), name="a.wav")
    async with at_discord(tmp_path, discord, copying(tmp_path, gate), clock) as here:
        asked = discord.slash(
            "denoise", {"file": file}, user=ada, channel=channel, user_install=True
        )
        await gate.reached.wait()
        clock.ahead += timedelta(minutes=13, seconds=45)
        farewell = await asked.shows(lambda shown: "takes longer" in shown.content)
        clock.ahead += LATE
        gate.open.set()
        (job,) = await here.done()
        pressed = discord.press(farewell, "Show it here", user=ada, user_install=True)
        result = await pressed.shows(has_file)
    assert isinstance(job.outcome, tuple)
    assert result.files[0].name == "a.clean.wav"


@pytest.mark.parametrize("gone", ["channel", "permission", "kicked"])
async def test_a_chat_that_is_gone_ends_the_job_and_nobody_is_spammed(room, clock, tmp_path, gone):
    room.ada.dms_open = False
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        asked = room.denoise(noise(tmp_path))
        await gate.reached.wait()
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        match gone:
            case "channel":
                room.discord.delete_channel(room.channel)
            case "permission":
                room.channel.permissions = 0
            case "kicked":
                room.discord.kick(room.guild)
        clock.ahead += LATE
        gate.open.set()
        (job,) = await here.done()
        size = await here.app.files.size(job.outcome[0].key)
        sends = [call for call in room.discord.calls if call.method == "POST"]
    assert size > 0
    assert job.state is State.DONE
    assert sum("messages" in call.path for call in sends) <= 2, "the channel, then a direct one"


async def test_an_answer_in_a_thread_goes_into_the_thread(discord, clock, tmp_path):
    room, gate = Room(discord), Gate()
    thread = discord.add_channel(room.guild, kind="thread", parent=room.channel)
    file = discord.attach(noise(tmp_path), name="a.wav")
    async with at_discord(tmp_path, discord, copying(tmp_path, gate), clock) as here:
        asked = discord.slash("denoise", {"file": file}, user=room.ada, channel=thread)
        await outlive(here, gate, asked, clock)
    assert [bool(one.files) for one in discord.messages(thread)][-1]
    assert room.results == []


async def test_what_is_too_large_for_the_server_comes_smaller_with_the_reason(room, tmp_path):
    # 11 MiB as WAV; quiet enough that FLAC makes it much smaller.
    loud = noise(tmp_path, 120.0, level=0.002)
    assert len(loud) > 11_000_000
    room.discord.limits.file_really = None
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(loud, format="wav")
        shown = await asked.shows(has_file)
        await here.done()
    assert shown.files[0].name == "my talk.clean.flac"
    assert "As WAV it was too large for this chat, so it is FLAC." in shown.content


async def test_what_the_server_refuses_in_spite_of_its_limit_comes_as_the_next_rung(room, tmp_path):
    room.discord.limits.file_really = 1_000_000
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path, 30.0), format="wav")
        shown = await asked.shows(has_file)
        await here.done()
    assert shown.files[0].name == "my talk.clean.mp3"
    assert "so it is MP3" in shown.content
    assert len(room.messages) == 1


@pytest.mark.timeout(600)  # the program starts twice
async def test_a_kill_between_sending_and_noting_it_leaves_one_message(tmp_path):
    # For the bot the token is dead from the start, so the result is sent, not edited in.
    async with FakeDiscord.running(now=lambda: datetime.now(UTC) - LATE) as discord:
        room = Room(discord)
        discord.fail("POST", MESSAGES, Fault(swallow=True, wait=0.0))
        asked = None
        with started(tmp_path, discord) as first:
            await discord.connected()
            asked = room.denoise(noise(tmp_path))
            await discord.until(lambda: room.results)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        assert asked is not None
        with started(tmp_path, discord) as second:
            sent = len(sends(discord))
            await discord.until(lambda: len(sends(discord)) > sent or answered(discord))
            second.terminate()
            second.wait()
        assert len(room.results) == 1


def sends(discord):
    return [one for one in discord.calls if one.method == "POST" and "/messages" in one.path]


def answered(discord):
    return any(one.status == 200 for one in sends(discord))


def started(folder, discord):
    told = {"discord__token": discord.token, "discord__api_base": discord.api_base}
    return program.started(folder, **told, **program.ONE_CHILD)
