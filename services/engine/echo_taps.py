"""A few short filters far apart: how a sound repeats itself, and the sound without it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.echo_equations import Places
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

BEFORE, AFTER = 0.3e-3, 0.5e-3  # seconds around each delay that its filter covers
MOST = 48  # taps of one filter, which covers less time where they lie close
BLOCK = 1024  # samples worked on together: they stay in the nearest cache
TOGETHER = 4  # taps worked on together: the sound is read and written once for all of them
STABLE = 0.99  # what all repeats of repeats may add up to at any frequency


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """Repeats of a sound, each a filter that begins `lags` samples late.

    The clean y of the heard x is y[t] = x[t] - sum of forward * x[late] + back * y[late].
    Both are (repeats, taps): `forward` alone undoes repeats of repeats, `back` single ones.
    """

    lags: Places
    forward: Floats
    back: Floats

    @property
    def reach(self) -> int:
        """How many samples before a sample it depends on."""
        return int(self.lags.max(initial=0)) + int(self.forward.shape[1])

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """All taps in a row, those of `forward` first."""
        return np.concatenate((self.forward.ravel(), self.back.ravel())).astype(np.float64)

    @property
    def is_stable(self) -> bool:
        """Whether the repeats of repeats die away at every frequency."""
        return bool(np.abs(np.fft.rfft(self.back, 512, axis=1)).sum(axis=0).max(initial=0) < STABLE)

    def with_values(self, values: npt.NDArray[np.float64]) -> "Taps":
        """Other taps at the same lags."""
        forward, back = values.astype(np.float32).reshape(2, *self.forward.shape)
        return Taps(self.lags, forward, back)


def at_delays(delays: Places, sample_rate: float) -> Taps:
    """Taps of nothing around delays in samples."""
    before = _before(sample_rate)
    count = min(MOST, before + 1 + max(1, round(AFTER * sample_rate)))
    none = np.zeros((len(delays), count + -count % TOGETHER), np.float32)
    return Taps(np.asarray(delays, np.int64) - before, none, none)


def _before(sample_rate: float) -> int:
    return min(MOST // 3, max(1, round(BEFORE * sample_rate)))


def delays_of(taps: Taps, sample_rate: float) -> Places:
    """The delays in samples."""
    return taps.lags + _before(sample_rate)


def at_rate(taps: Taps, rate: float, wanted: float) -> Taps:
    """The same filters for a sound of `wanted` Hz; they know nothing above rate / 2."""
    ratio = wanted / rate
    result = at_delays(np.round(delays_of(taps, rate) * ratio).astype(np.int64), wanted)
    old = taps.lags[:, None] + np.arange(taps.forward.shape[1])
    new = result.lags[:, None] + np.arange(result.forward.shape[1])
    between = np.sinc(new[:, :, None] / ratio - old[:, None, :]) / ratio
    moved = [np.einsum("nij,nj->ni", between, part).ravel() for part in (taps.forward, taps.back)]
    return result.with_values(np.concatenate(moved))


def removed(heard: Floats, taps: Taps) -> Floats:
    """The clean (samples,) of a sound before which there was silence."""
    early = np.zeros(taps.reach, np.float32)
    heard = np.concatenate((early, heard))
    clean = np.zeros_like(heard)
    remove(heard, clean, taps, len(early))
    return clean[len(early) :]


def remove(heard: Floats, clean: Floats, taps: Taps, first: int) -> None:
    """Fill `clean`[first:] in; both hold at least `taps.reach` samples of the past before that."""
    _remove(heard, clean, taps.lags, taps.forward, taps.back, first)


@compiled
def _remove(
    heard: Floats, clean: Floats, lags: Places, forward: Floats, back: Floats, first: int
) -> None:
    step = BLOCK
    for lag in lags:
        step = min(step, lag)
    for start in range(first, len(heard), step):
        stop = min(start + step, len(heard))
        out = clean[start:stop]
        out[:] = heard[start:stop]
        for n in range(len(lags)):
            for k in range(0, forward.shape[1], TOGETHER):
                late = start - lags[n] - k
                _subtract(out, forward[n, k : k + TOGETHER], heard, late)
                _subtract(out, back[n, k : k + TOGETHER], clean, late)


@compiled
def _subtract(out: Floats, taps: Floats, sound: Floats, late: int) -> None:
    """Take four taps of a sound out, the first at `late`, the others one sample later each."""
    a, b, c, d = taps
    if a == 0 and b == 0 and c == 0 and d == 0:
        return
    count = len(out)
    at = sound[late : late + count]
    bt = sound[late - 1 : late - 1 + count]
    ct = sound[late - 2 : late - 2 + count]
    dt = sound[late - 3 : late - 3 + count]
    for i in range(count):
        out[i] -= a * at[i] + b * bt[i] + c * ct[i] + d * dt[i]
