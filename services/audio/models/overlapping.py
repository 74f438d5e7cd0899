"""A model that hears some seconds at a time, made to hear hours: windows faded into each other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]

CHANNELS = 2  # what all these models were trained on


@dataclass(frozen=True, slots=True)
class Net:
    """A model ready to be asked.

    names: what comes out, in this order. rate: Hz. window, stride: samples.
    ask: takes (2, up to `window` samples) and gives (names, 2, as many).
    """

    names: tuple[str, ...]
    rate: int
    window: int
    stride: int
    ask: Callable[[Audio], Audio]


class Overlapped:
    """`push` and `finish` together give as many samples as they took, aligned to the sample.

    Every window counts most in its middle. The last one reaches back, so that it is whole too;
    only a sound shorter than a window is heard in a shorter one.
    """

    def __init__(self, net: Net) -> None:
        self._net = net
        ramp = np.arange(1, net.window // 2 + 1, dtype=np.float32)
        middle = np.full(net.window % 2, net.window // 2 + 1, np.float32)
        self._shape = np.concatenate((ramp, middle, ramp[::-1])) / np.float32(net.window // 2)
        self._mix = np.zeros((CHANNELS, 0), np.float32)
        self._first = 0  # the sample that `_mix` begins with
        self._begin = 0  # the first sample that was not given yet, where the next window begins
        self._sum = np.zeros((len(net.names), CHANNELS, net.window), np.float32)
        self._weight = np.zeros(net.window, np.float32)

    def push(self, block: Audio) -> Audio:
        """Take (2, samples), give (names, 2, what is ready)."""
        self._mix = np.concatenate((self._mix, block), axis=1)
        ready = [self._sum[..., :0]]
        while self._end - self._begin >= self._net.window:
            self._hear(self._begin)
            ready.append(self._given(self._net.stride))
            self._forget()
        return np.concatenate(ready, axis=2)

    def finish(self) -> Audio:
        """The rest."""
        left = self._end - self._begin
        heard = int(np.count_nonzero(self._weight))
        if left > heard:
            self._hear(max(self._end - self._net.window, self._first))
        return self._given(left)

    @property
    def _end(self) -> int:
        return self._first + self._mix.shape[1]

    def _hear(self, start: int) -> None:
        """Add what the model makes of the window from here; of it only what was not given yet."""
        window = self._mix[:, start - self._first :][:, : self._net.window]
        known = self._begin - start
        shape = self._shape[known : window.shape[1]]
        made = self._net.ask(window)[..., known:]
        self._sum[..., : len(shape)] += shape * made
        self._weight[: len(shape)] += shape

    def _given(self, samples: int) -> Audio:
        weight = np.maximum(self._weight[:samples], np.finfo(np.float32).tiny)
        given = np.asarray(self._sum[..., :samples] / weight, np.float32)
        self._sum = _moved(self._sum, samples)
        self._weight = _moved(self._weight, samples)
        self._begin += samples
        return given

    def _forget(self) -> None:
        """Keep as much of the past as the last window may want to hear again."""
        old = max(self._begin - self._net.window - self._first, 0)
        self._mix = self._mix[:, old:]
        self._first += old


def _moved(values: Audio, samples: int) -> Audio:
    moved = np.zeros_like(values)
    moved[..., : values.shape[-1] - samples] = values[..., samples:]
    return moved
