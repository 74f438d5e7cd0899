"""A Telegram on loopback that the real python-telegram-bot runs on: Bot API, limits and faults."""

from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.model import Fault

__all__ = ["FakeTelegram", "Fault", "Limits"]
