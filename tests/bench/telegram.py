"""How soon people on Telegram hear of the bot when many write at once, and what that takes."""

import asyncio
import io
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import av

from tests.bench import report, watched
from tests.fakes.telegram import FakeTelegram, Fault
from tests.journeys.telegram_kills import started
from tests.journeys.telegram_room import answers, note

PEOPLE = 50
WAVES = 4
FLOOD = 10  # seconds that one chat must be left alone
SHORTEST, STEP = 1.0, 0.02  # seconds of the first note, and how much longer each next one is
PATIENCE = 300.0
EVERY = 0.1
MODES = ("polling", "webhook")


class Wave(NamedTuple):
    """Fifty people, one note each, all at once."""

    acknowledged: float  # seconds until the last reaction
    delivered: float  # seconds until the last result
    wrong: int  # chats with anything but one answer of the right length
    mib: float  # of the process tree at its highest


class Running(NamedTuple):
    """The program with its Telegram."""

    telegram: Any
    pid: int


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    waves, floods = [], []
    for mode in MODES:
        told, delays = asyncio.run(_measured(mode, 1 if quick else WAVES))
        waves += [(mode, n + 1, *wave) for n, wave in enumerate(told)]
        floods.append((mode, *delays))
    heads = ("mode", "wave", "all 👀 after s", "all delivered after s", "wrong", "peak MiB")
    more = ("mode", "a voice note by itself, s", f"beside a chat flooded for {FLOOD} s, s")
    return "\n\n".join(
        (
            f"### {PEOPLE} people send a voice note each at the same moment, wave after wave",
            report.table(heads, waves),
            (
                "The whole program in a process of its own, Telegram's limits enforced; PSS of "
                "the process tree. Results are told apart by how long they are."
            ),
            "### One chat must be left alone",
            report.table(more, floods),
        )
    )


async def _measured(mode: str, waves: int) -> tuple[list[Wave], tuple[float, float]]:
    async with _running(mode) as here:
        await _alone(here)
        found = [await _wave(here) for _ in range(waves)]
        return found, (await _alone(here), await _beside_a_flood(here))


@asynccontextmanager
async def _running(mode: str) -> AsyncIterator[Running]:
    async with FakeTelegram.running() as telegram:
        with tempfile.TemporaryDirectory() as folder:
            life = started(Path(folder), telegram, mode)
            try:
                await telegram.connected(PATIENCE)
                yield Running(telegram, life.pid)
            finally:
                life.terminate()
                await asyncio.to_thread(life.wait)


async def _alone(here: Running) -> float:
    """Seconds from one person's note to the answer."""
    chat, began = _send(here.telegram, SHORTEST)[0], time.monotonic()
    await here.telegram.until(lambda: _voices(here.telegram, chat), PATIENCE)
    return time.monotonic() - began


async def _beside_a_flood(here: Running) -> float:
    """The same, while another chat's result waits."""
    telegram = here.telegram
    telegram.fail("sendVoice", Fault(status=429, retry_after=FLOOD))
    flooded, _ = _send(telegram, SHORTEST)
    await telegram.until(lambda: _is_told_to_wait(telegram, flooded), PATIENCE)
    took = await _alone(here)
    assert not _voices(telegram, flooded), "the flood was over before"
    await telegram.until(lambda: _voices(telegram, flooded), PATIENCE)
    return took


def _is_told_to_wait(telegram: Any, chat: Any) -> bool:
    return any(one.status == 429 and one.chat == chat.id for one in telegram.calls)


async def _wave(here: Running) -> Wave:
    telegram, began = here.telegram, time.monotonic()
    lengths = [SHORTEST + STEP * n for n in range(PEOPLE)]
    bodies = [note(seconds) for seconds in lengths]
    began = time.monotonic()
    sent = [_send(telegram, seconds, body) for seconds, body in zip(lengths, bodies, strict=True)]
    watching = asyncio.create_task(_peak(here.pid))
    await telegram.until(lambda: all(telegram.reactions(said) for _, said in sent), PATIENCE)
    acknowledged = time.monotonic() - began
    await telegram.until(lambda: all(_voices(telegram, chat) for chat, _ in sent), PATIENCE)
    delivered = time.monotonic() - began
    watching.cancel()
    peak = await watching
    # The status messages go right after the results.
    await telegram.until(lambda: all(len(answers(telegram, one)) == 1 for one, _ in sent), PATIENCE)
    right = [
        _is_right(telegram, chat, seconds) for (chat, _), seconds in zip(sent, lengths, strict=True)
    ]
    return Wave(acknowledged, delivered, right.count(False), peak / 2**20)


def _send(telegram: Any, seconds: float, body: bytes | None = None) -> tuple[Any, Any]:
    person = telegram.add_user()
    chat = telegram.private(person)
    return chat, telegram.voice(chat, person, telegram.file(body or note(seconds)))


def _voices(telegram: Any, chat: Any) -> list[Any]:
    return [one for one in answers(telegram, chat) if one.kind == "voice"]


def _is_right(telegram: Any, chat: Any, seconds: float) -> bool:
    shown = answers(telegram, chat)
    if [one.kind for one in shown] != ["voice"]:
        return False
    with av.open(io.BytesIO(shown[0].file.data)) as body:
        return abs((body.duration or 0) / 1_000_000 - seconds) < STEP / 2


async def _peak(pid: int) -> int:
    """Bytes at the highest until cancelled."""
    most = 0
    try:
        while True:
            most = max(most, (await asyncio.to_thread(watched.memory, pid))[0])
            await asyncio.sleep(EVERY)
    except asyncio.CancelledError:
        return most
