"""How well repeats go, beside a general dereverberation, and what happens without repeats."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from services.engine.echo import EchoFinder, EchoRemover, warm_up
from tests.bench import goals, report
from tests.bench.goals import Goal
from tests.sound import echoes, music, scores, voices

RATE = echoes.RATE
SECONDS = 10.0
SEEDS = (11, 29)  # chosen on 3 and 5; what tells a beat from an echo also on 7 to 14 without 11
SCORES = ("dSI-SDR", "dPESQ", "dESTOI", "PESQ")
# With the prototype's defaults, on one recording of each kind and seed of the very same.
PROTOTYPE_HERE = {"mean": "29.6", "two": "8.5", "noisy": "18.7", "pesq": "3.34"}
ROUNDING_DB = 100.0  # at most; an untouched file would make the mean infinite

Method = Callable[[np.ndarray], np.ndarray]


class Result(NamedTuple):
    """The scores of one method on one recording, in the order of `SCORES`, and its cost."""

    method: str
    kind: str
    values: tuple[float, ...]
    share: float  # processor time to the length of the sound


def undertone(sound: np.ndarray, strength: str = "normal") -> np.ndarray:
    """Our two passes over (channels, samples), find and remove, in blocks of a second."""
    finder = EchoFinder(RATE, len(sound))
    blocks = [sound[:, n : n + RATE] for n in range(0, sound.shape[1], RATE)]
    for block in blocks:
        finder.add(block)
    remover = EchoRemover(finder.finish(), strength, RATE, len(sound))
    parts = [remover.push(block) for block in blocks]
    return np.concatenate((*parts, remover.finish()), axis=1)


def soft(sound: np.ndarray) -> np.ndarray:
    """The same, leaving a quarter of the repeats."""
    return undertone(sound, "soft")


def strong(sound: np.ndarray) -> np.ndarray:
    """The same, turning down what is left as well."""
    return undertone(sound, "strong")


def wpe(sound: np.ndarray) -> np.ndarray:
    """The package nara_wpe with its defaults: ten taps, delay three, STFT 512/128."""
    from nara_wpe.utils import istft, stft
    from nara_wpe.wpe import wpe as dereverberated

    spectra = stft(sound, size=512, shift=128).transpose(2, 0, 1)
    result = istft(dereverberated(spectra).transpose(1, 2, 0), size=512, shift=128)
    return result[:, : sound.shape[1]].astype(np.float32)


METHODS: dict[str, Method] = {
    "nothing": lambda sound: sound,
    "Undertone normal": undertone,
    "Undertone soft": soft,
    "Undertone strong": strong,
    "nara_wpe": wpe,
}


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seeds = SEEDS[:1] if quick else SEEDS
    warm_up()
    items = list(echoes.items(seeds, SECONDS, count=1 if quick else 2))
    results = [_scored(name, item) for item in items for name in METHODS]
    heads = ("method", *SCORES, "worst dSI-SDR", "share of real time")
    rows = [_row(name, results) for name in METHODS]
    return "\n\n".join(
        (
            f"### Voices with repeats: mean of {len(items)} recordings, seeds {list(seeds)}",
            report.table(heads, rows),
            "### Goals",
            goals.table(_goals(results, seeds)),
            "### By kind: dSI-SDR / dPESQ / dESTOI",
            report.table(*_by_kind(results)),
            "### Without repeats: SI-SDR to the input in dB, at most 100",
            report.table(*_untouched(seeds)),
        )
    )


def _goals(results: list[Result], seeds: Iterable[int]) -> list[Goal]:
    ours = [r for r in results if r.method == "Undertone normal"]
    gains = {kind: _means([r for r in ours if r.kind == kind])[0] for kind in ("two", "noisy")}
    mean = _means(ours)
    spoken = [voices.talk(1000 * seed + 90 + k, SECONDS) for seed in seeds for k in range(3)]
    clean = float(np.mean([_near("Undertone normal", sound) for sound in spoken]))
    here = PROTOTYPE_HERE
    return [
        Goal("SI-SDR gain, dB", 35.0, "27 to 37", here["mean"], mean[0]),
        Goal("two echoes, dB", 20.0, "5", here["two"], gains["two"]),
        Goal("noisy, dB", 16.0, "14.5", here["noisy"], gains["noisy"]),
        Goal("PESQ", 3.9, "3.3 to 3.6", here["pesq"], mean[3]),
        Goal("without echo, SI-SDR to the input", 60.0, "75", "–", clean),
    ]


def _scored(name: str, item: echoes.Echoed) -> Result:
    started = time.process_time()
    result = METHODS[name](item.heard)
    spent = time.process_time() - started
    after, before = _scores(result, item.dry), _scores(item.heard, item.dry)
    gains = [float(a - b) for a, b in zip(after, before, strict=True)]
    return Result(name, item.kind, (*gains, float(after[1])), spent * RATE / item.heard.size)


def _scores(sound: np.ndarray, dry: np.ndarray) -> np.ndarray:
    """SI-SDR, PESQ and ESTOI, mean of the channels."""
    each = (scores.si_sdr, scores.pesq, scores.estoi)
    return np.mean([[s(a, b) for s in each] for a, b in zip(sound, dry, strict=True)], axis=0)


def _row(name: str, results: list[Result]) -> list[object]:
    mine = [r for r in results if r.method == name]
    worst = min(mine, key=lambda r: r.values[0])
    share = float(np.mean([r.share for r in mine]))
    return [name, *_means(mine), f"{worst.values[0]:.1f} ({worst.kind})", share]


def _means(results: list[Result]) -> list[float]:
    return [float(v) for v in np.mean([r.values for r in results], axis=0)]


def _by_kind(results: list[Result]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for kind in echoes.KINDS:
        row = [kind]
        for name in METHODS:
            mean = _means([r for r in results if (r.method, r.kind) == (name, kind)])
            row.append(f"{mean[0]:.1f} / {mean[1]:.2f} / {mean[2]:.3f}")
        rows.append(row)
    return ["kind", *METHODS], rows


def _untouched(seeds: Iterable[int]) -> tuple[list[str], list[list[object]]]:
    spoken = [voices.talk(1000 * seed + 90 + k, SECONDS) for seed in seeds for k in range(3)]
    played = [music.play(style, seed, 2 * SECONDS) for seed in seeds for style in music.STYLES]
    rows: list[list[object]] = []
    for name in ("Undertone normal", "nara_wpe"):
        near = [[_near(name, sound) for sound in group] for group in (spoken, played)]
        alarms = sum(value < ROUNDING_DB for group in near for value in group)
        means = [float(np.mean(group)) for group in near]
        rows.append([name, *means, f"{alarms} of {len(spoken) + len(played)}"])
    return ["method", "dry voices", "music", "changed"], rows


def _near(name: str, sound: np.ndarray) -> float:
    result = METHODS[name](sound[np.newaxis])[0]
    return min(scores.si_sdr(result, sound), ROUNDING_DB)
