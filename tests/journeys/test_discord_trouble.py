"""Discord when its gateway drops, its servers stumble and many people come at once."""

import asyncio
import io
import logging
import time

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import logs
from tests.fakes.at_discord import PATIENCE, at_discord
from tests.fakes.discord import Fault
from tests.journeys.discord_room import Gate, Room, has_file, noise
from tests.journeys.test_job_life import copying

HOOK = r"/webhooks/\d+/"


@pytest.mark.parametrize("how", ["close", "reset", "reconnect", "invalid_resumable", "again"])
async def test_a_dropped_gateway_loses_no_job_and_answers_once(room, tmp_path, how):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        before = room.denoise(noise(tmp_path), "before.wav")
        await gate.reached.wait()
        for way in ("close", "reset") if how == "again" else (how,):
            await room.discord.drop(way)
            await room.discord.connected()
        during = room.denoise(noise(tmp_path), "after.wav", user=room.bob)
        await during.acknowledged()
        gate.open.set()
        await before.shows(has_file)
        await during.shows(has_file)
        await here.done(2)
    assert sorted(one.files[0].name for one in room.results) == [
        "after.clean.wav",
        "before.clean.wav",
    ]


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Fault(status=429, retry_after=0.2)], id="429"),
        pytest.param([Fault(status=429, retry_after=0.2, everywhere=True)], id="429 everywhere"),
        pytest.param([Fault(status=500)], id="500"),
        pytest.param([Fault(status=503)], id="503"),
        pytest.param([Fault(reset=True)], id="reset"),
        pytest.param([Fault(swallow=True)], id="the answer is lost"),
    ],
)
async def test_a_stumble_while_the_result_is_shown_loses_nothing(room, tmp_path, faults):
    gate = Gate()
    async with at_discord(tmp_path, room.discord, copying(tmp_path, gate)) as here:
        asked = room.denoise(noise(tmp_path))
        await gate.reached.wait()
        await asked.shows(lambda shown: "Removing" in shown.content)
        room.discord.fail("PATCH", HOOK, *faults)
        gate.open.set()
        await asked.shows(has_file)
        await here.done()
    assert len(room.messages) == 1


async def test_a_stumble_while_the_sound_is_fetched_is_tried_again(room, tmp_path):
    room.discord.fail("GET", "/attachments/", Fault(status=503))
    async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
        asked = room.denoise(noise(tmp_path))
        await asked.shows(has_file)
        await here.done()


async def test_an_address_that_expired_is_asked_for_again(room, tmp_path):
    file = room.discord.attach(noise(tmp_path), name="a.wav", content_type="audio/wav")
    said = room.discord.say(room.channel, room.bob, attachments=[file])
    async with at_discord(tmp_path, room.discord, copying(tmp_path)):
        room.discord.fail("GET", "/attachments/", Fault(status=404))
        asked = room.discord.menu("Clean this audio", said, user=room.ada, channel=room.channel)
        shown = await asked.shows(has_file)
    assert shown.files[0].name == "a.clean.wav"


async def test_two_hundred_people_at_once_are_acknowledged_at_once(room, tmp_path):
    """All within the three seconds that Discord waits, with no more requests than are allowed."""
    people = [room.discord.add_user(f"p{n}") for n in range(200)]
    channels = [room.discord.add_channel(room.guild) for _ in range(20)]
    data = noise(tmp_path, 0.1)
    async with at_discord(
        tmp_path,
        room.discord,
        copying(tmp_path),
        quota={"guild_minutes_per_month": "unlimited"},
    ):
        asked = []
        began = time.monotonic()
        for n, person in enumerate(people):
            file = room.discord.attach(data, name=f"{n}.wav", content_type="audio/wav")
            asked.append(
                room.discord.slash("denoise", {"file": file}, user=person, channel=channels[n % 20])
            )
            await room.discord.until(lambda n=n: time.monotonic() - began >= n * 0.05, 60)
        waited = [await one.acknowledged(30) for one in asked]
        # What follows goes on in its own time; by now the platform was asked as often as it is.
        await room.discord.until(lambda: all(one.shown for one in asked))
    assert max(waited) < room.discord.limits.acknowledge
    assert room.discord.limited == []
    assert all(len(one.shown) == 1 for one in asked)


async def test_the_log_tells_no_secrets_even_at_debug(room, tmp_path):
    told = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers, root.level)
    try:
        logs.configure("json", "DEBUG", told)
        async with at_discord(tmp_path, room.discord, copying(tmp_path)) as here:
            asked = room.denoise(noise(tmp_path), "very private.wav")
            shown = await asked.shows(has_file)
            pressed = room.discord.press(shown, "Softer", user=room.bob)
            await pressed.shows()
            room.discord.fail("PATCH", HOOK, Fault(status=503), Fault(reset=True))
            again = room.denoise(b"no sound", "very private.txt", user=room.bob)
            await again.shows()
            await room.discord.drop("reset")
            await room.discord.connected()
            await here.done(2)
    finally:
        root.handlers = before[0]
        root.setLevel(before[1])
    log = told.getvalue()
    assert "job moved" in log
    for secret in (
        room.discord.token,
        asked.token,
        again.token,
        "very private",
        "/attachments/",
        str(room.ada.id),
    ):
        assert secret not in log


async def test_health_says_whether_discord_is_connected(room, tmp_path):
    async with (
        at_discord(tmp_path, room.discord, copying(tmp_path)) as here,
        TestClient(TestServer(here.app.http())) as client,
    ):

        async def says(state):
            answer = await client.get("/readyz")
            return (await answer.json())["discord"] == state

        async def measures(line):
            return line in await (await client.get("/metrics")).text()

        await _until(lambda: says("ok"))
        with room.discord.gateway_away():
            await room.discord.drop("reset")
            await _until(lambda: says("ConnectionError"))
            await _until(lambda: measures('undertone_part_up{part="discord"} 0.0'))


async def test_a_gateway_that_is_away_at_the_start_is_asked_again(discord, tmp_path):
    with discord.gateway_away():
        async with at_discord(tmp_path, discord, copying(tmp_path), waits=False):
            await discord.until(lambda: [one for one in discord.calls if "gateway" in one.path])
            discord.gateway_down = False
            await discord.connected()
            asked = Room(discord).denoise(noise(tmp_path))
            await asked.acknowledged()


async def _until(is_so):
    async with asyncio.timeout(PATIENCE):
        while not await is_so():
            pass


async def test_another_platform_goes_on_while_discord_refuses_the_token(discord, tmp_path):
    wrong = "MTA.wrong0.token-that-nobody-knows-at-all"
    async with at_discord(
        tmp_path, discord, copying(tmp_path), listens=False, token=wrong, web={"enabled": True}
    ) as here:
        with pytest.raises(Exception, match="chat_down"):
            await here.app.platforms["discord"].listen()
        assert "web" in here.app.platforms
        assert (await here.jobs()) == []
    assert [one.split(":")[0] for one in discord.broken] == ["GET /users/@me"]
    discord.broken.clear()
