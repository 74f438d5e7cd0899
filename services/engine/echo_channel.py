"""One channel of a recording, part by part without its repeats."""

import numpy as np

from services.engine.echo_find import LONGEST, LOUDEST
from services.engine.echo_fit import fitted, flattened, gain
from services.engine.echo_parts import loudest
from services.engine.echo_rest import without_rest
from services.engine.echo_taps import Taps, at_rate, remove, removed
from services.engine.jit import compiled
from services.engine.rnnoise import Floats

EXCERPT = 20.0  # seconds of a part that are enough to know its echoes …
MOST_SAMPLES = 960_000  # … and samples …
REVIEW = 0.5  # … and this share of it to see that they stayed the same
ROUNDS = 6  # from taps found at the low rate
FINE_ROUNDS, FINE_FLOOR = 2, 1e-4  # then from those: the pauses decide
BETTER_DB = 0.1  # by which other taps must be better to replace those in use
FADE = 0.05  # seconds from the old taps to the new
PAST = LONGEST + 0.01  # seconds that a sample depends on
SILENCE = 0.01  # seconds of zeros that stay zeros
SOFT = 0.75  # share of the repeats that the soft strength takes out; the others take all


class Channel:
    """Remembers the past, and the taps in use."""

    def __init__(self, low_rate: float, sample_rate: int, strength: str) -> None:
        self._low_rate, self._rate, self._strength = low_rate, sample_rate, strength
        self._heard = np.zeros(round(PAST * sample_rate), np.float32)
        self._clean = self._heard
        self._taps: Taps | None = None

    def clean(self, sound: Floats, found: Taps | None) -> Floats:
        """The next part of (samples,) without the repeats, `found` at the low rate."""
        before = self._taps
        self._taps = self._known(sound, found)
        past = len(self._heard)
        heard = np.concatenate((self._heard, sound))
        clean = self._without(heard, self._taps)
        if before is not self._taps:
            fade = min(round(FADE * self._rate), len(sound))
            old = self._without(heard[: past + fade], before)
            ramp = np.linspace(1, 0, fade, dtype=np.float32)
            clean[past : past + fade] += ramp * (old[past:] - clean[past : past + fade])
        self._heard, self._clean = heard[-past:].copy(), clean[-past:].copy()
        return self._at_strength(heard, clean, past)

    def _at_strength(self, heard: Floats, clean: Floats, first: int) -> Floats:
        if self._strength == "soft":
            return heard[first:] + np.float32(SOFT) * (clean[first:] - heard[first:])
        if self._strength == "strong" and self._taps is not None:
            return without_rest(clean, heard - clean, first, self._rate)
        return clean[first:]

    def _without(self, heard: Floats, taps: Taps | None) -> Floats:
        past = len(self._clean)
        clean = np.concatenate((self._clean, heard[past:]))
        if taps is not None:
            remove(heard, clean, taps, past)
            _hush(heard, clean, past, round(SILENCE * self._rate))
        return clean

    def _known(self, sound: Floats, found: Taps | None) -> Taps | None:
        """The taps for a part: those in use as long as others are hardly better."""
        if found is None:
            return None
        used, start = self._taps, at_rate(found, self._low_rate, self._rate)
        if used is not None and np.array_equal(used.lags, start.lags):
            return self._reviewed(sound, used)
        flat = self._excerpt(sound, 1.0)
        taps = fitted(flat, start, self._rate, ROUNDS)
        taps = fitted(flat, taps, self._rate, FINE_ROUNDS, FINE_FLOOR)
        fall = gain(flat, removed(flat, taps), self._rate)
        return taps if fall.decibels > 0 and fall.louder <= LOUDEST else None

    def _reviewed(self, sound: Floats, used: Taps) -> Taps:
        flat = self._excerpt(sound, REVIEW)
        taps = fitted(flat, used, self._rate, 1, FINE_FLOOR)
        falls = [gain(flat, removed(flat, each), self._rate) for each in (used, taps)]
        return taps if falls[1].decibels > falls[0].decibels + BETTER_DB else used

    def _excerpt(self, sound: Floats, share: float) -> Floats:
        samples = round(share * min(MOST_SAMPLES, EXCERPT * self._rate))
        return flattened(loudest(sound[np.newaxis], samples)[0])


@compiled
def _hush(heard: Floats, clean: Floats, first: int, least: int) -> None:
    """Zero where `least` or more samples that were heard in a row are zero."""
    run = 0
    for t in range(len(heard) + 1):
        if t < len(heard) and heard[t] == 0:
            run += 1
            continue
        if run >= least:
            for k in range(max(first, t - run), t):
                clean[k] = 0
        run = 0
