"""Voices with repeats of known delay and strength: what an echo remover must give back."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.signal import butter, fftconvolve, freqz

from tests.sound import formants, mix, noises, voices

RATE = 48_000
DELAYS = (0.08, 0.5)  # seconds, what is promised
REACH = 32  # zero crossings of the filter that delays by parts of a sample
SNR_DB = 20.0  # of the noisy kind
KINDS = ("forward", "feedback", "low-passed", "tape", "two", "noisy", "stereo")


class Echoed(NamedTuple):
    """What was heard, the truth without its repeats, and their delays; (channels, samples)."""

    kind: str
    heard: np.ndarray
    dry: np.ndarray
    delays: tuple[float, ...]


def items(
    seeds: Iterable[int], seconds: float = 10.0, *, count: int = 2, formant: bool = False
) -> Iterator[Echoed]:
    """`count` recordings of each kind for each seed, no two with the same voice or delay."""
    for seed in seeds:
        for k, kind in enumerate(KINDS):
            for j in range(count):
                yield echoed(kind, 1000 * seed + 10 * k + j, seconds, formant=formant)


def echoed(
    kind: str, seed: int, seconds: float = 10.0, rate: int = RATE, *, formant: bool = False
) -> Echoed:
    """A voice with repeats of one of `KINDS`.

    forward: one repeat; feedback: repeats of repeats; low-passed: one repeat that lost its
    treble; tape: repeats of repeats that lose ever more of it; two: two repeats; noisy: one
    repeat in a room with noise, which stays in the truth; stereo: another repeat on each side.
    """
    random = np.random.default_rng([seed, KINDS.index(kind)])
    speak = formants.speak if formant else voices.talk
    dry = speak(seed, seconds, rate)[np.newaxis]
    gain = random.uniform(0.35, 0.6)
    first, second = _delays(random)
    if kind == "stereo":
        dry = np.concatenate((dry, 0.7 * dry))
        heard = np.concatenate(
            (_repeat(dry[:1], rate, gain, first), _repeat(dry[1:], rate, 0.8 * gain, second))
        )
        return Echoed(kind, heard, dry, (first, second))
    if kind == "two":
        other = _repeat(dry, rate, random.uniform(0.25, 0.35), second) - dry
        heard = _repeat(dry, rate, min(gain, 0.5), first) + other
        return Echoed(kind, heard, dry, (first, second))
    cutoff = random.uniform(2_500, 5_000) if kind in ("low-passed", "tape") else None
    heard = _repeat(dry, rate, gain, first, cutoff, again=kind in ("feedback", "tape"))
    if kind == "noisy":
        noise = noises.noise("pink", seed, seconds, rate)[np.newaxis]
        mixed = mix.at_snr(dry, noise, SNR_DB)
        return Echoed(kind, heard + mixed.noise, mixed.noisy, (first,))
    return Echoed(kind, heard, dry, (first,))


def _delays(random: np.random.Generator) -> tuple[float, float]:
    """Two delays that are no near multiples of each other."""
    first = random.uniform(*DELAYS)
    while True:
        second = random.uniform(*DELAYS)
        ratio = max(first, second) / min(first, second)
        if abs(first - second) > 0.03 and abs(ratio - round(ratio)) > 0.1:
            return first, second


def _repeat(
    dry: np.ndarray,
    rate: int,
    gain: float,
    delay: float,
    cutoff: float | None = None,
    *,
    again: bool = False,
) -> np.ndarray:
    """`dry` with what comes back after `delay` seconds, a part of a sample included."""
    late = round(delay * rate) - REACH
    filter_ = gain * _path(delay * rate - round(delay * rate), rate, cutoff)
    total = dry.astype(np.float64)
    repeat = total
    while True:
        repeat = np.pad(fftconvolve(repeat, filter_[np.newaxis], axes=1), ((0, 0), (late, 0)))
        repeat = repeat[:, : dry.shape[1]]
        total = total + repeat
        if not again or np.abs(repeat).max(initial=0) < 1e-7:
            return total.astype(np.float32)


def _path(fraction: float, rate: int, cutoff: float | None) -> np.ndarray:
    """A filter that delays by `REACH` + `fraction` samples and loses what is above `cutoff`."""
    offset = np.arange(-REACH, REACH + 1) - fraction
    filter_ = np.sinc(offset) * np.cos(np.pi * offset / (2 * REACH + 2)) ** 2
    if cutoff is None:
        return filter_
    numerator, denominator = butter(2, cutoff, fs=rate)
    response = freqz(numerator, denominator, 2048, whole=True)[1]
    return fftconvolve(filter_, np.fft.ifft(response).real[:512])
