"""Files that are not what they say, each with the problem it must be answered with."""

import functools
import io
import random
import zipfile

import numpy as np

from services.problems import Code
from tests.hostile import sounds
from tests.hostile.corpus import cases

CANARY = "undertone-canary"


def zipped():
    """A zip with a sound in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../song.wav", sounds.encoded(sounds.tone()))
    return file.getvalue()


def flipped(data, seed, share=0.01):
    """The same file with some bits turned over."""
    dice = random.Random(seed)
    bent = bytearray(data)
    for _ in range(max(round(len(bent) * share), 1)):
        bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
    return bytes(bent)


@functools.cache
def bomb(hours=3.0):
    """About 2 MB of FLAC that unpack to hours of silence."""
    silence = np.zeros((1, 8_000 * 600), np.float32)
    whole = np.broadcast_to(silence[:, :1], (1, round(hours * 3600 * 8_000)))
    return sounds.encoded(whole, 8_000, "flac", block=silence.shape[1])


def modest_bomb(hours=3.0):
    """The same, with a header that admits to one second only."""
    data = bytearray(bomb(hours))
    # STREAMINFO: the number of samples is the lower 36 bits of the 8 bytes at 18.
    packed = int.from_bytes(data[18:26], "big") >> 36 << 36 | 8_000
    data[18:26] = packed.to_bytes(8, "big")
    return bytes(data)


def playlists(target):
    """Text of every kind that names another file."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
        "hls with a mark": f"\ufeff#EXTM3U\n#EXTINF:9,\nfile://{target}\n",
        "m3u": f"#EXTM3U\n{target}\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{target}'\n",
        "pls": f"[playlist]\nFile1={target}\nNumberOfEntries=1\n",
        "dash": f'<?xml version="1.0"?>\n<MPD><BaseURL>{target}</BaseURL></MPD>',
        "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n",
        "smil": f'<smil><body><audio src="{target}"/></body></smil>',
        "asx": f'<asx version="3"><entry><ref href="{target}"/></entry></asx>',
        "url": f"file://{target}\n",
    }


def no_moov():
    """An MP4 cut before its index."""
    data = sounds.encoded(sounds.tone(), wanted="m4a")
    return data[: data.rindex(b"moov") - 4]


def bad_files():
    """Each with the problem that must be found; hours of sound are made when they are asked for."""
    good = {each: sounds.encoded(sounds.tone(), wanted=each) for each in ("wav", "flac", "m4a")}
    noise = random.Random(5).randbytes(60_000)
    table = {
        "nothing": (b"", Code.EMPTY_FILE),
        "text.mp3": (b"these are not the sounds\n" * 50, Code.UNSUPPORTED_FORMAT),
        "page.wav": (b"<!doctype html><html><body>404</body></html>", Code.UNSUPPORTED_FORMAT),
        "zip.flac": (zipped(), Code.UNSUPPORTED_FORMAT),
        "picture.mp3": (b"\x89PNG\r\n\x1a\n" + noise, Code.UNSUPPORTED_FORMAT),
        "photo.m4a": (b"\xff\xd8\xff\xe0" + noise, Code.UNSUPPORTED_FORMAT),
        "random.mp3": (noise, Code.UNREADABLE_AUDIO),
        "pickle": (b"\x80\x04\x95" + noise, Code.UNSUPPORTED_FORMAT),
        "film without sound": (sounds.film(), Code.NO_SOUND),
        "cut in the header": (good["wav"][:30], Code.TRUNCATED),
        "header alone": (good["flac"][:42], Code.TRUNCATED),
        "no index": (no_moov(), Code.TRUNCATED),
        "rate 0": (sounds.wav(bytes(9_600), sample_rate=0), Code.UNREADABLE_AUDIO),
        "rate 100": (sounds.wav(bytes(9_600), sample_rate=100), Code.UNREADABLE_AUDIO),
        "rate 655350": (sounds.wav(bytes(96_000), sample_rate=655_350), Code.UNREADABLE_AUDIO),
        "no channel": (sounds.wav(bytes(9_600), channels=0), Code.UNREADABLE_AUDIO),
        "60000 channels": (sounds.wav(bytes(9_600), channels=60_000), Code.TOO_MANY_CHANNELS),
        "17 channels": (sounds.many_channels(17), Code.TOO_MANY_CHANNELS),
        "a click": (sounds.encoded(sounds.tone(0.01)), Code.TOO_SHORT),
        "bomb": (bomb, Code.TOO_LONG),
        "modest bomb": (modest_bomb, Code.TOO_LONG),
    }
    return cases(table)
