"""What kind of sound a file is to a browser, and whether it plays it as it is. Pure."""

OCTETS = "application/octet-stream"
OPUS = "audio/ogg"  # of the copies for everything that browsers do not play

# What a browser is told about a source, by the decoder's names for containers.
MIMES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "mov": "audio/mp4",
    "mp4": "audio/mp4",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "aiff": "audio/aiff",
    "webm": "audio/webm",
    "matroska": "audio/webm",
}
# Played by Chromium, Firefox and WebKit of 2024 and later. Matroska is not among them: a film's
# sound may be anything, and what browsers record has no index, so that one could not move in it.
PLAYED = {
    "audio/wav": frozenset(("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le")),
    "audio/mpeg": frozenset(("mp3",)),
    "audio/flac": frozenset(("flac",)),
    "audio/ogg": frozenset(("opus", "vorbis", "libopus", "libvorbis")),
    "audio/mp4": frozenset(("aac", "mp3")),
    "audio/aac": frozenset(("aac",)),
}


def mime_of(container: str) -> str:
    """The type of a source; its decoder may give several names, as in `mov,mp4,m4a`."""
    names = container.lower().split(",")
    return next((MIMES[name] for name in names if name in MIMES), OCTETS)


def safe_mime(mime: str) -> str:
    """`mime` if it is a sound's (or a film's), else bytes that no browser interprets."""
    return mime if mime.startswith(("audio/", "video/")) else OCTETS


def is_played(mime: str, codec: str) -> bool:
    """Whether every browser plays this; an unknown codec is taken for a usual one."""
    return mime in PLAYED and (not codec or codec in PLAYED[mime])
