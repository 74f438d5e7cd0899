"""The second pass: takes the background out of a recording, block by block."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from services.engine import speech
from services.engine.audio import Audio, guide_of
from services.engine.hum import HumCanceller
from services.engine.lanes import open_rnnoise
from services.engine.music import MusicSuppressor
from services.engine.plan import Plan, plan
from services.engine.repair import repaired
from services.engine.rnnoise import Estimate, Floats
from services.engine.suppress import Settings, Suppressor
from services.engine.survey import Measurements, Survey

__all__ = ["Denoiser", "Plan", "plan", "warm_up"]

AHEAD = 2  # batches whose speech is being estimated while the one before them is cleaned
MOST_SECONDS = speech.LANES * speech.MOST_BODY  # in one batch …
MOST_SAMPLES = MOST_SECONDS * 48_000  # … and samples of all its channels, for memory's sake
OFFSET = 0.002  # a mean further from zero than this is a fault of the recorder


class Denoiser:
    """Cleaned audio, block by block; same total length, sample-aligned with the input.

    The sound is cut into batches of whole seconds, whatever the blocks are: one thread estimates
    the speech of a batch while another cleans the batch before.
    """

    def __init__(self, plan: Plan, measured: Measurements) -> None:
        rate, channels = measured.sample_rate, measured.channels
        self._channels = channels
        self._dc = np.array(measured.dc, np.float32)[:, np.newaxis]
        self._dc[np.abs(self._dc) < OFFSET] = 0
        self._hum: HumCanceller | None = None
        if plan.hum and measured.hum is not None and plan.kind != "leave":
            self._hum = HumCanceller(measured.hum, rate, channels)
        self._stage: _Speech | MusicSuppressor | None = None
        if plan.kind == "speech":
            self._stage = _Speech(plan, measured)
        elif plan.kind == "music":
            self._stage = MusicSuppressor(rate, channels, plan.floor_db, measured.guide)

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples); give what is ready, (channels, n) with n from 0 up."""
        sound = repaired(block)
        if self._stage is None:
            return sound
        sound = sound - self._dc
        if self._hum is not None:
            sound = self._hum.push(sound)
        return self._stage.push(sound)

    def finish(self) -> Audio:
        """The rest: as many samples came out as went in."""
        rest = np.zeros((self._channels, 0), np.float32)
        if self._stage is None:
            return rest
        if self._hum is not None:
            rest = self._stage.push(self._hum.finish())
        return np.concatenate((rest, self._stage.finish()), axis=1)


class _Speech:
    """The path with the speech estimate.

    The estimate takes twice as long as what follows: where two are under way, both threads of
    the pool always have something to do.
    """

    def __init__(self, plan: Plan, measured: Measurements) -> None:
        rate, channels = measured.sample_rate, measured.channels
        self._rate, self._guide = rate, measured.guide
        self._gain = speech.gain_for(measured.loud_db, measured.peak)
        self._rnnoise = open_rnnoise()
        settings = Settings(plan.floor_db, plan.mix, plan.window, plan.clean, measured.noise)
        self._suppressor = Suppressor(rate, channels, settings, self._guide)
        seconds = min(MOST_SECONDS, MOST_SAMPLES // (rate * channels))
        self._batch = max(speech.LEAST_BODY, seconds) * rate
        self._ahead = rate // 10
        self._channels = channels
        self._before = np.zeros(0, np.float32)
        self._waiting: list[Audio] = []
        self._held = 0
        self._estimating: deque[tuple[Audio, Future[Estimate]]] = deque()
        self._cleaning: Future[Audio] | None = None
        self._pool = ThreadPoolExecutor(2)

    def push(self, sound: Audio) -> Audio:
        self._waiting.append(sound)
        self._held += sound.shape[1]
        ready = [sound[:, :0]]
        while self._held >= self._batch + self._ahead:
            ready.append(self._start(self._batch))
        return np.concatenate(ready, axis=1)

    def finish(self) -> Audio:
        ready = [self._start(self._held)] if self._held else []
        while self._estimating:
            ready.append(self._clean_next())
        ready += [self._cleaned(), self._suppressor.finish()]
        self._pool.shutdown()
        return np.concatenate(ready, axis=1)

    def _start(self, count: int) -> Audio:
        """Send the next `count` samples on their way; give what came back."""
        every = np.concatenate(self._waiting, axis=1)
        now = every[:, :count]
        heard = guide_of(every[:, : count + self._ahead], self._guide)
        guide, lead = np.concatenate((self._before, heard)), len(self._before)
        self._before = heard[:count][-speech.LEAD * self._rate :].copy()
        self._waiting, self._held = [every[:, count:].copy()], every.shape[1] - count
        future = self._pool.submit(self._estimate, guide, lead, now.shape[1])
        self._estimating.append((now, future))
        return self._clean_next() if len(self._estimating) > AHEAD else now[:, :0]

    def _estimate(self, guide: Floats, lead: int, count: int) -> Estimate:
        body = slice(lead, lead + count)
        return speech.estimate(self._rnnoise, guide, body, self._rate, self._gain)

    def _clean_next(self) -> Audio:
        """Begin to clean the oldest batch; give the one cleaned before."""
        cleaned = self._cleaned()
        sound, estimate = self._estimating.popleft()
        self._cleaning = self._pool.submit(self._suppressor.push, sound, estimate.result())
        return cleaned

    def _cleaned(self) -> Audio:
        """The batch being cleaned, when it is ready."""
        if self._cleaning is None:
            return np.zeros((self._channels, 0), np.float32)
        cleaned, self._cleaning = self._cleaning.result(), None
        return cleaned


def warm_up() -> None:
    """Compile or load every kernel and open the library, so that the first recording is quick."""
    rate = 48_000
    random = np.random.default_rng(1)
    sound = (0.01 * random.standard_normal((1, rate))).astype(np.float32)
    survey = Survey(rate, 1)
    survey.add(sound)
    measured = survey.finish()
    for preset in ("podcast", "music"):
        denoiser = Denoiser(plan(preset, "normal", measured), measured)
        denoiser.push(sound)
        denoiser.finish()
