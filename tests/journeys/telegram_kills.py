"""Kill -9 around the sending of an answer on Telegram, which has no key against repeats."""

import os
import signal
from dataclasses import dataclass

from tests.fakes import program
from tests.fakes.telegram import FakeTelegram, Fault
from tests.hostile import sounds


@dataclass(frozen=True, slots=True)
class Told:
    """What people have at the end: how many answers each."""

    answers: list[int]
    kills: int

    @property
    def lost(self) -> int:
        return self.answers.count(0)

    @property
    def twice(self) -> int:
        return self.answers.count(2)

    @property
    def oftener(self) -> int:
        return sum(count > 2 for count in self.answers)


async def kill_around_sends(folder, telegram: FakeTelegram, kills: int) -> Told:
    """One person after the other sends a voice note, and the program dies while it answers.

    By turns Telegram has taken the answer, which nobody learns, or has not.
    """
    body = sounds.encoded(sounds.speech(0.5), wanted="ogg")
    chats = []
    for n in range(kills):
        person = telegram.add_user(f"P{n}")
        chats.append(telegram.private(person))
        telegram.voice(chats[n], person, telegram.file(body))
        held = telegram.hold("sendVoice")
        if n % 2:
            telegram.fail("sendVoice", Fault(reset=True))
        with started(folder, telegram) as life:
            await telegram.until(lambda n=n: _asked(telegram, chats[n]), 60)
            os.kill(life.pid, signal.SIGKILL)
            life.wait()
        held.release()
        with started(folder, telegram) as life:
            await telegram.until(lambda n=n: _settled(telegram, chats[n]), 60)
            life.terminate()
            life.wait()
    return Told([len(_voices(telegram, chat)) for chat in chats], kills)


def _asked(telegram, chat):
    return [one for one in telegram.calls if one.method == "sendVoice" and one.chat == chat.id]


def _settled(telegram, chat):
    """The second life has sent it again, and was answered."""
    return any(one.status == 200 for one in _asked(telegram, chat)[1:])


def _voices(telegram, chat):
    return [one for one in telegram.messages(chat) if one.by_bot and one.kind == "voice"]


def started(folder, telegram):
    """The program with this Telegram."""
    told = {"telegram__token": telegram.token, "telegram__api_base": telegram.base}
    return program.started(folder, **told)
