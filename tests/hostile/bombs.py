"""Small files that would become large, long or deep."""

import base64
import functools
import gzip
import io
import struct
import zipfile
import zlib

from services.problems import Code
from tests.hostile import boxes
from tests.hostile.boxes import box, element, flac_frame, flac_head, movie, number, ogg_page
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, several, tone, written

TOO_LONG = Code.TOO_LONG
NOT_READ = Code.UNREADABLE_AUDIO
DATA = bytes(38_400)
SOUND = Good(0.4, within=0.1)
SLOW = Good(2.4, 1, 8_000)


def _flac(blocks, *, told=0, **frame):
    channels = frame.get("channels", 1)
    return flac_head(channels=channels, samples=told) + flac_frame(**frame) * blocks


def _mixed_rates():
    """Each frame with a rate of its own: libav's parser tries every row of them."""
    return flac_head() + b"".join(flac_frame(16, sample_rate=8_000 + n) for n in range(4_000))


def _opus(packets=48_000):
    """120 ms in two bytes: three packets of 40 ms that hold nothing."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<II", 0, 0)
    pages = [ogg_page(head, flags=2), ogg_page(tags, number=1)]
    body = b"\x13\x03" * 240
    for n in range(packets // 240):
        granule = (n + 1) * 240 * 5_760
        pages.append(ogg_page(body, number=n + 2, granule=granule, lacing=b"\x02" * 240))
    return b"".join(pages)


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("song.wav", bytes(30_000_000))
    return file.getvalue()


def _nested(depth, kind=b"moov"):
    """Boxes in boxes; built from the inside, sizes alone."""
    heads = [struct.pack(">I", 8 * (n + 1)) + kind for n in range(depth)]
    return box(b"ftyp", b"M4A ", bytes(4)) + b"".join(reversed(heads))


def _nested_tags(depth):
    inside = b""
    for _ in range(depth):
        inside = element("67C8", inside)
    return boxes.matroska(element("1254C367", element("7373", inside)))


def _packed_index():
    """An index that says it unpacks to 4 GB."""
    packed = zlib.compress(bytes(3_000_000))
    small = box(b"cmvd", boxes.words(0xFFFFFFFF), packed)
    return (
        box(b"ftyp", b"qt  ", bytes(4))
        + box(b"moov", box(b"cmov", box(b"dcom", b"zlib"), small))
        + box(b"mdat", DATA)
    )


def _packed_blocks(megabytes, blocks=1):
    """A Matroska track whose blocks are packed a thousand times smaller."""
    packing = element(
        "6D80",
        element("6240", number("5031", 0), number("5032", 1), element("5034", number("4254", 0))),
    )
    sound = boxes.track()
    entry = element("AE", sound[9:], packing)
    packed = zlib.compress(bytes(megabytes << 20), 9)
    cluster = element("1F43B675", number("E7", 0), *(boxes.block(packed) for _ in range(blocks)))
    return boxes.matroska(element("1654AE6B", entry), cluster)


def _endless_cluster(count=100_000):
    """A segment and a cluster without an end, of blocks without a sample."""
    cluster = element("1F43B675", number("E7", 0), size=boxes.ANY_SIZE)
    return (
        boxes.matroska(element("1654AE6B", boxes.track()), size=boxes.ANY_SIZE)
        + cluster
        + boxes.block(b"") * count
    )


def _empty_pages(count=40_000):
    page = ogg_page(b"", number=2, lacing=b"")
    return written(tone(), "ogg", "opus") + page * count


def _many_serials(count=2_000):
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 312, 48_000, 0, 0)
    return b"".join(ogg_page(head, serial=n, flags=2) for n in range(count))


def _packet_without_end():
    """One Ogg packet that goes on over 4 MB of pages."""
    first = ogg_page(b"\x01vorbis" + bytes(23), flags=2)
    page = ogg_page(bytes(255 * 255), number=1, flags=1, lacing=b"\xff" * 255)
    return first + page * 64


def _comments(count, length=0):
    """A Vorbis comment that says it has so many."""
    return b"OpusTags" + struct.pack("<III", 0, count, length)


def _opus_with(tags):
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 312, 48_000, 0, 0)
    packets = b"\xf8\xff" * 50
    return (
        ogg_page(head, flags=2)
        + ogg_page(tags, number=1)
        + ogg_page(packets, number=2, granule=48_000, flags=4, lacing=b"\x02" * 50)
    )


def _picture_comment():
    """A picture in a comment that says it is 4 GB."""
    told = struct.pack(">II", 3, 0xFFFFFFFF) + bytes(64)
    line = b"METADATA_BLOCK_PICTURE=" + base64.b64encode(told)
    return b"OpusTags" + struct.pack("<III", 0, 1, len(line)) + line


def _many_tracks(count=1_200):
    entries = (element("AE", number("D7", n + 1), boxes.track()[9:]) for n in range(count))
    return boxes.matroska(element("1654AE6B", *entries))


def _packed_tag():
    """A compressed ID3 frame that says it unpacks to 200 MB."""
    body = boxes.words(200_000_000) + zlib.compress(bytes(1_000_000))
    frame = b"TIT2" + struct.pack(">IH", len(body), 0x0080) + body
    return b"ID3\x03\x00\x00" + boxes.syncsafe(len(frame)) + frame + mp3()


def _ape(blocks_per_frame=0x7FFFFFF, frames=0x7FFFFFF):
    head = struct.pack("<4sHHIIIIIII", b"MAC ", 3_990, 0, 52, 24, 0, 0, 0, 0, 0)
    head += bytes(16)[: 52 - len(head)]
    form = struct.pack("<HHIIIHHI", 2_000, 0, blocks_per_frame, 1, frames, 16, 2, 44_100)
    return head + form + bytes(10_000)


def _tta(samples=0xFFFFFFFF, sample_rate=48_000):
    head = b"TTA1" + struct.pack("<HHHII", 1, 2, 16, sample_rate, samples)
    return head + struct.pack("<I", zlib.crc32(head)) + bytes(10_000)


def _two_films():
    return several([tone(0.05)] * 60, "matroska", "pcm_s16le")


def _fragments(count=5_000):
    """Nothing but fragments that hold no sample."""
    empty = box(b"moof", boxes.full(b"mfhd", boxes.words(1)))
    return movie(DATA, outside=box(b"mvex", boxes.full(b"trex", boxes.words(1, 1, 1, 2, 0)))) + (
        empty * count
    )


LONG = {
    "flac of 20 000 s in 42 kB": (lambda: _flac(2_450), TOO_LONG),
    "flac of 20 000 s that says one": (lambda: _flac(2_450, told=8_000), TOO_LONG),
    "flac of 20 000 s that says so": (lambda: _flac(2_450, told=65_535 * 2_450), TOO_LONG),
    "flac of eight silent channels": (lambda: _flac(2_450, channels=8), TOO_LONG),
    "flac of frames of 1 Hz": (lambda: _flac(2, sample_rate=1), NOT_READ),
    "flac that becomes 9 Hz": (lambda: _flac(3) + flac_frame(60_000, sample_rate=9), NOT_READ),
    "flac of four thousand rates": (_mixed_rates, NOT_READ),
    "flac of alternating rates": (
        lambda: flac_head() + (flac_frame() + flac_frame(sample_rate=16_000)) * 3,
        Good(6 * 65_535 / 10_667, 1, 8_000, 40.0),
    ),
    "flac of alternating channels": (
        lambda: flac_head() + (flac_frame() + flac_frame(channels=8)) * 3,
        Good(6 * 65_535 / 8_000, 1, 8_000, 10.0),
    ),
    "opus of two hours in 100 kB": (lambda: _opus(62_400), TOO_LONG),
    "amr of nothing, two hours": (lambda: b"#!AMR\n" + b"\x7c" * 400_000, NOT_READ),
}
PACKED = {
    "zip of 30 MB.mp3": (_zip, Code.UNSUPPORTED_FORMAT),
    "gz of 30 MB.wav": (lambda: gzip.compress(bytes(30_000_000)), Code.UNSUPPORTED_FORMAT),
    "mov with a packed index": (_packed_index, Code.TRUNCATED),
    "mkv with a packed block of 64 MB": (lambda: _packed_blocks(64), Code.TRUNCATED),
    "mkv with forty packed blocks of 8 MB": (lambda: _packed_blocks(8, 40), NOT_READ),
    "mp3 behind a packed tag": (_packed_tag, SOUND),
    "ogg with 4 G comments": (lambda: _opus_with(_comments(0xFFFFFFFF)), Good(1.0)),
    "ogg with a comment of 4 GB": (lambda: _opus_with(_comments(1, 0xFFFFFFFF)), Good(1.0)),
    "ogg with a picture of 4 GB": (lambda: _opus_with(_picture_comment()), Good(1.0)),
    "ape of 100 million frames": (_ape, NOT_READ),
    "ape of one frame of 100 million": (lambda: _ape(frames=1), NOT_READ),
    "tta of 4 G samples": (_tta, NOT_READ),
    "tta of 4 G Hz": (lambda: _tta(sample_rate=0xFFFFFFFF), NOT_READ),
}
DEEP = {
    "mp4 of ten thousand boxes in boxes": (lambda: _nested(10_000), Code.TRUNCATED),
    "mp4 of a million boxes in boxes": (lambda: _nested(1_000_000), Code.TRUNCATED),
    "mp4 of udta in udta": (lambda: _nested(50_000, b"udta"), Code.TRUNCATED),
    "mp4 of a hundred thousand empty boxes": (lambda: movie(DATA) + box(b"free") * 100_000, SLOW),
    "mp4 of five thousand empty fragments": (_fragments, SLOW),
    "mp4 of a thousand tracks": (lambda: movie(DATA, outside=box(b"trak") * 1_000), Code.TRUNCATED),
    "mp4 of nine hundred tracks": (lambda: movie(DATA, outside=box(b"trak") * 900), SLOW),
    "mp4 of a gap of 2^31 samples": (
        lambda: movie(DATA, times=(2, 1, 0x7FFFFFFF, 19_199, 1)),
        SLOW,
    ),
    "mkv of tags in tags": (lambda: _nested_tags(500), Code.TRUNCATED),
    "mkv without an end": (_endless_cluster, Code.TRUNCATED),
    "mkv of a thousand tracks": (_many_tracks, Code.TRUNCATED),
    "mkv of sixty tracks": (_two_films, Good(0.05, within=0.02)),
    "ogg of empty pages": (_empty_pages, SOUND),
    "ogg of two thousand streams": (_many_serials, NOT_READ),
    "ogg of a packet without an end": (_packet_without_end, NOT_READ),
    "wav of a hundred thousand notes": (
        lambda: boxes.riff(
            boxes.fmt(), boxes.chunk(b"note", b"") * 100_000, boxes.chunk(b"data", DATA)
        ),
        SOUND,
    ),
    "mp3 behind two thousand tags": (lambda: boxes.id3() * 2_000 + mp3(), SOUND),
    "mp3 after a megabyte of nearly frames": (lambda: b"\xff\xfb\x00" * 350_000 + mp3(), NOT_READ),
    "half frames of aac": (lambda: b"\xff\xf1\x50\x80\x00\x1f\xfc" * 50_000, NOT_READ),
    "transport stream of nothing": (lambda: (b"G\x1f\xff\x10" + bytes(184)) * 20_000, NOT_READ),
    "transport stream of all numbers": (
        lambda: b"".join(b"G" + struct.pack(">H", n) + b"\x10" + bytes(184) for n in range(8_000)),
        NOT_READ,
    ),
}


@functools.cache
def bombs():
    """The cases."""
    return cases(LONG | PACKED | DEEP)
