"""The pretended Discord, as the real discord.py finds it."""

import asyncio
import io

import aiohttp
import discord
import pytest
from aiohttp import ClientSession
from discord import ui
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.fakes.clock import Clock
from tests.fakes.discord import ALL, MESSAGE_CONTENT, FakeDiscord, Fault, Limits, bad_forms
from tests.fakes.discord.clients import (
    Bot,
    Form,
    channel_of,
    defer,
    file,
    interact,
    late_command,
    panel,
    quota_group,
    speak,
    started,
)
from tests.fakes.discord.components import check, check_modal
from tests.fakes.discord.model import (
    ATTACH,
    GUILD_MESSAGES,
    SEND,
    SEND_IN_THREADS,
    SEND_VOICE,
    VIEW,
)
from tests.fakes.discord.refusal import Refused


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def fake(clock, monkeypatch):
    async with FakeDiscord.running(now=clock) as running:
        monkeypatch.setattr(Route, "BASE", running.api_base)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(running.gateway_url))
        yield running


@pytest.fixture
def bot():
    return Bot()


@pytest.fixture
async def online(fake, bot):
    async with started(fake, bot):
        yield bot


@pytest.fixture
def place(fake):
    """A text channel of a guild with the bot."""
    return fake.add_channel(fake.add_guild())


async def test_a_command_is_deferred_and_answered_with_a_file(fake, place, bot):
    @bot.tree.command(description="Clean")
    async def denoise(interaction, file: discord.Attachment, preset: str = "speech"):
        await interaction.response.defer(thinking=True)
        data = await file.read()
        done = discord.File(io.BytesIO(data * 2), "clean.wav", description="done")
        await interaction.edit_original_response(content=preset, attachments=[done])

    async with started(fake, bot):
        upload = fake.attach(b"RIFF", name="a.wav")
        done = fake.slash("denoise", {"file": upload, "preset": "podcast"}, channel=place)
        assert await done.acknowledged() < 3
        shown = await done.shows(lambda shown: shown.files)
    assert (shown.content, shown.files[0].data, shown.edits) == ("podcast", b"RIFFRIFF", 0)
    assert (shown.files[0].name, shown.files[0].description) == ("clean.wav", "done")
    assert [call.route for call in fake.calls][-2:] == ["interaction", "webhook"]
    assert (upload.downloads, fake.messages(place)) == (1, [shown])
    assert not fake.broken


async def test_a_menu_brings_the_whole_message(fake, place, bot):
    @bot.tree.context_menu(name="Clean this audio")
    async def clean(interaction, message: discord.Message):
        voice = message.attachments[0].is_voice_message()
        await interaction.response.send_message(f"{message.attachments[0].filename} {voice}")

    async with started(fake, bot):
        upload = fake.attach(b"voice", name="voice-message.ogg", duration=1.5, waveform="AAAA")
        said = fake.say(place, fake.add_user("Bea"), attachments=[upload], flags=8192)
        done = fake.menu("Clean this audio", said)
        assert (await done.shows()).content == "voice-message.ogg True"
    assert not fake.broken


async def test_a_button_works_after_a_restart(fake, place):
    first = Bot()
    first.tree.command(name="panel", description="Show a button")(panel)
    async with started(fake, first):
        shown = await fake.slash("panel", channel=place).shows()
    async with started(fake, Bot()):
        pressed = fake.press(shown, "Again")
        assert (await pressed.shows()).content == "again 7"
    assert pressed.ephemeral and fake.messages(place) == [shown]
    assert (fake.identifies, fake.broken) == (2, [])


async def test_what_is_not_there_cannot_be_pressed(fake, place):
    said = fake.say(place, fake.add_user(), content="hello")
    with pytest.raises(AssertionError, match="There is no 'Again'"):
        fake.press(said, "Again")


async def test_a_form_brings_files(fake, place, bot):
    @bot.tree.command(description="Upload")
    async def upload(interaction):
        await interaction.response.send_modal(Form())

    async with started(fake, bot):
        opened = fake.slash("upload", channel=place)
        await opened.acknowledged()
        files = [fake.attach(b"1", name="one.wav"), fake.attach(b"2", name="two.wav")]
        done = fake.submit(opened, {"Files": files, "Note": "please"})
        assert (await done.shows()).content == "['one.wav', 'two.wav'] please"
        with pytest.raises(AssertionError, match="Files takes 1 to 3, not 0"):
            fake.submit(opened, {})
    assert not fake.broken


async def test_subcommands_selects_and_suggestions(fake, place, bot):
    bot.tree.add_command(quota_group())
    async with started(fake, bot):
        await bot.tree.sync()
        typed = fake.autocomplete("quota show", {"what": "mi"}, focused="what", channel=place)
        await typed.acknowledged()
        options = {"what": "minutes", "days": 3, "all_of_it": True}
        shown = await fake.slash("quota show", options, channel=place, locale="de").shows()
        chosen = fake.choose(shown, "kind", ["music"])
        await fake.until(lambda: fake.messages(place)[0].content == "music")
    assert typed.choices == [{"name": "MI", "value": "mi"}]
    assert (shown.content, chosen.ack_type) == ("minutes 3 True", 7)
    assert ([one["name"] for one in fake.commands], fake.syncs) == (["quota"], 1)
    assert not fake.broken


async def test_the_same_nonce_gives_the_same_message(fake, place, online, clock):
    first = await channel_of(online, place).send("done", nonce="job1")
    second = await channel_of(online, place).send("done", nonce="job1")
    clock.turn(minutes=6)
    third = await channel_of(online, place).send("done", nonce="job1")
    assert first.id == second.id != third.id
    assert len(fake.messages(place)) == 2


@pytest.mark.parametrize(
    ("limits", "breaches"),
    [
        pytest.param({"file_by_tier": (10,) * 4}, 1, id="a file"),
        pytest.param({"request": 20, "file_by_tier": (15,) * 4}, 1, id="the whole request"),
        pytest.param({"file_really": 10}, 0, id="less than was announced"),
    ],
)
async def test_what_is_too_large_is_refused(fake, place, online, limits, breaches):
    for name, value in limits.items():
        setattr(fake.limits, name, value)
    with pytest.raises(discord.HTTPException) as caught:
        await channel_of(online, place).send(files=[file(b"x" * 11), file(b"x" * 11)])
    assert (caught.value.status, caught.value.code) == (413, 40005)
    assert (len(fake.broken), fake.messages(place)) == (breaches, [])


@pytest.mark.parametrize(
    "said",
    [
        {"content": "x" * 2001},
        {"embed": discord.Embed(title="x" * 257)},
        {"files": [file() for _ in range(11)]},
        {"file": file(description="x" * 1025)},
        {"view": ui.View().add_item(ui.Button(label="x" * 81))},
        {"nonce": "x" * 26, "content": "x"},
        {"content": " "},
    ],
    ids=["words", "title", "files", "description", "label", "nonce", "nothing"],
)
async def test_forms_that_break_the_rules_are_refused(fake, place, online, said):
    with pytest.raises(discord.HTTPException) as caught:
        await channel_of(online, place).send(**said)
    assert (caught.value.status, len(fake.broken)) == (400, 1)
    assert caught.value.code in (50035, 50006)


async def test_edits_keep_what_they_list(fake, place, online):
    sent = await channel_of(online, place).send(files=[file(b"1", "1.wav"), file(b"2", "2.wav")])
    await sent.edit(attachments=[sent.attachments[1], file(b"3", "3.wav")])
    (shown,) = fake.messages(place)
    assert [(one.name, one.data) for one in shown.files] == [("2.wav", b"2"), ("3.wav", b"3")]
    assert shown.edits == 1
    await sent.edit(content="no files", attachments=[])
    assert fake.messages(place)[0].files == []


async def test_pings_are_those_that_are_allowed(fake, place, online):
    ada, bea = fake.add_user("Ada"), fake.add_user("Bea")
    said = fake.say(place, ada, content="hello")
    allowed = discord.AllowedMentions(everyone=False, roles=False, users=[bea], replied_user=False)
    origin = discord.MessageReference(message_id=said.id, channel_id=place.id)
    text = f"<@{ada.id}> <@{bea.id}> @everyone"
    await channel_of(online, place).send(text, allowed_mentions=allowed, reference=origin)
    shown = fake.messages(place)[-1]
    assert (shown.mentions, shown.pings_everyone, shown.reference) == ([bea.id], False, said.id)
    assert not fake.broken
    everybody = discord.AllowedMentions.all()
    await channel_of(online, place).send(text, allowed_mentions=everybody)
    assert fake.messages(place)[-1].mentions == [ada.id, bea.id]
    assert len(fake.broken) == 1


async def test_discord_py_repeats_what_came_too_fast(fake, place, online):
    fake.fail("POST", r"/channels/\d+/messages", Fault(status=429, retry_after=0.01))
    await channel_of(online, place).send("done")
    assert [call.status for call in fake.calls[-2:]] == [429, 200]
    assert (len(fake.messages(place)), fake.broken) == (1, [])


async def test_discord_py_keeps_to_limits(fake, place, online):
    fake.limits.bucket_seconds = 0.3
    for _ in range(7):
        await channel_of(online, place).send("done")
    assert fake.limited == []


@pytest.mark.parametrize(("limit", "everywhere"), [("bucket_calls", False), ("global_calls", True)])
async def test_who_does_not_keep_to_limits_is_stopped(fake, place, limit, everywhere):
    setattr(fake.limits, limit, 2)
    url = f"{fake.api_base}/channels/{place.id}/messages"
    headers = {"Authorization": f"Bot {fake.token}"}
    async with ClientSession(headers=headers) as session:
        answers = [await session.post(url, json={"content": "x"}) for _ in range(3)]
        said = await answers[-1].json()
    assert [one.status for one in answers] == [200, 200, 429]
    assert said["retry_after"] > 0 and said["global"] is everywhere
    assert len(fake.broken) == (not everywhere)


@pytest.mark.parametrize(("fault", "sent"), [(Fault(reset=True), 0), (Fault(swallow=True), 1)])
async def test_a_connection_may_be_cut(fake, place, online, fault, sent):
    fake.fail("POST", r"/channels/\d+/messages", fault)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel_of(online, place).send("done", nonce="job1")
    assert len(fake.messages(place)) == sent
    await channel_of(online, place).send("done", nonce="job1")
    assert len(fake.messages(place)) == 1


async def test_a_request_may_be_held(fake, place, online):
    with fake.hold(r"/channels/\d+/messages"):
        sending = asyncio.create_task(channel_of(online, place).send("done"))
        await fake.until(lambda: fake.calls[-1].route == "channel")
        assert fake.messages(place) == []
    await sending
    assert len(fake.messages(place)) == 1


async def test_any_error_may_be_given(fake, place, online):
    fake.fail("POST", r"/channels/\d+/messages", Fault(status=503))
    with pytest.raises(discord.DiscordServerError):
        await channel_of(online, place).send("done")


@pytest.fixture
async def waiting(fake, bot):
    """A bot that does nothing but defer."""
    bot.tree.command(name="wait", description="Wait")(defer)
    async with started(fake, bot):
        yield bot


async def test_a_token_lives_a_quarter_of_an_hour(fake, place, waiting, clock):
    done, hook = await interact(fake, waiting, place)
    assert done.thinking and done.shown == []
    clock.turn(minutes=14)
    await hook.edit_message("@original", content="still there")
    clock.turn(minutes=1)
    late, killed = await interact(fake, waiting, place)
    fake.expire_token(late)
    for dead in (hook, killed):
        with pytest.raises(discord.HTTPException) as caught:
            await dead.edit_message("@original", content="too late")
        assert (caught.value.status, caught.value.code) == (401, 50027)
    assert done.shown[0].content == "still there"


async def test_the_first_follow_up_ends_the_thinking(fake, place, waiting):
    done, hook = await interact(fake, waiting, place)
    await hook.send("first", wait=True)
    await hook.send("second", wait=True, ephemeral=True)
    assert [one.content for one in done.shown] == ["first", "second"]
    assert [one.content for one in fake.messages(place)] == ["first"]


async def test_an_app_of_users_has_five_follow_ups_and_no_channel(fake, waiting):
    fake.limits.bucket_calls = 50
    place = fake.add_channel(fake.add_guild(bot=False))
    _, hook = await interact(fake, waiting, place, user_install=True)
    await hook.edit_message("@original", content="done")
    for _ in range(5):
        await hook.send("more", wait=True)
    with pytest.raises(discord.HTTPException) as caught:
        await hook.send("more", wait=True)
    assert caught.value.code == 40094
    with pytest.raises(discord.Forbidden) as caught:
        await channel_of(waiting, place).send("done")
    assert caught.value.code == 50001


async def test_late_and_double_answers_are_refused(fake, place, bot, clock):
    codes = asyncio.Queue()
    late_command(bot, clock, codes)
    async with started(fake, bot):
        fake.slash("late", {"seconds": 4}, channel=place)
        assert [await asyncio.wait_for(codes.get(), 30) for _ in range(2)] == [10062, 10062]
        fake.slash("late", {"seconds": 0}, channel=place)
        assert await asyncio.wait_for(codes.get(), 30) == 40060
    assert len(fake.broken) == 3


@pytest.mark.parametrize(
    ("kind", "permissions", "code"),
    [
        ("text", ALL & ~VIEW, 50001),
        ("text", ALL & ~SEND, 50013),
        ("thread", ALL & ~SEND_IN_THREADS, 50013),
        ("text", ALL & ~ATTACH, 50013),
        ("forum", ALL, 50008),
    ],
)
async def test_channels_want_permissions(fake, online, kind, permissions, code):
    place = fake.add_channel(fake.add_guild(), kind=kind, permissions=permissions)
    with pytest.raises(discord.HTTPException) as caught:
        await channel_of(online, place).send(file=file())
    assert caught.value.code == code


async def test_channels_and_guilds_may_go(fake, online):
    place, other = (fake.add_channel(fake.add_guild()) for _ in range(2))
    fake.delete_channel(place)
    fake.kick(other.guild)
    for gone, code in ((place, 10003), (other, 50001)):
        with pytest.raises(discord.HTTPException) as caught:
            await channel_of(online, gone).send("done")
        assert caught.value.code == code


async def test_a_forum_takes_posts(fake, online):
    place = fake.add_channel(fake.add_guild(), kind="forum")
    forum = await online.fetch_channel(place.id)
    made = await forum.create_thread(name="Result", content="done", file=file())
    (shown,) = fake.messages(fake.channels[made.thread.id])
    assert (shown.content, shown.files[0].name) == ("done", "clean.wav")


@pytest.mark.parametrize(
    ("about", "code"), [({"dms_open": False}, 50007), ({"mutual": False}, 50278)]
)
async def test_private_messages_may_be_closed(fake, online, about, code):
    friend, stranger = fake.add_user("Ada"), fake.add_user("Bea", **about)
    channel = await online.create_dm(discord.Object(friend.id))
    await channel.send("done")
    assert [one.content for one in fake.messages(fake.dm(friend))] == ["done"]
    channel = await online.create_dm(discord.Object(stranger.id))
    with pytest.raises(discord.Forbidden) as caught:
        await channel.send("done")
    assert caught.value.code == code


async def test_a_voice_message(fake, place, online):
    sent = await speak(online, place)
    (shown,) = fake.messages(place)
    assert shown.is_voice and not fake.broken
    assert (shown.files[0].duration_secs, shown.files[0].waveform) == (1.5, "AAAA")
    with pytest.raises(discord.HTTPException) as caught:
        await channel_of(online, place).get_partial_message(int(sent["id"])).edit(content="x")
    assert caught.value.code == 50162


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"content": "hello"}, 50159),
        ({"kind": "application/octet-stream"}, 50160),
        ({"entry": {"duration_secs": 1.5}}, 50161),
        ({"entry": {"duration_secs": 1.5, "waveform": "A" * 400}}, 50161),
    ],
)
async def test_voice_messages_have_rules(place, online, about, code):
    with pytest.raises(discord.HTTPException) as caught:
        await speak(online, place, **about)
    assert caught.value.code == code


async def test_voice_messages_want_a_permission(fake, online):
    place = fake.add_channel(fake.add_guild(), permissions=ALL & ~SEND_VOICE)
    with pytest.raises(discord.HTTPException) as caught:
        await speak(online, place)
    assert caught.value.code == 50173


async def test_links_to_files_expire(fake, place, clock):
    said = fake.say(place, fake.add_user(), attachments=[fake.attach(b"data")])
    url = said.files[0].url
    async with ClientSession() as session:
        good = await session.get(url)
        assert (good.status, await good.read()) == (200, b"data")
        assert (await session.get(url.replace("hm=", "hm=0"))).status == 404
        clock.turn(hours=25)
        assert (await session.get(url)).status == 404


@pytest.mark.parametrize("how", ["close", "reset", "reconnect", "invalid_resumable"])
async def test_a_client_that_comes_back_hears_what_it_missed(fake, place, waiting, how):
    with fake.gateway_away():
        await fake.drop(how)
        missed = fake.slash("wait", channel=place)
    await missed.acknowledged(timeout=20)
    assert (fake.identifies, fake.resumes) == (1, 1)


async def test_an_invalid_session_starts_anew_and_has_missed_it(fake, place, waiting):
    await fake.drop("invalid")
    missed = fake.slash("wait", channel=place)
    await fake.connected()
    heard = fake.slash("wait", channel=place)
    await heard.acknowledged()
    assert (fake.identifies, missed.answered) == (2, None)


@pytest.mark.parametrize("how", ["silent", "zombie"])
async def test_a_gateway_that_does_not_answer_is_left(fake, place, how):
    fake.heartbeat = 0.3
    bot = Bot(heartbeat_timeout=1)
    bot.tree.command(name="wait", description="Wait")(defer)
    async with started(fake, bot):
        await fake.drop(how)
        await fake.until(lambda: fake.resumes)
        await fake.slash("wait", channel=place).acknowledged()


async def test_the_gateway_may_be_down(fake):
    async with ClientSession() as session:
        with fake.gateway_away(), pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(fake.gateway_url)
        async with session.ws_connect(fake.gateway_url) as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_privileged_intents_must_be_allowed(fake):
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with started(fake, Bot(intents=1 | MESSAGE_CONTENT)):
            pass


@pytest.mark.parametrize(("intent", "read"), [(MESSAGE_CONTENT, "hello"), (0, "")])
async def test_messages_are_read_with_the_intent_only(fake, place, intent, read):
    fake.privileged = {MESSAGE_CONTENT}
    async with started(fake, Bot(intents=1 | GUILD_MESSAGES | intent)) as bot:
        fake.say(place, fake.add_user(), content="hello")
        await fake.until(lambda: bot.heard)
    assert bot.heard[0].content == read


async def test_a_wrong_token_does_not_log_in(fake, bot):
    async with bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")
    assert fake.broken


@pytest.mark.parametrize("form", bad_forms.BAD_MODALS)
def test_forms_have_rules(form):
    check_modal(bad_forms.GOOD_MODALS[0], Limits())
    with pytest.raises(Refused, match="Invalid Form Body"):
        check_modal(form, Limits())


@pytest.mark.parametrize("rows", bad_forms.BAD_ROWS)
def test_components_have_rules(rows):
    check(bad_forms.GOOD_ROWS[0], Limits(), v2=False)
    with pytest.raises(Refused, match="Invalid Form Body"):
        check(rows, Limits(), v2=False)
