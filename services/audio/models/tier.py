"""A model as a tier: any rate and one or two channels in, the same out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from services.audio.models.overlapping import CHANNELS, Net, Overlapped
from services.audio.resampling import Resampler
from services.engine.repair import repaired

if TYPE_CHECKING:
    from services.audio.decoding import Form
    from services.recipes import Stem

Audio = npt.NDArray[np.float32]


class ModelTier:
    """As `services.audio.separating.Tier`."""

    note = ""

    def __init__(self, sources: Sequence[Stem], choose: Callable[[Sequence[str]], Net]) -> None:
        self.sources: Sequence[str] = tuple(sources)
        self._choose = choose

    def open(self, form: Form, names: Sequence[str]) -> ModelSeparator:
        """A separator for these stems; also for those that overlap with the sources."""
        return ModelSeparator(self._choose(names), form, names)


class ModelSeparator:
    """As `services.audio.separating.Separator`; needs the same memory however long it runs."""

    def __init__(self, net: Net, form: Form, names: Sequence[str]) -> None:
        self._form = form
        self._picked = [net.names.index(name) for name in names]
        self._overlapped = Overlapped(net)
        self._in: Resampler | None = None
        self._out: list[Resampler] = []
        if form.sample_rate != net.rate:
            self._in = Resampler(form.sample_rate, net.rate, CHANNELS)
            self._out = [Resampler(net.rate, form.sample_rate, CHANNELS) for _ in names]
        self._owed = 0

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples), give (names, channels, what is ready)."""
        self._owed += block.shape[1]
        sound = repaired(block)
        if len(sound) < CHANNELS:
            sound = np.repeat(sound, CHANNELS, axis=0)
        if self._in is not None:
            sound = self._in.push(sound)
        return self._given(self._outward(self._overlapped.push(sound)))

    def finish(self) -> Audio:
        """The rest: as many samples came out as went in."""
        parts = []
        if self._in is not None:
            parts.append(self._outward(self._overlapped.push(self._in.finish())))
        parts.append(self._outward(self._overlapped.finish()))
        if self._out:
            parts.append(np.stack([each.finish() for each in self._out]))
        rest = np.concatenate(parts, axis=2)
        missing = max(self._owed - rest.shape[2], 0)  # a sample, where rates do not divide
        return self._given(np.pad(rest, ((0, 0), (0, 0), (0, missing)))[..., : self._owed])

    def _outward(self, stems: Audio) -> Audio:
        picked = stems[self._picked]
        if not self._out:
            return picked
        pushed = [each.push(stem) for each, stem in zip(self._out, picked, strict=True)]
        return np.stack(pushed)

    def _given(self, stems: Audio) -> Audio:
        self._owed -= stems.shape[2]
        if self._form.channels < CHANNELS:
            stems = stems.mean(axis=1, keepdims=True)
        return np.asarray(stems, np.float32)
