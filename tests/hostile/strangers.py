"""Files that are no sound at all, whatever they are called, and files that are two things."""

import gzip
import io
import json
import random
import sqlite3
import struct
import tarfile
import zlib

from services.problems import Code
from tests.hostile import bad, boxes
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, picture, tone, written

FOREIGN = Code.UNSUPPORTED_FORMAT
NOTHING = Code.UNREADABLE_AUDIO
NOISE = random.Random(6).randbytes(40_000)


def _png(after=b""):
    def piece(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    rows = piece(b"IDAT", zlib.compress(bytes(6)))
    return b"\x89PNG\r\n\x1a\n" + head + rows + piece(b"IEND", b"") + after


def _tar():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        name = tarfile.TarInfo("../../song.wav")
        name.size = 100
        archive.addfile(name, io.BytesIO(bytes(100)))
    return file.getvalue()


def _database():
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE voices (name TEXT)")
        return database.serialize()


def _sound():
    return written(tone(), "wav", "pcm_s16le")


STRANGERS = {
    "html.mp3": b"<!DOCTYPE html>\n<html><audio src='song.mp3'></audio></html>",
    "page with a byte order mark.wav": b"\xef\xbb\xbf<html></html>",
    "pdf.mp3": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + NOISE,
    "zip.mp3": bad.zipped,
    "gz.wav": lambda: gzip.compress(_sound()),
    "7z.mp3": b"7z\xbc\xaf\x27\x1c" + NOISE,
    "rar.mp3": b"Rar!\x1a\x07\x01\x00" + NOISE,
    "bz2.flac": b"BZh91AY&SY" + NOISE,
    "xz.flac": b"\xfd7zXZ\x00" + NOISE,
    "zstd.flac": b"\x28\xb5\x2f\xfd" + NOISE,
    "png.mp3": _png,
    "jpeg.m4a": picture,
    "gif.mp3": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + NOISE,
    "bmp.wav": b"BM" + NOISE,
    "tiff.wav": b"II*\x00" + NOISE,
    "webp.wav": lambda: boxes.riff(boxes.chunk(b"VP8 ", NOISE), form=b"WEBP"),
    "windows program.mp3": b"MZ\x90\x00\x03" + NOISE,
    "linux program.wav": b"\x7fELF\x02\x01\x01" + NOISE,
    "script.mp3": b"#!/bin/sh\nrm -rf /\n",
    "python.wav": b"import os\nos.abort()\n",
    "json.m4a": json.dumps({"audio": "file:///etc/passwd"}).encode,
    "csv.wav": b"a,b,c\n1,2,3\n" * 200,
    "numpy.wav": b"\x93NUMPY\x01\x00v\x00{'descr': '|O'}" + NOISE,
    "pickle.flac": b"\x80\x04\x95" + NOISE,
    "database.wav": _database,
    "mail.mp3": b"From: a@b\nContent-Type: audio/mpeg\n\n" + b"AAAA" * 50,
    "utf-8 text.mp3": "Das ist kein Ton, sondern Text – über Töne.\n".encode() * 20,
    "one line break": b"\n",
    "spaces": b" " * 5_000,
}
UNKNOWN = {
    "zeros.mp3": bytes(50_000),
    "ones.mp3": b"\xff" * 50_000,
    "noise.mp3": NOISE,
    "noise.opus": random.Random(7).randbytes(40_000),
    "utf-16 text.mp3": ("Das ist kein Ton.\n" * 50).encode("utf-16"),
    "tar.wav": _tar,
    "java class.mp3": b"\xca\xfe\xba\xbe\x00\x00\x004" + bytes(100),
    "dicom.wav": bytes(128) + b"DICM" + bytes(400),
    "one zero": b"\0",
    "midi.mp3": b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60MTrk" + bytes(60),
    "a frame mark and no more": b"\xff\xfb\x90\x64",
    "a real audio file": b".ra\xfd\x00\x04" + bytes(300),
    "a real media file": b".RMF\x00\x00\x00\x12" + bytes(300),
    "a flash film": b"FWS\x05" + struct.pack("<I", 400) + bytes(400),
    "a voc": b"Creative Voice File\x1a\x1a\x00\x0a\x01\x29\x11" + bytes(400),
    "a program stream": b"\x00\x00\x01\xba\x44" + bytes(2_000),
    "raw samples": lambda: tone().tobytes(),
}


def strangers():
    """The cases."""
    sound = Good(0.4, within=0.1)
    polyglots = {
        "a zip behind an mp3": (lambda: mp3() + bad.zipped(), sound),
        "a zip behind a wav": (lambda: _sound() + bad.zipped(), sound),
        "a page in a comment of a wav": (
            lambda: _sound() + boxes.chunk(b"LIST", b"INFO<script>alert(1)</script>"),
            sound,
        ),
        "an mp3 behind a png": (lambda: _png(mp3()), FOREIGN),
        "an mp3 behind a pdf": (lambda: b"%PDF-1.4\n" + mp3(), FOREIGN),
        "an mp3 in a zip, not packed": (lambda: b"PK\x03\x04" + bytes(26) + mp3(), FOREIGN),
        "a program in the samples": (
            lambda: boxes.riff(boxes.fmt(), boxes.chunk(b"data", b"\x7fELF" + NOISE[:38_396])),
            sound,
        ),
        "a playlist in the samples": (
            lambda: boxes.riff(
                boxes.fmt(), boxes.chunk(b"data", b"#EXTM3U\nfile:///etc/passwd\n" * 1_400)
            ),
            sound,
        ),
        "a page in an ID3 tag": (
            lambda: boxes.id3((b"COMM", b"\x03eng\x00<html><script>1</script>")) + mp3(),
            sound,
        ),
        "a wav called mp3": (_sound, sound),
        "an mp3 called wav": (mp3, sound),
        "an ogg called nothing": (lambda: written(tone(), "ogg", "opus"), sound),
    }
    return cases(
        {name: (data, FOREIGN) for name, data in STRANGERS.items()}
        | {name: (data, NOTHING) for name, data in UNKNOWN.items()}
        | polyglots
    )
