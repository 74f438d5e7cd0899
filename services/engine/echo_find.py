"""Whether and where a sound repeats itself: peaks of its cepstrum that stand a trial."""

import numpy as np
import scipy.fft
import scipy.ndimage
import scipy.signal

from services.engine.echo_fit import Gain, fitted, flattened, gain
from services.engine.echo_taps import Taps, at_delays, delays_of, removed
from services.engine.rnnoise import Floats

WINDOW = 4.096  # seconds in one spectrum
SMOOTH = 50.0  # Hz across which the spectrum counts as the voice's, not as the echo's
SHORTEST, LONGEST = 0.06, 0.6  # seconds
APART = 0.004  # seconds between two delays
MOST = 3  # delays, and peaks that are tried for each
CLEAR = 25.0  # times the usual deviation: rooms and hum reach 22, an echo of -20 dB 39
ROUNDS = 12
LEAST_DB = 0.3  # that a true repeat takes from the frames, on average
LOUDEST = 0.15  # share of the frames that may get louder
ALIKE = 0.2  # of the gain, and what a beat would give, must come with the other half's taps
ALIBI = 0.55  # of the gain may come from twice the delay: a beat repeats there as well …
SPOILT = 3.0  # … and less by this times the share that gets louder
SILENT = 1e-5  # RMS under which a window says nothing


def repeats(sound: Floats, sample_rate: float, known: Taps | None) -> Taps | None:
    """The repeats of (samples,), if there are any; `known` is tried first."""
    flat = flattened(sound)
    taps = known
    if known is not None and not stands(gain(flat, removed(flat, known), sample_rate)):
        taps = None
    clean = flat if taps is None else removed(flat, taps)
    while taps is None or len(taps.lags) < MOST:
        delay = _next_delay(clean, sample_rate)
        if delay is None:
            return taps
        taps = _fitted_with(flat, taps, delay, sample_rate)
        clean = removed(flat, taps)
    return taps


def stands(fall: Gain) -> bool:
    """Whether taps with such a gain do more good than harm."""
    return fall.decibels >= LEAST_DB and fall.louder <= LOUDEST


def _fitted_with(flat: Floats, taps: Taps | None, delay: int, sample_rate: float) -> Taps:
    known = [] if taps is None else delays_of(taps, sample_rate).tolist()
    start = at_delays(np.array([*known, delay]), sample_rate)
    return fitted(flat, start, sample_rate, ROUNDS)


def _next_delay(clean: Floats, sample_rate: float) -> int | None:
    """The clearest delay that stands the trial."""
    for delay, clearness in peaks(cepstrum(clean, sample_rate), sample_rate):
        if clearness < CLEAR:
            return None
        if _is_repeat(clean, delay, sample_rate):
            return delay
    return None


def _is_repeat(clean: Floats, delay: int, sample_rate: float) -> bool:
    """Whether it is an echo, not a beat: alike all along, and less so at twice the delay."""
    own = _tried(clean, clean, delay, sample_rate)
    if not stands(own):
        return False
    later = _tried(clean, clean, 2 * delay, sample_rate)
    if later.decibels > (ALIBI - SPOILT * own.louder) * own.decibels:
        return False
    half = len(clean) // 2
    both = ((clean[:half], clean[half:]), (clean[half:], clean[:half]))
    falls = [_tried(learnt, judged, delay, sample_rate) for learnt, judged in both]
    return all(fall.decibels >= ALIKE * own.decibels + later.decibels for fall in falls)


def _tried(learnt: Floats, judged: Floats, delay: int, sample_rate: float) -> Gain:
    """What taps that one sound teaches do to another."""
    start = at_delays(np.array([delay]), sample_rate)
    taps = fitted(learnt, start, sample_rate, ROUNDS)
    return gain(judged, removed(judged, taps), sample_rate)


def cepstrum(sound: Floats, sample_rate: float) -> Floats:
    """What repeats after 0 … `LONGEST` seconds, summed over the windows of (samples,)."""
    size = scipy.fft.next_fast_len(round(WINDOW * sample_rate), real=True)
    hop = size // 2
    shape = np.hanning(size).astype(np.float32)
    width = round(SMOOTH * size / sample_rate) | 1
    total = np.zeros(round(LONGEST * sample_rate) + 2, np.float32)
    for start in range(0, max(1, len(sound) - hop), hop):
        piece = sound[start : start + size]
        if len(piece) == 0 or np.sqrt(np.mean(piece**2)) < SILENT:
            continue
        spectrum = scipy.fft.rfft(piece * shape[: len(piece)], size)
        power = spectrum.real**2 + spectrum.imag**2
        around = scipy.ndimage.uniform_filter1d(power, width) + 1e-9 * power.max() + 1e-20
        total += scipy.fft.irfft(np.log(power / around + 1e-3), size)[: len(total)]
    return total


def peaks(cepstrum: Floats, sample_rate: float) -> list[tuple[int, float]]:
    """Delays in samples and by how many deviations they stand out, the clearest first."""
    first = round(SHORTEST * sample_rate)
    part = cepstrum[first:]
    deviation = 1.4826 * float(np.median(np.abs(part))) + 1e-12
    apart = max(1, round(APART * sample_rate))
    places, found = scipy.signal.find_peaks(part, height=8 * deviation, distance=apart)
    heights = found["peak_heights"] / deviation
    order = np.argsort(-heights)[:MOST]
    return [(int(places[k]) + first, float(heights[k])) for k in order]
