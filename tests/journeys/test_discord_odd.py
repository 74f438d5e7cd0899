"""Discord in the places and moments that are easily forgotten."""

import pytest

from tests.fakes.at_discord import at_discord
from tests.fakes.discord import Fault
from tests.journeys.discord_room import Gate, has_file, noise
from tests.journeys.test_job_life import copying

HOOK = r"/webhooks/\d+/"
MANAGE = 1 << 5
READ_HISTORY = 1 << 16


async def test_more_sounds_than_follow_ups_all_reach_their_person(discord, tmp_path):
    guild = discord.add_guild(bot=False)
    channel, ada = discord.add_channel(guild), discord.add_user("Ada")
    data = noise(tmp_path)
    files = [discord.attach(data, name=f"{n}.wav", content_type="audio/wav") for n in range(8)]
    said = discord.say(channel, ada, attachments=files)
    async with at_discord(tmp_path, discord, copying(tmp_path)) as here:
        asked = discord.menu("Clean this audio", said, user=ada, channel=channel, user_install=True)
        await here.done(8)
        shown = [*asked.shown, *discord.messages(discord.dm(ada))]
    names = sorted(one.files[0].name for one in shown if one.files)
    assert names == [f"{n}.clean.wav" for n in range(8)]
    # How many are left nobody tells beforehand.
    assert all("40094" in one for one in discord.broken)
    discord.broken.clear()


async def test_a_result_from_elsewhere_is_shown_to_its_person_only(room, tmp_path):
    private = room.discord.dm(room.ada)
    file = room.discord.attach(noise(tmp_path), name="secret.wav", content_type="audio/wav")
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.discord.slash("denoise", {"file": file}, user=room.ada, channel=private)
        await asked.shows(has_file)
        (job,) = await here.done()
        listed = room.discord.slash("jobs", {}, user=room.ada, channel=room.channel)
        shown = await listed.shows()
        again = room.discord.choose(
            shown, "ut1:menu:n=0", [f"ut1:show:job={job.id}"], user=room.ada
        )
        result = await again.shows(has_file)
    assert result.ephemeral
    assert room.messages == []


async def test_delete_on_a_copy_takes_the_original_away_too(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(has_file)
        (job,) = await here.done()
        listed = room.discord.slash("jobs", {}, user=room.ada, channel=room.channel)
        copy = room.discord.choose(
            await listed.shows(), "ut1:menu:n=0", [f"ut1:show:job={job.id}"], user=room.ada
        )
        pressed = room.discord.press(await copy.shows(has_file), "Delete", user=room.ada)
        await pressed.shows(lambda shown: "are deleted" in shown.content)
    assert room.messages == []


async def test_a_token_that_is_mended_brings_what_waited(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        await gate.reached.wait()
    wrong = "MTA.wrong0.token-that-nobody-knows-at-all"
    async with at_discord(
        tmp_path, room.discord, copying(tmp_path), listens=False, token=wrong
    ) as here:
        await room.discord.until(lambda: room.discord.broken)
        room.discord.broken.clear()
        (job,) = await here.jobs()
    assert job.done_at is None
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await asked.shows(has_file, 30)
        await here.done()
    room.discord.broken.clear()


async def test_nobody_lifts_their_own_limits_in_private(room, tmp_path):
    private = room.discord.dm(room.ada)
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.discord.slash(
            "quota set", {"day": "unlimited"}, user=room.ada, channel=private
        )
        refused = await asked.shows(lambda shown: "look after this place" in shown.content)
    assert refused.ephemeral


async def test_what_is_private_stays_so_when_the_first_card_is_slow(room, tmp_path):
    file = room.discord.attach(b"This is not a song.\n" * 50, name="song.mp3")
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        with room.discord.hold(HOOK) as held:
            asked = room.discord.slash(
                "denoise", {"file": file}, user=room.ada, channel=room.channel
            )
            await held.reached()
            held.release()
        shown = await asked.shows(lambda shown: "cannot open" in shown.content)
        await here.done()
    assert shown.ephemeral
    assert room.messages == []


async def test_an_acknowledgement_whose_answer_is_lost_loses_no_job(room, tmp_path):
    room.discord.fail("POST", r"/callback", Fault(swallow=True))
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(has_file)
        await here.done()
    # The second try is what a lost answer costs.
    assert len(room.discord.broken) <= 1
    room.discord.broken.clear()


async def test_a_result_that_is_refused_for_good_says_where_it_is(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        await gate.reached.wait()
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        no = Fault(status=400, code=50035)
        room.discord.fail("PATCH", HOOK, no, no)
        room.discord.fail("POST", r"/channels/", no)
        room.discord.fail("POST", HOOK, no)
        room.ada.dms_open = False
        gate.open.set()
        await asked.shows(lambda shown: "/jobs" in shown.content)
        await here.done()


async def test_without_the_right_to_read_back_the_answer_is_no_reply(room, tmp_path):
    room.channel.permissions &= ~READ_HISTORY
    gate = Gate()
    file = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
    said = room.discord.say(room.channel, room.bob, attachments=[file])
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.discord.menu("Clean this audio", said, user=room.ada, channel=room.channel)
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        await gate.reached.wait()
        room.discord.expire_token(asked)
        gate.open.set()
        await here.done()
    assert room.results[-1].files[0].name == "a.clean.wav"


async def test_a_button_pressed_twice_works_once(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        gate.open.set()
        shown = await asked.shows(has_file)
        await here.done()
        gate.open.clear()
        twice = [room.discord.press(shown, "Softer", user=room.ada) for _ in range(2)]

        def refused():
            told = [one for pressed in twice for one in pressed.shown]
            return [one for one in told if "under way already" in one.content]

        (told,) = await room.discord.until(refused)
        gate.open.set()
        jobs = await here.done(2)
    assert told.ephemeral
    assert len(jobs) == 2


async def test_one_wrong_file_of_several_is_named_and_the_others_are_cleaned(room, tmp_path):
    sound = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
    picture = room.discord.attach(b"png", name="cat.png", content_type="image/png")
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        opened = room.discord.slash("denoise", {}, user=room.ada, channel=room.channel)
        await opened.acknowledged()
        handed = room.discord.submit(opened, {"files": [sound, picture]})
        told = await handed.shows(lambda shown: "cat.png" in shown.content)
        await handed.shows(has_file)
        await here.done()
    assert told.ephemeral


@pytest.mark.parametrize("how", ["invalid", "reset"])
async def test_a_session_that_is_lost_for_good_is_begun_anew(room, tmp_path, how):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        await room.discord.drop(how)
        await room.discord.connected()
        await room.denoise(noise(tmp_path)).shows(has_file)
