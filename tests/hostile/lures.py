"""Files that name other files and other machines, in every way a format knows."""

import base64
import struct

from services.problems import Code
from tests.hostile import bad, boxes
from tests.hostile.boxes import box, element, full, movie
from tests.hostile.corpus import Good, cases
from tests.hostile.media import mp3, tone, written

PLAYLIST = Code.PLAYLIST
TEXT = Code.UNSUPPORTED_FORMAT
NOT_READ = Code.UNREADABLE_AUDIO
NO_NAME = (PLAYLIST, TEXT)
SOUND = Good(0.4, within=0.1)
SLOW = Good(2.4, 1, 8_000)
DATA = bytes(38_400)


def _texts(target):
    """Lists and documents beyond those of `bad.playlists`."""
    hls = f"#EXTM3U\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n"
    return {
        "hls with a key": (
            f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:9,\na.ts\n',
            PLAYLIST,
        ),
        "hls with a map": (f'#EXTM3U\n#EXT-X-MAP:URI="{target}"\n#EXTINF:9,\n{target}\n', PLAYLIST),
        "hls of lists": (
            f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nconcat:{target}|{target}\n",
            PLAYLIST,
        ),
        "hls in small letters": (hls.lower(), PLAYLIST),
        "hls after empty lines": ("\n\r\n \t\n" + hls, PLAYLIST),
        "hls after five thousand blanks": (" " * 5_000 + hls, NO_NAME),
        "hls with old line ends": (hls.replace("\n", "\r"), PLAYLIST),
        "hls without its mark": (f"#EXTINF:9,\n{target}\n", PLAYLIST),
        "ffconcat with options": (
            f"ffconcat version 1.0\nfile '{target}'\noption protocol_whitelist file,http\n",
            PLAYLIST,
        ),
        "ffconcat after a mark": (f"\ufeffffconcat version 1.0\nfile {target}\n", PLAYLIST),
        "ffconcat without its head": (f"file '{target}'\n", TEXT),
        "dash after a comment": (
            f'<?xml version="1.0"?><!-- x --><MPD><BaseURL>{target}</BaseURL></MPD>',
            PLAYLIST,
        ),
        "smooth streaming": (
            f'<SmoothStreamingMedia><StreamIndex Url="{target}"/></SmoothStreamingMedia>',
            PLAYLIST,
        ),
        "xspf": (f"<playlist><track><location>{target}</location></track></playlist>", PLAYLIST),
        "wpl": (f'<?wpl version="1.0"?><smil><media src="{target}"/></smil>', NO_NAME),
        "an entity": (f'<!DOCTYPE a [<!ENTITY x SYSTEM "{target}">]><a>&x;</a>', TEXT),
        "svg": (f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/></svg>', TEXT),
        "imf": (f"<CompositionPlaylist><Id>{target}</Id></CompositionPlaylist>", TEXT),
        "rss": (f'<rss><channel><enclosure url="{target}"/></channel></rss>', TEXT),
        "quicktime link": (
            f'<?xml version="1.0"?><?quicktime type="x"?><embed src="{target}"/>',
            TEXT,
        ),
        "windows redirector": (f"[Reference]\nRef1={target}\n", PLAYLIST),
        "windows link": (f"[InternetShortcut]\nURL={target}\n", TEXT),
        "cue": (f'FILE "{target}" WAVE\n  TRACK 01 AUDIO\n', TEXT),
        "edl": (f"# mpv EDL v0\n{target},0,5\n", TEXT),
        "webvtt": (f"WEBVTT\n\n00:00.000 --> 00:09.000\n<img src={target}>\n", TEXT),
        "srt": (f"1\n00:00:00,000 --> 00:00:09,000\n{target}\n", TEXT),
        "ass": (f"[Script Info]\nAudio File: {target}\n[Events]\n", TEXT),
        "ffmetadata": (f";FFMETADATA1\ntitle={target}\n", TEXT),
        "a filter graph": (f"amovie={target}\n", TEXT),
        "sdp without a version": ("m=audio 5004 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\n", TEXT),
        "concat": (f"concat:{target}|{target}", NO_NAME),
        "subfile": (f"subfile,,start,0,end,0,,:{target}", TEXT),
        "data": ("data:audio/wav;base64," + base64.b64encode(DATA[:99]).decode(), TEXT),
        "data with slashes": ("data://audio/wav;base64,AAAA", PLAYLIST),
        "a pipe": ("pipe:0", TEXT),
        "a descriptor": ("fd:3", TEXT),
        "a cache of a file": (f"cache:{target}", TEXT),
        "json": (f'{{"url": "{target}"}}', TEXT),
    }


def _hidden(target):
    """Lists behind something that is none."""
    hls = f"#EXTM3U\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n".encode()
    return {
        "hls behind an ID3 tag": (boxes.id3((b"TIT2", b"\x03t")) + hls, NOT_READ),
        "hls behind a zero": (b"\0" + hls, NOT_READ),
        "hls in utf-16": (hls.decode().encode("utf-16"), NOT_READ),
        "hls behind an mp3": (lambda: mp3() + hls, SOUND),
        "hls as the data of a wav": (
            boxes.riff(boxes.fmt(), boxes.chunk(b"data", hls * 900)),
            Good(0.6, within=0.4),
        ),
        "hls in a riff of nothing": (boxes.riff(hls, form=b"#EXT"), NOT_READ),
        "ffconcat behind an Ogg mark": (
            b"OggS" + b"ffconcat version 1.0\nfile " + target.encode(),
            (NOT_READ, Code.TRUNCATED),
        ),
        "hls in an mp4 box": (box(b"ftyp", b"M4A ") + hls, Code.TRUNCATED),
        "a sound, then a list, in mkv": (
            lambda: written(tone(), "matroska", "flac") + hls,
            Good(0.4),
        ),
    }


def _alias(target):
    """A QuickTime alias: volume, folder and the path as a Mac would have it."""
    path = target.encode()
    name = path.rsplit(b"/", 1)[-1][:63]
    head = bytearray(150)
    head[10:12] = b"\x00\x02"
    head[14:18] = b"disk"
    head[44 + 6] = len(name)
    head[51 : 51 + len(name)] = name
    tail = b"".join(
        struct.pack(">hH", kind, len(text)) + text + bytes(len(text) % 2)
        for kind, text in ((2, path.replace(b"/", b":")), (18, path), (19, b"/"))
    )
    return full(b"alis", bytes(head) + tail + struct.pack(">hH", -1, 0))


def _redirected(target):
    """A movie that says: play that one instead."""
    link = target.encode() + b"\0"
    reference = full(b"rdrf", b"url ", struct.pack(">I", len(link)), link)
    return box(b"ftyp", b"qt  ", bytes(4)) + box(b"moov", box(b"rmra", box(b"rmda", reference)))


def _movies(target):
    url = full(b"url ", target.encode() + b"\0")
    urn = full(b"urn ", b"name\0" + target.encode() + b"\0")
    return {
        "mov of data at an address": (lambda: movie(DATA, reference=url), SLOW),
        "mov of data by a name": (lambda: movie(DATA, reference=urn), SLOW),
        "mov of data by an alias": (lambda: movie(DATA, reference=_alias(target)), Code.TRUNCATED),
        "mov of a resource": (lambda: movie(DATA, reference=full(b"rsrc", target.encode())), SLOW),
        "mov that is another": (lambda: _redirected(target), NOT_READ),
        "mov with a web track": (
            lambda: movie(DATA, outside=box(b"udta", box(b"WLOC", target.encode()))),
            SLOW,
        ),
    }


def _attached(name, target):
    file = element(
        "61A7",
        element("466E", name),
        element("4660", b"text/plain"),
        element("465C", target.encode()),
        boxes.number("46AE", 7),
    )
    tracks = element("1654AE6B", boxes.track())
    cluster = element("1F43B675", boxes.number("E7", 0), boxes.block(DATA))
    return boxes.matroska(element("1941A469", file), tracks, cluster)


def _linked(target):
    """A Matroska segment that says which file comes before and behind it."""
    path = target.encode()
    info = element(
        "1549A966", element("7384", path), element("3C83AB", path), element("3E83BB", path)
    )
    tracks = element("1654AE6B", boxes.track())
    cluster = element("1F43B675", boxes.number("E7", 0), boxes.block(DATA))
    return boxes.matroska(info, tracks, cluster)


def _flac_picture(target):
    """A FLAC whose picture is elsewhere: its kind is "-->"."""
    link = target.encode()
    block = struct.pack(">II3sI", 3, 3, b"-->", 0) + bytes(16) + struct.pack(">I", len(link)) + link
    data = written(tone(), "flac", "flac")
    # Put right behind STREAMINFO, which then must not be the last block.
    return data[:42] + b"\x06" + len(block).to_bytes(3, "big") + block + data[42:]


def _tags(target):
    link = target.encode()
    return {
        "mp3 with addresses": (
            lambda: (
                boxes.id3(
                    (b"WXXX", b"\0\0" + link),
                    (b"WOAF", link),
                    (b"WOAS", link),
                    (b"WCOP", link),
                )
                + mp3()
            ),
            SOUND,
        ),
        "mp3 with a cover elsewhere": (
            lambda: boxes.id3((b"APIC", b"\0-->\0\x03\0" + link)) + mp3(),
            SOUND,
        ),
        "mp3 linked to another": (
            lambda: boxes.id3((b"LINK", b"TIT" + link + b"\0")) + mp3(),
            SOUND,
        ),
        "mp3 titled by a path": (lambda: boxes.id3((b"TIT2", b"\x03" + link)) + mp3(), SOUND),
        "mp3 with a file inside": (
            lambda: boxes.id3((b"GEOB", b"\0text/html\0" + link + b"\0\0<html>")) + mp3(),
            SOUND,
        ),
        "wav with an address": (
            lambda: boxes.riff(
                boxes.fmt(),
                boxes.chunk(b"LIST", b"INFO" + boxes.chunk(b"ISRC", link)),
                boxes.chunk(b"_PMX", b"<x:xmpmeta/>"),
                boxes.chunk(b"data", DATA),
            ),
            SOUND,
        ),
        "wav of a playlist of parts": (
            lambda: boxes.riff(
                boxes.fmt(),
                boxes.chunk(b"LIST", b"wavl" + boxes.chunk(b"slnt", b"\xff" * 4)),
                boxes.chunk(b"plst", boxes.words(1, 1, 0, 9)),
                boxes.chunk(b"data", DATA),
            ),
            SOUND,
        ),
        "flac with a cover elsewhere": (lambda: _flac_picture(target), SOUND),
        "mkv with a file attached": (lambda: _attached(b"../../etc/passwd", target), SLOW),
        "mkv with a file at the root": (lambda: _attached(target.encode(), target), SLOW),
        "mkv between two others": (lambda: _linked(target), SLOW),
    }


def lures(path="/nowhere/canary.wav", address="http://127.0.0.1:9/canary.wav"):
    """The cases; each names a file or an address."""
    found = {}
    for word, target in (("path", path), ("address", address)):
        lists = {name: (text, PLAYLIST) for name, text in bad.playlists(target).items()}
        texts = {
            name: (text.encode(), verdict)
            for name, (text, verdict) in (lists | _texts(target)).items()
        }
        every = texts | _hidden(target) | _movies(target) | _tags(target)
        found |= {f"{name}, {word}": case for name, case in every.items()}
    return cases(found)
