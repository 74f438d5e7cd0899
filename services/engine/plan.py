"""Decides from the measurements how a recording is cleaned."""

from dataclasses import dataclass
from typing import Literal

from services.engine.survey import Measurements

FLOORS = {"auto": -28.0, "podcast": -23.0, "video": -23.0, "call": -30.0, "voiceover": -24.0}
MUSIC_FLOOR = -9.0
STRENGTHS = {"soft": (6.0, -0.10), "normal": (0.0, 0.0), "strong": (-6.0, 0.10)}
MIX, CALL_MIX = 0.25, 0.60
WINDOW, LONG_WINDOW = 0.0213, 0.0427  # seconds
MUSIC = 0.5  # musicness from which auto treats a recording as music
SILENT_DB = -85.0
QUIET_MUSIC_DB = 55.0  # noise this far under music is left alone
CLEAN_DB = (23.0, 31.0)  # SNR where a recording starts to be, and is, clean
# The same where pauses are digital silence, and so nothing tells noise from the weaker sounds of
# a voice: what is not clearly noisy is clean.
GATED_DB = (17.0, 21.0)
BETWEEN_PAUSES = 5.0  # seconds of sound at most, as people speak; a line drops out more seldom
PAUSED = 0.08  # of the recording, at least
DEEP_DB = (36.0, 44.0)  # the same for speech over its quietest moments, which noise would fill
REASONS = (
    *("silence", "music", "clean", "narrow_band", "hum"),
    *("steady_noise", "changing_noise", "noisy_speech"),
)
NARROW_HZ = 4_500.0
LITTLE_DB = 22.0  # SNR above which noise is no longer what one hears first
STEADY_DB = 3.5  # hiss and fans rise and fall by less than 3 dB, traffic and keys by more than 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How to clean a recording.

    `floor_db`: how far a bin may be lowered. `mix`: share of the network's own gain, 0..1.
    `window`: seconds. `clean`: 0..1, how surely there is next to nothing to remove.
    `reason`: why; one of `REASONS`.
    """

    kind: Literal["speech", "music", "leave"]
    floor_db: float
    mix: float
    window: float
    hum: bool
    clean: float
    reason: str


def plan(preset: str, strength: str, measured: Measurements) -> Plan:
    """The plan for a preset (auto, podcast, video, call, voiceover, music) and a strength."""
    shift, more = STRENGTHS[strength]
    hum = measured.hum is not None
    if measured.seconds == 0 or measured.noise_floor_db < SILENT_DB > measured.speech_level_db:
        return Plan("leave", 0.0, 0.0, WINDOW, False, 1.0, "silence")
    if preset == "music" or (preset == "auto" and measured.musicness >= MUSIC):
        quiet = measured.snr_db > QUIET_MUSIC_DB and not hum
        floor = min(MUSIC_FLOOR + shift / 2, -3.0)
        kind: Literal["music", "leave"] = "leave" if quiet else "music"
        return Plan(kind, floor, 0.0, WINDOW, hum, 0.0, "music")
    floor = FLOORS[preset]
    if preset == "auto":
        floor = min(-14.0, max(FLOORS["auto"], -37.0 + 0.5 * measured.snr_db))
    mix = (CALL_MIX if preset == "call" else MIX) + more
    window = LONG_WINDOW if preset == "voiceover" else WINDOW
    deep = measured.speech_level_db - measured.quiet_db
    is_gated = _is_gated(measured)
    between = GATED_DB if is_gated else CLEAN_DB
    clean = max(_share(measured.snr_db, between), _share(deep, DEEP_DB))
    reason = _reason(clean, measured)
    # Where nothing can be told of its noise and little is heard, every change is a guess.
    is_left = is_gated and reason == "clean" and preset == "auto" and strength != "strong"
    doing: Literal["speech", "leave"] = "leave" if is_left and not hum else "speech"
    return Plan(doing, floor + shift, mix, window, hum, clean, reason)


def _is_gated(measured: Measurements) -> bool:
    """Whether wherever the voice pauses there is digital silence."""
    is_often = measured.pauses > 1 and measured.pauses * BETWEEN_PAUSES >= measured.seconds
    return is_often and measured.paused >= PAUSED * measured.seconds


def _share(value: float, between: tuple[float, float]) -> float:
    low, high = between
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _reason(clean: float, measured: Measurements) -> str:
    if clean >= 1:
        return "clean"
    if measured.bandwidth_hz < NARROW_HZ:
        return "narrow_band"
    if measured.hum is not None:
        return "hum"
    if measured.snr_db <= LITTLE_DB:
        return "noisy_speech"
    return "steady_noise" if measured.unsteady_db < STEADY_DB else "changing_noise"
