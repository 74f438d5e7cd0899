"""What the Discord journeys share: a server with one channel, people, and sounds."""

import asyncio

import numpy as np

from tests.fakes.discord import FakeDiscord
from tests.wav import write_wav


class Room:
    """A text channel with Ada, who asks, and Bob, who only looks."""

    def __init__(self, discord: FakeDiscord, **about) -> None:
        self.discord = discord
        self.guild = discord.add_guild(**about)
        self.channel = discord.add_channel(self.guild)
        self.ada = discord.add_user("Ada")
        self.bob = discord.add_user("Bob")

    def denoise(self, data, name="my talk.wav", user=None, locale="en-US", **options):
        """Ada types /denoise."""
        file = self.discord.attach(data, name=name, content_type="audio/wav")
        return self.discord.slash(
            "denoise",
            {"file": file, **options},
            user=user or self.ada,
            channel=self.channel,
            locale=locale,
        )

    @property
    def messages(self):
        """What everybody sees in the channel."""
        return self.discord.messages(self.channel)

    @property
    def results(self):
        """Messages in the channel that carry a file."""
        return [one for one in self.messages if one.files]


def noise(folder, seconds=0.5, level=0.05):
    """Noise at 48 kHz as the bytes of a WAV file."""
    sound = np.random.default_rng(5).normal(0, level, (1, round(seconds * 48_000)))
    return write_wav(folder / "noise.wav", sound).read_bytes()


class Gate:
    """Holds a provider's work until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    def __call__(self, provider) -> None:
        """Put the gate before the work of this provider."""
        submit = provider.submit

        async def held(order):
            self.reached.set()
            await self.open.wait()
            return await submit(order)

        provider.submit = held


def has_file(shown):
    """Whether a result is there."""
    return bool(shown.files)
