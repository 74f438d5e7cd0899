"""From one sample rate to another, to the sample as long as the arithmetic says."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

Audio = npt.NDArray[np.float32]


def to_frame(sound: Audio, sample_rate: int, at: int) -> AudioFrame:
    """One libav frame of float32, (channels, samples), that begins at sample `at`."""
    layout = "mono" if len(sound) == 1 else "stereo"
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
    frame.sample_rate = sample_rate
    frame.pts = at
    frame.time_base = Fraction(1, sample_rate)
    return frame


class Resampler:
    """`push` and `finish` together give `round(samples × to_rate / from_rate)` samples."""

    def __init__(self, from_rate: int, to_rate: int, channels: int) -> None:
        self.from_rate = from_rate
        self._to_rate = to_rate
        self._channels = channels
        self._taken = 0
        self._given = 0
        layout = "mono" if channels == 1 else "stereo"
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=to_rate)

    def push(self, sound: Audio) -> Audio:
        """Take a block, (channels, samples), and give what is ready."""
        if not sound.shape[1]:
            return sound
        frame = to_frame(sound, self.from_rate, self._taken)
        self._taken += sound.shape[1]
        return self._joined(self._resampler.resample(frame))

    def finish(self) -> Audio:
        """The rest, cut or filled with silence to the exact length."""
        rest = self._joined(self._resampler.resample(None) if self._taken else [])
        missing = round(self._taken * self._to_rate / self.from_rate) - self._given
        self._given += missing
        if missing <= 0:
            return rest[:, : rest.shape[1] + missing]
        return np.pad(rest, ((0, 0), (0, missing)))

    def _joined(self, ready: list[AudioFrame]) -> Audio:
        parts = [np.asarray(frame.to_ndarray(), np.float32) for frame in ready]
        joined = np.concatenate([np.zeros((self._channels, 0), np.float32), *parts], axis=1)
        self._given += joined.shape[1]
        return joined
