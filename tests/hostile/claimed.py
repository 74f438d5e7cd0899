"""Every container and codec that is claimed to be read, in short and honest files."""

import struct

from tests.hostile import boxes, sounds
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, several, tone, written

HALF = Good(0.4)
PADDED = Good(0.4, within=0.1)  # frames of the codec, filled up
STEREO = Good(0.4, 2, within=0.1)

# Container, codec, channels: what comes back is 48 kHz and about as long.
PAIRS = (
    *(("wav", f"pcm_{kind}", 1) for kind in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le")),
    *(("wav", kind, 2) for kind in ("pcm_mulaw", "pcm_alaw", "adpcm_ima_wav", "adpcm_ms", "mp2")),
    *(("w64", "pcm_s16le", 1), ("w64", "pcm_f32le", 2)),
    *(("aiff", f"pcm_{kind}", 1) for kind in ("s8", "s16be", "s24be", "s32be", "s16le")),
    *(("aiff", f"pcm_{kind}", 2) for kind in ("f32be", "f64be", "alaw", "mulaw")),
    *(("au", f"pcm_{kind}", 1) for kind in ("s16be", "mulaw", "f32be")),
    *(("caf", kind, 1) for kind in ("pcm_s16be", "pcm_f32le", "alac", "pcm_alaw")),
    *(("mp3", "mp3", 1), ("mp2", "mp2", 2), ("adts", "aac", 2), ("flac", "flac", 2)),
    *(("ogg", kind, 2) for kind in ("opus", "flac", "vorbis")),
    *(("ipod", "aac", 1), ("ipod", "alac", 2), ("mp4", "mp3", 1), ("mp4", "opus", 1)),
    *(("mov", kind, 1) for kind in ("pcm_s16le", "pcm_s24be", "pcm_f32be", "adpcm_ima_qt")),
    *(("3gp", "aac", 1), ("webm", "opus", 1), ("webm", "vorbis", 2)),
    *(("matroska", kind, 1) for kind in ("flac", "pcm_s16le", "aac", "mp3", "ac3", "alac")),
    *(("asf", "wmav1", 2), ("asf", "wmav2", 1), ("ac3", "ac3", 2), ("eac3", "eac3", 2)),
    *(("wv", "wavpack", 2), ("tta", "tta", 1), ("avi", "mp3", 1), ("avi", "pcm_s16le", 2)),
    *(("mpegts", "aac", 1), ("mpegts", "mp2", 2), ("mpegts", "ac3", 2)),
)

OPTIONS = {"wmav1": {"b": "64000"}, "wmav2": {"b": "64000"}}


def _pair(muxer, codec, channels):
    name = f"{codec} in {muxer}"
    return name, (
        lambda: written(tone(channels=channels), muxer, codec, options=OPTIONS.get(codec)),
        Good(0.4, channels, within=0.1),
    )


def _voice(muxer):
    return written(tone(0.4, 8_000), muxer, "amrnb", sample_rate=8_000, options={"b": "12200"})


def _wide_voice():
    return b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * 20


def _gsm():
    rest = struct.pack("<HH", 2, 320)
    head = boxes.fmt(1, 8_000, 0, kind=0x31, align=65, rest=rest)
    return boxes.riff(
        head, boxes.chunk(b"fact", struct.pack("<I", 3_200)), boxes.chunk(b"data", bytes(65 * 10))
    )


def _extensible():
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    rest = struct.pack("<HHI", 22, 16, 0x3F) + guid
    head = boxes.fmt(6, 48_000, 16, kind=0xFFFE, rest=rest)
    return boxes.riff(head, boxes.chunk(b"data", bytes(19_200 * 12)))


def claimed():
    """The cases."""
    return cases(
        dict(_pair(*each) for each in PAIRS)
        | {
            "rf64": (
                lambda: written(tone(), "wav", "pcm_s16le", muxer_options={"rf64": "always"}),
                HALF,
            ),
            "wav extensible, 5.1": (_extensible, Good(0.4, 6)),
            "gsm in wav": (_gsm, Good(0.4, 1, 8_000)),
            "amr": (lambda: _voice("amr"), Good(0.4, 1, 8_000)),
            "amr in 3gp": (lambda: _voice("3gp"), Good(0.4, 1, 8_000)),
            "amr wide band": (_wide_voice, Good(0.4, 1, 16_000)),
            "mp3 of one bit rate": (lambda: mp3(b="64000"), PADDED),
            "mp3 of many bit rates": (lambda: mp3(flags="+qscale", global_quality="236"), PADDED),
            "mp3 without a Xing head": (
                lambda: written(tone(), "mp3", "mp3", muxer_options={"write_xing": "0"}),
                PADDED,
            ),
            "mp3 with ID3 at the end": (lambda: mp3() + b"TAG" + b"title".ljust(125), PADDED),
            "mp3 with ID3 at the start": (
                lambda: boxes.id3((b"TIT2", b"\x03title")) + mp3(),
                PADDED,
            ),
            "mp3 at 22 kHz": (
                lambda: written(tone(0.4, 22_050), "mp3", "mp3", sample_rate=22_050),
                Good(0.4, 1, 22_050, 0.1),
            ),
            "flac in ogg, chained": (
                lambda: written(tone(), "ogg", "flac") + written(tone(), "ogg", "flac"),
                Good(0.8),
            ),
            "opus, chained": (
                lambda: written(tone(), "ogg", "opus") + written(tone(), "ogg", "opus"),
                Good(0.8, within=0.1),
            ),
            "vorbis, chained": (
                lambda: written(tone(channels=2), "ogg", "vorbis") * 2,
                Good(0.8, 2, within=0.1),
            ),
            "m4a in fragments": (
                lambda: written(
                    tone(1.0),
                    "mp4",
                    "aac",
                    muxer_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"},
                ),
                Good(1.0, within=0.1),
            ),
            "film in mkv": (lambda: sounds.film(0.4, tone()), PADDED),
            "film in mp4": (lambda: sounds.film(0.4, tone(), "mp4"), PADDED),
            "two tracks": (lambda: several([tone(), tone(channels=2)], "matroska", "flac"), HALF),
            "two tracks in mp4": (lambda: several([tone(), tone(0.3)], "mp4", "aac"), PADDED),
        }
    )
