"""Which format and bit rate fit into so many bytes: pure. The engine and the delivery ask here."""

import math
from collections.abc import Iterator

from services.recipes import Format

LOSSLESS = (Format.WAV, Format.FLAC, Format.AIFF)

USUAL = {
    Format.MP3: (128_000, 192_000),
    Format.M4A: (128_000, 192_000),
    Format.OGG: (64_000, 96_000),
}
"""Bits per second of the formats that have a choice, mono and stereo."""

SHARE = 0.97  # of a file is sound; the rest is what the container adds
HEAD = 64_000  # bytes for tags and a small cover

MP3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""The thousands of bits per second that MP3 knows; an encoder takes the nearest, up as well."""

# Bits per second, mono and stereo, under which the next format sounds better.
LEAST = {Format.MP3: (64_000, 96_000), Format.OGG: (16_000, 24_000)}

MOST_PIECES = 10
SHORTEST_PIECE = 60.0  # seconds; shorter ones would be a nuisance


def bit_rate(
    wanted: Format, seconds: float, channels: int, budget: float, asked: int | None = None
) -> int | None:
    """Bits per second with which this sound fits `budget` bytes; None: the usual rate does.

    asked: what a person wants instead of the usual, in kbit/s.
    """
    usual = USUAL.get(wanted)
    if usual is None:
        return None
    wish = _wish(wanted, asked)
    if _most(seconds, budget) >= (wish or usual[min(channels, 2) - 1]):
        return wish
    most = int(_most(seconds, budget))
    if wanted is Format.MP3:
        return max((1_000 * rate for rate in MP3_RATES if 1_000 * rate <= most), default=32_000)
    return most


def smaller(
    wanted: Format, seconds: float, channels: int, budget: float, asked: int | None = None
) -> Iterator[tuple[Format, int | None]]:
    """What to try for sound that was too large as `wanted`: a format and its bit rate.

    FLAC for what loses nothing, then the best MP3 that fits, then Opus (DECISIONS.md 4).
    asked: what a person wants instead of the usual rate, in kbit/s; none is above it.
    """
    if wanted in LOSSLESS and wanted is not Format.FLAC:
        yield Format.FLAC, None
    for each, least in LEAST.items():
        rate = bit_rate(each, seconds, channels, budget, asked)
        # As low as the person wants it is good enough.
        good = min(least[min(channels, 2) - 1], _wish(each, asked) or math.inf)
        is_good = rate is None or rate >= good
        if is_good and (each, rate) != (wanted, _wish(wanted, asked)):
            yield each, rate


def _wish(wanted: Format, asked: int | None) -> int | None:
    """Bits per second that a person wants, as the format has them."""
    if asked is None:
        return None
    wish = 1_000 * asked
    if wanted is not Format.MP3:
        return wish
    return min((1_000 * rate for rate in (16, 24, *MP3_RATES)), key=lambda rate: abs(rate - wish))


def pieces(seconds: float, channels: int, budget: float) -> tuple[Format, int, int] | None:
    """Into how many files sound goes that is too long for one: format, bit rate, how many.

    As few as sound well; None where it would be more than `MOST_PIECES`.
    """
    for each, least in LEAST.items():
        rate = least[min(channels, 2) - 1]
        longest = max(budget - HEAD, 0) * 8 * SHARE / rate
        if longest >= SHORTEST_PIECE and seconds <= longest * MOST_PIECES:
            return each, rate, math.ceil(seconds / longest)
    return None


def _most(seconds: float, budget: float) -> float:
    return max(budget - HEAD, 0) * 8 * SHARE / max(seconds, 0.1)
