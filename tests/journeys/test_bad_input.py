"""Bad input through the whole life: a sentence each, no quota spent, no file left, nobody dies."""

import numpy as np
import pytest

from services import cards, texts
from services.model import Address, Ask, Person, Source
from services.problems import Problem
from tests.fakes.world import world
from tests.hostile import bad, sounds

NAMES = [
    "../../etc/passwd",
    "a\0b.wav",
    "two\nlines.wav",
    "\u202egnp.wav",
    "🎙️ голос.wav",
    "-i.wav",
    "n" * 5000 + ".wav",
    "",
]
MANY = {"quota": {"max_active_jobs_per_user": "unlimited"}}


async def ask(here, folder, name, data, event):
    path = folder / f"sent-{event}"
    path.write_bytes(data)
    asked = Ask(
        "denoise",
        {"format": "wav"},
        (Source(name, ref=str(path)),),
        Person("person"),
        Address("discord", "space", "chat"),
        event,
    )
    (card,) = await here.app.desk.handle(asked)
    return card.job


async def left(here):
    return [key async for key, _ in here.app.files.list("")]


async def test_every_bad_file_gets_its_sentence_costs_nothing_and_leaves_nothing(tmp_path):
    (tmp_path / "canary").write_text(bad.CANARY)
    lists = bad.playlists(tmp_path / "canary").items()
    files = [(case.name, case.make()) for case in bad.bad_files()]
    files += [(f"{name}.mp3", text.encode()) for name, text in lists]
    async with world(tmp_path, **MANY) as here:
        jobs = [
            await ask(here, tmp_path, name, data, f"e{n}") for n, (name, data) in enumerate(files)
        ]
        ended = [await here.done(job) for job in jobs]
        assert await here.spent() == 0
        assert await left(here) == []
    for job in ended:
        assert isinstance(job.outcome, Problem), job.source.name
        said = texts.render(cards.problem_text(job.outcome, job.id), "en")
        assert len(said.split(". ")) >= 2, f"what happened and a next step: {said}"
        assert bad.CANARY not in said
    assert len({job.outcome.code for job in ended}) >= 7


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: sounds.encoded(sounds.tone(1, 8_000), 8_000), id="8 kHz"),
        pytest.param(lambda: sounds.encoded(sounds.tone(1, 192_000), 192_000), id="192 kHz"),
        pytest.param(lambda: sounds.encoded(sounds.tone(channels=6)), id="6 channels"),
        pytest.param(lambda: sounds.float_wav(np.full((1, 48_000), np.nan, np.float32)), id="NaN"),
        pytest.param(lambda: sounds.film(sound=sounds.tone()), id="the sound of a film"),
    ],
)
async def test_what_is_only_odd_comes_back(data, tmp_path):
    async with world(tmp_path) as here:
        job = await here.done(await ask(here, tmp_path, "odd.wav", data(), "e1"))
    assert isinstance(job.outcome, tuple), job.outcome
    assert abs(job.outcome[0].seconds - job.clip.seconds) < 0.001


async def test_names_of_every_kind_are_only_shown(tmp_path):
    data = sounds.encoded(sounds.tone())
    async with world(tmp_path, **MANY) as here:
        jobs = [await ask(here, tmp_path, name, data, f"e{n}") for n, name in enumerate(NAMES)]
        ended = [await here.done(job) for job in jobs]
    for job in ended:
        (track,) = job.outcome
        assert "/" not in track.name
        assert track.name.isprintable(), repr(track.name)
        assert len(track.name) < 100
