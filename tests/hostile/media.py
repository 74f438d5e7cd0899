"""Every container and codec that is claimed, written by libav; only tests need most of them."""

import io
from fractions import Fraction

import av
import numpy as np

from tests.hostile import sounds

# An encoder per codec where libav's own name differs from the codec's.
ENCODERS = {"mp3": "libmp3lame", "opus": "libopus", "amrnb": "libopencore_amrnb"}
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def frame_of(sound, sample_rate):
    """One libav frame of float32."""
    planar = np.ascontiguousarray(sound, np.float32)
    frame = av.AudioFrame.from_ndarray(planar, "fltp", LAYOUTS[len(sound)])
    frame.sample_rate, frame.pts, frame.time_base = sample_rate, 0, Fraction(1, sample_rate)
    return frame


def written(sound, muxer, codec, *, sample_rate=48_000, options=None, muxer_options=None):
    """The bytes of a file with one stream; (channels, samples) of float32 in."""
    return several([sound], muxer, codec, sample_rate, options or {}, muxer_options or {})


def several(tracks, muxer, codec, sample_rate=48_000, options=None, muxer_options=None):
    """The same with any number of streams, one after the other."""
    file = io.BytesIO()
    with av.open(file, "w", format=muxer, options=muxer_options or {}) as output:
        streams = [
            output.add_stream(
                ENCODERS.get(codec, codec),
                rate=sample_rate,
                layout=LAYOUTS[len(track)],
                options={"strict": "experimental", **(options or {})},
            )
            for track in tracks
        ]
        for stream, track in zip(streams, tracks, strict=True):
            output.mux(stream.encode(frame_of(track, sample_rate)))
            output.mux(stream.encode(None))
    return file.getvalue()


def tone(seconds=0.4, sample_rate=48_000, channels=1):
    """A short sound for the files of the corpus."""
    return sounds.tone(seconds, sample_rate, channels)


def mp3(seconds=0.4, **options):
    """MPEG layer III at 48 kHz, mono; options of the encoder."""
    return written(tone(seconds), "mp3", "mp3", options=options)


def picture(side=32):
    """A small picture as one MJPEG frame."""
    context = av.CodecContext.create("mjpeg", "w")
    context.width = context.height = side
    context.pix_fmt, context.time_base = "yuvj420p", Fraction(1, 25)
    noise = np.random.default_rng(3).integers(0, 255, (side, side, 3), np.uint8)
    frame = av.VideoFrame.from_ndarray(noise, "rgb24").reformat(format="yuvj420p")
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
