"""Recordings in every type that noise-remover.com takes, as small as they come."""

import io

import av
import numpy as np

from tests.hostile import media, sounds

# The type's name: how libav calls its container, and its codec.
WRITTEN = {
    "mp3": ("mp3", "mp3"),
    "wav": ("wav", "pcm_s16le"),
    "flac": ("flac", "flac"),
    "m4a": ("ipod", "aac"),
    "ogg": ("ogg", "vorbis"),
    "aiff": ("aiff", "pcm_s16be"),
    "aac": ("adts", "aac"),
}
FILMS = {"mp4": "mp4", "mov": "mov"}


def recording(kind, seconds=0.4):
    """A file of this type."""
    if kind in FILMS:
        return sounds.film(seconds, media.tone(seconds), container=FILMS[kind])
    muxer, codec = WRITTEN[kind]
    stereo = codec == "vorbis"  # libav's own encoder does nothing else
    return media.written(media.tone(seconds, channels=1 + stereo), muxer, codec)


def seconds_of(raw):
    """How long a file is."""
    with av.open(io.BytesIO(raw)) as file:
        return (file.duration or 0) / av.time_base


def stream_of(raw):
    """The container, and the kinds and codecs of its streams."""
    with av.open(io.BytesIO(raw)) as file:
        return file.format.name, [(one.type, one.codec_context.name) for one in file.streams]


RATE = 48_000


def noisy_speech(seconds=3.0):
    """A WAV file: bursts of a voice over a steady noise, three in two seconds."""
    return sounds.encoded(sounds.speech(seconds, RATE))


def clearness(raw):
    """How far the bursts of `noisy_speech` stand above its pauses, in dB."""
    with av.open(io.BytesIO(raw)) as file:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    times = np.arange(len(sound)) / RATE
    burst = np.sin(2 * np.pi * 1.5 * times)
    settled = (times > 0.7) & (times < times[-1] - 0.3)
    power = np.square(sound, dtype=np.float64)
    voice, pause = (np.mean(power[settled & at]) for at in (burst > 0.5, burst < -0.5))
    return float(10 * np.log10(voice / pause))
