"""Telegram: what a recording came as, it comes back as; and what becomes of one too large."""

from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram.clients import JPEG
from tests.hostile import sounds
from tests.journeys.discord_room import noise
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying


async def test_everything_comes_back_as_what_it_was(telegram, mode, tmp_path):
    """The shapes of DECISIONS: a bubble for a bubble, a song for a song, exact bytes as a file."""
    talk = sounds.speech(1.0)
    seen = sounds.film(1.0, sounds.tone(1.0), "mp4", "libx264")
    film, again = (telegram.file(seen, f"{name}.mp4", "video/mp4") for name in "ab")
    song = telegram.file(sounds.encoded(talk, wanted="mp3"), "song.mp3", "audio/mpeg")
    song.thumbnail = JPEG
    bodies = {
        "voice": (telegram.voice, telegram.file(note()), {}, "voice"),
        "song": (telegram.audio, song, {"title": "Song", "performer": "Band"}, "audio"),
        "m4a": (telegram.audio, _file(telegram, talk, "m4a", "audio/mp4"), {}, "audio"),
        "mp3 as a file": (telegram.document, _file(telegram, talk, "mp3"), {}, "audio"),
        "wav": (
            telegram.audio,
            telegram.file(noise(tmp_path), "a.wav", "audio/wav"),
            {},
            "document",
        ),
        "flac as a file": (telegram.document, _file(telegram, talk, "flac"), {}, "document"),
        "video": (telegram.video, film, {}, "video"),
        "video as a file": (
            telegram.document,
            again,
            {},
            "video",
        ),
        "round video": (telegram.video_note, telegram.file(seen, "c.mp4"), {}, "video_note"),
    }
    chats = {}
    async with at_telegram(tmp_path, telegram, mode=mode) as here:
        for name, (send, file, about, _) in bodies.items():
            person = telegram.add_user()
            chats[name] = telegram.private(person)
            send(chats[name], person, file, **about)
        await here.done(len(bodies))
    files = {
        name: next(one for one in answers(telegram, chat) if one.file)
        for name, chat in chats.items()
    }
    assert {name: one.kind for name, one in files.items()} == {
        name: wanted for name, (_, _, _, wanted) in bodies.items()
    }
    song = files["song"].file
    assert (song.title, song.performer, song.thumbnail) == ("Song (clean)", "Band", JPEG)


def _file(telegram, talk, form, mime=None):
    body = sounds.encoded(talk, wanted=form)
    return telegram.file(body, f"talk.{form}", mime or f"audio/{form}")


async def test_what_the_chat_does_not_take_comes_smaller(telegram, chat, ada, mode, tmp_path):
    """The ladder: WAV, then FLAC, then MP3, and words that say so."""
    telegram.limits.upload = 300_000
    song = telegram.file(noise(tmp_path, 30.0), "song.wav", "audio/wav")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.document(chat, ada, song)
        (job,) = await here.done()
    shown = next(one for one in answers(telegram, chat) if one.file)
    assert len(shown.file.data) <= 300_000
    assert job.tracks[0].bytes > 300_000
    assert shown.file.name.startswith("song.clean.")
    assert "too large" in shown.text


async def test_two_formats_come_as_one_album(telegram, chat, ada, tmp_path):
    file = telegram.file(noise(tmp_path), "talk.wav", "audio/wav")
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.audio(chat, ada, file, caption="/denoise wav, mp3")
        await here.done()
    files = [one.file for one in answers(telegram, chat) if one.file]
    assert [file.name for file in files] == ["talk.clean.wav", "talk.clean.mp3"]
    assert [file.data[:3] for file in files] == [b"RIF", b"ID3"]
    assert len({one.album for one in answers(telegram, chat) if one.file}) == 1


async def test_a_voice_note_in_two_formats_is_a_bubble_and_a_song(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram) as here:
        telegram.voice(chat, ada, telegram.file(note()), caption="/denoise ogg, mp3")
        await here.done()
    kinds = [one.kind for one in answers(telegram, chat) if one.file]
    assert kinds == ["voice", "audio"]
