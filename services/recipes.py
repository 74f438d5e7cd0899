"""What to do with audio, in words that no provider owns."""

from dataclasses import dataclass
from enum import StrEnum


class Operation(StrEnum):
    """What a person asks for."""

    DENOISE = "denoise"
    DEECHO = "deecho"
    DEREVERB = "dereverb"
    ENHANCE = "enhance"
    STEMS = "stems"


class Preset(StrEnum):
    """What kind of recording it is; sets noise strength and, for enhance, the voice treatment."""

    AUTO = "auto"
    PODCAST = "podcast"
    VIDEO = "video"
    CALL = "call"
    VOICEOVER = "voiceover"
    MUSIC = "music"


class Strength(StrEnum):
    """How far an operation that suppresses something may go."""

    SOFT = "soft"
    NORMAL = "normal"
    STRONG = "strong"


class Format(StrEnum):
    """A file format that people may ask for. OGG holds Opus."""

    WAV = "wav"
    MP3 = "mp3"
    FLAC = "flac"
    M4A = "m4a"
    OGG = "ogg"
    AIFF = "aiff"


# RFC 4337, RFC 5334, RFC 9639, IANA: what browsers and chats expect for each of our formats.
MIME = {
    Format.WAV: "audio/wav",
    Format.MP3: "audio/mpeg",
    Format.FLAC: "audio/flac",
    Format.M4A: "audio/mp4",
    Format.OGG: "audio/ogg",
    Format.AIFF: "audio/aiff",
}


class Keep(StrEnum):
    """Which side of the work to give back."""

    CLEAN = "clean"
    RESIDUAL = "residual"
    BOTH = "both"


class Cleanup(StrEnum):
    """A step before the stems are split."""

    DENOISE = "denoise"
    DEECHO = "deecho"
    DEREVERB = "dereverb"


class Stem(StrEnum):
    """The 23 names of SEED-CONTRACT MG-S-06 to MG-S-28, and what is left of a mix."""

    VOCALS = "vocals"
    INSTRUMENTAL = "instrumental"
    MALE_VOCAL = "male_vocal"
    FEMALE_VOCAL = "female_vocal"
    LEAD_VOCAL = "lead_vocal"
    BACK_VOCAL = "back_vocal"
    BASS = "bass"
    DRUMS = "drums"
    GUITAR = "guitar"
    PIANO = "piano"
    KEYS = "keys"
    STRINGS = "strings"
    WINDS = "winds"
    RHYTHM_GUITAR = "rhythm_guitar"
    SOLO_GUITAR = "solo_guitar"
    ACOUSTIC_GUITAR = "acoustic_guitar"
    ELECTRIC_GUITAR = "electric_guitar"
    KICK_DRUM = "kick_drum"
    SNARE_DRUM = "snare_drum"
    TOMS = "toms"
    HI_HAT = "hi_hat"
    RIDE = "ride"
    CRASH = "crash"
    OTHER = "other"


CLEAN = "clean"
RESIDUAL = "residual"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One order for the sound: everything a provider needs to know but the clip itself."""

    operation: Operation
    preset: Preset = Preset.AUTO
    strength: Strength = Strength.NORMAL
    format: Format | None = None  # None: like the source where that is one of ours, else wav
    keep: Keep = Keep.CLEAN
    stems: tuple[Stem, ...] = ()
    cleanup: tuple[Cleanup, ...] = ()
    start: float = 0.0  # seconds into the source
    end: float | None = None  # seconds into the source; None: to its end
    second: Format | None = None  # everything once more in this one; no provider's business
    bitrate: int | None = None  # kbit/s of the lossy formats; None: the usual
    picture: bool = True  # whether one of before and after is drawn

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the tracks to give back, in the order in which people expect them."""
        if self.operation is Operation.STEMS:
            return tuple(stem.value for stem in self.stems or DEFAULT_STEMS)
        return {
            Keep.CLEAN: (CLEAN,),
            Keep.RESIDUAL: (RESIDUAL,),
            Keep.BOTH: (CLEAN, RESIDUAL),
        }[self.keep]

    def span(self, seconds: float) -> float:
        """How many seconds of a source this long are worked on; 0 or less: none of it."""
        return min(seconds, seconds if self.end is None else self.end) - self.start


QUICK_STEMS = (Stem.VOCALS, Stem.INSTRUMENTAL, Stem.DRUMS, Stem.BASS, Stem.OTHER)
"""What the built-in separator serves, without any model."""

DEFAULT_STEMS = (Stem.VOCALS, Stem.INSTRUMENTAL)
