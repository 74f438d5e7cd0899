"""How well music is taken apart, and how quickly."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import istft, stft

from services.engine import stems
from tests.bench import goals, report
from tests.bench.goals import Goal
from tests.sound import songs

RATE = 48_000
SECONDS = 16.0
SEEDS = (11, 29)  # never those the settings were picked on, 3 and 5
NAMES = stems.NAMES
FRAME, OVERLAP = 4096, 3072
PROTOTYPE = ("6.2", "9.3", "4.3", "3.1", "5.1")  # the best of its figures, on songs of its own
PROTOTYPE_HERE = ("5.10", "7.20", "2.93", "2.63", "1.97")  # measured once on these

Stems = dict[str, np.ndarray]
Method = Callable[[songs.Song], Stems]


class Result(NamedTuple):
    """The SDR of one method on one song, in the order of `NAMES`, and its time per second."""

    method: str
    style: str
    values: tuple[float, ...]
    speed: float


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    stems.warm_up()
    seeds = SEEDS[:1] if quick else SEEDS
    results = [
        _score(name, style, songs.song(seed, style, SECONDS, RATE))
        for seed in seeds
        for style in songs.STYLES
        for name in METHODS
    ]
    count = len(results) // len(METHODS)
    rows = [_row(name, name, results) for name in METHODS]
    ours = [r for r in results if r.method == "Undertone quick"]
    by_style = [_style_row(style, ours) for style in songs.STYLES]
    what = f"mean of {count} songs of {SECONDS:.0f} s, seeds {list(seeds)}"
    return "\n\n".join(
        (
            f"### Stems: plain SDR in dB, {what}",
            report.table(("method", *NAMES, "worst", "RTF"), rows),
            "### Goals: SDR in dB",
            goals.table(_goals(ours)),
            "### Undertone quick by style",
            report.table(("style", *NAMES, "worst"), by_style),
        )
    )


def sdr(result: np.ndarray, truth: np.ndarray) -> float:
    """Energy of the truth to that of the difference, all channels together."""
    truth = truth.astype(np.float64)
    return float(10 * np.log10(np.sum(truth**2) / (np.sum((result - truth) ** 2) + 1e-12)))


def _goals(ours: list[Result]) -> list[Goal]:
    means = np.mean([r.values for r in ours], axis=0).tolist()
    rows = zip(NAMES, (7.5, 10.5, 6.0, 5.0, 6.5), PROTOTYPE, PROTOTYPE_HERE, means, strict=True)
    return [Goal(*row) for row in rows]


def _score(name: str, style: str, song: songs.Song) -> Result:
    began = time.perf_counter()
    made = METHODS[name](song)
    took = time.perf_counter() - began
    values = tuple(sdr(made[part], song.truth(part)) for part in NAMES)
    return Result(name, style, values, took / SECONDS)


def _row(label: str, method: str, results: list[Result]) -> tuple[object, ...]:
    own = [r for r in results if r.method == method]
    means = np.mean([r.values for r in own], axis=0)
    return (label, *map(float, means), _worst(own), float(np.mean([r.speed for r in own])))


def _style_row(style: str, results: list[Result]) -> tuple[object, ...]:
    own = [r for r in results if r.style == style]
    return (style, *map(float, np.mean([r.values for r in own], axis=0)), _worst(own))


def _worst(results: list[Result]) -> str:
    value, style, name = min(
        (value, r.style, name) for r in results for name, value in zip(NAMES, r.values, strict=True)
    )
    return f"{value:.1f} ({name}, {style})"


def _mixture(song: songs.Song) -> Stems:
    return dict.fromkeys(NAMES, song.mix)


def _middle_and_sides(song: songs.Song) -> Stems:
    """The voice is the middle, everything else is at the sides; the rest is a third of those."""
    voice = np.broadcast_to(song.mix.mean(axis=0), song.mix.shape)
    rest = song.mix - voice
    return {"vocals": voice, "instrumental": rest} | dict.fromkeys(NAMES[2:], rest / 3)


def _plain_hpss(song: songs.Song) -> Stems:
    """Median filters alone, and two edges for what is left: bass below 200 Hz, else the voice."""
    spectrum = stft(song.mix, RATE, nperseg=FRAME, noverlap=OVERLAP)[2]
    loud = np.abs(spectrum).mean(axis=0)
    beats = median_filter(loud, (25, 1)) ** 2
    beats /= beats + median_filter(loud, (1, 17)) ** 2 + 1e-12
    low = np.arange(len(beats))[:, np.newaxis] * RATE / FRAME < 200
    masks = {"drums": beats, "bass": (1 - beats) * low, "vocals": 0.5 * (1 - beats) * ~low}
    made = {name: _back(mask * spectrum, song) for name, mask in masks.items()}
    made["other"] = song.mix - sum(made.values())
    return made | {"instrumental": song.mix - made["vocals"]}


def _undertone(song: songs.Song) -> Stems:
    separator = stems.Separator(RATE, len(song.mix), NAMES)
    starts = range(0, song.mix.shape[1], RATE)
    parts = [separator.push(song.mix[:, start : start + RATE]) for start in starts]
    made = np.concatenate((*parts, separator.finish()), axis=2)
    return dict(zip(NAMES, made, strict=True))


def _ideal(song: songs.Song) -> Stems:
    """Masks from the truth: what no mask of this kind can surpass by much."""
    powers = {
        name: np.sum(np.abs(stft(stem, RATE, nperseg=FRAME, noverlap=OVERLAP)[2]) ** 2, axis=0)
        for name, stem in song.stems.items()
    }
    spectrum = stft(song.mix, RATE, nperseg=FRAME, noverlap=OVERLAP)[2]
    total = sum(powers.values()) + 1e-12
    made = {name: _back(power / total * spectrum, song) for name, power in powers.items()}
    return made | {"instrumental": song.mix - made["vocals"]}


def _back(spectrum: np.ndarray, song: songs.Song) -> np.ndarray:
    sound = istft(spectrum, RATE, nperseg=FRAME, noverlap=OVERLAP)[1]
    return sound[:, : song.mix.shape[1]]


METHODS: dict[str, Method] = {
    "mixture": _mixture,
    "middle and sides": _middle_and_sides,
    "plain HPSS": _plain_hpss,
    "Undertone quick": _undertone,
    "ideal ratio mask": _ideal,
}
