"""A Discord on loopback that the real discord.py runs on: REST, gateway, limits and faults."""

from tests.fakes.discord.fake import FakeDiscord
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.model import ALL, MESSAGE_CONTENT, Fault

__all__ = ["ALL", "MESSAGE_CONTENT", "FakeDiscord", "Fault", "Limits"]
