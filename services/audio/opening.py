"""Opens hostile media: known containers and audio decoders only, nothing but the one open file."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from services.audio import sniffing
from services.audio.formats import allowed_tags
from services.limits import MAX_CHANNELS, SAMPLE_RATES
from services.problems import Code, Fault, fault

# Demuxers of what people record and send. None of them opens a second file.
CONTAINERS = (
    "wav,w64,aiff,mp3,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,caf,amr,amrnb,amrwb,"
    "asf,au,ac3,eac3,wv,ape,tta,avi,flv,mpegts"
)
DECODERS = (
    "aac",
    "aac_latm",
    "ac3",
    "adpcm_ima_qt",
    "adpcm_ima_wav",
    "adpcm_ms",
    "alac",
    "amrnb",
    "amrwb",
    "ape",
    "eac3",
    "flac",
    "gsm",
    "gsm_ms",
    "mp1",
    "mp1float",
    "mp2",
    "mp2float",
    "mp3",
    "mp3float",
    "opus",
    "pcm_alaw",
    "pcm_f32be",
    "pcm_f32le",
    "pcm_f64be",
    "pcm_f64le",
    "pcm_mulaw",
    "pcm_s16be",
    "pcm_s16le",
    "pcm_s24be",
    "pcm_s24le",
    "pcm_s32be",
    "pcm_s32le",
    "pcm_s8",
    "pcm_u8",
    "speex",
    "tta",
    "vorbis",
    "wavpack",
    "wmalossless",
    "wmapro",
    "wmav1",
    "wmav2",
)
OPTIONS = {
    "format_whitelist": CONTAINERS,
    "codec_whitelist": ",".join(DECODERS),
    # No protocol has this name: whatever a container points at stays closed.
    "protocol_whitelist": "none",
    "max_analyze_duration": "10000000",  # microseconds
    # Bytes per packet of a WAV file: larger ones are fewer steps, but libav looks at 2500
    # of them for DTS in disguise, which at 64 kB takes a quarter of a second.
    "max_size": "16384",
}
BUFFER = 1 << 18  # bytes read at a time
PICTURES = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails

# Bare frames have no length field: libav multiplies the file's size by the first frame's rate.
ESTIMATED = frozenset(("mp3", "aac", "amr", "amrnb", "amrwb", "ac3", "eac3", "wav", "mpegts"))

# Containers that hold more bits than these decoders' 16; lossy ones have no bits to keep.
DEEP = frozenset(("s32", "s32p", "flt", "fltp", "dbl", "dblp"))
LOSSLESS = ("pcm_", "flac", "alac", "wavpack", "tta", "ape", "wmalossless")


@dataclass(frozen=True, slots=True)
class Sound:
    """An open file whose header made sense."""

    container: InputContainer
    stream: AudioStream
    begins_well: bool  # with the mark of a container we know

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self.stream.sample_rate

    @property
    def channels(self) -> int:
        """How many the file has, before any downmix."""
        return self.stream.channels

    @property
    def name(self) -> str:
        """The container as libav calls it: wav, mp3, mov, …"""
        return self.container.format.name.split(",")[0]

    @property
    def codec(self) -> str:
        """The decoder's name without what distinguishes libav's own variants."""
        return self.stream.codec_context.name.removesuffix("float")

    @property
    def has_video(self) -> bool:
        """Whether there are moving pictures; a cover is none."""
        return any(not each.disposition & PICTURES for each in self.container.streams.video)

    @property
    def seconds(self) -> float | None:
        """What the header says; only decoding tells the truth."""
        duration = self.container.duration
        return None if duration is None else duration / 1_000_000

    @property
    def is_lossless(self) -> bool:
        """Whether its samples are what was once recorded, on a grid of their own."""
        return self.codec.startswith(LOSSLESS)

    @property
    def depth(self) -> int:
        """Bits per sample worth keeping: 16 or 24."""
        return 24 if self.is_lossless and self.stream.format.name in DEEP else 16

    @property
    def tags(self) -> dict[str, str]:
        """The few tags that may travel."""
        found: Mapping[str, str] = {**self.stream.metadata, **self.container.metadata}
        return allowed_tags(found)


@contextmanager
def open_sound(file: BinaryIO, max_seconds: float | None = None) -> Iterator[Sound]:
    """The first default audio stream of an open file.

    max_seconds: a header that says more is believed, except where libav only guesses.
    Raises `Fault` with what is wrong with the file.
    """
    head = sniffing.first_bytes(file)
    _refuse(head)
    with _opened(file, head) as container:
        stream = _choose(container)
        sound = Sound(container, stream, sniffing.kind(head) is sniffing.Kind.AUDIO)
        _check(sound, max_seconds)
        yield sound


def _refuse(head: bytes) -> None:
    match sniffing.kind(head):
        case sniffing.Kind.EMPTY:
            raise fault(Code.EMPTY_FILE)
        case sniffing.Kind.PLAYLIST:
            raise fault(Code.PLAYLIST)
        case sniffing.Kind.FOREIGN:
            raise fault(Code.UNSUPPORTED_FORMAT)
    channels = sniffing.wav_channels(head)
    if channels > MAX_CHANNELS:
        raise fault(Code.TOO_MANY_CHANNELS, channels=channels, limit=MAX_CHANNELS)


@contextmanager
def _opened(file: BinaryIO, head: bytes) -> Iterator[InputContainer]:
    try:
        container = av.open(
            file, "r", options=dict(OPTIONS), metadata_errors="replace", buffer_size=BUFFER
        )
    except (av.FFmpegError, ValueError) as error:
        raise _unopened(head, error) from error
    with container:
        yield container


def _unopened(head: bytes, error: Exception) -> Fault:
    begins_well = sniffing.kind(head) is sniffing.Kind.AUDIO
    is_short = isinstance(error, EOFError) or len(head) <= sniffing.SMALLEST_HEADER
    if head[4:8] in (b"ftyp", b"mdat") or (begins_well and is_short):
        return fault(Code.TRUNCATED, without_paths(error))
    return fault(Code.UNREADABLE_AUDIO, without_paths(error))


def _choose(container: InputContainer) -> AudioStream:
    streams = container.streams.audio
    if not streams:
        is_film = any(not each.disposition & PICTURES for each in container.streams.video)
        raise fault(Code.NO_SOUND if is_film else Code.UNREADABLE_AUDIO, "no audio stream")
    marked = (each for each in streams if each.disposition & Disposition.default)
    return next(marked, streams[0])


def _check(sound: Sound, max_seconds: float | None) -> None:
    # PyAV leaves the context out where libav has no decoder for the stream.
    context = getattr(sound.stream, "codec_context", None)
    if context is None or context.name not in DECODERS:
        raise fault(Code.UNSUPPORTED_FORMAT, "decoder not on our list")
    if sound.sample_rate not in SAMPLE_RATES or sound.channels < 1:
        raise fault(Code.UNREADABLE_AUDIO, f"{sound.sample_rate} Hz, {sound.channels} channels")
    if sound.channels > MAX_CHANNELS:
        raise fault(Code.TOO_MANY_CHANNELS, channels=sound.channels, limit=MAX_CHANNELS)
    if max_seconds is None or sound.seconds is None or sound.name in ESTIMATED:
        return
    if sound.seconds > max_seconds:
        raise fault(Code.TOO_LONG, "by its header", seconds=sound.seconds, limit=max_seconds)


def without_paths(error: Exception) -> str:
    """An error in words that may be logged: PyAV's contain what it was told to open."""
    text = f"{type(error).__name__}: {error}"
    return re.sub(r"'[^']*'|\S*/\S*", "…", text)[:200]
