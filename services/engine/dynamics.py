"""Gains that follow the voice: a leveller, a compressor and a de-esser, all channels as one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.engine.audio import Audio
from services.engine.biquads import HIGHEST, Cascade, band_pass
from services.engine.jit import compiled

HOP = 0.001  # seconds between two decisions; the gain runs straight from one to the next
DETECTOR = 0.010  # seconds over which the compressor hears the level
KNEE = 6.0  # dB
GATE = 10**-1.5  # share of the speech level under which a moment is a pause
GATE_FLOOR = 1e-6  # -60 dBFS
ESS_HERTZ, ESS_Q = 6_800.0, 1.0


@dataclass(frozen=True, slots=True)
class Compressor:
    """Settings; the threshold is given against the level of the speech, as files differ."""

    ratio: float
    threshold_db: float
    attack: float  # seconds
    release: float  # seconds
    level_most_db: float = 0.0  # how far the leveller may go, 0 for none
    level_seconds: float = 8.0  # in which the idea of the speech level follows


class Dynamics:
    """Leveller and compressor. No latency: the gain reacts within its attack."""

    def __init__(
        self, settings: Compressor, sample_rate: int, *, level: float, heard: float
    ) -> None:
        """level, heard: mean square of the speech so far, and seconds of it."""
        hop = max(round(HOP * sample_rate), 1)
        step = hop / sample_rate
        self._hop = hop
        self._settings = np.array(
            [
                1 / settings.ratio - 1,
                settings.threshold_db,
                _pole(settings.attack, step),
                _pole(settings.release, step),
                _pole(DETECTOR, step),
                settings.level_most_db,
                step / settings.level_seconds,
                level,
            ]
        )
        # samples in the hop, its energy, detected power, level, moments heard, reduction dB,
        # lift dB, gain, step of the gain
        self._state = np.array([0.0, 0.0, 0.0, level, heard / step, 0.0, 0.0, 1.0, 0.0])

    def push(self, block: Audio) -> Audio:
        """The block with its gain, (channels, samples)."""
        result = np.array(block, np.float32, order="C")
        _compress(result, self._hop, self._settings, self._state)
        return result


class DeEsser:
    """Lowers the band of the s-sounds where they stick out."""

    def __init__(
        self, most_db: float, threshold_db: float, sample_rate: int, channels: int, level: float
    ) -> None:
        """threshold_db: of the band, against the speech `level` (mean square)."""
        hop = max(round(HOP * sample_rate), 1)
        step = hop / sample_rate
        narrow = sample_rate * HIGHEST < ESS_HERTZ
        self._band = Cascade([] if narrow else [band_pass(sample_rate, ESS_HERTZ, ESS_Q)], channels)
        self._hop = hop
        self._settings = np.array(
            [
                0.0 if narrow else most_db,
                level * 10 ** (threshold_db / 10),
                _pole(0.002, step),
                _pole(0.050, step),
            ]
        )
        # samples in the hop, its energy, detected power, reduction dB, share taken, its step
        self._state = np.zeros(6)

    def push(self, block: Audio) -> Audio:
        """The block with softer s-sounds, (channels, samples)."""
        if self._settings[0] <= 0 or self._settings[1] <= 0:
            return block
        result = np.array(block, np.float32, order="C")
        _soften(result, self._band.push(block), self._hop, self._settings, self._state)
        return result


def _pole(seconds: float, step: float) -> float:
    return float(np.exp(-step / seconds))


@compiled
def _compress(
    block: Audio,
    hop: int,
    settings: npt.NDArray[np.float64],
    state: npt.NDArray[np.float64],
) -> None:
    channels, samples = block.shape
    n = 0
    while n < samples:
        # One run up to the end of the hop or of the block, whichever comes first.
        end = min(n + hop - int(state[0]), samples)
        gain, step = state[7], state[8]
        for channel in range(channels):
            energy = 0.0
            for i in range(n, end):
                x = np.float64(block[channel, i])
                energy += x * x
                block[channel, i] = x * (gain + step * (i - n + 1))
            state[1] += energy / channels
        state[7] = gain + step * (end - n)
        state[0] += end - n
        n = end
        if int(state[0]) >= hop:
            _decide(hop, settings, state)


@compiled
def _decide(hop: int, settings: npt.NDArray[np.float64], state: npt.NDArray[np.float64]) -> None:
    """Set the way of the gain through the next hop."""
    slope, threshold, attack, release, smooth, most, follow, first_level = settings
    power = state[1] / hop
    state[0], state[1] = 0.0, 0.0
    state[2] = smooth * state[2] + (1 - smooth) * power
    spoken = power > max(state[3] * GATE, GATE_FLOOR)
    if spoken:
        state[4] += 1
        state[3] += max(follow, 1 / state[4]) * (power - state[3])
    level = max(state[3], 1e-12)
    over = 10 * np.log10(state[2] / level + 1e-12) - threshold
    if over <= -KNEE / 2:
        wanted = 0.0
    elif over < KNEE / 2:
        wanted = slope * (over + KNEE / 2) ** 2 / (2 * KNEE)
    else:
        wanted = slope * over
    pole = attack if wanted < state[5] else release
    state[5] = pole * state[5] + (1 - pole) * wanted
    if most > 0 and spoken and first_level > 0:
        lift = 10 * np.log10(first_level / level)
        lift = min(max(lift, -most), most)
        state[6] += 0.01 * (lift - state[6])
    goal = 10 ** ((state[5] + state[6]) / 20)
    state[8] = (goal - state[7]) / hop


@compiled
def _soften(
    block: Audio,
    band: Audio,
    hop: int,
    settings: npt.NDArray[np.float64],
    state: npt.NDArray[np.float64],
) -> None:
    most, threshold, attack, release = settings
    channels, samples = block.shape
    n = 0
    while n < samples:
        end = min(n + hop - int(state[0]), samples)
        share, step = state[4], state[5]
        for channel in range(channels):
            energy = 0.0
            for i in range(n, end):
                x = np.float64(band[channel, i])
                energy += x * x
                block[channel, i] -= x * (share + step * (i - n + 1))
            state[1] += energy / channels
        state[4] = share + step * (end - n)
        state[0] += end - n
        n = end
        if int(state[0]) < hop:
            continue
        state[2] = 0.6 * state[2] + 0.4 * state[1] / hop
        state[0], state[1] = 0.0, 0.0
        over = 10 * np.log10(state[2] / threshold + 1e-12)
        wanted = min(max(0.7 * over, 0.0), most)
        pole = attack if wanted > state[3] else release
        state[3] = pole * state[3] + (1 - pole) * wanted
        state[5] = (1 - 10 ** (-state[3] / 20) - state[4]) / hop
