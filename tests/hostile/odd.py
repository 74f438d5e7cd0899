"""Unusual, but nobody's fault: rates, channels, lengths and numbers that sound can have."""

import struct

import numpy as np

from services.problems import Code
from tests.hostile import bad, boxes, sounds
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, picture, tone, written

RATES = (4_000, 8_000, 11_025, 16_000, 22_050, 44_100, 88_200, 96_000, 176_400, 192_000, 384_000)
SECONDS = Good(0.4)
PADDED = Good(0.4, within=0.1)


def _filled(value, kind="<f4", channels=1):
    """0.4 s of a float WAV file that holds one value only."""
    samples = np.full(19_200 * channels, value, kind)
    bits = samples.dtype.itemsize * 8
    return sounds.wav(samples.tobytes(), channels=channels, bits=bits, kind=3)


def _spoilt(value):
    sound = tone()
    sound[0, 5_000:5_010] = value
    return sounds.float_wav(sound)


def _square():
    beat = np.tile(np.repeat([32_767, -32_768], 24), 400).astype("<i2")
    return sounds.wav(beat.tobytes())


VALUES = {
    "nothing but NaN": lambda: _filled(np.nan),
    "nothing but infinity": lambda: _filled(np.inf),
    "nothing but minus infinity": lambda: _filled(-np.inf),
    "nothing but 1e30": lambda: _filled(1e30),
    "nothing but the largest float": lambda: _filled(3.4028235e38),
    "nothing but 1e300 in doubles": lambda: _filled(1e300, "<f8"),
    "nothing but NaN in doubles": lambda: _filled(np.nan, "<f8"),
    "denormals": lambda: _filled(1e-40),
    "minus nothing": lambda: _filled(-0.0),
    "digital silence": lambda: _filled(0.0),
    "a constant": lambda: _filled(0.5),
    "a constant at full scale": lambda: _filled(1.0),
    "some NaN": lambda: _spoilt(np.nan),
    "some infinity": lambda: _spoilt(np.inf),
    "some 1e30": lambda: _spoilt(1e30),
    "a square wave at full scale": _square,
}


def _covered(data):
    return boxes.id3((b"TIT2", b"\x03title"), boxes.cover(data))


def _cut_short(samples):
    return sounds.wav(bytes(2 * samples))


def odd():
    """The cases."""
    rates = {
        f"{rate} Hz": (
            lambda rate=rate: written(tone(0.4, rate), "wav", "pcm_s16le", sample_rate=rate),
            Good(0.4, 1, rate),
        )
        for rate in RATES
    }
    channels = {
        f"{count} channels": (
            lambda count=count: sounds.many_channels(count, seconds=0.4),
            Good(0.4, count),
        )
        for count in range(2, 9)
    }
    values = {name: (make, SECONDS) for name, make in VALUES.items()}
    return cases(
        rates
        | channels
        | values
        | {
            "16 channels": (lambda: sounds.many_channels(16, seconds=0.4), Good(0.4, 16)),
            "16 channels at 384 kHz": (
                lambda: sounds.wav(bytes(384_000 * 16), sample_rate=384_000, channels=16),
                Good(0.5, 16, 384_000),
            ),
            "5.1 flac at 96 kHz": (
                lambda: written(tone(0.4, 96_000, 6), "flac", "flac", sample_rate=96_000),
                Good(0.4, 6, 96_000),
            ),
            "no sample": (lambda: _cut_short(0), Code.TRUNCATED),
            "one sample": (lambda: _cut_short(1), Code.TOO_SHORT),
            "two thousand samples": (lambda: _cut_short(2_000), Code.TOO_SHORT),
            "just long enough": (lambda: _cut_short(2_400), Good(0.05, within=1e-6)),
            "half a frame at the end": (
                lambda: sounds.wav(bytes(19_200 * 4 + 3), channels=2),
                Good(0.4, 2),
            ),
            "half a sample": (lambda: sounds.wav(b"\x01"), Code.TRUNCATED),
            "a cover of 6 MB": (lambda: _covered(picture() + bytes(6_000_000)) + mp3(), PADDED),
            "a cover and no sound": (lambda: _covered(picture()), Code.UNREADABLE_AUDIO),
            "a cover that is none": (lambda: _covered(b"no picture") + mp3(), PADDED),
            "a film without sound": (lambda: sounds.film(0.2), Code.NO_SOUND),
            "a film without sound in mp4": (
                lambda: sounds.film(0.2, container="mp4"),
                Code.NO_SOUND,
            ),
            "a thousand tags": (
                lambda: boxes.id3(*((b"TXXX", b"\x03k%d\x00v" % n) for n in range(1_000))) + mp3(),
                PADDED,
            ),
            "tags that are no text": (
                lambda: (
                    boxes.id3((b"TIT2", b"\x01\xff\xfe\x00\xd8"), (b"TPE1", b"\x03\xff\xfe"))
                    + mp3()
                ),
                PADDED,
            ),
            "a title of a megabyte": (
                lambda: boxes.id3((b"TIT2", b"\x03" + b"t" * 1_000_000)) + mp3(),
                PADDED,
            ),
            "a wav with notes and places": (
                lambda: boxes.riff(
                    boxes.fmt(),
                    boxes.chunk(b"LIST", b"INFO" + boxes.chunk(b"INAM", b"name")),
                    boxes.chunk(b"bext", bytes(602)),
                    boxes.chunk(b"data", bytes(38_400)),
                    boxes.chunk(b"cue ", struct.pack("<I", 0)),
                ),
                SECONDS,
            ),
            "a wav after a megabyte of notes": (
                lambda: boxes.riff(
                    boxes.fmt(),
                    boxes.chunk(b"JUNK", bytes(1 << 20)),
                    boxes.chunk(b"data", bytes(38_400)),
                ),
                SECONDS,
            ),
            "a wav whose notes come first": (
                lambda: boxes.riff(
                    boxes.chunk(b"JUNK", bytes(5_000)),
                    boxes.fmt(),
                    boxes.chunk(b"data", bytes(38_400)),
                ),
                SECONDS,
            ),
            "mp3 after noise": (
                lambda: bad.flipped(bytes(2_000), 1, 0.3) + mp3(1.0),
                Good(1.0, within=0.2),
            ),
            "mp3 twice": (lambda: mp3() + mp3(), Good(0.8, within=0.2)),
            "mp3 with zeros behind": (lambda: mp3() + bytes(50_000), PADDED),
            "rate changes midway": (
                lambda: (
                    written(tone(0.4), "adts", "aac")
                    + written(tone(0.4, 24_000), "adts", "aac", sample_rate=24_000)
                ),
                Good(0.9),
            ),
            "channels change midway": (
                lambda: (
                    written(tone(0.4), "adts", "aac")
                    + written(tone(0.4, channels=2), "adts", "aac")
                ),
                Good(0.85),
            ),
        }
    )
