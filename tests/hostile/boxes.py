"""The bricks that containers are built of, for files no honest program would write."""

import struct

# --- RIFF ---------------------------------------------------------------------------------------


def chunk(kind, payload, size=None):
    """A RIFF chunk; size: what it says of itself."""
    told = len(payload) if size is None else size
    return kind + struct.pack("<I", told) + payload + bytes(len(payload) % 2)


def riff(*chunks, size=None, form=b"WAVE", mark=b"RIFF"):
    """A RIFF file of these chunks."""
    body = form + b"".join(chunks)
    return mark + struct.pack("<I", len(body) if size is None else size) + body


def fmt(channels=1, sample_rate=48_000, bits=16, kind=1, align=None, rest=b""):
    """The `fmt ` chunk of a WAV file."""
    frame = channels * bits // 8 if align is None else align
    per_second = (sample_rate * frame) & 0xFFFFFFFF
    fields = (kind, channels, sample_rate, per_second, frame & 0xFFFF, bits)
    return chunk(b"fmt ", struct.pack("<HHIIHH", *fields) + rest)


# --- ID3 ----------------------------------------------------------------------------------------


def syncsafe(number):
    """Four bytes of seven bits each."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(*frames, size=None):
    """An ID3v2.3 tag of (name, payload) pairs."""
    body = b"".join(
        name + struct.pack(">IH", len(payload), 0) + payload for name, payload in frames
    )
    return b"ID3\x03\x00\x00" + syncsafe(len(body) if size is None else size) + body


def cover(data):
    """The ID3 frame of a picture."""
    return b"APIC", b"\x00image/jpeg\x00\x03\x00" + data


# --- MP4 ----------------------------------------------------------------------------------------


def box(kind, *parts, size=None):
    """An MP4 box; size: what it says of itself."""
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8 if size is None else size) + kind + body


def full(kind, *parts, flags=0):
    """A box with version and flags."""
    return box(kind, struct.pack(">I", flags), *parts)


def words(*numbers):
    """Big-endian 32-bit numbers."""
    return struct.pack(f">{len(numbers)}I", *numbers)


SAME_FILE = full(b"url ", flags=1)


def movie(
    samples,
    *,
    sample_rate=8_000,
    channels=1,
    kind=b"sowt",
    reference=SAME_FILE,
    sizes=None,
    times=None,
    chunks=None,
    offsets=None,
    extra=b"",
    outside=b"",
    timescale=None,
    duration=None,
):
    """A QuickTime file of 16-bit samples whose tables say what they are told to.

    sizes, times, chunks, offsets: numbers of stsz, stts, stsc and stco; None: the truth.
    extra: boxes inside the sample entry; outside: boxes after the track.
    """
    count = len(samples) // (2 * channels)
    scale = sample_rate if timescale is None else timescale
    head = box(b"ftyp", b"qt  ", words(0))
    body = box(b"mdat", samples)
    entry = box(
        kind,
        bytes(6) + struct.pack(">H", 1),
        struct.pack(">HHIHHHHI", 0, 0, 0, channels, 16, 0, 0, (sample_rate << 16) & 0xFFFFFFFF),
        extra,
    )
    tables = box(
        b"stbl",
        full(b"stsd", words(1), entry),
        full(b"stts", words(*(times or (1, count, 1)))),
        full(b"stsc", words(*(chunks or (1, 1, count, 1)))),
        full(b"stsz", words(*(sizes or (2 * channels, count)))),
        full(b"stco", words(*(offsets or (1, len(head) + 8)))),
    )
    media = box(
        b"mdia",
        full(b"mdhd", words(0, 0, scale, count if duration is None else duration, 0)),
        full(b"hdlr", b"mhlrsoun", bytes(13)),
        box(
            b"minf",
            full(b"smhd", bytes(4)),
            box(b"dinf", full(b"dref", words(1), reference)),
            tables,
        ),
    )
    track = box(b"trak", full(b"tkhd", words(0, 0, 1, 0, count), bytes(60), flags=7), media)
    whole = full(b"mvhd", words(0, 0, scale, count), bytes(80))
    return head + body + box(b"moov", whole, track, outside)


# --- Matroska -----------------------------------------------------------------------------------

ANY_SIZE = b"\x01" + b"\xff" * 7


def element(name, *parts, size=None):
    """An EBML element; name: its identifier in hex. size: the bytes that say how long it is."""
    body = b"".join(parts)
    told = (len(body) | 1 << 56).to_bytes(8, "big") if size is None else size
    return bytes.fromhex(name) + told + body


def number(name, value):
    """An element of an unsigned number."""
    return element(name, value.to_bytes(8, "big"))


def track(codec=b"A_PCM/INT/LIT", sample_rate=8_000.0, channels=1):
    """The entry of a Matroska track of 16-bit samples."""
    sound = element(
        "E1",
        element("B5", struct.pack(">d", sample_rate)),
        number("9F", channels),
        number("6264", 16),
    )
    return element(
        "AE", number("D7", 1), number("73C5", 1), number("83", 2), element("86", codec), sound
    )


def block(samples, at=0):
    """A SimpleBlock of the first track at so many milliseconds."""
    return element("A3", b"\x81" + struct.pack(">h", at) + b"\x80", samples)


def matroska(*parts, size=None, kind=b"matroska"):
    """A Matroska file whose segment holds these parts."""
    head = element("1A45DFA3", element("4282", kind), number("4287", 4), number("4285", 2))
    info = element("1549A966", number("2AD7B1", 1_000_000))
    return head + element("18538067", info, *parts, size=size)


# --- Ogg ----------------------------------------------------------------------------------------


def ogg_page(payload, *, serial=1, number=0, granule=0, flags=0, lacing=None):
    """One page, with a checksum that is right."""
    told = lacing
    if told is None:
        told = bytes([255] * (len(payload) // 255) + [len(payload) % 255])
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(told))
    page = bytearray(head + told + payload)
    page[22:26] = struct.pack("<I", crc(page, 0x04C11DB7, 32))
    return bytes(page)


# --- FLAC ---------------------------------------------------------------------------------------


def crc(data, polynomial, bits):
    """A plain cyclic redundancy check, most significant bit first."""
    top, mask, rest = 1 << (bits - 1), (1 << bits) - 1, 0
    for byte in data:
        rest ^= byte << (bits - 8)
        for _ in range(8):
            rest = (rest << 1 ^ polynomial if rest & top else rest << 1) & mask
    return rest


def flac_head(sample_rate=8_000, channels=1, samples=0, block_size=65_535):
    """The mark and STREAMINFO for 16 bits."""
    packed = sample_rate << 44 | (channels - 1) << 41 | 15 << 36 | samples
    info = struct.pack(">HH", block_size, block_size) + bytes(6) + packed.to_bytes(8, "big")
    return b"fLaC" + b"\x80\x00\x00\x22" + info + bytes(16)


def flac_frame(block_size=65_535, channels=1, sample_rate=None, level=0):
    """A frame that holds one level in a dozen bytes, all of it valid.

    sample_rate: Hz as this frame tells it; None: as the head has it.
    """
    rate_code = 0 if sample_rate is None else 13
    head = b"\xff\xf8" + bytes([0x70 | rate_code, (channels - 1) << 4 | 0x08, 0])
    head += struct.pack(">H", block_size - 1)
    head += b"" if sample_rate is None else struct.pack(">H", sample_rate)
    head += bytes([crc(head, 0x07, 8)])
    frame = head + struct.pack(">Bh", 0, level) * channels
    return frame + struct.pack(">H", crc(frame, 0x8005, 16))
