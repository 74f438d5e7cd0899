"""Before sound leaves the machine, those who look after a place are asked once."""

import json

import pytest

from tests.fakes.at_discord import at_discord
from tests.fakes.at_telegram import at_telegram
from tests.fakes.discord.waiting import until
from tests.journeys.discord_room import has_file, noise
from tests.journeys.provider_room import SIDES, hurry
from tests.journeys.telegram_room import note

MANAGE = 1 << 5
PATIENCE = 90


@pytest.fixture
async def gpt(monkeypatch):
    """MusicGPT, switched on by the environment as an operator does it."""
    hurry(monkeypatch)
    async with SIDES["musicgpt"]() as side:
        given = side.settings
        for name, value in given["own"].items():
            text = json.dumps(value) if isinstance(value, list) else value
            monkeypatch.setenv(f"UNDERTONE_PROVIDERS__MUSICGPT__{name.upper()}", text)
        monkeypatch.setenv("UNDERTONE_FETCH__ALLOWED_PRIVATE", json.dumps([given["private"]]))
        side.fake.auto_finish = 1
        yield side


def is_question(shown):
    said = getattr(shown, "content", getattr(shown, "text", ""))
    return said.startswith("May ") and "be sent to MusicGPT" in said


async def test_in_private_one_press_lets_the_next_recording_go(
    gpt, telegram, chat, ada, mode, tmp_path
):
    async with at_telegram(tmp_path, telegram, mode=mode) as here:
        telegram.voice(chat, ada, telegram.file(note()))
        question = await telegram.shows(chat, is_question)
        await here.done()
        assert gpt.count == 0
        telegram.press(question, "Yes, they may", ada)
        await telegram.shows(chat, lambda one: "may now be sent to MusicGPT" in one.text)
        telegram.voice(chat, ada, telegram.file(note()))
        first, second = await here.done(2)
        shown = await telegram.shows(chat, lambda one: "Sent to MusicGPT" in one.text)
    asked = [one for one in telegram.messages(chat) if is_question(one)]
    assert (first.provider, second.provider, gpt.count) == ("local", "musicgpt", 1)
    assert len(asked) <= 1
    assert shown.by_bot


async def test_on_a_server_only_those_who_look_after_it_answer(gpt, room, tmp_path):
    async with at_discord(tmp_path, room.discord) as here:
        asked = room.denoise(noise(tmp_path), user=room.bob)
        await asked.shows(has_file)
        question = await until(
            lambda: next(one for one in room.messages if is_question(one)), PATIENCE
        )
        pressed = room.discord.press(question, "Yes, they may", user=room.bob)
        refused = await pressed.shows(lambda shown: "look after this place" in shown.content)
        again = room.denoise(noise(tmp_path), user=room.bob)
        await again.shows(has_file)
        assert gpt.count == 0
        pressed = room.discord.press(question, "Yes, they may", user=room.ada, permissions=MANAGE)
        await pressed.shows(lambda shown: "may now be sent to MusicGPT" in shown.content)
        await room.denoise(noise(tmp_path), user=room.bob).shows(has_file)
        jobs = await here.done(3)
    questions = [one for one in room.messages if is_question(one)]
    assert refused.ephemeral
    assert [job.provider for job in jobs] == ["local", "local", "musicgpt"]
    assert len(questions) == 1


async def test_local_only_takes_it_back(gpt, room, tmp_path):
    async with at_discord(tmp_path, room.discord) as here:
        for word in ("off", "on"):
            told = room.discord.slash(
                "settings set", {"local_only": word}, user=room.ada, channel=room.channel,
                permissions=MANAGE,
            )  # fmt: skip
            await told.shows(lambda shown: "Recordings from here" in shown.content)
        await room.denoise(noise(tmp_path)).shows(has_file)
        (job,) = await here.done()
    assert (job.provider, gpt.count) == ("local", 0)
    assert not any(is_question(one) for one in room.messages)


async def test_in_a_group_an_admin_answers_whoever_asked(gpt, telegram, ada, mode, tmp_path):
    bob, eve = telegram.add_user("Bob"), telegram.add_user("Eve")
    group = telegram.add_group(admins=[ada], members=[bob, eve])
    async with at_telegram(tmp_path, telegram, mode=mode) as here:
        said = telegram.voice(group, bob, telegram.file(note()))
        telegram.say(group, bob, "/denoise", reply_to=said)
        question = await telegram.shows(group, is_question)
        await here.done()
        for person in (bob, eve):
            query = telegram.press(question, "Yes, they may", person)
            await telegram.until(lambda query=query: query.answered)
            assert "look after" in query.answered
        telegram.press(question, "Yes, they may", ada)
        await telegram.shows(group, lambda one: "may now be sent to MusicGPT" in one.text)
