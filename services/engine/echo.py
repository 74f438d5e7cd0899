"""Takes discrete repeats out of a recording: echoes of 60 to 600 ms."""

from dataclasses import dataclass, replace

import numpy as np

from services.engine.audio import Audio
from services.engine.echo_channel import EXCERPT, Channel
from services.engine.echo_find import repeats
from services.engine.echo_parts import Parts, loudest
from services.engine.echo_taps import Taps, delays_of
from services.engine.repair import repaired
from services.engine.resample import resampled

RATE = 16_000  # Hz at least, where echoes are looked for, if the recording has as much
SAME = 0.004  # seconds within which two delays are one
STRENGTHS = ("soft", "normal", "strong")


@dataclass(frozen=True, slots=True, eq=False)
class Echoes:
    """The repeats in each part of a recording and each of its channels, known at `rate` Hz."""

    rate: float
    parts: tuple[tuple[Taps | None, ...], ...]

    @property
    def found(self) -> bool:
        """Whether there is anything to take out."""
        return any(taps is not None for part in self.parts for taps in part)

    @property
    def delays(self) -> tuple[float, ...]:
        """Seconds, the strongest repeat first."""
        return tuple(delay for delay, _ in self._strongest())

    @property
    def strengths(self) -> tuple[float, ...]:
        """How loud each repeat is where it is loudest; 1 is as loud as the sound."""
        return tuple(strength for _, strength in self._strongest())

    def of_one(self) -> "Echoes":
        """The same for a recording of which only the first channel is worked on."""
        return replace(self, parts=tuple(part[:1] for part in self.parts))

    def _strongest(self) -> list[tuple[float, float]]:
        every = {id(taps): taps for part in self.parts for taps in part if taps is not None}
        pairs = [pair for taps in every.values() for pair in _pairs(taps, self.rate)]
        kept: list[tuple[float, float]] = []
        for delay, strength in sorted(pairs, key=lambda pair: -pair[1]):
            if all(abs(delay - other) > SAME for other, _ in kept):
                kept.append((delay, strength))
        return kept


def _pairs(taps: Taps, rate: float) -> list[tuple[float, float]]:
    responses = np.abs(np.fft.rfft(taps.forward + taps.back, 256, axis=1)).max(axis=1)
    delays = delays_of(taps, rate) / rate
    return list(zip(delays.tolist(), responses.tolist(), strict=True))


class EchoFinder:
    """Takes a recording block by block and says which repeats it has."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate = sample_rate
        self._low = sample_rate // max(1, sample_rate // RATE)
        self._parts = Parts(sample_rate, channels)
        self._found: list[tuple[Taps | None, ...]] = []
        self._last: list[Taps | None] = [None] * channels

    def add(self, block: Audio) -> None:
        """Take the next (channels, samples)."""
        for part in self._parts.push(repaired(block)):
            self._look(part)

    def finish(self) -> Echoes:
        """What was found."""
        last = self._parts.finish()
        if last.shape[1] > 0:
            self._look(last)
        return Echoes(self._low, tuple(self._found))

    def _look(self, part: Audio) -> None:
        part = loudest(part, round(EXCERPT * self._rate))
        found: list[Taps | None] = []
        for n, sound in enumerate(part):
            if n > 0 and np.array_equal(sound, part[0]):
                found.append(found[0])
                continue
            low = resampled(np.ascontiguousarray(sound), self._rate, self._low)
            found.append(repeats(low, self._low, self._last[n]))
        self._last = [new or old for new, old in zip(found, self._last, strict=True)]
        self._found.append(tuple(found))


class EchoRemover:
    """Takes the repeats out that an `EchoFinder` found in the same recording.

    strength: soft leaves a quarter of them; normal takes them out; strong also turns down what
    is left where the repeat was no exact copy, as in a recording that a lossy codec went through.
    Without repeats the sound goes through as it is.
    """

    def __init__(self, echoes: Echoes, strength: str, sample_rate: int, channels: int) -> None:
        self._echoes = echoes
        self._parts = Parts(sample_rate, channels)
        self._next = 0
        self._channels = [Channel(echoes.rate, sample_rate, strength) for _ in range(channels)]

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples), give what is ready."""
        if not self._echoes.found:
            return repaired(block)
        parts = [self._clean(part) for part in self._parts.push(repaired(block))]
        return np.concatenate((np.zeros((len(block), 0), np.float32), *parts), axis=1)

    def finish(self) -> Audio:
        """What is still held back."""
        return self._clean(self._parts.finish())

    def _clean(self, part: Audio) -> Audio:
        if part.shape[1] == 0:
            return part
        found = self._echoes.parts[self._next]
        self._next += 1
        both = zip(self._channels, part, found, strict=True)
        return np.stack([channel.clean(sound, taps) for channel, sound, taps in both])


def warm_up() -> None:
    """Compile what is compiled on first use, or load it."""
    noise = np.random.default_rng(0).standard_normal((1, 4 * RATE)).astype(np.float32)
    noise[:, 2_000:] += 0.5 * noise[:, :-2_000]
    finder = EchoFinder(RATE, 1)
    finder.add(noise)
    remover = EchoRemover(finder.finish(), "normal", RATE, 1)
    remover.push(noise)
    remover.finish()
