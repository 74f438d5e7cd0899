"""Every operation with every preset, format, rate and number of channels: what must always hold."""

import io
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from services.audio.decoding import blocks, form_of
from services.audio.formats import sample_rate_for
from services.audio.opening import open_sound
from services.audio.tasks import TASKS
from services.fitting import LOSSLESS
from services.recipes import CLEAN, QUICK_STEMS, RESIDUAL, Format, Operation, Preset
from tests.hostile import sounds

RATES = (8_000, 16_000, 44_100, 48_000, 96_000)
AXES = (tuple(Operation), tuple(Preset), tuple(Format), (1, 2), RATES)
SECONDS = 1.2
LOUDEST = 0.999  # full scale is clipping
QUIET = 10 ** (-80 / 20)  # what a lossy codec may make of silence


class Combination(NamedTuple):
    """One way to ask."""

    operation: Operation
    preset: Preset
    format: Format
    channels: int
    sample_rate: int

    @property
    def name(self) -> str:
        """For people."""
        return "-".join(str(each) for each in self)


def every() -> Iterator[Combination]:
    """All of them."""
    return (Combination(*each) for each in product(*AXES))


def check(asked: Combination) -> None:
    """Raise `AssertionError` where a promise does not hold for a voice and for silence."""
    voice = sounds.speech(SECONDS, asked.sample_rate, asked.channels)
    made = done(asked, voice)
    for part, sound in made.items():
        check_form(asked, sound, f"{asked.name} {part}")
    if asked.format in LOSSLESS:
        source = decoded(io.BytesIO(sounds.encoded(voice, asked.sample_rate)))
        missing = source - sum(added(asked.operation, made))
        assert level_db(missing) < level_db(voice) - 80, f"{asked.name}: the parts do not add up"
    for part, sound in done(asked, np.zeros_like(voice)).items():
        most = 0.0 if asked.format in LOSSLESS else QUIET
        assert np.abs(sound).max() <= most, f"{asked.name} {part}: silence is not silent"


def check_form(asked: Combination, sound: np.ndarray, name: str) -> None:
    """As long as the source, all of it numbers, none of them at full scale."""
    rate = sample_rate_for(asked.format, asked.sample_rate)
    wanted = round(SECONDS * rate)
    spare = 0 if rate == asked.sample_rate else 1
    assert sound.shape[0] == asked.channels, name
    assert abs(sound.shape[1] - wanted) <= spare, f"{name}: {sound.shape[1]} and not {wanted}"
    assert np.isfinite(sound).all(), name
    assert np.abs(sound).max() < LOUDEST, f"{name}: clipped"


def done(asked: Combination, sound: np.ndarray) -> dict[str, np.ndarray]:
    """The parts that come back, decoded, by the very task that a worker runs."""
    is_stems = asked.operation is Operation.STEMS
    parts = [str(stem) for stem in QUICK_STEMS] if is_stems else [CLEAN, RESIDUAL]
    args = {
        "operation": asked.operation.value,
        "preset": asked.preset.value,
        "format": asked.format.value,
        "parts": parts,
    }
    data = sounds.encoded(sound, asked.sample_rate)
    outputs = [io.BytesIO() for _ in parts]
    task = TASKS["stems" if is_stems else "clean"]
    task([io.BytesIO(data)], outputs, args, lambda _fraction: None)
    return {part: decoded(out) for part, out in zip(parts, outputs, strict=True)}


def added(operation: Operation, made: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The parts that together are the source."""
    left_out = ("instrumental",) if operation is Operation.STEMS else ()
    return [sound for part, sound in made.items() if part not in left_out]


def level_db(sound: np.ndarray) -> float:
    """RMS."""
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-20))


def decoded(file: io.BytesIO) -> np.ndarray:
    """(channels, samples)."""
    file.seek(0)
    with open_sound(file) as sound:
        return np.concatenate(list(blocks(sound, form_of(sound))), axis=1)
