"""Kill -9 between a submission and noting it, at a provider that was handed the sound already."""

import contextlib
import json
import os
import signal
import sqlite3
from dataclasses import dataclass

from tests.fakes import musicgpt, noise_remover, program
from tests.fakes.discord.waiting import until
from tests.fakes.telegram import FakeTelegram
from tests.hostile import sounds

PATIENCE = 90


@dataclass(frozen=True, slots=True)
class Paid:
    """What the provider took, and what people got for it."""

    kills: int
    submissions: int
    answers: list[int]  # of each person
    doubles: list[int]  # of each job, as it counted them itself

    @property
    def lost(self) -> int:
        return self.answers.count(0)


def hold(side) -> None:
    """The next submission is taken, and its answer never comes."""
    if side.name == "musicgpt":
        side.fake.fail("denoise", musicgpt.Fault(swallow=True, hold=True))
    else:
        side.fake.fail("POST /enhance", noise_remover.Fault(accept=True, hang=True))


def finish_by_itself(side) -> None:
    """Whoever asks hears that it is done."""
    if side.name == "musicgpt":
        side.fake.auto_finish = 1
    else:
        side.fake.done_after = 1


async def kill_around_submissions(folder, telegram: FakeTelegram, side, kills: int) -> Paid:
    """One person after the other; the program dies while the provider answers."""
    finish_by_itself(side)
    chats, life = [], None
    for n in range(kills):
        person = telegram.add_user(f"P{n}")
        chats.append(telegram.private(person))
        life = life or started(folder, telegram, side)
        before = side.count
        hold(side)
        voice = sounds.encoded(sounds.speech(0.5), wanted="ogg")
        telegram.voice(chats[n], person, telegram.file(voice))
        await until(lambda before=before: side.count > before, PATIENCE)
        os.kill(life.pid, signal.SIGKILL)
        life.wait()
        life = started(folder, telegram, side)
        await until(lambda n=n: _answers(telegram, chats[n]), PATIENCE)
    if life is not None:
        life.terminate()
        life.wait()
    answers = [len(_answers(telegram, chat)) for chat in chats]
    return Paid(kills, side.count, answers, _doubles(folder))


def started(folder, telegram, side):
    """The program with this provider and no other."""
    given = side.settings
    told = {
        "telegram__token": telegram.token,
        "telegram__api_base": telegram.base,
        "providers__consent": "given",
        **program.ONE_CHILD,
        "providers__local__enabled": "false",
        "fetch__allowed_private": json.dumps([given["private"]]),
    }
    for name, value in given["own"].items():
        text = json.dumps(value) if isinstance(value, list) else str(value)
        told[f"providers__{side.name}__{name}"] = text
    return program.started(folder, **told)


def _answers(telegram, chat):
    return [one for one in telegram.messages(chat) if one.by_bot and one.kind == "voice"]


def _doubles(folder) -> list[int]:
    with contextlib.closing(sqlite3.connect(folder / "data" / "undertone.db")) as db:
        return [json.loads(body)["doubles"] for (body,) in db.execute("select body from jobs")]
