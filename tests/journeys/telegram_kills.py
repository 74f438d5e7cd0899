"""Kill -9 around the sending of an answer on Telegram, which has no key against repeats."""

import os
import signal
from dataclasses import dataclass

from tests.fakes import program
from tests.fakes.telegram import FakeTelegram, Fault
from tests.hostile import sounds
from tests.ports import free_port

VOICE, ALBUM = "sendVoice", "sendMediaGroup"


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


async def kill_around_sends(
    folder, telegram: FakeTelegram, kills: int, send=VOICE, mode="polling"
) -> Told:
    """One person after the other sends something, and the program dies while it answers.

    By turns Telegram has taken the answer, which nobody learns, or has not.
    """
    chats = []
    for n in range(kills):
        person = telegram.add_user(f"P{n}")
        chats.append(telegram.private(person))
        _say(telegram, chats[n], person, send)
        held = telegram.hold(send)
        if n % 2:
            telegram.fail(send, Fault(reset=True))
        with started(folder, telegram, mode, **program.ONE_CHILD) as life:
            await telegram.until(lambda n=n: _asked(telegram, chats[n], send))
            os.kill(life.pid, signal.SIGKILL)
            life.wait()
        held.release()
        with started(folder, telegram, mode, **program.ONE_CHILD) as life:
            await telegram.until(lambda n=n: _settled(telegram, chats[n], send))
            life.terminate()
            life.wait()
    return Told([len(_given(telegram, chat)) for chat in chats], kills)


def _say(telegram, chat, person, send):
    """A voice note, or two songs at once."""
    sound = sounds.speech(0.5)
    if send == VOICE:
        telegram.voice(chat, person, telegram.file(sounds.encoded(sound, wanted="ogg")))
        return
    for name in ("a.mp3", "b.mp3"):
        file = telegram.file(sounds.encoded(sound, wanted="mp3"), name, "audio/mpeg")
        telegram.audio(chat, person, file, album="7")


def _asked(telegram, chat, send):
    return [one for one in telegram.calls if one.method == send and one.chat == chat.id]


def _settled(telegram, chat, send):
    """The second life has sent it again, and was answered."""
    return any(one.status == 200 for one in _asked(telegram, chat, send)[1:])


def _given(telegram, chat):
    """The answers with sound: voice messages, and albums."""
    given = [one for one in telegram.messages(chat) if one.by_bot and one.file]
    return {one.album or one.id for one in given}


def started(folder, telegram, mode="polling", **more):
    """The program with this Telegram, asking for updates or having them posted."""
    told = {"telegram__token": telegram.token, "telegram__api_base": telegram.base}
    told |= {"telegram__mode": mode, **more}
    if mode == "webhook":
        port = free_port()
        told |= {"http__port": str(port), "http__public_url": "https://sound.example"}
        telegram.webhook.origin = f"http://127.0.0.1:{port}"
    return program.started(folder, **told)
