"""Telegram while work goes on and afterwards, its links, languages, servers and operators."""

import asyncio
import io
import logging
from datetime import timedelta

import pytest

from adapters.telegram import listening, presses
from bot import logs, reaching
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from services import announcer
from services.problems import Code, Fault, Problem
from tests.fakes.at_discord import Shift
from tests.fakes.at_telegram import at_telegram
from tests.fakes.telegram import Fault as Trouble
from tests.journeys.discord_room import Gate, noise
from tests.journeys.telegram_room import answers, note
from tests.journeys.test_job_life import copying


async def test_long_work_has_one_status_message_that_goes_with_the_result(
    telegram, chat, ada, tmp_path, monkeypatch
):
    gate = Gate()
    monkeypatch.setattr(announcer, "GRACE", timedelta(hours=1))
    async with at_telegram(tmp_path, telegram, copying(tmp_path, gate)) as here:
        said = telegram.voice(chat, ada, telegram.file(note()))
        await gate.reached.wait()
        await telegram.until(lambda: telegram.reactions(said))
        before = answers(telegram, chat)
        # As if that hour were over; a clock that is turned so far ends more than that.
        monkeypatch.setattr(announcer, "GRACE", timedelta(0))
        status = await telegram.shows(chat, lambda one: one.buttons == ["Cancel"])
        gate.open.set()
        await here.done()
    assert before == [], "a reaction says enough at first"
    (shown,) = answers(telegram, chat)
    assert (shown.kind, shown.id != status.id) == ("voice", True)
    assert "record_voice" in telegram.actions(chat)


async def test_a_status_message_becomes_the_song(telegram, chat, ada, tmp_path):
    gate, clock = Gate(), Shift()
    async with at_telegram(tmp_path, telegram, copying(tmp_path, gate), clock=clock) as here:
        song = telegram.file(noise(tmp_path), "a.wav", "audio/wav")
        telegram.document(chat, ada, song, caption="/denoise mp3")
        await gate.reached.wait()
        clock.ahead += timedelta(seconds=6)
        status = await telegram.shows(chat, lambda one: one.buttons == ["Cancel"])
        gate.open.set()
        (job,) = await here.done()
        (shown,) = answers(telegram, chat)
        telegram.say(chat, ada, f"/start show-{job.id}")
        await telegram.until(lambda: len(answers(telegram, chat)) == 2)
    assert shown.file.name == "a.clean.mp3"
    assert shown.id == status.id
    assert answers(telegram, chat)[1].file.id == shown.file.id, "it was uploaded once"


async def test_a_status_that_may_be_there_already_is_not_shown_again(telegram, chat, ada, tmp_path):
    gate, clock = Gate(), Shift()
    chat.allows_reactions = False  # so that the card is the first sign
    telegram.fail("sendMessage", Trouble(swallow=True))
    async with at_telegram(tmp_path, telegram, copying(tmp_path, gate), clock=clock) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await gate.reached.wait()
        clock.ahead += timedelta(seconds=6)
        gate.open.set()
        await here.done()
    assert [one.kind for one in answers(telegram, chat)] == ["text", "voice"]


async def test_cancel_ends_it_where_it_stands(telegram, chat, ada, tmp_path):
    gate, clock = Gate(), Shift()
    async with at_telegram(tmp_path, telegram, copying(tmp_path, gate), clock=clock) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await gate.reached.wait()
        clock.ahead += timedelta(seconds=6)
        status = await telegram.shows(chat, lambda one: one.buttons == ["Cancel"])
        query = telegram.press(status, "Cancel", ada)
        (job,) = await here.done()
        await telegram.until(lambda: query.answered is not None)
    (shown,) = answers(telegram, chat)
    assert "Cancelled" in shown.text
    assert job.outcome.code == "cancelled"


async def test_in_a_group_nothing_says_what_the_bot_is_at(telegram, ada, tmp_path):
    group = telegram.add_group(members=[ada])
    said = telegram.voice(group, ada, telegram.file(note()))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.say(group, ada, "/denoise@undertone_bot", reply_to=said)
        await here.done()
    assert telegram.actions(group) == []


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("", "Send me a voice note"),
        ("stems", "Splitting into parts: now send me the recording"),
        ("show-0123456789abcdef0123", "I cannot find this job"),
        ("nonsense", "Send me a voice note"),
    ],
)
async def test_links_begin_what_they_say(telegram, chat, ada, tmp_path, payload, said):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(chat, ada, f"/start {payload}".strip())
        shown = await telegram.shows(chat, lambda one: one.by_bot)
    assert said in shown.text


async def test_a_link_shows_a_result_again_without_sending_it_anew(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        (job,) = await here.done()
        first = await telegram.shows(chat, lambda one: one.kind == "voice" and one.by_bot)
        telegram.say(chat, ada, f"/start show-{job.id}")
        await telegram.until(lambda: len(answers(telegram, chat)) == 2)
    again = answers(telegram, chat)[1]
    assert again.file.id == first.file.id


async def test_words_that_are_no_command_get_a_hint(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(chat, ada, "hello there")
        shown = await telegram.shows(chat, lambda one: one.by_bot)
        telegram.say(chat, ada, "/denois")
        nearest = await telegram.shows(chat, lambda one: "Did you mean" in one.text)
    assert "/help" in shown.text
    assert "/denoise" in nearest.text


async def test_a_german_reads_german(telegram, tmp_path):
    eva = telegram.add_user("Eva", language="de")
    chat = telegram.private(eva)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, eva, telegram.file(note()))
        await here.done()
        shown = await telegram.shows(chat, lambda one: one.by_bot)
    assert "Rauschen ist entfernt" in shown.text
    assert "Löschen" in shown.buttons


async def test_a_server_of_ones_own_shares_its_files(telegram, chat, ada, tmp_path):
    shared = tmp_path / "shared"
    telegram.act_locally(shared)
    large = note() + bytes(21_000_000)
    async with at_telegram(
        tmp_path, telegram, copying(tmp_path), more={"local_mode": True}
    ) as here:
        telegram.voice(chat, ada, telegram.file(large))
        (job,) = await here.done()
    assert job.clip.bytes == len(large)
    assert [one for one in shared.rglob("*") if one.is_file()], "its files are not ours to remove"


async def test_a_server_of_ones_own_that_shares_nothing_is_said_to_the_operator(
    telegram, chat, ada, tmp_path, monkeypatch, caplog
):
    telegram.act_locally(tmp_path / "shared")
    monkeypatch.setattr(telegram.files, "_put", lambda folder, file: "/nowhere/voice.oga")
    async with at_telegram(
        tmp_path, telegram, copying(tmp_path), more={"local_mode": True}
    ) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
    assert "/nowhere of the Bot API server is not here: share its volume" in str(
        [one.__dict__.get("why") for one in caplog.records]
    )


async def test_another_program_with_the_same_token_is_told_about(telegram, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(listening.log, "warning", lambda _, extra: said.append(extra["why"]))
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.updates.oust("Conflict: terminated by other getUpdates request")

        await telegram.until(lambda: any("another program" in why for why in said))
        with pytest.raises(ConnectionError):
            await here.app.checks["telegram"]()


async def test_the_commands_are_published_once_for_each_kind_of_chat(telegram, tmp_path):
    told = {"token": telegram.token, "api_base": telegram.base}
    made = load_settings(PLATFORMS, PROVIDERS, data_dir=tmp_path, telegram=told, env_file=None)
    said = []
    assert await reaching.sync_commands(made, said.append) == 0
    calls = len(telegram.calls)
    assert await reaching.sync_commands(made, said.append) == 0
    assert await reaching.invite(made, said.append) == 0
    lists = telegram.commands
    private = [one["command"] for one in lists["all_private_chats", ""]]
    admins = [one["command"] for one in lists["all_chat_administrators", "de"]]
    assert said[0] == "telegram: published"
    assert said[1] == "telegram: nothing changed since"
    assert "setMyCommands" not in [one.method for one in telegram.calls[calls:]]
    assert "https://t.me/undertone_bot?startgroup=true" in said[-1]
    assert private[:2] == ["denoise", "enhance"]
    assert ("quota" in private, "quota" in admins) == (False, True)
    assert len(lists) == 8


async def test_a_log_of_everything_holds_no_token_and_no_name(
    telegram, chat, ada, tmp_path, caplog
):
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    logs.configure("json", "DEBUG", stream)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        song = telegram.file(noise(tmp_path), "my secret.wav", "audio/wav")
        telegram.document(chat, ada, song)
        await here.done()
        telegram.fail("sendMessage", Trouble(status=500))
        telegram.say(chat, ada, "/jobs")
        await telegram.shows(chat, lambda one: "latest recording" in one.text)
    told = stream.getvalue()
    assert "job moved" in told
    assert telegram.token not in told
    assert "my secret" not in told


async def test_a_list_of_results_shows_one_of_them_again(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        for n in range(2):
            telegram.voice(chat, ada, telegram.file(note(0.5 + n / 5)))
            await here.done(n + 1)
        telegram.say(chat, ada, "/jobs")
        listed = await telegram.shows(chat, lambda one: "latest recordings" in one.text)
        telegram.press(listed, "Show a result again …", ada)
        opened = await telegram.shows(chat, lambda one: "Back" in one.buttons)
        telegram.press(opened, opened.callback_data[1], ada)
        await telegram.until(lambda: len(answers(telegram, chat)) == 4)
    older = next(one for one in answers(telegram, chat) if one.file)
    assert len(opened.buttons) == 3
    assert answers(telegram, chat)[-1].file.id == older.file.id


async def test_thanks_for_a_result_clean_nothing_again(telegram, chat, ada, tmp_path):
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
        shown = await telegram.shows(chat, lambda one: one.kind == "voice" and one.by_bot)
        telegram.say(chat, ada, "thank you!", reply_to=shown)
        await telegram.shows(chat, lambda one: "/help" in one.text)
        telegram.say(chat, ada, "/denoise strong", reply_to=shown)
        jobs = await here.done(2)
    assert [job.recipe.strength for job in jobs] == ["normal", "strong"]


async def test_who_looks_after_a_group_is_asked_once_a_minute_and_only_when_addressed(
    telegram, ada, tmp_path
):
    group = telegram.add_group(admins=[ada], bot_is_admin=True)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)):
        telegram.say(group, ada, "good morning")
        for _ in range(2):
            telegram.say(group, ada, "/quota@undertone_bot")
        await telegram.until(lambda: len(answers(telegram, group)) == 2)
    asked = [one for one in telegram.calls if one.method == "getChatMember"]
    assert len(asked) == 1


async def test_a_press_that_takes_long_is_answered_at_once_and_told_about_later(
    telegram, chat, ada, tmp_path, monkeypatch
):
    monkeypatch.setattr(presses, "PATIENCE", 0.05)
    async with at_telegram(tmp_path, telegram, copying(tmp_path)) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        await here.done()
        shown = await telegram.shows(chat, lambda one: "Softer" in one.buttons)
        handle, gate = here.app.desk.handle, asyncio.Event()

        async def slow(ask):
            await gate.wait()
            raise Fault(Problem(Code.FILE_GONE, {"name": "a"}))

        here.app.desk.handle = slow
        query = telegram.press(shown, "Softer", ada)
        await telegram.until(lambda: query.answered is not None)
        gate.set()
        await telegram.shows(chat, lambda one: "no longer there" in one.text)
        here.app.desk.handle = handle
    assert query.answered == ""
