"""What each of our formats is called, what it can hold and how it is encoded. Pure: no decoder."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.fitting import USUAL
from services.recipes import Format

TAGS = ("title", "artist", "album", "track")
"""The only tags that pass: places, names and devices stay behind."""

TAG_LENGTH = 200  # characters


@dataclass(frozen=True, slots=True)
class Coding:
    """How one format is written.

    muxer, codec: libav's names. rates: Hz it can hold; empty: any.
    sample_format: what the encoder takes.
    """

    muxer: str
    codec: str
    sample_format: str
    rates: tuple[int, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    muxer_options: Mapping[str, str] = field(default_factory=dict)


MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
AAC_RATES = (*MP3_RATES, 64_000, 88_200, 96_000)

CODINGS: Mapping[Format, Coding] = {
    Format.WAV: Coding("wav", "pcm_s16le", "s16", muxer_options={"rf64": "auto"}),
    Format.AIFF: Coding("aiff", "pcm_s16be", "s16"),
    Format.FLAC: Coding("flac", "flac", "s16", options={"compression_level": "5"}),
    # lame's speed switch: 7 is 1.6 times as quick as its default and 0.4 times its own best.
    Format.MP3: Coding("mp3", "libmp3lame", "fltp", MP3_RATES, {"compression_level": "7"}),
    Format.M4A: Coding(
        # libav's own muxer for it refuses a cover; the mark in the file is the same.
        *("mp4", "aac", "fltp", AAC_RATES),
        muxer_options={"brand": "M4A "},
    ),
    # Without a ceiling a sound of pure tones takes twice the rate that was asked for.
    Format.OGG: Coding("ogg", "libopus", "flt", (48_000,), {"vbr": "constrained"}),
}
DEEP_CODECS: Mapping[Format, str] = {Format.WAV: "pcm_s24le", Format.AIFF: "pcm_s24be"}

MP3_STEPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MP3_STEPS_FROM_32_KHZ = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""The thousands of bits per second of MPEG-2 and MPEG-1 layer III (ISO 13818-3, ISO 11172-3)."""

VOICE_BIT_RATE = 32_000
"""Of a voice note: Opus, 48 kHz, mono."""


def sample_rate_for(wanted: Format, sample_rate: int) -> int:
    """Hz: the rate itself where the format holds it, else the next higher one, else the highest."""
    rates = CODINGS[wanted].rates
    if not rates:
        return min(max(sample_rate, 8_000), 192_000)
    return min((rate for rate in rates if rate >= sample_rate), default=max(rates))


def bit_rate_for(wanted: Format, sample_rate: int, channels: int, asked: int | None) -> int | None:
    """Bits per second, kept inside what the format knows at this rate; None: it has no choice."""
    usual = USUAL.get(wanted)
    if usual is None:
        return None
    rate = asked or usual[channels - 1]
    match wanted:
        case Format.MP3:
            return 1_000 * min(_mp3_steps(sample_rate), key=lambda step: abs(1_000 * step - rate))
        # AAC holds 6144 bits per channel and frame of 1024 samples (ISO 14496-3).
        case Format.M4A:
            return min(max(rate, 8_000 * channels), 5 * sample_rate * channels, 320_000)
        case _:
            return min(max(rate, 6_000 * channels), 256_000 * channels)


def _mp3_steps(sample_rate: int) -> tuple[int, ...]:
    if sample_rate >= 32_000:
        return MP3_STEPS_FROM_32_KHZ
    # MPEG-2.5 ends earlier.
    return MP3_STEPS if sample_rate >= 16_000 else MP3_STEPS[: MP3_STEPS.index(64) + 1]


def allowed_tags(found: Mapping[str, str]) -> dict[str, str]:
    """The tags that may travel, without line breaks and other control characters."""
    lowered = {key.lower(): value for key, value in found.items()}
    shown = {
        tag: "".join(c for c in lowered[tag] if c.isprintable())[:TAG_LENGTH].strip()
        for tag in TAGS
        if tag in lowered
    }
    return {tag: value for tag, value in shown.items() if value}
