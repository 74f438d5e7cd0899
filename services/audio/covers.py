"""The picture on a record: taken from a source, drawn anew, and put into the formats that hold it.

It is decoded and encoded again, so that nothing travels along but the picture: no place, no
device, nothing hidden behind its end.
"""

import base64
import io
import struct

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from services.audio.opening import Sound
from services.recipes import Format

HOLD = (Format.MP3, Format.M4A, Format.FLAC, Format.OGG)
"""The formats that can hold a picture."""

OGG_TAG = "METADATA_BLOCK_PICTURE"

SIDE = 1_000  # pixels at most
QUALITY = 88  # of JPEG; a cover takes 50 to 200 kB
MOST_BYTES = 20 << 20  # of a picture that is looked at
MOST_PIXELS = 16_000_000
KINDS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
UNREADABLE = (
    *(OSError, ValueError, SyntaxError, MemoryError),
    *(struct.error, Image.DecompressionBombError),
)
FRONT = 3  # the kind of picture in ID3 and in FLAC: the front of the cover


def cover_of(sound: Sound) -> bytes | None:
    """The cover as a JPEG of at most `SIDE` pixels, or None; reads on in the sound's container."""
    streams = sound.container.streams.video
    covers = [each for each in streams if each.disposition & Disposition.attached_pic]
    if not covers:
        return None
    try:
        packet = next(sound.container.demux(covers[0]), None)
    except av.FFmpegError:
        return None
    if packet is None or not 0 < packet.size <= MOST_BYTES:
        return None
    return drawn_anew(bytes(packet))


def drawn_anew(data: bytes) -> bytes | None:
    """A picture of any kind we know as a small JPEG; None where it cannot be read."""
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("RGB", (SIDE, SIDE))
            drawn = picture.convert("RGB")
    except UNREADABLE:
        # A broken picture is no reason to refuse the sound.
        return None
    drawn.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def tag_of(cover: bytes) -> str:
    """The cover as Ogg holds it: a FLAC picture block in base64 (RFC 9639, 8.8; xiph.org)."""
    mime = b"image/jpeg"
    with Image.open(io.BytesIO(cover)) as picture:
        width, height = picture.size
    block = struct.pack(">II", FRONT, len(mime)) + mime + struct.pack(">I", 0)
    block += struct.pack(">IIIII", width, height, 24, 0, len(cover)) + cover
    return base64.b64encode(block).decode()


def add_stream(container: OutputContainer, cover: bytes) -> VideoStream:
    """A stream for the cover, before anything is written."""
    with Image.open(io.BytesIO(cover)) as picture:
        stream = container.add_mux_stream("mjpeg", width=picture.width, height=picture.height)
    assert isinstance(stream, VideoStream)
    stream.disposition = Disposition.attached_pic
    return stream


def write(container: OutputContainer, stream: VideoStream, cover: bytes) -> None:
    """Put it in, as the first packet of the file."""
    packet = Packet(cover)
    packet.stream = stream
    packet.pts = packet.dts = 0
    packet.is_keyframe = True
    container.mux(packet)
