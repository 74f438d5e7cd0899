"""What the first bytes of a file say it is, whatever it is called: what libav never gets to see."""

import re
from enum import Enum
from typing import BinaryIO

LOOK = 4096  # bytes
SMALLEST_HEADER = 64  # bytes; below it even a good file holds no sound


class Kind(Enum):
    """What it looks like."""

    EMPTY = "empty"
    PLAYLIST = "playlist"
    FOREIGN = "foreign"  # a picture, an archive, a program, text
    AUDIO = "audio"  # begins like a container we know
    UNKNOWN = "unknown"  # bare frames have no clear beginning


# HLS, ffconcat, DASH, SDP, PLS, ASX, SMIL, RealMedia metafiles: all of them name other files.
PLAYLISTS = re.compile(
    rb"#EXTM3U|#EXT-X-|#EXTINF|ffconcat\s+version|\[playlist\]|\[Reference\]|v=0\r?\n"
    rb"|(<\?xml[^>]*>\s*(<!--.*?-->\s*)*)?<(MPD|asx|smil|SmoothStreamingMedia|playlist)[\s>]"
    rb"|(rtsp|rtmp|https?|file|concat|subfile|data)://?\S+\s*$",
    re.IGNORECASE | re.DOTALL,
)

AUDIO = (
    (0, b"RIFF"),
    (0, b"RF64"),
    (0, b"riff\x2e\x91\xcf\x11"),
    (0, b"FORM"),
    (0, b"fLaC"),
    (0, b"OggS"),
    (0, b"ID3"),
    (0, b"\x1a\x45\xdf\xa3"),
    (0, b"caff"),
    (0, b"#!AMR"),
    (0, b".snd"),
    (0, b"wvpk"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    (4, b"ftyp"),
    (4, b"moov"),
    (4, b"mdat"),
)

FOREIGN = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"%PDF",
    b"\x7fELF",
    b"MZ",
    b"\x80\x04\x95",
    b"\x93NUMPY",
    b"SQLite format 3",
)


def kind(head: bytes) -> Kind:
    """What a file that begins with `head` is."""
    if not head:
        return Kind.EMPTY
    stripped = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if PLAYLISTS.match(stripped):
        return Kind.PLAYLIST
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.FOREIGN
    if any(head[at : at + len(magic)] == magic for at, magic in AUDIO):
        return Kind.AUDIO
    if head.startswith(FOREIGN) or _is_text(head):
        return Kind.FOREIGN
    return Kind.UNKNOWN


def wav_channels(head: bytes) -> int:
    """What the header of a WAV file says; 0 where it is none."""
    at = head.find(b"fmt ", 12, 256) if head[8:12] == b"WAVE" else -1
    return int.from_bytes(head[at + 10 : at + 12], "little") if at > 0 else 0


def first_bytes(file: BinaryIO) -> bytes:
    """The beginning of the file; its position is back at the start."""
    file.seek(0)
    head = file.read(LOOK)
    file.seek(0)
    return head


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        # A character cut by our own look at only the first bytes is no proof.
        if len(head) < LOOK or error.start < LOOK - 4:
            return False
        text = head[: error.start].decode()
    return not any(ord(c) < 32 and c not in "\t\r\n\f\x1b" for c in text)
