"""Albums on Telegram: several files sent at once come back at once, asked for and posted."""

import pytest

from adapters.telegram import messenger
from services.model import State
from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram import Fault as Trouble
from tests.hostile import sounds
from tests.journeys.discord_room import Gate, noise
from tests.journeys.telegram_room import answers
from tests.journeys.test_job_life import copying


def song(telegram, folder, n):
    data = sounds.encoded(sounds.speech(1.0), wanted="mp3")
    return telegram.file(data, f"{n}.mp3", "audio/mpeg")


def recording(telegram, folder, n, seconds=0.5):
    return telegram.file(noise(folder, seconds), f"{n}.wav", "audio/wav")


async def words_and_album(telegram, chat, count):
    """What the bot said, when the words and so many files are there."""
    await telegram.until(lambda: len(answers(telegram, chat)) == count + 1)
    words, *album = answers(telegram, chat)
    return words, album


async def test_three_songs_come_back_as_one_album(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, mode=mode) as here:
        for n in range(3):
            file = song(telegram, tmp_path, n)
            said = telegram.audio(chat, ada, file, album="7", title=f"Song {n}", performer="Band")
        jobs = await here.done(3)
        words, album = await words_and_album(telegram, chat, 3)
    assert [(one.kind, one.file.title, one.file.performer) for one in album] == [
        ("audio", f"Song {n} (clean)", "Band") for n in range(3)
    ]
    assert len({one.album for one in album}) == 1
    assert [(one.text, one.buttons) for one in album] == [("", [])] * 3
    assert "3 recordings: the noise is removed." in words.text
    assert words.buttons == ["0.mp3 …", "1.mp3 …", "2.mp3 …"]
    assert {one.reply_to for one in (words, *album)} == {said.id - 2}
    assert {job.state for job in jobs} == {State.DONE}


async def test_a_broken_one_among_three_has_a_line(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for n in range(3):
            broken = telegram.file(b"no sound " * 99, "1.wav", "audio/wav")
            file = broken if n == 1 else recording(telegram, tmp_path, n)
            telegram.document(chat, ada, file, album="7")
        await here.done(3)
        words, album = await words_and_album(telegram, chat, 2)
    assert [one.file.name for one in album] == ["0.clean.wav", "2.clean.wav"]
    assert {one.kind for one in album} == {"document"}
    assert "2 recordings: the noise is removed." in words.text
    assert "1.wav: " in words.text
    assert words.buttons == ["0.wav …", "2.wav …"]


async def test_films_come_back_as_films(telegram, chat, ada, tmp_path):
    film = sounds.film(2.0, sounds.tone(2.0), "mp4", "libx264")
    async with at_telegram(tmp_path, telegram) as here:
        for n in range(2):
            file = telegram.file(film, f"{n}.mp4", "video/mp4")
            telegram.video(chat, ada, file, album="7", duration=2)
        await here.done(2)
        _, album = await words_and_album(telegram, chat, 2)
    assert [one.kind for one in album] == ["video", "video"]
    assert len({one.album for one in album}) == 1


async def test_what_is_over_the_limit_comes_smaller_and_in_as_many_messages_as_it_needs(
    telegram, chat, ada, tmp_path, monkeypatch
):
    monkeypatch.setattr(messenger, "FILE_BYTES", 100_000)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n, seconds in enumerate((0.4, 3.0, 0.4)):
            telegram.document(chat, ada, recording(telegram, tmp_path, n, seconds), album="7")
        await here.done(3)
        words, album = await words_and_album(telegram, chat, 3)
    assert [one.file.name for one in album] == ["0.clean.wav", "1.clean.mp3", "2.clean.wav"]
    assert [one.album is None for one in album] == [False, False, True]
    assert "1.wav: As WAV it was too large for this chat, so it is MP3." in words.text


async def test_an_album_that_telegram_refuses_comes_one_by_one(telegram, chat, ada, tmp_path):
    telegram.fail("sendMediaGroup", Trouble(status=413))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        await here.done(2)
        _, album = await words_and_album(telegram, chat, 2)
    assert [(one.file.name, one.album) for one in album] == [
        ("0.clean.wav", None),
        ("1.clean.wav", None),
    ]


async def test_there_is_one_status_and_its_button_cancels_all(telegram, chat, ada, mode, tmp_path):
    providers = copying(tmp_path, Gate())
    chat.allows_reactions = False  # so that the card is the first sign
    async with at_telegram(tmp_path, telegram, providers, mode=mode) as here:
        for n in range(3):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        status = await telegram.shows(chat, lambda one: "Got 3 recordings." in one.text)
        query = telegram.press(status, "Cancel", ada)
        await here.done(3)
        await telegram.until(lambda: query.answered is not None)
        (told,) = answers(telegram, chat)
    assert query.answered == "3 recordings are cancelled."
    assert (told.id, told.text, told.buttons) == (status.id, query.answered, [])


async def test_the_status_becomes_the_words(telegram, chat, ada, tmp_path):
    gate = Gate()
    chat.allows_reactions = False
    async with at_telegram(tmp_path, telegram, copying(tmp_path, gate)) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        status = await telegram.shows(chat, lambda one: "Cancel" in one.buttons)
        gate.open.set()
        await here.done(2)
        words, _ = await words_and_album(telegram, chat, 2)
    assert (status.id, words.buttons) == (words.id, ["0.wav …", "1.wav …"])


async def test_one_of_them_is_shown_with_its_buttons_changed_and_deleted(
    telegram, chat, ada, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        await here.done(2)
        words, album = await words_and_album(telegram, chat, 2)
        telegram.press(words, "1.wav …", ada)
        shown = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
        telegram.press(shown, "Softer", ada)
        jobs = await here.done(3)
        query = telegram.press(shown, "Delete", ada)
        await telegram.until(lambda: query.answered is not None)
        left = {one.id for one in answers(telegram, chat)}
    assert (jobs[2].source.name, jobs[2].recipe.strength) == ("1.wav", "soft")
    assert shown.file.id == album[1].file.id, "nothing is uploaded twice"
    assert {words.id, album[0].id} <= left
    assert not {shown.id, album[1].id} & left


async def test_forget_takes_all_of_it_away(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        await here.done(2)
        await words_and_album(telegram, chat, 2)
        telegram.say(chat, ada, "/forget yes")
        await telegram.shows(chat, lambda one: "2 recordings are deleted" in one.text)
        (left,) = answers(telegram, chat)
        files = [key async for key, _ in here.app.files.list("")]
    assert "deleted" in left.text
    assert files == []


@pytest.mark.parametrize("caption", ["/stems vocals drums", "/denoise both"])
async def test_what_gives_several_each_is_answered_one_by_one(
    telegram, chat, ada, tmp_path, caption
):
    async with at_telegram(tmp_path, telegram) as here:
        for n in range(2):
            file = recording(telegram, tmp_path, n, 1.0)
            telegram.document(chat, ada, file, album="7", caption=caption if n == 0 else None)
        jobs = await here.done(2)
        await telegram.until(lambda: len(answers(telegram, chat)) == 6)
    assert [job.album for job in jobs] == [(), ()]


async def test_an_album_that_may_have_arrived_is_sent_once_more(
    telegram, chat, ada, tmp_path, impatient
):
    """The answer to it was lost on its way."""
    telegram.fail("sendMediaGroup", Trouble(swallow=True))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        await here.done(2)
        _, album = await words_and_album(telegram, chat, 4)
    assert [one.file.name for one in album] == ["0.clean.wav", "1.clean.wav"] * 2


async def test_one_that_telegram_does_not_hand_out_is_named_and_the_others_are_done(
    telegram, chat, ada, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for n in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, n), album="7")
        large = telegram.file(b"RIFF", "large.wav", "audio/wav", size=25_000_000)
        notes = telegram.file(b"%PDF", "notes.pdf", "application/pdf")
        telegram.document(chat, ada, large, album="7")
        telegram.document(chat, ada, notes, album="7")
        await here.done(2)
        await telegram.shows(chat, lambda one: "large.wav: This file is 25 MB" in one.text)
        await telegram.shows(chat, lambda one: "notes.pdf is no recording" in one.text)
        await telegram.shows(chat, lambda one: "2 recordings: the noise is removed" in one.text)


async def test_the_caption_that_is_a_command_counts(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n, caption in enumerate(("have a look", "/enhance podcast strong")):
            file = recording(telegram, tmp_path, n)
            telegram.document(chat, ada, file, album="7", caption=caption)
        jobs = await here.done(2)
        words, _ = await words_and_album(telegram, chat, 2)
    assert {job.recipe.operation for job in jobs} == {"enhance"}
    assert "2 recordings: cleaned and polished (strong) for a podcast." in words.text


async def test_namesakes_are_told_apart(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for _ in range(2):
            telegram.document(chat, ada, recording(telegram, tmp_path, 0), album="7")
        await here.done(2)
        words, _ = await words_and_album(telegram, chat, 2)
    assert words.buttons == ["1. 0.wav …", "2. 0.wav …"]


async def test_a_group_that_shows_us_one_part_is_told_how_to_get_the_others(
    telegram, ada, tmp_path
):
    group = telegram.add_group(members=[ada])
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n in range(3):
            caption = "/denoise@undertone_bot" if n == 0 else None
            file = recording(telegram, tmp_path, n)
            telegram.document(group, ada, file, album="7", caption=caption)
        await here.done()
        await telegram.shows(group, lambda one: "only this one file of your album" in one.text)
