"""Telegram from the first voice note on, asked for updates and having them posted."""

import asyncio
import io

import av
import pytest

from adapters.telegram import pressure
from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram import Fault as Trouble
from tests.hostile import sounds
from tests.journeys.discord_room import noise
from tests.journeys.telegram_kills import ALBUM, VOICE, kill_around_sends
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying

FLOOD = 600.0  # seconds; far more than a test takes


async def test_a_voice_note_comes_back_as_a_clean_one(telegram, chat, ada, mode, tmp_path):
    said = telegram.voice(chat, ada, telegram.file(note(3.0)), duration=3)
    async with at_telegram(tmp_path, telegram, mode=mode) as here:
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: one.kind == "voice" and one.by_bot)
    assert telegram.reactions(said) == ["👀"]
    assert (shown.file.duration, shown.reply_to) == (3, said.id)
    assert len(answers(telegram, chat)) == 1
    assert job.tracks[0].format == "ogg"
    assert "noise is removed" in shown.text
    assert {"Softer", "Stronger", "What was removed", "Delete"} <= set(shown.buttons)


async def test_the_same_update_twice_is_one_answer(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        said = telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
        telegram.again(said.update_id)
        other = telegram.voice(chat, ada, telegram.file(note()))
        await here.done(2)
        jobs = await here.jobs()
    assert len(jobs) == 2
    assert [one.reply_to for one in answers(telegram, chat)] == [said.id, other.id]


async def test_the_same_update_after_a_restart_is_one_answer(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        said = telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    telegram.again(said.update_id)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done(2)
        jobs = await here.jobs()
    assert len(jobs) == 2
    assert len(answers(telegram, chat)) == 2


async def test_an_edited_message_runs_nothing_again(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        said = telegram.audio(chat, ada, telegram.file(noise(tmp_path), "a.wav", "audio/wav"))
        await here.done()
        telegram.edit(said, caption="/enhance")
        telegram.say(chat, ada, "/jobs")
        await telegram.shows(chat, lambda one: "latest recording" in one.text)
        jobs = await here.jobs()
    assert [job.recipe.operation for job in jobs] == ["denoise"]


async def test_a_command_in_answer_to_a_note_in_a_topic(telegram, ada, mode, tmp_path):
    bob = telegram.add_user("Bob")
    group = telegram.add_group(forum=True, members=[ada, bob])
    topic = telegram.add_topic(group, "Voices")
    said = telegram.voice(group, bob, telegram.file(note()), thread=topic)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(group, ada, "/denoise@undertone_bot podcast", reply_to=said)
        (job,) = await here.done()
        shown = await telegram.shows(group, lambda one: one.kind == "voice" and one.by_bot)
    assert (shown.thread, shown.reply_to) == (topic, said.id)
    assert job.recipe.preset == "podcast"
    assert job.address.space == str(group.id)


async def test_in_a_group_nothing_is_done_unasked(telegram, ada, mode, tmp_path):
    group = telegram.add_group(members=[ada], bot_is_admin=True)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.voice(group, ada, telegram.file(note()))
        telegram.say(group, ada, "/denoise@other_bot")
        telegram.say(group, ada, "what a noise")
        telegram.say(group, ada, "/help@undertone_bot")
        await telegram.shows(group, lambda one: one.by_bot)
        jobs = await here.jobs()
    assert jobs == []
    assert len(answers(telegram, group)) == 1


async def test_a_command_first_and_then_the_recording(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(chat, ada, "/enhance podcast mp3")
        await telegram.shows(chat, lambda one: "now send me the recording" in one.text)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
        telegram.voice(chat, ada, telegram.file(note()))
        jobs = await here.done(2)
    assert [job.recipe.operation for job in jobs] == ["enhance", "denoise"]
    assert (jobs[0].recipe.preset, jobs[0].recipe.format) == ("podcast", "mp3")


async def test_a_command_in_a_caption(telegram, chat, ada, mode, tmp_path):
    file = telegram.file(noise(tmp_path), "song.wav", "audio/wav")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.document(chat, ada, file, caption="/deecho strong flac")
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: one.kind == "document" and one.by_bot)
    assert (job.recipe.operation, job.recipe.strength) == ("deecho", "strong")
    assert shown.file.name == "song.clean.strong.flac"


async def test_what_telegram_will_not_hand_out_is_refused_before_it_is_fetched(
    telegram, chat, ada, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.voice(chat, ada, telegram.file(note(), size=25_000_000))
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        jobs = await here.jobs()
    assert jobs == []
    assert "25 MB" in shown.text
    assert "21 MB" in shown.text
    assert "Bot API server" in shown.text
    assert not [call for call in telegram.calls if call.method == "getFile"]


async def test_a_press_works_after_a_restart_and_only_for_its_person(telegram, ada, mode, tmp_path):
    bob = telegram.add_user("Bob")
    group = telegram.add_group(members=[ada, bob])
    said = telegram.voice(group, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await here.done()
        shown = await telegram.shows(group, lambda one: "Softer" in one.buttons)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        strange = telegram.press(shown, "Softer", bob)
        await telegram.until(lambda: strange.answered is not None)
        telegram.press(shown, "Softer", ada)
        jobs = await here.done(2)
        await telegram.shows(group, lambda one: one.kind == "voice" and one.id != shown.id)
    assert "belongs to somebody else" in strange.answered
    assert strange.alert
    assert jobs[1].recipe.strength == "soft"
    assert len(jobs) == 2


@pytest.mark.parametrize(
    "data", ["nonsense", "v1:again:job=0123456789abcdef0123", "v1:quota:do=set"]
)
async def test_a_forged_press_does_nothing(telegram, chat, ada, mode, tmp_path, data):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(chat, ada, "/help")
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        query = telegram.forge(ada, chat, data, shown)
        await telegram.until(lambda: query.answered is not None)
        jobs = await here.jobs()
    assert jobs == []
    assert query.alert


async def test_a_menu_opens_closes_and_chooses(telegram, chat, ada, tmp_path):
    telegram.voice(chat, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await here.done()
        shown = await telegram.shows(chat, lambda one: "Another preset …" in one.buttons)
        telegram.press(shown, "Another preset …", ada)
        opened = await telegram.shows(chat, lambda one: "Back" in one.buttons)
        telegram.press(opened, "Back", ada)
        closed = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
        telegram.press(closed, "Another preset …", ada)
        opened = await telegram.shows(chat, lambda one: "Back" in one.buttons)
        choice = next(one for one in opened.buttons if "Podcast" in one)
        telegram.press(opened, choice, ada)
        jobs = await here.done(2)
    assert closed.buttons == shown.buttons
    assert jobs[1].recipe.preset == "podcast"


@pytest.mark.parametrize("secret", ["wrong", ""])
async def test_only_telegram_may_post(telegram, chat, ada, tmp_path, secret):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode="webhook") as here:
        right, telegram.webhook.secret = telegram.webhook.secret, secret
        said = telegram.voice(chat, ada, telegram.file(note()))
        await telegram.until(lambda: telegram.webhook.posts)
        jobs = await here.jobs()
        telegram.webhook.secret = right
        await here.done()
    assert jobs == []
    assert telegram.webhook.posts[0] == (said.update_id, 404)


async def test_delete_takes_the_message_away(telegram, chat, ada, tmp_path):
    telegram.voice(chat, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await here.done()
        shown = await telegram.shows(chat, lambda one: "Delete" in one.buttons)
        query = telegram.press(shown, "Delete", ada)
        await telegram.until(lambda: query.answered is not None)
        left = [key async for key, _ in here.app.files.list("")]
    assert answers(telegram, chat) == []
    assert left == []


async def test_a_blocked_bot_ends_the_job_in_silence(telegram, chat, ada, tmp_path):
    said = telegram.voice(chat, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False):
        await telegram.until(lambda: telegram.reactions(said))
    ada.blocked = True
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        (job,) = await here.done()
    assert job.tracks
    assert answers(telegram, chat) == []


async def test_nothing_is_done_for_whoever_blocks_the_bot(telegram, chat, ada, mode, tmp_path):
    said = telegram.voice(chat, ada, telegram.file(note()))
    telegram.hold("getFile")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        await telegram.until(lambda: telegram.reactions(said))
        telegram.block(ada)
        (job,) = await here.done()
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
    assert job.outcome.code == "chat_gone"
    assert answers(telegram, chat) == []
    assert lines == []


async def test_what_is_no_sound_gets_a_sentence_and_costs_nothing(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.document(chat, ada, telegram.file(b"text " * 99, "song.mp3", "audio/mpeg"))
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        left = [key async for key, _ in here.app.files.list("")]
    assert "song.mp3" in shown.text
    assert left == []
    assert not job.tracks


async def test_a_group_that_becomes_a_supergroup_takes_everything_along(telegram, ada, tmp_path):
    group = telegram.add_group(kind="group", admins=[ada])
    async with at_telegram(tmp_path, telegram, copying(tmp_path), works=False):
        telegram.say(group, ada, "/quota@undertone_bot set month=5")
        await telegram.shows(group, lambda one: "5 min of sound in a month" in one.text)
        said = telegram.voice(group, ada, telegram.file(note()))
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await telegram.until(lambda: telegram.reactions(said))
    made = telegram.migrate(group)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        (job,) = await here.done()
        await telegram.shows(made, lambda one: one.kind == "voice" and one.by_bot)
        kept = await here.app.store.read(lambda tx: tx.space("telegram", str(made.id)))
    assert job.address.chat == str(made.id)
    assert kept["quota"] == {"space": {"month": 5.0}}


async def test_only_admins_set_limits(telegram, ada, tmp_path):
    bob = telegram.add_user("Bob")
    group = telegram.add_group(admins=[ada], members=[bob])
    hidden = telegram.anonymous(group)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(group, bob, "/quota@undertone_bot set month=5")
        refused = await telegram.shows(group, lambda one: one.by_bot)
        telegram.say(group, hidden, "/quota@undertone_bot set month=6")
        await telegram.shows(group, lambda one: "6 min of sound in a month" in one.text)
    assert "look after this place" in refused.text


async def test_settings_are_a_small_menu(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(chat, ada, "/settings")
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        telegram.press(shown, "Preset …", ada)
        opened = await telegram.shows(chat, lambda one: "Podcast" in one.buttons)
        telegram.press(opened, "Podcast", ada)
        changed = await telegram.shows(chat, lambda one: "Podcast" in one.text)
        telegram.voice(chat, ada, telegram.file(note()))
        (job,) = await here.done()
    menus = ["Preset …", "Strength …", "Format …", "Language …"]
    assert shown.buttons == menus == changed.buttons
    assert changed.id == shown.id
    assert job.recipe.preset == "podcast"


@pytest.mark.parametrize(("button", "operation"), [("Stems", "stems"), ("Echo", "deecho")])
async def test_other_operations_are_one_press_away(
    telegram, chat, ada, tmp_path, button, operation
):
    telegram.voice(chat, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await here.done()
        shown = await telegram.shows(chat, lambda one: button in one.buttons)
        telegram.press(shown, button, ada)
        jobs = await here.done(2)
        await telegram.until(lambda: len(answers(telegram, chat)) > 1)
    assert jobs[1].recipe.operation == operation


async def test_stems_come_as_one_album_with_their_words_before_it(telegram, chat, ada, tmp_path):
    song = telegram.file(noise(tmp_path, 2.0), "song.wav", "audio/wav")
    async with at_telegram(tmp_path, telegram) as here:
        telegram.audio(chat, ada, song, caption="/stems vocals drums mp3")
        await here.done()
    words, *album = answers(telegram, chat)
    assert "split into parts" in words.text
    assert "Delete" in words.buttons
    assert [one.file.name for one in album] == ["song.vocals.mp3", "song.drums.mp3"]
    assert len({one.album for one in album}) == 1


async def test_fifty_people_at_once(telegram, tmp_path):
    """All are acknowledged before anything else is done, and each gets their own recording."""
    people = [telegram.add_user(f"P{n}") for n in range(50)]
    chats = [telegram.private(person) for person in people]
    sent = []
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        held = telegram.hold("getFile")
        for n, (person, chat) in enumerate(zip(people, chats, strict=True)):
            sent.append(telegram.voice(chat, person, telegram.file(note(0.3 + n / 100))))
        await telegram.until(lambda: all(telegram.reactions(one) for one in sent))
        held.release()
        await here.done(50)
    for n, chat in enumerate(chats):
        (shown,) = answers(telegram, chat)
        with av.open(io.BytesIO(shown.file.data)) as body:
            assert (body.duration or 0) / 1_000_000 == pytest.approx(0.3 + n / 100, abs=0.03)


async def test_a_flood_wait_in_one_chat_delays_no_other(
    telegram, chat, ada, mode, tmp_path, impatient, monkeypatch
):
    passed = [0.0]  # seconds beside the real ones
    monkeypatch.setattr(pressure, "_clock", lambda: asyncio.get_running_loop().time() + passed[0])
    bob = telegram.add_user("Bob")
    other = telegram.private(bob)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.fail("sendVoice", Trouble(status=429, retry_after=FLOOD))
        telegram.voice(chat, ada, telegram.file(note()))
        await telegram.until(
            lambda: any(one.method == "sendVoice" and one.status == 429 for one in telegram.calls)
        )
        telegram.voice(other, bob, telegram.file(note()))
        await telegram.shows(other, lambda one: one.kind == "voice" and one.by_bot)
        assert not [one for one in answers(telegram, chat) if one.kind == "voice"]
        passed[0] += FLOOD
        await here.done(2)
    assert [one.kind for one in answers(telegram, chat)] == ["voice"]


@pytest.mark.parametrize("kind", ["video", "video_note"])
async def test_a_film_comes_back_with_its_pictures_and_a_clean_sound(
    telegram, chat, ada, tmp_path, kind
):
    film = sounds.film(2.0, sounds.tone(2.0), "mp4", "libx264")
    send = telegram.video if kind == "video" else telegram.video_note
    async with at_telegram(tmp_path, telegram) as here:
        send(chat, ada, telegram.file(film, "film.mp4", "video/mp4"), duration=2)
        (job,) = await here.done()
        shown = await telegram.shows(chat, lambda one: one.kind == kind and one.by_bot)
    with av.open(io.BytesIO(shown.file.data)) as container:
        streams = [stream.type for stream in container.streams]
    assert streams == ["video", "audio"]
    assert job.tracks[0].mime == "video/mp4"
    assert "Softer" in answers(telegram, chat)[0].buttons
    assert "noise is removed" in answers(telegram, chat)[0].text


async def test_a_film_too_large_for_the_chat_comes_as_its_sound(telegram, chat, ada, tmp_path):
    film = sounds.film(30.0, sounds.tone(30.0), "mp4", "libx264")
    # A film that took long is put into the status message.
    for way in ("sendVideo", "editMessageMedia"):
        telegram.fail(way, Trouble(status=413))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.video(chat, ada, telegram.file(film, "film.mp4", "video/mp4"), duration=30)
        await here.done()
        shown = await telegram.shows(chat, lambda one: bool(one.file) and one.by_bot)
    assert shown.file.name.startswith("film.clean.")
    assert "The film was too large" in shown.text


@pytest.mark.timeout(600)  # the program starts again and again
@pytest.mark.parametrize(
    ("send", "mode"), [(VOICE, "polling"), (VOICE, "webhook"), (ALBUM, "polling")]
)
async def test_kill_9_around_the_answer_loses_none_and_gives_none_three_times(
    telegram, tmp_path, send, mode
):
    told = await kill_around_sends(tmp_path, telegram, 2, send, mode)
    assert (told.lost, told.oftener) == (0, 0)
    assert told.twice == 1, "where Telegram had it and nobody learned so"
    log = (tmp_path / "run.log").read_text("utf-8")
    assert telegram.token not in log


async def test_an_album_is_one_request(telegram, chat, ada, mode, tmp_path):
    """Its caption counts for all of it, and its parts count as taken when they are kept."""
    files = [telegram.file(noise(tmp_path), f"{n}.wav", "audio/wav") for n in range(3)]
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for n, file in enumerate(files):
            caption = "/enhance podcast" if n == 0 else None
            telegram.document(chat, ada, file, album="7", caption=caption)
        jobs = await here.done(3)
        await telegram.until(lambda: len(answers(telegram, chat)) == 4)
        kept = await here.app.store.read(lambda tx: tx.space("telegram", "albums"))
    assert [job.source.name for job in jobs] == ["0.wav", "1.wav", "2.wav"]
    assert {(job.recipe.operation, job.recipe.preset) for job in jobs} == {("enhance", "podcast")}
    assert len({job.dedupe.rpartition(":")[0] for job in jobs}) == 1
    assert [album["parts"] for album in kept.values()] == [{}]


async def test_an_album_that_was_begun_is_finished_by_the_next_life(telegram, chat, ada, tmp_path):
    file = telegram.file(noise(tmp_path), "a.wav", "audio/wav")
    async with at_telegram(tmp_path, telegram, copying(tmp_path), listens=False) as here:
        part = {"message_id": 5, "date": 0, "chat": {"id": chat.id, "type": "private"}}
        sent = telegram.document(chat, ada, file)
        about = {"file_id": sent.file.id, "file_unique_id": "u", "file_name": "a.wav"}
        who = {"id": ada.id, "is_bot": False, "first_name": "Ada"}
        kept = {**part, "from": who, "media_group_id": "7", "document": about}
        album = {"parts": {"5": kept}, "at": "2026-11-21T00:00:00+00:00"}
        await here.app.store.write(
            lambda tx: tx.put_space("telegram", "albums", {f"{chat.id}:7": album})
        )
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        jobs = await here.done(2)
    assert {job.source.name for job in jobs} == {"a.wav"}
