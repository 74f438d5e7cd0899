"""What comes after the result on Discord: shown again, packed, deleted, forgotten."""

import asyncio
from datetime import timedelta

from services.events import Collected
from tests.fakes.at_discord import Shift, at_discord
from tests.fakes.discord import Fault
from tests.journeys.discord_room import Gate, has_file, noise
from tests.journeys.test_job_life import copying

FOLLOW_UP = r"/webhooks/\d+/[^/]+$"
MANAGE = 1 << 5
CONTENT = 1 << 15


async def ask_again(room, job, **about):
    """The result of this job once more, by the menu of /jobs."""
    listed = room.discord.slash("jobs", {}, user=room.ada, channel=room.channel)
    choice = [f"ut1:show:job={job.id}"]
    shown = await listed.shows()
    return room.discord.choose(shown, "ut1:menu:n=0", choice, user=room.ada, **about)


def sounds(asked):
    """Name and bytes of every sound that came."""
    files = [file for shown in asked.shown for file in shown.files]
    return {file.name: len(file.data) for file in files if not file.name.endswith(".png")}


async def test_a_result_fits_wherever_it_is_shown_again(room, tmp_path):
    """Smaller where there is less room, whole where there is more, and never one for the other."""
    long = room.discord.attach(noise(tmp_path, 60), name="talk.wav", content_type="audio/wav")
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.discord.slash(
            "denoise",
            {"file": long},
            user=room.ada,
            channel=room.channel,
            attachment_size_limit=1_300_000,
        )
        await asked.shows(has_file)
        (job,) = await here.done()
        seen = []
        for limit in (900_000, 1_300_000, 10_000_000):
            again = await ask_again(room, job, attachment_size_limit=limit)
            await again.shows(has_file)
            seen.append(sounds(again))
    assert [list(each) for each in seen] == [
        ["talk.clean.mp3"],
        ["talk.clean.mp3"],
        ["talk.clean.wav"],
    ]
    less, same, whole = (next(iter(each.values())) for each in seen)
    assert less < 900_000 < same == sounds(asked)["talk.clean.mp3"] < 1_300_000 < whole


async def test_pieces_are_cut_anew_for_a_smaller_chat(room, tmp_path):
    long = room.discord.attach(noise(tmp_path, 300), name="talk.wav", content_type="audio/wav")
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        room.discord.slash(
            "denoise",
            {"file": long},
            user=room.ada,
            channel=room.channel,
            attachment_size_limit=400_000,
        )
        (job,) = await here.done()
        seen = []
        for limit, count in ((215_000, 4), (400_000, 2)):
            again = await ask_again(room, job, attachment_size_limit=limit)
            await again.shows(has_file)
            await room.discord.until(lambda again=again, count=count: len(sounds(again)) >= count)
            seen.append([file.name for shown in again.shown for file in shown.files])
    assert [track.seconds for track in job.shown] == [150.0, 150.0]
    smaller, same = ([name for name in names if "clean" in name] for names in seen)
    assert len(smaller) == len(set(smaller)) > 2, "each once"
    assert same == ["talk.clean.1of2.ogg", "talk.clean.2of2.ogg"]


async def test_delete_takes_what_was_shown_later_as_well(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path), keep="both")
        shown = await asked.shows(has_file)
        await here.done()
        packed = room.discord.press(shown, "All as ZIP", user=room.ada)
        await packed.shows(has_file)
        await here.until(lambda jobs: jobs[0].copies)
        pressed = room.discord.press(shown, "Delete", user=room.ada)
        told = await pressed.shows(lambda shown: "deleted" in shown.content)
    assert "are deleted." in told.content
    assert room.messages == []


async def test_delete_late_where_only_the_press_leads_to_the_message(discord, tmp_path):
    clock = Shift()
    guild = discord.add_guild(bot=False)
    channel, ada = discord.add_channel(guild), discord.add_user("Ada")
    file = discord.attach(noise(tmp_path), name="a.wav")
    async with at_discord(tmp_path, discord, copying(tmp_path), clock) as here:
        asked = discord.slash(
            "denoise", {"file": file}, user=ada, channel=channel, user_install=True
        )
        shown = await asked.shows(has_file)
        await here.done()
        clock.ahead += timedelta(minutes=20)
        pressed = discord.press(shown, "Delete", user=ada, user_install=True)
        told = await pressed.shows(lambda shown: "deleted" in shown.content)
    assert "delete that one yourself" not in told.content
    assert discord.messages(channel) == []


async def test_forget_takes_messages_whose_files_are_gone_already(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await room.denoise(noise(tmp_path)).shows(has_file)
        await here.done()
        await here.app.retention.purge(timedelta(0))
        asked = room.discord.slash("forget", {}, user=room.ada, channel=room.channel)
        question = await asked.shows()
        room.discord.press(question, "Delete everything of mine", user=room.ada)
        await room.discord.until(lambda: room.messages == [])


async def test_forget_waits_for_a_platform_that_is_down(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        await room.denoise(noise(tmp_path)).shows(has_file)
        (job,) = await here.done()
        room.discord.fail("DELETE", r"/messages/", Fault(status=401))
        await here.app.forgetting.forget_person("discord", job.person.id)
        kept = await here.jobs()
        await here.app.forgetting.go_on()
        left = await here.jobs()
    assert (len(kept), left, room.messages) == (1, [], [])


async def test_what_is_packed_too_late_is_not_kept(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        shown = await room.denoise(noise(tmp_path), keep="both").shows(has_file)
        await here.done()
        files = here.app.files
        put = files.put_path

        async def late(key, path):
            await here.app.retention.purge(timedelta(0))
            return await put(key, path)

        files.put_path = late
        packed = room.discord.press(shown, "All as ZIP", user=room.ada)
        told = await packed.shows(lambda shown: "no longer" in shown.content)
        left = [key async for key, _ in files.list("")]
    assert told.ephemeral
    assert left == []


async def test_a_notice_that_fails_takes_nothing_away(room, tmp_path):
    gate = Gate()
    sound = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
    picture = room.discord.attach(b"png", name="cat.png", content_type="image/png")
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        opened = room.discord.slash("denoise", {}, user=room.ada, channel=room.channel)
        await opened.acknowledged()
        room.discord.fail("POST", FOLLOW_UP, Fault(reset=True))
        handed = room.discord.submit(opened, {"files": [sound, picture]})
        card = await handed.shows()
        gate.open.set()
        await here.done()
        (result,) = room.messages
    assert result.id == card.id, "the same message"
    assert result.files[0].name == "a.clean.wav"


async def test_an_answer_that_was_lost_on_the_way_comes_twice_at_most(discord, tmp_path, impatient):
    guild = discord.add_guild(bot=False)
    channel, ada = discord.add_channel(guild), discord.add_user("Ada")
    data = noise(tmp_path)
    files = [discord.attach(data, name=f"{n}.wav", content_type="audio/wav") for n in range(2)]
    said = discord.say(channel, ada, attachments=files)
    async with at_discord(tmp_path, discord, copying(tmp_path)) as here:
        discord.fail("POST", FOLLOW_UP, *[Fault(swallow=True)] * 6)
        asked = discord.menu("Clean this audio", said, user=ada, channel=channel, user_install=True)
        await here.done(2)
    names = [file.name for shown in asked.shown for file in shown.files if "clean" in file.name]
    assert set(names) == {"0.clean.wav", "1.clean.wav"}
    assert all(names.count(name) <= 2 for name in names)


async def test_a_storage_that_stumbles_costs_no_result(room, tmp_path, impatient):
    """What fails before anything is sent does not count as sent."""
    clock, gate = Shift(), Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate), clock) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.acknowledged()
        await gate.reached.wait()
        clock.ahead += timedelta(minutes=16)
        files, stumbles = here.app.files, [RuntimeError("storage")] * 3
        local = files.local

        def stumbling(key):
            if stumbles:
                clock.ahead += timedelta(minutes=1)
                raise stumbles.pop()
            return local(key)

        def from_now_on(_job, event):
            if isinstance(event, Collected):
                files.local = stumbling

        here.app.journal.observe(from_now_on)
        gate.open.set()
        await here.done()
    assert stumbles == []
    assert [one.files[0].name for one in room.results] == ["my talk.clean.wav"]


async def test_watched_channels_stay_silent_about_what_is_no_sound(room, tmp_path):
    room.discord.privileged = {CONTENT}
    watching = {"auto_clean": True}
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=watching) as here:
        told = room.discord.slash(
            "settings set",
            {"auto_clean": "on"},
            user=room.ada,
            channel=room.channel,
            permissions=MANAGE,
        )
        await told.shows()
        for name, kind in (("backup.bin", "application/octet-stream"), ("no.mp4", "video/mp4")):
            file = room.discord.attach(b"\0\1\2\3" * 500, name=name, content_type=kind)
            room.discord.say(room.channel, room.bob, attachments=[file])
        jobs = await here.done()
        said = [one for one in room.messages if one.author_id != room.bob.id]
    assert said == []
    assert [job.source.name for job in jobs] == ["no.mp4"]


async def test_a_wrong_word_is_told_before_files_are_asked_for(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.discord.slash("denoise", {"from": "abc"}, user=room.ada, channel=room.channel)
        shown = await asked.shows()
    assert "1:20" in shown.content
    assert asked.modal is None


async def test_forget_takes_the_message_also_while_somebody_presses_on_it(room, tmp_path):
    """Another person's press leads to that person's answer, and must not be taken for a way."""
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        shown = await room.denoise(noise(tmp_path)).shows(has_file)
        await here.done()
        handle, gate, reached = here.app.desk.handle, asyncio.Event(), asyncio.Event()

        async def slow(ask):
            if ask.person.id == str(room.bob.id):
                reached.set()
                await gate.wait()
            return await handle(ask)

        here.app.desk.handle = slow
        bob = room.discord.press(shown, "Softer", user=room.bob)
        await reached.wait()
        asked = room.discord.slash("forget", {"sure": "yes"}, user=room.ada, channel=room.channel)
        await asked.shows()
        await room.discord.until(lambda: not any(has_file(one) for one in room.messages))
        gate.set()
        told = await bob.shows()
    assert told.content


async def test_what_came_after_the_wish_to_be_forgotten_stays(room, tmp_path):
    """While the platform keeps one old message, nothing new is taken away, nor asked for twice."""
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        for name in ("one.wav", "two.wav"):
            await room.denoise(noise(tmp_path), name=name).shows(has_file)
        old = await here.done(2)
        down = [Fault(status=401)] * 9
        room.discord.fail("DELETE", rf"/messages/{_message(old[0])}$", *down)
        await here.app.forgetting.forget_person("discord", old[0].person.id)
        after = await room.denoise(noise(tmp_path), name="three.wav").shows(has_file)
        await here.done_or_gone()
        new = (await here.jobs())[-1]
        await here.app.forgetting.go_on()
        await here.app.forgetting.go_on()
        left = await here.jobs()
    deleted = [call.path for call in room.discord.calls if call.method == "DELETE"]
    assert new.id in [job.id for job in left]
    assert not [job for job in left if job.id == new.id and job.purged]
    assert after.id in [one.id for one in room.messages]
    again = [path for path in deleted if path.endswith(str(_message(old[1])))]
    assert len(again) <= 1, "what is gone is not deleted again"
    assert len(deleted) > 2, "what stayed is tried again"


def _message(job):
    return job.card.split(":")[2]


async def test_several_recordings_never_leave_thinking_behind(room, tmp_path):
    """The first is done before its first card can be shown."""
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        late(here)
        opened = room.discord.slash("denoise", {}, user=room.ada, channel=room.channel)
        await room.discord.until(lambda: opened.modal)
        files = [
            room.discord.attach(noise(tmp_path), name=f"{name}.wav", content_type="audio/wav")
            for name in "ab"
        ]
        sent = room.discord.submit(opened, {"files": files})
        await here.done(2)
        await room.discord.until(lambda: not sent.thinking)
        await room.discord.until(lambda: sum(map(has_file, room.messages)) == 2)
    names = sorted(one.files[0].name for one in room.results)
    assert names == ["a.clean.wav", "b.clean.wav"]


async def test_what_is_wrong_with_one_of_several_is_told_to_its_person_alone(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        opened = room.discord.slash("denoise", {}, user=room.ada, channel=room.channel)
        await room.discord.until(lambda: opened.modal)
        bodies = {"good.wav": noise(tmp_path), "empty.wav": b"", "bad.wav": b"no sound at all"}
        files = [
            room.discord.attach(body, name=name, content_type="audio/wav")
            for name, body in bodies.items()
        ]
        sent = room.discord.submit(opened, {"files": files})
        await here.done(3)
        await room.discord.until(lambda: sum(one.ephemeral for one in sent.shown) == 2)
    assert [one.files[0].name for one in room.messages] == ["good.clean.wav"]


async def test_delete_says_what_stays(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        first = await room.denoise(noise(tmp_path)).shows(has_file)
        await here.done()
        stronger = room.discord.press(first, "Stronger", user=room.ada)
        other = await stronger.shows(has_file)
        await here.done(2)
        pressed = room.discord.press(first, "Delete", user=room.ada)
        one = await pressed.shows(lambda shown: "deleted" in shown.content)
        pressed = room.discord.press(other, "Delete", user=room.ada)
        last = await pressed.shows(lambda shown: "deleted" in shown.content)
    assert "What else was made of it stays" in one.content
    assert "and what was made of it are deleted" in last.content
    assert room.messages == []


async def test_files_are_gone_at_once_although_the_platform_keeps_a_message(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        for name in ("one.wav", "two.wav"):
            await room.denoise(noise(tmp_path), name=name).shows(has_file)
        jobs = await here.done(2)
        room.discord.fail("DELETE", r"/messages/", Fault(status=401))
        await here.app.forgetting.forget_person("discord", jobs[0].person.id)
        left = [key async for key, _ in here.app.files.list("")]
        kept = await here.jobs()
        await here.app.forgetting.go_on()
        after = await here.jobs()
    assert (left, len(kept), after, room.messages) == ([], 2, [], [])


async def test_several_recordings_where_only_its_person_installed_the_app(discord, tmp_path):
    """There the first answer takes the place of "thinking", and must stay."""
    guild = discord.add_guild(bot=False)
    channel, ada = discord.add_channel(guild), discord.add_user("Ada")
    data = noise(tmp_path)
    files = [discord.attach(data, name=f"{n}.wav", content_type="audio/wav") for n in range(2)]
    said = discord.say(channel, ada, attachments=files)
    async with at_discord(tmp_path, discord, copying(tmp_path)) as here:
        late(here)
        asked = discord.menu("Clean this audio", said, user=ada, channel=channel, user_install=True)
        await here.done(2)
        await discord.until(lambda: not asked.thinking)
        await discord.until(lambda: sum(map(has_file, asked.shown)) == 2)
    names = sorted(one.files[0].name for one in asked.shown)
    assert names == ["0.clean.wav", "1.clean.wav"]


async def test_what_is_wrong_with_the_first_of_several_is_private_too(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        late(here)
        opened = room.discord.slash("denoise", {}, user=room.ada, channel=room.channel)
        await room.discord.until(lambda: opened.modal)
        bodies = {"bad.wav": b"no sound at all", "good.wav": noise(tmp_path)}
        files = [
            room.discord.attach(body, name=name, content_type="audio/wav")
            for name, body in bodies.items()
        ]
        sent = room.discord.submit(opened, {"files": files})
        await here.done(2)
        told = await sent.shows(lambda shown: "bad.wav" in shown.content)
        await room.discord.until(lambda: not sent.thinking)
    assert told.ephemeral
    assert [one.files[0].name for one in room.messages] == ["good.clean.wav"]


def late(here):
    """Let every job be over before its first card is shown."""
    introduce = here.app.desk.introduce

    async def waited(job_id, show):
        def is_over(jobs):
            return all(job.outcome is not None for job in jobs if job.id == job_id)

        await here.until(is_over)
        await introduce(job_id, show)

    here.app.desk.introduce = waited
