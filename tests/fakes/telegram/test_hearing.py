"""The pretended Telegram, as the real python-telegram-bot finds it."""

import asyncio
import io

import pytest
from aiohttp import ClientSession
from telegram import (
    BotCommand,
    BotCommandScopeChat,
)
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    NetworkError,
    RetryAfter,
)

from tests.fakes.telegram import Fault
from tests.fakes.telegram.clients import (
    OPUS,
    WAV,
    hooked,
    polling,
    reply_to,
)


async def test_a_voice_note_is_heard_downloaded_and_answered_with_another(fake, chat, ada, online):
    async def clean(update):
        said = update.message
        await said.set_reaction("👀")
        await said.reply_chat_action("record_voice")
        data = await (await said.voice.get_file()).download_as_bytearray()
        await said.reply_voice(
            bytes(data) + b"!", duration=said.voice.duration, reply_parameters=reply_to(said)
        )

    online.does = clean
    sent = fake.voice(chat, ada, fake.file(OPUS), duration=3)
    shown = await fake.shows(chat, lambda one: one.by_bot)
    assert (shown.kind, shown.reply_to) == ("voice", sent.id)
    assert (shown.file.data, shown.file.mime, shown.file.duration) == (OPUS + b"!", "audio/ogg", 3)
    assert fake.reactions(sent) == ["👀"]
    assert fake.actions(chat) == ["record_voice"]
    assert fake.broken == []
    methods = [one.method for one in fake.calls if one.chat == chat.id]
    assert methods == ["setMessageReaction", "sendChatAction", "sendVoice"]
    assert fake.calls[-1].files[0].data == OPUS + b"!"


async def test_what_was_heard_is_confirmed_with_the_next_poll(fake, chat, ada, online):
    sent = fake.say(chat, ada, "Hello")
    assert (await online.hears()).update_id == sent.update_id
    await fake.until(lambda: fake.taken == sent.update_id)


async def test_an_update_can_come_again(fake, chat, ada, online):
    sent = fake.say(chat, ada, "Hello")
    await fake.until(lambda: fake.taken == sent.update_id)
    fake.again(sent.update_id)
    assert (await online.hears(2)).update_id == sent.update_id


async def test_what_waits_is_heard_by_the_next_process(fake, chat, ada):
    sent = fake.say(chat, ada, "Before")
    async with polling(fake) as first:
        await first.hears()
    later = fake.say(chat, ada, "Between")
    async with polling(fake) as second:
        assert (await second.hears()).update_id == later.update_id
    assert len(second.heard) == 1
    assert fake.taken == later.update_id > sent.update_id


async def test_two_pollers_are_in_conflict(fake, online):
    async with polling(fake) as other:
        await fake.until(lambda: online.errors + other.errors)
    assert isinstance((online.errors + other.errors)[0], Conflict)
    assert fake.updates.conflicts > 0


async def test_only_what_was_asked_for_is_delivered(fake, chat, ada):
    async with polling(fake, allowed=["edited_message"]) as made:
        sent = fake.say(chat, ada, "Hello")
        fake.edit(sent, text="Bye")
        update = await made.hears()
    assert update.edited_message.text == "Bye"
    assert sent.update_id is None
    assert [one.params["timeout"] for one in fake.polls]


async def test_a_lost_poll_loses_nothing(fake, chat, ada, online):
    fake.fail("getUpdates", Fault(reset=True))
    fake.say(chat, ada, "1")
    await fake.until(lambda: online.errors)
    fake.say(chat, ada, "2")
    assert (await online.hears(2)).message.text == "2"


async def test_a_webhook_is_called_with_the_secret(fake, chat, ada):
    async with hooked(fake) as made:
        await fake.connected()
        sent = fake.say(chat, ada, "Hello")
        assert (await made.hears()).update_id == sent.update_id
        info = await made.bot.get_webhook_info()
        await fake.until(lambda: fake.taken == sent.update_id)
    assert info.url == made.url
    assert fake.webhook.posts == [(sent.update_id, 200)]


async def test_a_webhook_is_called_again_in_order_until_it_takes(fake, chat, ada):
    async with hooked(fake, answers=[500, 503]) as made:
        first, second = fake.say(chat, ada, "1"), fake.say(chat, ada, "2")
        await made.hears(2)
        await fake.until(lambda: fake.taken == second.update_id)
        fake.again(first.update_id)
        await made.hears(3)
    number = first.update_id
    expected = [(number, 500), (number, 503), (number, 200), (number + 1, 200), (number, 200)]
    assert fake.webhook.posts == expected
    assert [one.message.text for one in made.heard] == ["1", "2", "1"]


async def test_no_poller_beside_a_webhook(fake, bot):
    await bot.set_webhook("https://undertone.example/webhooks/telegram", secret_token="x" * 256)
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    "about", [{"url": "http://example.org"}, {"url": "https://a.example", "secret_token": "no way"}]
)
async def test_bad_webhooks_are_refused(fake, bot, about):
    with pytest.raises(BadRequest):
        await bot.set_webhook(**about)
    assert fake.broken


async def test_only_the_right_token_is_known(fake):
    async with ClientSession() as session:
        for token, status in ((fake.token, 200), (fake.token[:-1], 401), ("nonsense", 404)):
            async with session.get(f"{fake.base}/bot{token}/getMe") as answer:
                assert (answer.status, (await answer.json())["ok"]) == (status, status == 200)


async def test_json_is_understood_as_well(fake, chat):
    said = {"chat_id": chat.id, "text": "Hello", "disable_notification": True}
    async with (
        ClientSession() as session,
        session.post(f"{fake.base}/bot{fake.token}/sendmessage", json=said) as answer,
    ):
        assert (await answer.json())["result"]["text"] == "Hello"


async def test_after_log_out_there_is_nothing(fake, bot, chat):
    await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.send_message(chat.id, "Hello")


async def test_a_flood_in_a_group_is_stopped(fake, bot, group):
    for number in range(20):
        await bot.send_message(group.id, f"{number}")
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(group.id, "Too much")
    assert 50 <= raised.value.retry_after.total_seconds() <= 60
    assert fake.limited
    assert fake.broken
    assert fake.calls[-1].status == 429


async def test_a_chat_has_its_pace(fake, bot, chat):
    fake.limits.chat_burst = 2
    await bot.send_message(chat.id, "1")
    await bot.send_message(chat.id, "2")
    with pytest.raises(RetryAfter):
        await bot.send_message(chat.id, "3")
    assert fake.broken == []
    fake.limits.flood = False
    await bot.send_message(chat.id, "3")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=429, retry_after=1), RetryAfter),
        (Fault(status=500), NetworkError),
        (Fault(status=400, description="Bad Request: chat not found"), BadRequest),
        (Fault(status=413), NetworkError),
        (Fault(reset=True), NetworkError),
    ],
)
async def test_what_fails_is_not_done(fake, bot, chat, fault, error):
    fake.fail("sendVoice", fault)
    with pytest.raises(error):
        await bot.send_voice(chat.id, OPUS)
    assert fake.messages(chat) == []
    await bot.send_voice(chat.id, OPUS)


async def test_what_is_swallowed_is_done(fake, bot, chat):
    fake.fail("sendVoice", Fault(swallow=True))
    with pytest.raises(NetworkError):
        await bot.send_voice(chat.id, OPUS)
    assert [one.kind for one in fake.messages(chat)] == ["voice"]


async def test_a_call_can_be_held(fake, bot, chat):
    with fake.hold("sendMessage") as held:
        sending = asyncio.create_task(bot.send_message(chat.id, "Hello"))
        await held.reached()
        assert fake.messages(chat) == []
    await sending
    assert [one.text for one in fake.messages(chat)] == ["Hello"]


async def test_what_is_streamed_arrives_whole(fake, bot, chat):
    await bot.send_document(chat.id, io.BytesIO(WAV * 5000), filename="long.wav")
    assert fake.messages(chat)[0].file.data == WAV * 5000


async def test_strange_calls_are_written_down(fake, bot):
    with pytest.raises(BadRequest, match="not found"):
        await bot.send_message(42, "Hello")
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("makeCoffee", api_kwargs={})
    assert "makeCoffee: Not Found: method not found" in fake.broken


async def test_commands_are_published(fake, bot, group):
    given = [BotCommand("denoise", "Clean")]
    await bot.set_my_commands(given)
    await bot.set_my_commands(given, scope=BotCommandScopeChat(group.id), language_code="de")
    entry = [{"command": "denoise", "description": "Clean"}]
    assert fake.commands == {("default", ""): entry, (f"chat:{group.id}", "de"): entry}
    assert await bot.get_my_commands() == tuple(given)
    await bot.delete_my_commands()
    assert list(fake.commands) == [(f"chat:{group.id}", "de")]
    await bot.set_my_description("Cleans", language_code="en")
    assert fake.lookups.descriptions == {"en": "Cleans"}


@pytest.mark.parametrize(
    "command", [("Denoise", "x"), ("x" * 33, "x"), ("de-noise", "x"), ("denoise", "")]
)
async def test_bad_commands_are_refused(fake, bot, command):
    with pytest.raises(BadRequest):
        await bot.set_my_commands([command])
    assert fake.broken
