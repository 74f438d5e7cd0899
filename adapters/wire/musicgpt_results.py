"""Where MusicGPT says that the results lie: every shape that was seen, told apart by its keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from adapters.wire.musicgpt import Conversion, Stage
from services.model import Result
from services.recipes import CLEAN, RESIDUAL, Format, Operation, Recipe

# The sound that we sent, or where we are called back: an address, but no result.
NO_RESULT = ("audio_path", "audio_path_wav", "webhook_url")
WAV = "_wav"
LONGEST_URL = 8192

# Only `no_echo` and `echo` are documented; the others are spelled after them.
CLEAN_KEYS = {
    Operation.DENOISE: ("no_noise", "denoised"),
    Operation.DEECHO: ("no_echo", "deechoed"),
    Operation.DEREVERB: ("no_reverb", "dereverbed"),
}
RESIDUAL_KEYS = {
    Operation.DENOISE: ("noise",),
    Operation.DEECHO: ("echo",),
    Operation.DEREVERB: ("reverb",),
}
# In these the one result of a conversion lies, or a map of them.
COMMON_KEYS = ("conversion_path", "audio_url", "output_url")
# Asked for as `vocals`, given as `vocal`.
ALIASES = {"vocals": ("vocal",)}


@dataclass(frozen=True, slots=True)
class Output:
    """One sound: as it lies there, mostly MP3, and its WAV twin."""

    url: str = ""
    wav: str = ""

    def best(self, made: Format | None) -> str:
        """The address of what needs the least converting."""
        return self.url or self.wav if made is Format.MP3 else self.wav or self.url


def is_address(value: object) -> bool:
    """Whether this can be an address of a file: whole, with a host and more than its root."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL:
        return False
    if not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.path not in ("", "/")


def outputs(conversion: Conversion) -> dict[str, Output]:
    """Every sound by the name that its key gives it, in their order."""
    found: dict[str, Output] = {}
    for key, value in conversion.extra.items():
        if key in NO_RESULT:
            continue
        for name, url in _named(key, value):
            base = name.removesuffix(WAV)
            known = found.get(base, Output())
            is_twin = name.endswith(WAV)
            found[base] = replace(known, wav=url) if is_twin else replace(known, url=url)
    return found


def _named(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_address(value):
        yield key, value
        return
    base = key.removesuffix(WAV)
    if base in COMMON_KEYS:
        for name, url in _map(value).items():
            if is_address(url) and name not in NO_RESULT:
                yield name.lower().removesuffix(WAV) + key.removeprefix(base), url


def _map(value: Any) -> Mapping[str, Any]:
    """A JSON object, or the text of one: stem to address."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def stage(conversion: Conversion) -> Stage:
    """How far it is; a callback without a word of it is done when it names a result."""
    if conversion.has_failed:
        return Stage.FAILED
    word = conversion.word
    if word is None:
        return Stage.DONE if outputs(conversion) else Stage.UNKNOWN
    return word


def results(conversion: Conversion, recipe: Recipe) -> tuple[Result, ...]:
    """The parts that were asked for, as far as they are named; in the order of the recipe."""
    found = outputs(conversion)
    picked = ((part, _pick(found, recipe, part)) for part in recipe.parts)
    return tuple(
        Result(part, url=output.best(recipe.format))
        for part, output in picked
        if output is not None
    )


def _pick(found: Mapping[str, Output], recipe: Recipe, part: str) -> Output | None:
    named = next((found[key] for key in _keys(found, recipe, part) if key in found), None)
    if named is not None or part != CLEAN:
        return named
    # Nobody documents what denoise calls its result: a single one needs no name.
    removed = {key for keys in RESIDUAL_KEYS.values() for key in keys}
    others = [output for key, output in found.items() if key not in removed]
    return others[0] if len(others) == 1 else None


def _keys(found: Mapping[str, Output], recipe: Recipe, part: str) -> Sequence[str]:
    """Under what this part may lie, the surest first."""
    if part == CLEAN:
        cleaned = (key for key in found if key.startswith(CLEAN))
        return (*CLEAN_KEYS.get(recipe.operation, ()), *cleaned, *COMMON_KEYS)
    if part == RESIDUAL:
        return RESIDUAL_KEYS.get(recipe.operation, ())
    is_only_one = len(recipe.parts) == 1
    return (part, *ALIASES.get(part, ()), *(COMMON_KEYS if is_only_one else ()))
