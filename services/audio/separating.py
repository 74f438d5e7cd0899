"""STEMS: one sound as several that together are it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from services.audio.line import Line
from services.audio.parts import Rests, open_parts
from services.audio.progress import Report, Stage
from services.audio.steps import chain
from services.audio.sweeping import source_of, survey, worked
from services.recipes import Preset, Stem

if TYPE_CHECKING:
    from services.audio.decoding import Form

Audio = npt.NDArray[np.float32]


class Separator(Protocol):
    """Takes a mix in blocks; gives (names, channels, samples) as many as it took, later."""

    def push(self, block: Audio) -> Audio:
        """Take (channels, samples), give what is ready."""

    def finish(self) -> Audio:
        """The rest."""


class Tier(Protocol):
    """A way to separate."""

    @property
    def sources(self) -> Sequence[str]:
        """What it tells apart; with `other`, which is what is left, they are all of the mix."""

    @property
    def note(self) -> str:
        """The word for what to expect of it; "" for nothing in particular."""

    def open(self, form: Form, names: Sequence[str]) -> Separator:
        """A separator for these of its sources."""


class Quick:
    """The built-in tier, without a model."""

    sources = (Stem.VOCALS, Stem.DRUMS, Stem.BASS)
    note = "quick"

    def open(self, form: Form, names: Sequence[str]) -> Separator:
        """As `Tier`."""
        from services.engine import stems

        return stems.Separator(form.sample_rate, form.channels, names)


def separate(
    tier: Tier,
    file: BinaryIO,
    outputs: Sequence[BinaryIO],
    args: Mapping[str, Any],
    report: Report,
) -> dict[str, Any]:
    """Write the asked-for stems, one file each; all sources with the rest add up to the mix.

    Raises `Fault` with what is wrong with the sound, `BAD_RANGE` when the span has no samples.
    """
    source = source_of(file, args)
    request = source.request
    rests: Rests = {Stem.INSTRUMENTAL: (Stem.VOCALS,), Stem.OTHER: tier.sources}
    findings = survey(source, request.cleanup, Stage(report, 0.0, 0.1))
    # What is split is a song, whatever a voice in it may sound like.
    strengths = dict.fromkeys(request.cleanup, request.strength)
    steps, _note = chain(strengths, Preset.MUSIC, findings)
    with open_parts(request.parts, outputs, source.form, source.writing, rests) as parts:
        form = source.form.of_one() if findings.measured.dual_mono else source.form
        separator = tier.open(form, parts.made)
        mixes = worked(source, steps, Stage(report, 0.1, 1.0))
        for mix, stems in _separated(mixes, separator, source.form, form):
            gained = findings.fitting * stems
            parts.write(findings.fitting * mix, dict(zip(parts.made, gained, strict=True)))
    lengths = {part: {"seconds": seconds} for part, seconds in parts.seconds.items()}
    return {"parts": lengths, "note": tier.note}


def _separated(
    mixes: Iterator[Audio], separator: Separator, form: Form, heard: Form
) -> Iterator[tuple[Audio, Audio]]:
    """Blocks of the mix, (channels, samples), each with its stems, (names, channels, samples)."""
    line = Line()
    for mix in mixes:
        line.push(mix)
        yield from _beside(line, separator.push(mix[: heard.channels]), form)
    yield from _beside(line, separator.finish(), form)


def _beside(line: Line, stems: Audio, form: Form) -> Iterator[tuple[Audio, Audio]]:
    if stems.shape[2]:
        # A copy of one channel for each: the mix was the same in all of them.
        wide = np.broadcast_to(stems, (len(stems), form.channels, stems.shape[2]))
        yield line.take(stems.shape[2]), wide
