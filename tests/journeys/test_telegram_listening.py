"""How Telegram's updates are taken: none lost, none twice, and no one of them in another's way."""

from tests.fakes.at_telegram import at_telegram
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
    telegram, chat, ada, mode, tmp_path, caplog
):
    async with at_telegram(tmp_path, telegram, copying(tmp_path), mode=mode) as here:
        telegram.updates.put("message", {"message_id": "what", "secret": "word"}, chat.id)
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert "cannot be read" in caplog.text
    assert "secret" not in caplog.text


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
