"""How much of the room the methods take away, and what they do where there is none."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from services.engine import dereverb
from services.engine.room import RoomFinder
from tests.bench import goals, report
from tests.bench.goals import Goal
from tests.bench.methods import RATE, Method
from tests.sound import mix, music, noises, rooms, scores, voices

SECONDS = 10.0
SEEDS = (11, 29)  # settings were tuned on 3 and 5, and on 400 to 425 for finding rooms
PROTOTYPE = ("2.2", "0.27", "0.10")  # on recordings of its own
PROTOTYPE_HERE = ("3.33", "0.33", "0.113")  # measured once on these
SCORES = ("SI-SDR", "PESQ", "ESTOI")


class Result(NamedTuple):
    """The scores of one method on one item in the order of `SCORES`, and what it took."""

    method: str
    rt60: float
    values: np.ndarray
    before: np.ndarray
    seconds: float


def undertone(strength: str) -> Method:
    """Our two passes, find the room and take it away, in blocks of a second."""

    def run(sound: np.ndarray) -> np.ndarray:
        blocks = [sound[None, n : n + RATE] for n in range(0, len(sound), RATE)]
        finder = RoomFinder(RATE, 1)
        for block in blocks:
            finder.add(block)
        stage = dereverb.Dereverberator(finder.finish(), strength, RATE, 1)
        return np.concatenate([*map(stage.push, blocks), stage.finish()], axis=1)[0]

    return run


def nara_wpe(sound: np.ndarray) -> np.ndarray:
    """The package nara_wpe: all arguments of `wpe` as they are, STFT as its README has it."""
    return _nara_wpe(sound, 512, {})


def nara_wpe_longer(sound: np.ndarray) -> np.ndarray:
    """The same with windows of 43 ms and more taps, which suit 48 kHz better."""
    return _nara_wpe(sound, 2_048, {"taps": 20})


def _nara_wpe(sound: np.ndarray, size: int, arguments: dict[str, int]) -> np.ndarray:
    # The package has no types.
    from nara_wpe.utils import istft, stft
    from nara_wpe.wpe import wpe

    spectra = stft(sound[None], size=size, shift=size // 4).transpose(2, 0, 1)
    cleaned = wpe(spectra, **arguments).transpose(1, 2, 0)
    return istft(cleaned, size=size, shift=size // 4)[0, : len(sound)].astype(np.float32)


METHODS: dict[str, Method] = {
    "doing nothing": lambda sound: sound,
    "Undertone soft": undertone("soft"),
    "Undertone normal": undertone("normal"),
    "Undertone strong": undertone("strong"),
    "nara_wpe, defaults (512/128, 10 taps)": nara_wpe,
    "nara_wpe, 2048/512, 20 taps": nara_wpe_longer,
}


def run(*, quick: bool = False) -> str:
    """The text of the report."""
    seeds = SEEDS[:1] if quick else SEEDS
    dereverb.warm_up()
    results = compared(METHODS, seeds)
    heads = ["method", *SCORES, *(f"d{name}" for name in SCORES), "worst dSI-SDR", "RTF"]
    rows: list[list[object]] = [_row(name, _of(results, name)) for name in METHODS]
    count = len(_of(results, "doing nothing"))
    return "\n\n".join(
        (
            f"### Voices in rooms: mean of {count} items of {SECONDS:.0f} s, seeds {list(seeds)}",
            report.table(heads, rows),
            "### Goals",
            goals.table(_goals(results)),
            "### By reverberation time (RT60 in s): dSI-SDR / dPESQ / dESTOI",
            report.table(["RT60", *METHODS], _by_room(results)),
            "### Where there is no room",
            report.table(*_harmless(seeds)),
        )
    )


def compared(methods: dict[str, Method], seeds: Iterable[int]) -> list[Result]:
    """Every method on every room, with another voice in each."""
    results = []
    for seed in seeds:
        for k, rt60 in enumerate(rooms.RT60S):
            item = rooms.reverberant(10 * seed + k, rt60, SECONDS)
            heard, truth = item.heard[0], item.truth[0]
            before = _scores(heard, truth)
            for name, method in methods.items():
                started = time.perf_counter()
                result = method(heard)
                took = time.perf_counter() - started
                results.append(Result(name, rt60, _scores(result, truth), before, took))
    return results


def _scores(result: np.ndarray, truth: np.ndarray) -> np.ndarray:
    kinds: tuple[Callable[[np.ndarray, np.ndarray], float], ...]
    kinds = (scores.si_sdr, scores.pesq, scores.estoi)
    return np.array([score(result, truth) for score in kinds])


def _of(results: Iterable[Result], method: str) -> list[Result]:
    return [result for result in results if result.method == method]


def _row(name: str, part: list[Result]) -> list[object]:
    values = np.mean([result.values for result in part], axis=0)
    gains = np.array([result.values - result.before for result in part])
    took = sum(result.seconds for result in part) / len(part) / SECONDS
    return [name, *values.tolist(), *gains.mean(axis=0).tolist(), float(gains[:, 0].min()), took]


def _goals(results: list[Result]) -> list[Goal]:
    ours = np.mean([r.values - r.before for r in _of(results, "Undertone normal")], axis=0)
    names = ("SI-SDR gain, dB", "PESQ gain", "ESTOI gain")
    rows = zip(names, (3.2, 0.40, 0.14), PROTOTYPE, PROTOTYPE_HERE, ours.tolist(), strict=True)
    return [Goal(*row) for row in rows]


def _by_room(results: list[Result]) -> list[list[object]]:
    rows: list[list[object]] = []
    for rt60 in rooms.RT60S:
        row: list[object] = [f"{rt60:.2f}"]
        for name in METHODS:
            part = [r.values - r.before for r in _of(results, name) if r.rt60 == rt60]
            a, b, c = np.mean(part, axis=0)
            row.append(f"{a:.1f} / {b:.2f} / {c:.2f}")
        rows.append(row)
    return rows


def _harmless(seeds: Iterable[int]) -> tuple[list[str], list[list[object]]]:
    """Dry voices, dry voices in noise, and music: how many are taken for a room."""
    dry = [voices.talk(10 * seed + k, SECONDS) for seed in seeds for k in range(6)]
    noisy = [
        mix.at_snr(dry[k % len(dry)], noises.noise(kind, seed, SECONDS), snr_db).noisy
        for k, seed in enumerate(seeds)
        for kind in noises.KINDS
        for snr_db in (5, 10, 20)
    ]
    pieces = [music.play(style, seed, SECONDS) for seed in seeds for style in music.STYLES]
    method = METHODS["Undertone normal"]
    rows: list[list[object]] = []
    for name, sounds in (("dry voices", dry), ("in noise, 5 to 20 dB", noisy), ("music", pieces)):
        near = [min(scores.si_sdr(method(sound), sound), 100.0) for sound in sounds]
        changed = sum(value < 100 for value in near)
        rows.append([name, len(sounds), changed, float(np.mean(near)), min(near)])
    return ["input", "items", "taken for a room", "SI-SDR (100 = untouched)", "worst"], rows
