"""How soon people hear of the bot: 200 of them on Discord at once, and whoever gives a bad link."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from adapters.fetcher import WebFetcher
from services.problems import Fault
from tests.adapters.fetcher.internet import Dns, Net
from tests.bench import report
from tests.fakes.at_discord import Shift, at_discord
from tests.fakes.discord import FakeDiscord
from tests.fakes.provider import plugin
from tests.hostile.links import lures
from tests.journeys.discord_room import Room, noise

PEOPLE, QUICK, CHANNELS = 200, 20, 20
EVERY = 0.05  # seconds between two of them
TRIES = 3  # for each link; the best counts, the others are what else the machine was doing
PATIENCE = 120.0
GOAL_ACKNOWLEDGED, GOAL_REFUSED = 1_000, 50  # ms


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    people = QUICK if quick else PEOPLE
    waited = asyncio.run(_acknowledged(people))
    refused = asyncio.run(_refused())
    marks = [1000 * one for one in quantiles(waited, n=100)]
    rows = (
        (f"{people} people on Discord in {people * EVERY:g} s: acknowledged, p50, ms", marks[49]),
        (f"the same, p99, ms (goal: {GOAL_ACKNOWLEDGED})", marks[98]),
        (f"{len(refused)} hostile links: refused, slowest, ms (goal: {GOAL_REFUSED})",
         1000 * max(refused)),
    )  # fmt: skip
    return report.table(("what", "figure"), rows)


async def _acknowledged(people: int) -> list[float]:
    """Seconds that each of them waited."""
    async with FakeDiscord.running(now=Shift()) as discord:
        room = Room(discord)
        channels = [discord.add_channel(room.guild) for _ in range(CHANNELS)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            data = noise(folder, 0.1)
            provider = plugin(folder / "work.log")
            endless = {"guild_minutes_per_month": "unlimited"}
            async with at_discord(folder, discord, (provider,), quota=endless):
                asked, began = [], time.monotonic()
                for n in range(people):
                    person = discord.add_user(f"p{n}")
                    file = discord.attach(data, name=f"{n}.wav", content_type="audio/wav")
                    channel = channels[n % CHANNELS]
                    asked.append(
                        discord.slash("denoise", {"file": file}, user=person, channel=channel)
                    )
                    await asyncio.sleep(max(0.0, began + (n + 1) * EVERY - time.monotonic()))
                waited = [float(await one.acknowledged(PATIENCE)) for one in asked]
                await discord.until(lambda: all(one.shown for one in asked), PATIENCE)
        return waited


async def _refused() -> list[float]:
    """Seconds until each hostile link is refused."""
    found = []
    for lure in lures():
        took = []
        for _ in range(TRIES):
            fetcher = WebFetcher(resolve=Dns(*lure.answers), open_socket=Net())
            began = time.perf_counter()
            try:
                async for _piece in fetcher.open(lure.url):
                    raise AssertionError(f"{lure.name} was opened")
            except Fault:
                took.append(time.perf_counter() - began)
        found.append(min(took))
    return found
