"""What models call what they tell apart, as our stems; no model is needed to read this."""

from collections.abc import Collection, Iterable

from services.recipes import Stem

# The words of Demucs' `sources` and of audio-separator's stems (its models-scores.json and its
# STEM_NAME_MAP). Whatever else has one of our own names is that stem.
ALIASES = {
    "vocal": Stem.VOCALS,
    "inst": Stem.INSTRUMENTAL,
    "no vocals": Stem.INSTRUMENTAL,
    "male": Stem.MALE_VOCAL,
    "female": Stem.FEMALE_VOCAL,
    "lead vocals": Stem.LEAD_VOCAL,
    "lead": Stem.LEAD_VOCAL,
    "backing vocals": Stem.BACK_VOCAL,
    "back": Stem.BACK_VOCAL,
    "drum": Stem.DRUMS,
    "kick": Stem.KICK_DRUM,
    "snare": Stem.SNARE_DRUM,
    "hh": Stem.HI_HAT,
    "hihat": Stem.HI_HAT,
    "woodwinds": Stem.WINDS,
    "wind inst": Stem.WINDS,
}

OF_DRUMS = frozenset(
    (Stem.KICK_DRUM, Stem.SNARE_DRUM, Stem.TOMS, Stem.HI_HAT, Stem.RIDE, Stem.CRASH)
)
"""What models take out of drums alone."""

OF_VOCALS = frozenset((Stem.MALE_VOCAL, Stem.FEMALE_VOCAL, Stem.LEAD_VOCAL, Stem.BACK_VOCAL))
"""What models take out of vocals alone."""

WHOLE = (
    *(Stem.VOCALS, Stem.DRUMS, Stem.BASS, Stem.GUITAR, Stem.PIANO, Stem.KEYS),
    *(Stem.STRINGS, Stem.WINDS),
)
"""Stems of which none holds another: these and what is left of the mix are all of it."""

BAND = frozenset((Stem.VOCALS, Stem.DRUMS, Stem.BASS))
"""Without these, what is left of a mix is no part that people would call the others."""

HTDEMUCS = (Stem.VOCALS, Stem.INSTRUMENTAL, Stem.DRUMS, Stem.BASS, Stem.OTHER)
HTDEMUCS_6S = (*HTDEMUCS, Stem.GUITAR, Stem.PIANO)

SEPARATOR = (
    *HTDEMUCS_6S,
    *(Stem.MALE_VOCAL, Stem.FEMALE_VOCAL, Stem.LEAD_VOCAL, Stem.BACK_VOCAL),
    *(Stem.KICK_DRUM, Stem.SNARE_DRUM, Stem.TOMS, Stem.HI_HAT, Stem.RIDE, Stem.CRASH),
    Stem.WINDS,
)
"""What the models known to audio-separator 0.47 serve when all are there."""


def stem_of(word: str) -> Stem | None:
    """Our stem for a model's word; None for what is none, such as `reverb` or `other`.

    Everybody's `other` is another rest; ours is made from the mix.
    """
    plain = word.strip().lower().replace("-", " ").replace("_", " ")
    if plain in ALIASES:
        return ALIASES[plain]
    known = {stem.value.replace("_", " "): stem for stem in Stem if stem is not Stem.OTHER}
    return known.get(plain)


def whole_of(stems: Collection[Stem]) -> tuple[Stem, ...]:
    """Those of these stems that do not overlap, in our order."""
    return tuple(stem for stem in WHOLE if stem in stems)


def with_rests(stems: Iterable[Stem]) -> tuple[Stem, ...]:
    """These stems, and what can be had by taking them away from the mix, in our order."""
    served = set(stems) - {Stem.INSTRUMENTAL, Stem.OTHER}
    if Stem.VOCALS in served:
        served.add(Stem.INSTRUMENTAL)
    if served >= BAND:
        served.add(Stem.OTHER)
    return tuple(stem for stem in Stem if stem in served)
