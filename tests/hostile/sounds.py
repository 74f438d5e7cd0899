"""Good sounds by code, to be cut, bent and lied about."""

import io
import struct
from fractions import Fraction

import av
import numpy as np

from services.audio.decoding import Form
from services.audio.encoding import Encoder, Writing
from services.recipes import Format


def tone(seconds=1.0, sample_rate=48_000, channels=1, level=0.25, hertz=440.0):
    """A sine with a little noise, (channels, samples)."""
    count = round(seconds * sample_rate)
    sine = level * np.sin(2 * np.pi * hertz * np.arange(count) / sample_rate)
    noise = np.random.default_rng(1).standard_normal((channels, count)) * level * 0.03
    return (sine + noise).astype(np.float32)


def speech(seconds=3.0, sample_rate=48_000, channels=1, level=0.2):
    """Bursts of a harmonic tone over a steady noise: what an engine takes for a voice."""
    times = np.arange(round(seconds * sample_rate)) / sample_rate
    # Phases that keep the peaks low, as a throat does: else no limiter could make it loud.
    voice = sum(np.sin(2 * np.pi * 140 * n * times + 0.7 * n * n) / n for n in range(1, 12))
    voice = voice * np.clip(np.sin(2 * np.pi * 1.5 * times), 0, 1)
    noise = np.random.default_rng(2).standard_normal((channels, len(times))) * 0.1
    return (level * (voice / 3 + noise)).astype(np.float32)


def encoded(sound, sample_rate=48_000, wanted="wav", *, block=48_000, **writing):
    """The bytes of a file in one of our formats."""
    file = io.BytesIO()
    form = Form(sample_rate, len(sound))
    with Encoder(file, form, Writing(Format(wanted), **writing)) as encoder:
        for at in range(0, sound.shape[1], block):
            encoder.push(sound[:, at : at + block])
    return file.getvalue()


def wav(data, *, sample_rate=48_000, channels=1, bits=16, kind=1):
    """A WAV file around these bytes, whatever its header then says."""
    frame = channels * bits // 8
    header = struct.pack(
        "<HHIIHH",
        kind,
        channels,
        sample_rate,
        (sample_rate * frame) & 0xFFFFFFFF,
        frame & 0xFFFF,
        bits,
    )
    chunks = b"WAVEfmt " + struct.pack("<I", 16) + header
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def float_wav(sound, sample_rate=48_000):
    """A WAV file of 32-bit floats, which hold what integers cannot."""
    data = np.ascontiguousarray(sound.T, "<f4").tobytes()
    return wav(data, sample_rate=sample_rate, channels=len(sound), bits=32, kind=3)


def film(seconds=1.0, sound=None, container="matroska", codec="mpeg4"):
    """A film with or without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        picture = output.add_stream(codec, rate=25)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        voice = output.add_stream("aac", rate=48_000, layout="mono") if sound is not None else None
        for _ in range(round(seconds * 25)):
            output.mux(picture.encode(av.VideoFrame(64, 48, "yuv420p")))
        output.mux(picture.encode(None))
        if voice is not None:
            frame = av.AudioFrame.from_ndarray(sound, "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            output.mux(voice.encode(frame))
            output.mux(voice.encode(None))
    return file.getvalue()


def many_channels(channels, sample_rate=48_000, seconds=0.5):
    """A WAV file with a different tone in each channel."""
    parts = [tone(seconds, sample_rate, hertz=200.0 * (n + 1)) for n in range(channels)]
    whole = (np.concatenate(parts) * 32_767).astype("<i2")
    return wav(np.ascontiguousarray(whole.T).tobytes(), sample_rate=sample_rate, channels=channels)
