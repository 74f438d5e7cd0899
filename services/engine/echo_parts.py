"""A long recording in parts that are each looked at as a whole."""

import numpy as np

from services.engine.audio import Audio

LENGTH = 40.0  # seconds of a part …
TAIL = 20.0  # … and what the last one may have in addition: no part is too short to judge


class Parts:
    """Cuts a stream at the same places whatever its blocks are."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._length = round(LENGTH * sample_rate)
        self._most = self._length + round(TAIL * sample_rate)
        self._none: Audio = np.zeros((channels, 0), np.float32)
        self._waiting: list[Audio] = []
        self._held = 0

    def push(self, block: Audio) -> list[Audio]:
        """The parts that `block`, (channels, samples), completes."""
        self._waiting.append(block)
        self._held += block.shape[1]
        if self._held < self._most:
            return []
        sound = self.finish()
        parts = []
        while sound.shape[1] >= self._most:
            parts.append(sound[:, : self._length])
            sound = sound[:, self._length :]
        self._waiting, self._held = [sound], sound.shape[1]
        return parts

    def finish(self) -> Audio:
        """The last part, perhaps empty."""
        sound = np.concatenate((self._none, *self._waiting), axis=1)
        self._waiting, self._held = [], 0
        return sound


def loudest(part: Audio, samples: int) -> Audio:
    """The `samples` of (channels, …) in a row with the most energy; all if there are fewer."""
    step = max(1, samples // 20)
    if part.shape[1] < samples + step:
        return part
    count = part.shape[1] // step
    energy = np.einsum("cns,cns->n", *2 * [part[:, : count * step].reshape(len(part), count, step)])
    sums = np.convolve(energy, np.ones(samples // step), "valid")
    first = int(np.argmax(sums)) * step
    return part[:, first : first + samples]
