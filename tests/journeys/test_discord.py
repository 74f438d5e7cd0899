"""Discord, from a command to the file in the channel, on a loopback server with its limits."""

import asyncio
import io
import re
import wave
import zipfile
from datetime import UTC, datetime, timedelta

import av
import pytest

from services.model import State
from tests.fakes.at_discord import at_discord
from tests.journeys.discord_room import Gate, Room, has_file, noise
from tests.journeys.test_job_life import copying

DEMO = "tests/data/demo.flac"
KEPT = re.compile(r"kept until <t:(\d+):f>")


def demo() -> bytes:
    with open(DEMO, "rb") as file:
        return file.read()


def opus() -> bytes:
    """The demo recording as a voice message's file."""
    out = io.BytesIO()
    with av.open(DEMO) as source, av.open(out, "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=48_000)
        stream.codec_context.layout = "mono"
        for frame in source.decode(audio=0):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


async def test_a_file_comes_back_clean_in_the_same_channel(room, tmp_path):
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.denoise(demo(), "my talk.flac", format="wav")
        assert await asked.acknowledged() < 3
        shown = await asked.shows(has_file)
        (job,) = await here.done()
    sound, picture = shown.files
    assert (sound.name, picture.name) == ("my talk.clean.wav", "before-after.png")
    with wave.open(io.BytesIO(sound.data)) as file:
        assert file.getnframes() == 12 * 48_000
    figures = job.picture.figures
    assert figures["noise_floor_after_db"] < figures["noise_floor_before_db"] - 10
    assert "my talk.flac: the noise is removed." in shown.content
    # As the reader's own device tells a time.
    (moment,) = KEPT.findall(shown.content)
    until = datetime.fromtimestamp(int(moment), UTC)
    assert timedelta(hours=23) < until - job.created_at < timedelta(hours=25)
    assert "Noise floor" in picture.description
    assert shown.buttons == ["Softer", "Stronger", "What was removed", "Delete"]
    assert [one.id for one in room.messages] == [shown.id], "one message, edited"


async def test_it_is_acknowledged_while_the_service_is_blocked(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        blocked, write = asyncio.Event(), here.app.store.write

        async def waiting(change):
            await blocked.wait()
            return await write(change)

        here.app.store.write = waiting
        asked = room.denoise(noise(tmp_path))
        assert await asked.acknowledged() < 3
        assert asked.thinking
        blocked.set()
        await asked.shows(has_file)


async def test_a_voice_message_is_answered_by_a_voice_message(room, tmp_path):
    note = room.discord.attach(
        opus(), name="voice-message.ogg", content_type="audio/ogg", duration=12.0, waveform="AAAA"
    )
    said = room.discord.say(room.channel, room.bob, attachments=[note])
    async with at_discord(tmp_path, room.discord):
        asked = room.discord.menu("Clean this audio", said, user=room.ada, channel=room.channel)
        words = await asked.shows(lambda shown: "Softer" in shown.buttons)
        await room.discord.until(lambda: len(room.messages) == 3)
    voice = room.messages[-1]
    assert (voice.is_voice, voice.content) == (True, "")
    assert voice.files[0].duration_secs == pytest.approx(12.0, abs=0.1)
    assert voice.files[0].waveform
    assert words.files[0].name == "before-after.png"


async def test_of_several_voice_messages_nobody_could_tell_which_is_which(room, tmp_path):
    attachment = room.discord.attach(
        opus(), name="voice-message.ogg", content_type="audio/ogg", duration=12.0, waveform="AAAA"
    )
    said = room.discord.say(room.channel, room.ada, attachments=[attachment])
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.discord.menu("Split into stems", said, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: len(shown.files) > 1)
        await here.done()
    names = [file.name for file in shown.files]
    assert names == ["voice-message.vocals.ogg", "voice-message.instrumental.ogg"]


async def test_where_voice_messages_are_not_allowed_it_comes_as_a_file(discord, tmp_path):
    room = Room(discord)
    room.channel.permissions &= ~(1 << 46)
    note = discord.attach(
        opus(), name="voice-message.ogg", content_type="audio/ogg", duration=12.0, waveform="AAAA"
    )
    said = discord.say(room.channel, room.bob, attachments=[note])
    async with at_discord(tmp_path, discord):
        asked = discord.menu("Clean this audio", said, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: len(shown.files) == 2)
    assert shown.files[0].name == "voice-message.clean.ogg"


async def test_a_long_job_shows_one_living_message_that_ends_as_the_result(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        first = await asked.shows(lambda shown: "Got my talk.wav" in shown.content)
        await gate.reached.wait()
        working = await asked.shows(lambda shown: "Removing the noise" in shown.content)
        gate.open.set()
        result = await asked.shows(has_file)
        await here.done()
    assert first.buttons == working.buttons == ["Cancel"]
    edits = [call.at for call in room.discord.calls if call.method == "PATCH"]
    assert edits[1] - edits[0] >= 2.9, "a message is left alone for three seconds"
    assert first.id == working.id == result.id
    assert len(room.messages) == 1


async def test_cancel_ends_the_job_for_its_owner_and_not_for_a_stranger(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        await gate.reached.wait()
        stranger = room.discord.press(shown, "Cancel", user=room.bob)
        refused = await stranger.shows(lambda shown: "belongs to somebody else" in shown.content)
        assert (await here.jobs())[0].outcome is None
        room.discord.press(shown, "Cancel", user=room.ada)
        await asked.shows(lambda shown: "Cancelled" in shown.content)
        await here.done()
    assert refused.ephemeral


async def test_buttons_work_after_a_restart_for_the_owner_only(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(has_file)
        await here.done()
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        stranger = room.discord.press(shown, "Softer", user=room.bob)
        refused = await stranger.shows(lambda shown: "somebody else" in shown.content)
        softer = room.discord.press(shown, "Softer", user=room.ada)
        again = await softer.shows(has_file)
        jobs = await here.done(2)
        podcast = option(again, "podcast")
        chosen = room.discord.choose(again, "ut1:menu:n=0", [podcast], user=room.ada)
        treated = await chosen.shows(has_file)
    assert refused.ephemeral
    assert [job.recipe.strength for job in jobs] == ["normal", "soft"]
    assert "for a podcast" in treated.content


def option(shown, preset):
    """What the menu sends for this preset."""
    parts = (part for row in shown.components for part in row["components"])
    select = next(part for part in parts if "options" in part)
    return next(one["value"] for one in select["options"] if preset in one["value"])


async def test_delete_takes_the_message_and_the_files_away(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(has_file)
        await here.done()
        pressed = room.discord.press(shown, "Delete", user=room.ada)
        told = await pressed.shows(lambda shown: "are deleted" in shown.content)
        left = [key async for key, _ in here.app.files.list("")]
    assert told.ephemeral
    assert (room.messages, left) == ([], [])


async def test_several_files_are_handed_in_by_a_window(room, tmp_path):
    files = [room.discord.attach(noise(tmp_path), name=f"{n}.wav") for n in range(3)]
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        opened = room.discord.slash(
            "denoise", {"preset": "music"}, user=room.ada, channel=room.channel
        )
        await opened.acknowledged()
        room.discord.submit(opened, {"files": files})
        await room.discord.until(lambda: len(room.results) == 3)
        jobs = await here.done(3)
    assert opened.modal["title"] == "Noise removal"
    assert {job.recipe.preset for job in jobs} == {"music"}
    names = sorted(one.files[0].name for one in room.results)
    assert names == [f"{n}.clean.wav" for n in range(3)]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"from": "soon"}, "soon", id="an option that means nothing"),
        pytest.param({"stems": "vocals, kazoo"}, "kazoo", id="a stem that does not exist"),
        pytest.param({"stems": "piano"}, "I cannot split off", id="a stem that nobody serves"),
    ],
)
async def test_what_is_wrong_at_first_sight_gets_one_private_sentence(
    room, tmp_path, options, says
):
    file = room.discord.attach(noise(tmp_path), name="a.wav")
    command = "stems" if "stems" in options else "denoise"
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.discord.slash(
            command, {"file": file, **options}, user=room.ada, channel=room.channel
        )
        shown = await asked.shows(lambda shown: says in shown.content)
        assert await here.jobs() == []
    assert shown.ephemeral
    assert room.messages == []


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(room, tmp_path):
    file = room.discord.attach(noise(tmp_path), name="a.wav", size=300_000_000)
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.discord.slash("denoise", {"file": file}, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: "300 MB" in shown.content)
        assert await here.jobs() == []
    assert (shown.ephemeral, file.downloads) == (True, 0)


async def test_what_is_no_sound_is_told_to_its_person_alone(room, tmp_path):
    file = room.discord.attach(b"This is not a song.\n" * 50, name="song.mp3")
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.discord.slash("denoise", {"file": file}, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: "cannot open" in shown.content)
        await here.done()
        left = [key async for key, _ in here.app.files.list("")]
    assert shown.ephemeral
    assert (room.messages, left) == ([], [])


async def test_what_cannot_be_sound_by_its_own_word_is_refused_at_once(room, tmp_path):
    file = room.discord.attach(b"png", name="cat.png", content_type="image/png")
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.discord.slash("denoise", {"file": file}, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: "cannot open this format" in shown.content)
        assert await here.jobs() == []
    assert (shown.ephemeral, file.downloads) == (True, 0)


async def test_a_message_without_sound_gets_a_sentence(room, tmp_path):
    picture = room.discord.attach(b"png", name="cat.png", content_type="image/png")
    said = room.discord.say(room.channel, room.bob, attachments=[picture])
    async with at_discord(tmp_path, room.discord):
        asked = room.discord.menu("Split into stems", said, user=room.ada, channel=room.channel)
        shown = await asked.shows(lambda shown: "no recording in this message" in shown.content)
    assert shown.ephemeral


async def test_both_languages_and_a_german_person_reads_german(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        german = room.denoise(noise(tmp_path), locale="de")
        english = room.denoise(noise(tmp_path), locale="en-GB", user=room.bob)
        entrauscht = await german.shows(has_file)
        denoised = await english.shows(has_file)
    assert "Das Rauschen ist entfernt" in entrauscht.content
    assert entrauscht.buttons[0] == "Sanfter"
    assert "the noise is removed" in denoised.content


async def test_suggestions_for_stems_and_for_ones_own_jobs(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord) as here:
        stems = room.discord.autocomplete(
            "stems", {"stems": "vocals, dr"}, focused="stems", user=room.ada, channel=room.channel
        )
        await stems.acknowledged()
        assert {one["value"] for one in stems.choices} == {"vocals, drums"}
        assert here.app.desk.commands
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)):
        asked = room.denoise(noise(tmp_path))
        await asked.shows(lambda shown: shown.buttons == ["Cancel"])
        own, others = (
            room.discord.autocomplete(
                "cancel", {"job": "talk"}, focused="job", user=user, channel=room.channel
            )
            for user in (room.ada, room.bob)
        )
        await own.acknowledged()
        await others.acknowledged()
        gate.open.set()
        await asked.shows(has_file)
    assert [one["name"].split(" · ")[:2] for one in own.choices] == [
        ["Noise removal", "my talk.wav"]
    ]
    assert others.choices == []


async def test_jobs_are_listed_for_their_person_and_a_result_is_shown_again(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(has_file)
        await here.done()
        listed = room.discord.slash("jobs", {}, user=room.ada, channel=room.channel)
        shown = await listed.shows(lambda shown: "my talk.wav" in shown.content)
        (job,) = await here.jobs()
        again = room.discord.choose(
            shown, "ut1:menu:n=0", [f"ut1:show:job={job.id}"], user=room.ada
        )
        result = await again.shows(has_file)
    assert shown.ephemeral
    assert result.files[0].name == "my talk.clean.wav"


async def test_names_cannot_mention_or_format(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.denoise(noise(tmp_path), "@everyone **x**.wav")
        shown = await asked.shows(has_file)
    assert (shown.mentions, shown.pings_everyone) == ([], False)
    assert "@everyone" not in shown.content
    assert "**x**" not in shown.content


async def test_a_crash_of_ours_becomes_an_answer_with_a_reference(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:

        async def broken(ask):
            raise RuntimeError("a bug")

        here.app.desk.handle = broken
        asked = room.denoise(noise(tmp_path))
        shown = await asked.shows(lambda shown: "reference is" in shown.content)
    assert shown.ephemeral


async def test_the_newest_state_of_jobs(room, tmp_path):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        room.denoise(noise(tmp_path))
        await gate.reached.wait()
        listed = room.discord.slash("jobs", {}, user=room.ada, channel=room.channel)
        shown = await listed.shows(lambda shown: "in progress" in shown.content)
        gate.open.set()
        await here.reached(State.DONE)
    assert shown.ephemeral


async def test_several_tracks_come_as_one_zip_when_asked(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path), keep="both")
        shown = await asked.shows(has_file)
        await here.done()
        packed = room.discord.press(shown, "All as ZIP", user=room.ada)
        result = await packed.shows(has_file)
    with zipfile.ZipFile(io.BytesIO(result.files[0].data)) as archive:
        assert archive.namelist() == ["my talk.clean.wav", "my talk.residual.wav"]
        assert archive.testzip() is None
    assert result.files[0].name == "my talk.zip"


async def test_two_formats_come_in_one_message(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.denoise(noise(tmp_path), format="wav, mp3", bitrate="128")
        shown = await asked.shows(has_file)
    wav, mp3 = (file for file in shown.files if not file.name.endswith(".png"))
    assert (wav.name, mp3.name) == ("my talk.clean.wav", "my talk.clean.mp3")
    assert wav.data[:4] == b"RIFF"
    assert mp3.data[:3] == b"ID3"
    assert len(room.results) == 1


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        pytest.param("", ["wav", "mp3", "flac", "m4a", "ogg", "aiff"], id="each by itself"),
        pytest.param("mp", ["mp3"], id="one that is begun"),
        pytest.param(
            "WAV",
            ["wav", "wav, mp3", "wav, flac", "wav, m4a", "wav, ogg", "wav, aiff"],
            id="one, or one more",
        ),
        pytest.param("wav, m", ["wav, mp3", "wav, m4a"], id="the second"),
        pytest.param("wav, mp3, f", ["wav, mp3"], id="no third"),
    ],
)
async def test_one_or_two_formats_are_suggested(room, tmp_path, typed, values):
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        asked = room.discord.autocomplete(
            "denoise", {"format": typed}, focused="format", user=room.ada, channel=room.channel
        )
        await asked.acknowledged()
    assert [one["value"] for one in asked.choices] == values
