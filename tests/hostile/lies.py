"""Heads that say what is not so: rates, channels, sizes, lengths and tables."""

import random
import struct

from services.problems import Code
from tests.hostile import boxes, sounds
from tests.hostile.boxes import chunk, fmt, movie, riff
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, tone, written

NOT_READ = Code.UNREADABLE_AUDIO
TOO_MANY = Code.TOO_MANY_CHANNELS
DATA = bytes(38_400)  # 0.4 s of 48 kHz
HALF = Good(0.4)
SLOW = Good(2.4, 1, 8_000)


def _wav(data=DATA, **head):
    return riff(fmt(**head), chunk(b"data", data))


def _rf64(size):
    sizes = chunk(b"ds64", struct.pack("<QQQI", size, size, 19_200, 0))
    return riff(sizes, fmt(), chunk(b"data", DATA, 0xFFFFFFFF), size=0xFFFFFFFF, mark=b"RF64")


def _aiff(channels=1, frames=19_200, rate=b"\x40\x0e\xbb\x80" + bytes(6)):
    def part(kind, body):
        return kind + struct.pack(">I", len(body)) + body

    common = part(b"COMM", struct.pack(">HIH", channels, frames, 16) + rate)
    body = b"AIFF" + common + part(b"SSND", bytes(8) + DATA)
    return part(b"FORM", body)


def _au(offset=24, size=0xFFFFFFFF, kind=3, rate=48_000, channels=1):
    return b".snd" + boxes.words(offset, size, kind, rate, channels) + DATA


def _flac(frames=2, **head):
    return boxes.flac_head(**head) + boxes.flac_frame(4_096) * frames


def _mkv(**track):
    return boxes.matroska(
        boxes.element("1654AE6B", boxes.track(**track)),
        boxes.element("1F43B675", boxes.number("E7", 0), boxes.block(DATA)),
    )


def _opus_head(channels=1, skip=312, family=0, table=b""):
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, skip, 48_000, 0, family) + table
    tags = b"OpusTags" + struct.pack("<II", 0, 0)
    return boxes.ogg_page(head, flags=2) + boxes.ogg_page(tags, number=1)


def _opus(granule=48_000, **head):
    # Code 0 with 20 ms of CELT, two bytes each: silence.
    packets = b"".join(b"\xf8\xff" for _ in range(50))
    page = boxes.ogg_page(packets, number=2, granule=granule, flags=4, lacing=b"\x02" * 50)
    return _opus_head(**head) + page


def _xing(frames):
    data = bytearray(mp3(1.0))
    at = next(data.find(mark) for mark in (b"Xing", b"Info") if mark in data)
    data[at + 8 : at + 12] = boxes.words(frames)
    return bytes(data)


def _caf(rate=48_000.0, per_packet=2, frames=1, channels=1, size=38_404):
    form = struct.pack(">d4sIIIII", rate, b"lpcm", 0, per_packet, frames, channels, 16)
    head = b"caff\x00\x01\x00\x00desc" + struct.pack(">q", 32) + form
    return head + b"data" + struct.pack(">q", size) + bytes(4) + DATA


def _alac(length):
    data = bytearray(written(tone(), "ipod", "alac"))
    at = data.rindex(b"alac") + 8
    data[at : at + 4] = boxes.words(length)
    return bytes(data)


def _free_mp3():
    """Constant frames whose bit rate is told as "free"."""
    data = bytearray(
        written(
            tone(1.0),
            "mp3",
            "mp3",
            options={"b": "128000"},
            muxer_options={"write_xing": "0", "id3v2_version": "0"},
        )
    )
    for at in range(0, len(data) - 3, 384):
        data[at + 2] &= 0x0F
    return bytes(data)


def _encrypted():
    """As shops sell it: the sample entry says how, the samples are noise without the key."""
    data = bytearray(written(tone(2.0), "ipod", "aac"))
    begin, index = data.index(b"mdat") + 4, data.index(b"moov")
    data[begin : index - 4] = random.Random(8).randbytes(index - 4 - begin)
    scheme = boxes.box(
        b"sinf",
        boxes.box(b"frma", b"mp4a"),
        boxes.full(b"schm", b"cenc", boxes.words(0x10000)),
        boxes.box(b"schi", boxes.full(b"tenc", bytes(20))),
    )
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"mp4a"):
        at = data.index(kind, index) - 4
        size = int.from_bytes(data[at : at + 4], "big")
        data[at : at + 4] = boxes.words(size + len(scheme))
    end = at + size
    data[at + 4 : at + 8] = b"enca"
    return bytes(data[:end] + scheme + data[end:])


WAVES = {
    "wav of 1 Hz": (lambda: _wav(sample_rate=1), NOT_READ),
    "wav of 3999 Hz": (lambda: _wav(sample_rate=3_999), NOT_READ),
    "wav of 384001 Hz": (lambda: _wav(sample_rate=384_001), NOT_READ),
    "wav of 4 G Hz": (lambda: _wav(sample_rate=0xFFFFFFFF), NOT_READ),
    "wav of 2 G Hz": (lambda: _wav(sample_rate=0x7FFFFFFF), NOT_READ),
    "wav of 65535 channels": (lambda: _wav(channels=65_535), TOO_MANY),
    "wav of 0 bits": (lambda: _wav(bits=0, align=2), Code.UNSUPPORTED_FORMAT),
    "wav of 1 bit": (lambda: _wav(bits=1, align=1), Good(0.8)),
    "wav of 12 bits": (lambda: _wav(bits=12, align=2), HALF),
    "wav of 255 bits": (lambda: _wav(bits=255, align=2), Code.UNSUPPORTED_FORMAT),
    "wav of frames of no byte": (lambda: _wav(align=0), HALF),
    "wav of frames of 65535 bytes": (lambda: _wav(align=65_535), HALF),
    "wav of a codec nobody knows": (lambda: _wav(kind=0x7FFF), Code.UNSUPPORTED_FORMAT),
    "wav of a codec we do not want": (lambda: _wav(kind=0x0270), Code.UNSUPPORTED_FORMAT),
    "wav whose data go on for ever": (lambda: riff(fmt(), chunk(b"data", DATA, 0xFFFFFFFF)), HALF),
    "wav whose data have no length": (lambda: riff(fmt(), chunk(b"data", DATA, 0)), HALF),
    "wav whose data go beyond the file": (lambda: riff(fmt(), chunk(b"data", DATA, 1 << 30)), HALF),
    "wav whose length is negative": (lambda: riff(fmt(), chunk(b"data", DATA, 0x80000000)), HALF),
    "riff of no length": (lambda: riff(fmt(), chunk(b"data", DATA), size=0), HALF),
    "riff of 4 GB": (lambda: riff(fmt(), chunk(b"data", DATA), size=0xFFFFFFFF), HALF),
    "wav with a short fmt": (
        lambda: riff(chunk(b"fmt ", b"\1\0\1\0"), chunk(b"data", DATA)),
        NOT_READ,
    ),
    "wav with a fmt of 4 GB": (
        lambda: riff(fmt()[:4] + b"\xff" * 4 + fmt()[8:], chunk(b"data", DATA)),
        NOT_READ,
    ),
    "wav with two fmts": (lambda: riff(fmt(), fmt(17, 1), chunk(b"data", DATA)), HALF),
    "wav without fmt": (lambda: riff(chunk(b"data", DATA)), NOT_READ),
    "wav without data": (lambda: riff(fmt(), chunk(b"JUNK", DATA)), NOT_READ),
    "wav with data first": (lambda: riff(chunk(b"data", DATA), fmt()), HALF),
    "wav with a note of 4 GB": (
        lambda: riff(fmt(), chunk(b"LIST", b"INFO", 0xFFFFFFFF), chunk(b"data", DATA)),
        NOT_READ,
    ),
    "rf64 of 2^63 bytes": (lambda: _rf64(1 << 63), NOT_READ),
    "rf64 of 2^40 bytes": (lambda: _rf64(1 << 40), HALF),
    "ima adpcm in frames of one byte": (lambda: _wav(kind=0x11, bits=4, align=1), Code.TRUNCATED),
    "ms adpcm in frames of 65535": (lambda: _wav(kind=2, bits=4, align=65_535), Good(1.6)),
    "u-law of 16 bits": (lambda: _wav(kind=7, align=1), Good(0.8)),
    "float of 16 bits": (lambda: _wav(kind=3), Code.UNSUPPORTED_FORMAT),
    "rifx with numbers of riff": (
        lambda: riff(fmt(), chunk(b"data", DATA), mark=b"RIFX"),
        NOT_READ,
    ),
}
OTHERS = {
    "aiff of no channel": (lambda: _aiff(0), NOT_READ),
    "aiff of 60000 channels": (lambda: _aiff(60_000), NOT_READ),
    "aiff of an endless rate": (lambda: _aiff(rate=b"\x7f\xff" + bytes(8)), NOT_READ),
    "aiff of a negative rate": (lambda: _aiff(rate=b"\xc0\x0e\xbb\x80" + bytes(6)), NOT_READ),
    "aiff of 4 G frames": (lambda: _aiff(frames=0xFFFFFFFF), NOT_READ),
    "au that begins at 4 G": (lambda: _au(offset=0xFFFFFFFF), HALF),
    "au of no rate": (lambda: _au(rate=0), NOT_READ),
    "au of 2^31 channels": (lambda: _au(channels=1 << 31), NOT_READ),
    "au of a codec nobody knows": (lambda: _au(kind=99), NOT_READ),
    "flac of no rate": (lambda: _flac(sample_rate=0), NOT_READ),
    "flac of 655350 Hz": (lambda: _flac(sample_rate=655_350), NOT_READ),
    "flac of 2^36 samples": (lambda: _flac(samples=(1 << 36) - 1), Code.TOO_LONG),
    "flac of blocks of no sample": (lambda: _flac(block_size=0), NOT_READ),
    "flac with a block beyond the file": (
        lambda: boxes.flac_head()[:4] + b"\x84\xff\xff\xff" + bytes(3_000),
        NOT_READ,
    ),
    "mp3 of 4 G frames": (lambda: _xing(0xFFFFFFFF), Good(1.0, within=0.1)),
    "mp3 of no frame": (lambda: _xing(0), Good(1.0, within=0.1)),
    "mp3 of free frames": (_free_mp3, NOT_READ),
    "mp3 behind a tag of 256 MB": (lambda: boxes.id3(size=(1 << 28) - 1) + mp3(), NOT_READ),
    "opus of no channel": (lambda: _opus(channels=0), NOT_READ),
    "opus of 255 channels": (
        lambda: _opus(channels=255, family=255, table=b"\xff\x00" + bytes(range(255))),
        TOO_MANY,
    ),
    "opus that begins at 1.4 s": (lambda: _opus(skip=65_535), Code.TRUNCATED),
    "opus that ended before it began": (lambda: _opus(granule=-5), Code.TRUNCATED),
    "opus that ends in a million years": (lambda: _opus(granule=1 << 62), Good(1.0)),
    "caf of no rate": (lambda: _caf(rate=0.0), NOT_READ),
    "caf of a rate that is no number": (lambda: _caf(rate=float("nan")), NOT_READ),
    "caf of packets of no byte": (lambda: _caf(per_packet=0), NOT_READ),
    "caf of packets of 2 GB": (lambda: _caf(per_packet=0x7FFFFFFF), Code.TRUNCATED),
    "caf of packets of 2^31 frames": (lambda: _caf(frames=1 << 31), NOT_READ),
    "caf of a length below nothing": (lambda: _caf(size=-9), HALF),
    "caf of a length nobody knows": (lambda: _caf(size=-1), HALF),
    "alac of frames of no sample": (lambda: _alac(0), NOT_READ),
    "alac of frames of 2^31 samples": (lambda: _alac(0x7FFFFFFF), NOT_READ),
    "mkv of no rate": (lambda: _mkv(sample_rate=0.0), NOT_READ),
    "mkv of a negative rate": (lambda: _mkv(sample_rate=-8_000.0), SLOW),
    "mkv of a rate that is no number": (lambda: _mkv(sample_rate=float("nan")), SLOW),
    "mkv of an endless rate": (lambda: _mkv(sample_rate=float("inf")), SLOW),
    "mkv of no channel": (lambda: _mkv(channels=0), NOT_READ),
    "mkv of 2^40 channels": (lambda: _mkv(channels=1 << 40), NOT_READ),
    "mkv of a codec nobody knows": (lambda: _mkv(codec=b"A_NOBODY"), Code.UNSUPPORTED_FORMAT),
    "mkv that is right": (_mkv, SLOW),
}
MOVIES = {
    "mov that is right": (lambda: movie(DATA), SLOW),
    "mov of no rate": (lambda: movie(DATA, sample_rate=0, timescale=8_000), SLOW),
    "mov of no time scale": (lambda: movie(DATA, timescale=0), Code.TOO_LONG),
    "mov of 2^32 units": (lambda: movie(DATA, duration=0xFFFFFFFF), SLOW),
    "mov of 4 G samples": (lambda: movie(DATA, sizes=(2, 0xFFFFFFFF)), SLOW),
    "mov of 100 M samples": (lambda: movie(DATA, sizes=(2, 100_000_000)), SLOW),
    "mov of 4 G times": (lambda: movie(DATA, times=(0xFFFFFFFF, 1, 1)), Code.TRUNCATED),
    "mov of times of no length": (lambda: movie(DATA, times=(1, 19_200, 0)), SLOW),
    "mov of negative times": (lambda: movie(DATA, times=(1, 19_200, 0xFFFFFFFF)), SLOW),
    "mov of chunks of 4 G": (lambda: movie(DATA, chunks=(1, 1, 0xFFFFFFFF, 1)), Code.TOO_SHORT),
    "mov of chunks in no order": (
        lambda: movie(DATA, chunks=(3, 9, 5, 1, 2, 7, 1, 0, 0, 0)),
        Code.TRUNCATED,
    ),
    "mov of offsets beyond the file": (
        lambda: movie(DATA, offsets=(1, 0xFFFFFFF0)),
        Code.TRUNCATED,
    ),
    "mov of 4 G offsets": (lambda: movie(DATA, offsets=(0xFFFFFFFF, 1)), SLOW),
    "mov of samples of 4 GB": (lambda: movie(DATA, sizes=(0xFFFFFFFF, 1)), SLOW),
    "m4a, encrypted": (_encrypted, (NOT_READ, Code.TRUNCATED)),
    "mov, encrypted by drm": (lambda: movie(DATA, kind=b"drms"), Code.UNSUPPORTED_FORMAT),
    "mp4 of a first box of 2^63 bytes": (
        lambda: boxes.box(b"ftyp", b"\x7f" + b"\xff" * 7, size=1) + DATA,
        Code.TRUNCATED,
    ),
    "mp4 of a first box of 7 bytes": (
        lambda: boxes.box(b"ftyp", b"M4A ", size=7) + DATA,
        Code.TRUNCATED,
    ),
    "mp4 of a box that never ends": (lambda: movie(DATA) + boxes.box(b"free", size=0), SLOW),
}


def lies():
    """The cases."""
    known = {"wav of 655350 Hz": (lambda: sounds.wav(DATA, sample_rate=655_350), NOT_READ)}
    return cases(WAVES | OTHERS | MOVIES | known)
