"""Settings, limits and watched channels on Discord: who may, and what follows from it."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from services import quotas
from services.model import Address
from services.showing import Progress
from tests.fakes.at_discord import at_discord
from tests.journeys.discord_room import Gate, has_file, noise
from tests.journeys.test_job_life import copying

MANAGE = 1 << 5
CONTENT = 1 << 15


def types(room, name, options, user, permissions=0):
    """Somebody types a command in the channel."""
    return room.discord.slash(
        name, options, user=user, channel=room.channel, permissions=permissions
    )


async def test_only_those_who_manage_the_server_change_its_limits(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        member = types(room, "quota set", {"month": "5"}, room.bob)
        refused = await member.shows(lambda shown: "look after this place" in shown.content)
        admin = types(room, "quota set", {"month": "5", "length": "unlimited"}, room.ada, MANAGE)
        shown = await admin.shows(lambda shown: "5 min of sound in a month" in shown.content)
        kept = await here.app.store.read(lambda tx: tx.space("discord", str(room.guild.id)))
    assert (refused.ephemeral, shown.ephemeral) == (True, True)
    assert "Recordings of any length" in shown.content
    assert kept == {"quota": {"length": "unlimited", "space": {"month": 5.0}}}


async def test_a_limit_of_the_server_holds_and_costs_nothing(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        admin = types(room, "quota set", {"month": "0"}, room.ada, MANAGE)
        await admin.shows()
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(
            lambda shown: "No minutes are given to this place" in shown.content
        )
        (job,) = await here.done()
        again = types(room, "quota reset", {}, room.ada, MANAGE)
        await again.shows()
        await room.denoise(noise(tmp_path)).shows(has_file)
    assert job.outcome.code == "quota_spent"
    assert shown.ephemeral


async def test_one_person_has_a_limit_of_their_own(room, tmp_path):
    limit = {"user": str(room.bob.id), "day": "0"}
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        told = types(room, "quota user", limit, room.ada, MANAGE)
        await told.shows(lambda shown: f"<@{room.bob.id}> has 0 min" in shown.content)
        room.denoise(noise(tmp_path), user=room.bob)
        await here.done()
        await room.denoise(noise(tmp_path)).shows(has_file)
        jobs = await here.done(2)
    assert [isinstance(job.outcome, tuple) for job in jobs] == [False, True]


async def test_ones_own_settings_hold_where_nothing_is_said(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        chosen = types(room, "settings set", {"preset": "podcast", "format": "mp3"}, room.ada)
        shown = await chosen.shows(lambda shown: "Podcast, Normal, MP3" in shown.content)
        here_too = types(room, "settings set", {"preset": "music", "who": "here"}, room.bob, MANAGE)
        await here_too.shows(lambda shown: "Music" in shown.content)
        await room.denoise(noise(tmp_path)).shows(has_file)
        await room.denoise(noise(tmp_path), user=room.bob, preset="call").shows(has_file)
        await room.denoise(noise(tmp_path), user=room.bob).shows(has_file)
        jobs = await here.done(3)
    assert shown.ephemeral
    assert [job.recipe.preset for job in jobs] == ["podcast", "call", "music"]
    assert jobs[0].recipe.format == "mp3"


async def test_one_setting_goes_back_without_the_others(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        await types(room, "settings set", {"preset": "podcast", "format": "mp3"}, room.ada).shows()
        asked = types(room, "settings set", {"format": "same"}, room.ada)
        shown = await asked.shows()
    assert "Podcast, Normal, same format" in shown.content


async def test_a_list_of_jobs_says_how_far_they_are(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        await room.denoise(noise(tmp_path), "first.wav").shows(lambda shown: shown.buttons)
        await gate.reached.wait()
        (job,) = await here.jobs()
        half = Progress(0.5)
        await here.app.store.write(lambda tx: tx.put_progress(job.id, half, here.app.now()))
        shown = await types(room, "jobs", {}, room.ada).shows()
        gate.open.set()
        await here.done()
        await here.app.retention.purge(timedelta(0))
        later = await types(room, "jobs", {}, room.ada).shows()
    assert "in progress, 50 %" in shown.content
    assert "· deleted ·" in later.content


async def test_what_was_removed_comes_by_itself(room, tmp_path):
    async with at_discord(tmp_path, room.discord) as here:
        shown = await room.denoise(noise(tmp_path), strength="soft").shows(has_file)
        assert shown.files[0].name == "my talk.clean.soft.wav"
        assert "the noise is removed (soft)" in shown.content
        pressed = room.discord.press(shown, "What was removed", user=room.ada)
        rest = await pressed.shows(has_file)
        await here.done(2)
    assert [file.name for file in rest.files] == ["my talk.residual.soft.wav"]
    assert "This is what was removed from my talk.wav." in rest.content
    assert rest.buttons == ["Delete"]


async def test_a_wish_to_be_forgotten_gives_no_minutes_back(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await room.denoise(noise(tmp_path, 40)).shows(has_file)
        await here.done()
        await types(room, "quota set", {"day": "1"}, room.bob, MANAGE).shows()
        question = await types(room, "forget", {}, room.ada).shows()
        pressed = room.discord.press(question, "Delete everything of mine", user=room.ada)
        await pressed.shows(lambda shown: "is deleted" in shown.content)
        told = await types(room, "usage", {}, room.ada).shows()
        await room.denoise(noise(tmp_path, 40)).shows(lambda shown: "left" in shown.content)
    assert "0.7 of 1 min" in told.content


async def test_a_member_does_not_set_for_everybody(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        told = types(room, "settings set", {"preset": "music", "who": "here"}, room.bob)
        refused = await told.shows(lambda shown: "look after this place" in shown.content)
    assert refused.ephemeral


async def test_a_watched_channel_is_cleaned_unasked_and_others_are_not(room, tmp_path):
    room.discord.privileged = {CONTENT}
    elsewhere = room.discord.add_channel(room.guild)
    async with at_discord(
        tmp_path, room.discord, copying(tmp_path), more={"auto_clean": True}
    ) as here:
        told = types(room, "settings set", {"auto_clean": "on"}, room.ada, MANAGE)
        await told.shows(lambda shown: "cleaned unasked" in shown.content)
        for channel in (elsewhere, room.channel):
            file = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
            said = room.discord.say(channel, room.bob, attachments=[file])
        await room.discord.until(lambda: len(room.results) == 2)
        await here.done()
    result = room.results[-1]
    assert result.reference == said.id
    assert result.mentions == []
    assert [one for one in room.discord.messages(elsewhere) if one.author_id != room.bob.id] == []


async def test_watching_a_channel_without_the_intent_is_explained(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        told = types(room, "settings set", {"auto_clean": "on"}, room.ada, MANAGE)
        shown = await told.shows(lambda shown: "message content intent" in shown.content)
    assert shown.ephemeral
    assert room.discord.intents == 1


async def test_forget_asks_once_more_and_then_leaves_nothing_of_a_person(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        await types(room, "settings set", {"preset": "music"}, room.ada).shows()
        first = room.denoise(noise(tmp_path), "first.wav")
        gate.open.set()
        await first.shows(has_file)
        await here.done()
        gate.open.clear()
        gate.reached.clear()
        room.denoise(noise(tmp_path), "second.wav")
        await gate.reached.wait()
        asked = types(room, "forget", {}, room.ada)
        question = await asked.shows(lambda shown: "cannot be undone" in shown.content)
        assert len(await here.jobs()) == 2
        pressed = room.discord.press(question, "Delete everything of mine", user=room.ada)
        told = await pressed.shows(lambda shown: "Your 2 recordings" in shown.content)
        await here.done_or_gone()
        await here.app.forgetting.go_on()
        left = [key async for key, _ in here.app.files.list("")]
        jobs = await here.jobs()
        place, since = Address("discord", str(room.guild.id), ""), here.app.now().replace(year=2000)
        spent = await here.app.store.read(lambda tx: tx.spent(quotas.space_scope(tx, place), since))
    assert (question.ephemeral, told.ephemeral) == (True, True)
    assert (jobs, left, spent) == ([], [], 500)
    assert not [one for one in room.results if one.author_id == room.discord.bot_id]
    with closing(sqlite3.connect(next((tmp_path / "data").glob("*.db")))) as tables:
        dumped = "\n".join(tables.iterdump())
    assert str(room.ada.id) not in dumped
    assert "first.wav" not in dumped


async def test_so_many_recordings_at_once_is_a_whole_number(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        half = types(room, "quota set", {"jobs": "2.5"}, room.ada, MANAGE)
        refused = await half.shows(lambda shown: "2.5" in shown.content)
        await types(room, "quota set", {"jobs": "0"}, room.ada, MANAGE).shows()
        asked = room.denoise(noise(tmp_path))
        told = await asked.shows(lambda shown: "No recordings are worked on here" in shown.content)
    assert "jobs" in refused.content
    assert told.ephemeral


async def test_an_option_is_called_as_its_reader_sees_it(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.denoise(noise(tmp_path), locale="de", **{"from": "bald"})
        told = await asked.shows(lambda shown: "bald" in shown.content)
    assert "„von“" in told.content


async def test_a_long_list_ends_at_a_line_and_says_how_much_is_missing(room, tmp_path):
    people = {str(10**17 + n): {"day": 5.0} for n in range(90)}
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        kept = {"quota": {"people": people}}
        guild = str(room.guild.id)
        await here.app.store.write(lambda tx: tx.put_space("discord", guild, kept))
        told = await types(room, "quota show", {}, room.ada, MANAGE).shows()
    *lines, last = told.content.splitlines()
    shown = [line for line in lines if line.startswith("<@")]
    assert len(told.content) <= 2000
    assert all(line.endswith("5 min in a day.") for line in shown)
    assert last == f"… and {len(people) - len(shown)} more."
