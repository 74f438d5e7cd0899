"""The period of a voice, frame by frame, as RNNoise looks for it (pitch.c and celt_lpc.c).

The same steps as in the library, which was compiled for any processor: as loops for this one they
take a third of its time.
"""

import numpy as np
import numpy.typing as npt

from services.engine.jit import compiled
from services.engine.rnnoise import FRAME, Floats

LONGEST, SHORTEST = 768, 60  # samples in a period
HEARD = LONGEST + 2 * FRAME  # samples that a frame looks at, its own at the end
HALVED = HEARD // 2
LAGS = LONGEST - 3 * SHORTEST  # samples by which the search moves
MOST_PARTS = 15  # times that a period found may really be several
PARTNERS = np.array((0, 0, 3, 2, 3, 2, 5, 2, 3, 2, 3, 2, 5, 2, 3, 2))
# Where else a period of one part of several must show, in parts.
ORDER = 4  # of the prediction that flattens the spectrum before the search


@compiled
def periods(sound: Floats, memory: Floats, found: npt.NDArray[np.int64]) -> None:
    """The period of each frame in samples.

    `sound` begins `HEARD` - `FRAME` samples before the first frame. `memory`: the last period and
    how strong it was, as the next call needs them.
    """
    low, flat = np.empty(HALVED, np.float32), np.empty(HALVED, np.float32)
    lags, energies = np.empty(LAGS // 2, np.float32), np.empty(LONGEST // 2 + 1, np.float32)
    quarter = np.empty(HALVED // 2, np.float32)
    for t in range(len(found)):
        _halve(sound[t * FRAME : t * FRAME + HEARD], low)
        _flatten(low, flat)
        lag = _search(flat, quarter, lags)
        found[t] = _shortest(flat, LONGEST - lag, memory, energies)


@compiled
def _halve(sound: Floats, low: Floats) -> None:
    """Half of the rate, after a short low-pass."""
    half, quarter = np.float32(0.5), np.float32(0.25)
    low[0] = quarter * sound[1] + half * sound[0]
    before, here, after = sound[1:-2:2], sound[2::2], sound[3::2]
    for n in range(len(after)):
        low[n + 1] = quarter * (before[n] + after[n]) + half * here[n]


@compiled
def _product(x: Floats, y: Floats) -> np.float32:
    total = np.float32(0)
    for n in range(len(x)):
        total += x[n] * y[n]
    return total


@compiled
def _flatten(low: Floats, flat: Floats) -> None:
    """Filter so that no formant passes for a period."""
    levels, shape = np.empty(ORDER + 1, np.float32), np.empty(ORDER + 1, np.float32)
    for k in range(ORDER + 1):
        window = np.float32(0.008 * k)
        levels[k] = _product(low[k:], low[: HALVED - k]) * (np.float32(1) - window * window)
    levels[0] *= np.float32(1.0001)
    _predict(levels, shape)
    lessened = np.float32(1)
    for k in range(ORDER):
        lessened *= np.float32(0.9)
        shape[k] *= lessened
    # One more zero at 0.8.
    zero = np.float32(0.8)
    shape[ORDER] = zero * shape[ORDER - 1]
    for k in range(ORDER - 1, 0, -1):
        shape[k] += zero * shape[k - 1]
    shape[0] += zero
    for n in range(ORDER + 1):
        flat[n] = low[n]
        for k in range(n):
            flat[n] += shape[k] * low[n - 1 - k]
    s0, s1, s2, s3, s4 = shape[0], shape[1], shape[2], shape[3], shape[4]
    x0, x1, x2, x3, x4, x5 = low[5:], low[4:], low[3:], low[2:], low[1:], low
    rest = flat[ORDER + 1 :]
    for n in range(len(rest)):
        rest[n] = x0[n] + s0 * x1[n] + s1 * x2[n] + s2 * x3[n] + s3 * x4[n] + s4 * x5[n]


@compiled
def _predict(levels: Floats, shape: Floats) -> None:
    """Levinson's recursion, which ends early where 30 dB are reached."""
    shape[:] = 0
    error = levels[0]
    if error == 0:
        return
    for i in range(ORDER):
        total = levels[i + 1]
        for j in range(i):
            total += shape[j] * levels[i - j]
        r = -total / error
        shape[i] = r
        for j in range((i + 1) // 2):
            one, other = shape[j], shape[i - 1 - j]
            shape[j] = one + r * other
            shape[i - 1 - j] = other + r * one
        error -= r * r * error
        if error < np.float32(0.001) * levels[0]:
            return


@compiled
def _search(flat: Floats, quarter: Floats, lags: Floats) -> int:
    """By how many samples the sound before resembles the frame best: roughly, then closer."""
    for n in range(len(quarter)):
        quarter[n] = flat[2 * n]
    count, length = LAGS // 4, FRAME // 2
    rough = lags[:count]
    frame = quarter[LONGEST // 4 :]
    _correlate(frame[:length], quarter, rough)
    first, second = _two_best(rough, quarter, length)
    heard = flat[LONGEST // 2 :][:FRAME]
    for lag in range(len(lags)):
        lags[lag] = 0
        if abs(lag - 2 * first) <= 2 or abs(lag - 2 * second) <= 2:
            lags[lag] = max(np.float32(-1), _product(heard, flat[lag:]))
    best, _ = _two_best(lags, flat, FRAME)
    if 0 < best < len(lags) - 1:
        return 2 * best - _leaning(lags[best - 1], lags[best], lags[best + 1])
    return 2 * best


@compiled
def _correlate(frame: Floats, sound: Floats, lags: Floats) -> None:
    """The products of `frame` with `sound` from each lag on; frames in fours."""
    lags[:] = 0
    for n in range(0, len(frame), 4):
        f0, f1, f2, f3 = frame[n], frame[n + 1], frame[n + 2], frame[n + 3]
        x0, x1, x2, x3 = sound[n:], sound[n + 1 :], sound[n + 2 :], sound[n + 3 :]
        for lag in range(len(lags)):
            lags[lag] += f0 * x0[lag] + f1 * x1[lag] + f2 * x2[lag] + f3 * x3[lag]


@compiled
def _two_best(lags: Floats, sound: Floats, length: int) -> tuple[int, int]:
    """Where the product is largest for the energy it comes from."""
    one = np.float32(1)
    first, second = 0, 1
    high, high_energy, next_high, next_energy = -one, one * 0, -one, one * 0
    energy = one + _product(sound[:length], sound)
    for lag in range(len(lags)):
        if lags[lag] > 0:
            scaled = lags[lag] * np.float32(1e-12)
            square = scaled * scaled
            if square * next_energy > next_high * energy:
                if square * high_energy > high * energy:
                    second, next_high, next_energy = first, high, high_energy
                    first, high, high_energy = lag, square, energy
                else:
                    second, next_high, next_energy = lag, square, energy
        energy += sound[lag + length] * sound[lag + length] - sound[lag] * sound[lag]
        energy = max(one, energy)
    return first, second


@compiled
def _leaning(before: np.float32, here: np.float32, after: np.float32) -> int:
    """On which side of a peak its true place lies, -1, 0 or 1."""
    if after - before > np.float32(0.7) * (here - before):
        return 1
    if before - after > np.float32(0.7) * (here - after):
        return -1
    return 0


@compiled
def _strength(both: np.float32, one: np.float32, other: np.float32) -> np.float32:
    return np.float32(both / np.sqrt(np.float32(1) + one * other))


@compiled
def _shortest(flat: Floats, period: int, memory: Floats, energies: Floats) -> int:
    """The period itself where several were taken for one."""
    start = min(period // 2, LONGEST // 2 - 1)
    heard = flat[LONGEST // 2 :][:FRAME]
    own = _energies(flat, energies)
    best, best_energy = _product(heard, _before(flat, start)), energies[start]
    whole = strength = _strength(best, own, best_energy)
    found = start
    for parts in range(2, MOST_PARTS + 1):
        part = (2 * start + parts) // (2 * parts)
        if part < SHORTEST // 2:
            break
        other = _partner(part, parts, start)
        both = _product(heard, _before(flat, part)) + _product(heard, _before(flat, other))
        both *= np.float32(0.5)
        energy = np.float32(0.5) * (energies[part] + energies[other])
        now = _strength(both, own, energy)
        if now > _needed(part, whole, _lasting(part, parts, start, memory)):
            found, strength, best, best_energy = part, now, both, energy
    best = max(np.float32(0), best)
    share = np.float32(1) if best_energy <= best else best / (best_energy + np.float32(1))
    lean = _leaning(
        _product(heard, _before(flat, found - 1)),
        _product(heard, _before(flat, found)),
        _product(heard, _before(flat, found + 1)),
    )
    exact = max(2 * found + lean, SHORTEST)
    memory[0], memory[1] = exact, min(share, strength)
    return exact


@compiled
def _before(flat: Floats, lag: int) -> Floats:
    """What stands `lag` before the frame."""
    return flat[LONGEST // 2 - lag :]


@compiled
def _energies(flat: Floats, energies: Floats) -> np.float32:
    """The energy of as much sound as a frame has, for each lag; gives that of the frame."""
    longest = LONGEST // 2
    heard = flat[longest:][:FRAME]
    energies[0] = energy = _product(heard, heard)
    for lag in range(1, longest + 1):
        come, gone = flat[longest - lag], flat[longest + FRAME - lag]
        energy += come * come - gone * gone
        energies[lag] = max(np.float32(0), energy)
    return np.float32(energies[0])


@compiled
def _partner(part: int, parts: int, start: int) -> int:
    """Where else the sound must be alike if so many parts were taken for one period."""
    if parts == 2:
        return start if part + start > LONGEST // 2 else start + part
    return (2 * int(PARTNERS[parts]) * start + parts) // (2 * parts)


@compiled
def _lasting(part: int, parts: int, start: int, memory: Floats) -> np.float32:
    """What speaks for a period because the frame before had it."""
    away = abs(part - int(memory[0]) // 2)
    if away <= 1:
        return np.float32(memory[1])
    if away <= 2 and 5 * parts * parts < start:
        return np.float32(0.5 * memory[1])
    return np.float32(0)


@compiled
def _needed(part: int, whole: np.float32, lasting: np.float32) -> np.float32:
    """How strong a part of a period must be; the shorter, the likelier it is a formant."""
    if part < 3 * (SHORTEST // 2):
        return max(np.float32(0.4), np.float32(0.85) * whole - lasting)
    return max(np.float32(0.3), np.float32(0.7) * whole - lasting)
