"""How Telegram's updates are taken: none lost, none twice, and no one of them in another's way."""

import asyncio

import numpy as np

from adapters.telegram import listening
from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram import Fault as Trouble
from tests.hostile import sounds
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying


async def test_one_who_must_wait_holds_up_nobody_else(telegram, chat, ada, mode, tmp_path):
    bob = telegram.add_user("Bob")
    other = telegram.private(bob)
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
        shown = await telegram.shows(chat, lambda one: "Delete" in one.buttons)
        (job,) = await here.jobs()
        held = telegram.hold("sendVoice|sendMessage")
        telegram.say(chat, ada, f"/start show-{job.id}")
        telegram.say(chat, ada, "/help")
        telegram.press(shown, "Softer", ada)
        said = telegram.voice(other, bob, telegram.file(note()))
        await telegram.until(lambda: telegram.reactions(said))
        held.release()
        await here.done(3)


async def test_an_update_that_nobody_can_read_holds_up_nothing(
    telegram, chat, ada, mode, tmp_path, monkeypatch, caplog
):
    said = []
    monkeypatch.setattr(listening.log, "warning", lambda *words, **more: said.append((words, more)))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.updates.put("message", {"message_id": "what", "note": "between-us-7"}, chat.id)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert "cannot be read" in str(said)
    assert "between-us-7" not in f"{said}{caplog.text}"


async def test_what_fails_in_us_once_is_tried_again(
    telegram, chat, ada, mode, tmp_path, monkeypatch
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        taking, failed = here.app.desk.handle, []

        async def handle(ask):
            if not failed:
                failed.append(ask)
                raise RuntimeError("the store is locked")
            return await taking(ask)

        monkeypatch.setattr(here.app.desk, "handle", handle)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert failed
    assert len(answers(telegram, chat)) == 1


async def test_a_command_and_its_recording_are_read_in_their_order(
    telegram, chat, ada, mode, tmp_path
):
    telegram.say(chat, ada, "/enhance podcast")
    telegram.voice(chat, ada, telegram.file(note()))
    telegram.voice(chat, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        jobs = await here.done(2)
    assert [job.recipe.operation for job in jobs] == ["enhance", "denoise"]


async def test_an_album_is_told_of_what_is_wrong_once(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for n in range(4):
            caption = "/enhance blah" if n == 2 else None
            file = telegram.file(note(), f"{n}.ogg", "audio/ogg")
            telegram.audio(chat, ada, file, album="7", caption=caption)
        await telegram.shows(chat, lambda one: "blah" in one.text)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert len(answers(telegram, chat)) == 2


async def test_a_late_part_of_an_album_is_not_lost(telegram, chat, ada, mode, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        for name in ("a", "b"):
            telegram.audio(chat, ada, telegram.file(note(), f"{name}.ogg"), album="7")
        await here.done(2)
        telegram.audio(chat, ada, telegram.file(note(), "c.ogg"), album="7")
        jobs = await here.done(3)
    assert sorted(job.source.name for job in jobs) == ["a.ogg", "b.ogg", "c.ogg"]


async def test_one_hint_for_photos_and_none_for_what_telegram_itself_reports(
    telegram, chat, ada, mode, tmp_path
):
    photo = b"\xff\xd8\xff\xe0 a photo"
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode):
        telegram.people.service(chat, ada, message_auto_delete_timer_changed=60)
        for _ in range(3):
            telegram.photo(chat, ada, telegram.file(photo, "a.jpg", "image/jpeg"), album="7")
        await telegram.shows(chat, lambda one: "Send me a recording" in one.text)
        telegram.say(chat, ada, "/help")
        await telegram.shows(chat, lambda one: "/denoise" in one.text)
    assert len(answers(telegram, chat)) == 2


async def test_the_waiting_command_counts_for_a_song_with_a_caption(
    telegram, chat, ada, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(chat, ada, "/enhance podcast")
        telegram.audio(chat, ada, telegram.file(note(), "a.ogg"), caption="My nice song")
        (job,) = await here.done()
    assert job.recipe.operation == "enhance"


async def test_other_bots_commands_are_left_to_them(telegram, ada, tmp_path):
    group = telegram.add_group(members=[ada], bot_is_admin=True)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(group, ada, "/weather")
        telegram.say(group, ada, "/wether@undertone_bot")
        await telegram.shows(group, lambda one: "wether" in one.text and one.by_bot)
    assert len(answers(telegram, group)) == 1


async def test_a_group_that_takes_no_voice_messages_gets_a_file(telegram, ada, mode, tmp_path):
    group = telegram.add_group(members=[ada])
    said = telegram.voice(group, ada, telegram.file(note()))
    why = "not enough rights to send voice notes to the chat"
    telegram.fail("sendVoice", Trouble(status=400, description=f"Bad Request: {why}"))
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await here.done()
        await telegram.shows(group, lambda one: one.kind == "document" and one.by_bot)


async def test_where_no_file_is_allowed_words_say_so(telegram, ada, tmp_path):
    group = telegram.add_group(members=[ada])
    said = telegram.voice(group, ada, telegram.file(note()))
    why = "Bad Request: not enough rights to send documents to the chat"
    telegram.fail("sendVoice", Trouble(status=400, description=why))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await here.done()
        shown = await telegram.shows(group, lambda one: one.by_bot)
    assert "not allowed to write or send files" in shown.text


async def test_a_hidden_admin_may_press_the_buttons_of_what_they_asked_for(telegram, ada, tmp_path):
    bob = telegram.add_user("Bob")
    group = telegram.add_group(admins=[ada], members=[bob])
    hidden = telegram.anonymous(group)
    said = telegram.voice(group, hidden, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(group, hidden, "/denoise@undertone_bot", reply_to=said)
        await here.done()
        shown = await telegram.shows(group, lambda one: "Softer" in one.buttons)
        strange = telegram.press(shown, "Softer", bob)
        await telegram.until(lambda: strange.answered)
        telegram.press(shown, "Softer", ada)
        await here.done(2)
    assert "belongs to somebody else" in strange.answered


async def test_a_strangers_press_leaves_anothers_settings_alone(telegram, ada, tmp_path):
    bob = telegram.add_user("Bob")
    group = telegram.add_group(members=[ada, bob])
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(group, ada, "/settings@undertone_bot")
        shown = await telegram.shows(group, lambda one: one.by_bot)
        strange = telegram.press(shown, shown.buttons[0], bob)
        await telegram.until(lambda: strange.answered is not None)
        (after,) = answers(telegram, group)
    assert "belongs to somebody else" in strange.answered
    assert after.buttons == shown.buttons


async def test_what_was_not_kept_when_we_stopped_comes_again(
    telegram, chat, ada, tmp_path, monkeypatch
):
    monkeypatch.setattr(listening, "FAREWELL", 0.1)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        begun = asyncio.Event()

        async def handle(ask):
            begun.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(here.app.desk, "handle", handle)
        telegram.voice(chat, ada, telegram.file(note()))
        await begun.wait()
        asked = len(telegram.polls)
        await telegram.until(lambda: len(telegram.polls) > asked + 1)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        await here.done()


async def test_an_answer_on_its_way_when_we_stop_comes_once(telegram, chat, ada, tmp_path):
    held = telegram.hold("sendMessage")
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(chat, ada, "/help")
        await telegram.until(lambda: [one for one in telegram.calls if one.method == "sendMessage"])
        asyncio.get_running_loop().call_soon(held.release)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert [one.kind for one in answers(telegram, chat)] == ["text", "voice"]


async def test_a_talkative_person_in_a_flooded_chat_holds_up_nobody(telegram, chat, ada, tmp_path):
    bob = telegram.add_user("Bob")
    telegram.fail("sendMessage", *[Trouble(429, retry_after=30)])
    for _ in range(130):
        telegram.say(chat, ada, "and another thing")
    said = telegram.voice(telegram.private(bob), bob, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        await telegram.until(lambda: telegram.reactions(said))


async def test_a_member_who_leaves_ends_nothing(telegram, ada, tmp_path):
    group = telegram.add_group(members=[ada])
    said = telegram.voice(group, ada, telegram.file(note()))
    held = telegram.hold("getFile")
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await telegram.until(lambda: telegram.reactions(said))
        gone = {"user": {"id": 5, "is_bot": False, "first_name": "Eve"}, "status": "left"}
        who = {"id": ada.id, "is_bot": False, "first_name": "Ada"}
        where = {"id": group.id, "type": "supergroup", "title": "Band"}
        body = {"chat": where, "from": who, "date": 0}
        telegram.updates.put(
            "chat_member", {**body, "old_chat_member": gone, "new_chat_member": gone}, group.id
        )
        telegram.say(group, ada, "/help@undertone_bot")
        await telegram.shows(group, lambda one: "/denoise" in one.text and one.by_bot)
        held.release()
        (job,) = await here.done()
    assert job.tracks


async def test_a_command_that_waits_can_be_taken_back(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(chat, ada, "/stems")
        await telegram.shows(chat, lambda one: "now send me the recording" in one.text)
        telegram.say(chat, ada, "/cancel")
        await telegram.shows(chat, lambda one: "no longer wait" in one.text)
        telegram.voice(chat, ada, telegram.file(note()))
        (job,) = await here.done()
    assert job.recipe.operation == "denoise"


async def test_a_word_that_is_not_known_names_those_that_are(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(chat, ada, "/stems xylophone")
        shown = await telegram.shows(chat, lambda one: "xylophone" in one.text and one.by_bot)
    assert "vocals" in shown.text
    assert "drums" in shown.text


async def test_a_file_that_is_no_sound_is_called_so(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        notes = telegram.file(b"%PDF", "notes.pdf", "application/pdf")
        telegram.document(chat, ada, notes, caption="/denoise")
        telegram.document(chat, ada, telegram.file(b"%PDF", "other.pdf", "application/pdf"))
        await telegram.shows(chat, lambda one: "notes.pdf is no recording" in one.text)
        await telegram.shows(chat, lambda one: "other.pdf is no recording" in one.text)
    assert len(answers(telegram, chat)) == 2


async def test_who_only_names_the_bot_in_a_group_learns_what_for(telegram, ada, tmp_path):
    group = telegram.add_group(members=[ada])
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(group, ada, "@undertone_bot")
        await telegram.shows(
            group, lambda one: "Answer a recording with @undertone_bot" in one.text
        )


async def test_silence_costs_nothing_and_leads_nowhere(telegram, chat, ada, tmp_path):
    silence = sounds.encoded(np.zeros((1, 96_000), np.float32), wanted="ogg")
    async with at_telegram(tmp_path, telegram) as here:
        telegram.voice(chat, ada, telegram.file(silence))
        (job,) = await here.done()
        lines = await here.app.store.read(lambda tx: tx.lines(job.id))
        (shown,) = answers(telegram, chat)
    assert {line.kind for line in lines} == {"reserve", "release"}
    assert shown.buttons == ["Delete"]
    assert "nearly no sound" in shown.text
