"""DRAW: a sound before above the same sound after, as two spectrograms of one scale."""

import io
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from services.audio.arguments import span_of
from services.audio.decoding import WHOLE
from services.audio.progress import Report, Stage
from services.audio.spectrogram import Look, look, mel, top_of

Pixels = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 1200, 800
LEFT, RIGHT = 78, 104  # room for the ticks of frequency and level
TOPS = (38, 420)  # upper edges of the two panels
ROWS, COLUMNS = 324, WIDTH - LEFT - RIGHT
RANGE_DB = 80.0  # from the loudest to what is drawn as nothing
MOST_BYTES = 290_000
FINENESS = (160, 64, 32, 16, 8)  # steps of colour: fewer until the file is small enough

# Viridis (S. van der Walt, N. Smith; CC0): even in lightness, told apart by every kind of eye.
COLOURS = ("440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725")
RAMP = 240  # palette entries of the map; the rest goes from ground to ink
GROUND, INK = (17, 20, 27), (232, 234, 238)  # dark of its own: readable in a light chat as well
SIZE = 17  # of the letters, in pixels

FREQUENCIES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
MINUTE, HOUR = 60, 3_600
TIME_STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR for hours in (1, 2, 4)),
)


def draw(
    before: BinaryIO, after: BinaryIO, output: BinaryIO, args: Mapping[str, Any], report: Report
) -> dict[str, float]:
    """Write a PNG of at most 290 kB; gives the figures that put the picture into words.

    `start` and `end` cut the sound before; the one after was made from that piece.
    """
    top = top_of(before)
    checkpoint = Stage(report, 0.0, 1.0).checkpoint
    with ThreadPoolExecutor(1, "after") as pool:
        coming = pool.submit(look, after, WHOLE, ROWS, top, checkpoint)
        looks = look(before, span_of(args), ROWS, top, checkpoint), coming.result()
    labels = args.get("labels", ("Before", "After"))
    output.write(picture(looks, top, labels))
    return {
        "noise_floor_before_db": looks[0].noise_floor,
        "noise_floor_after_db": looks[1].noise_floor,
        "loudness_before_lufs": looks[0].loudness,
        "loudness_after_lufs": looks[1].loudness,
        "peak_before_db": looks[0].peak,
        "peak_after_db": looks[1].peak,
    }


def picture(looks: Sequence[Look], top: float, labels: Sequence[str]) -> bytes:
    """Both looks as one PNG with ticks and labels."""
    panels = [levels(each.power) for each in looks]
    highest = max(float(np.percentile(panels[0], 99.9)), -100 + RANGE_DB)
    frame = _frame(looks, top, highest, labels)
    png = b""
    for steps in FINENESS:
        pixels = frame.copy()
        for panel, at in zip(panels, TOPS, strict=True):
            pixels[at : at + ROWS, LEFT : LEFT + COLUMNS] = _shades(panel, highest, steps)
        ramp = np.linspace(highest, highest - RANGE_DB, ROWS)[:, None]
        for at in TOPS:
            pixels[at : at + ROWS, WIDTH - RIGHT + 14 : WIDTH - RIGHT + 30] = _shades(
                ramp, highest, steps
            )
        png = _encoded(pixels)
        if len(png) <= MOST_BYTES:
            break
    return png


def levels(power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(frames, rows) of power as (ROWS, COLUMNS) of dB, the highest frequency first."""
    sums = np.pad(np.cumsum(power, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    edges = np.linspace(0, len(power), COLUMNS + 1)
    low = np.minimum(edges[:-1].astype(np.intp), len(power) - 1)
    high = np.maximum(np.ceil(edges[1:]).astype(np.intp), low + 1)
    columns = (sums[high] - sums[low]) / (high - low)[:, None]
    shown: npt.NDArray[np.float32] = 10 * np.log10(np.maximum(columns.T[::-1], 1e-20))
    return shown.astype(np.float32)


def _shades(panel: npt.NDArray[Any], highest: float, steps: int) -> Pixels:
    share = np.clip(1 + (panel - highest) / RANGE_DB, 0, 1)
    coarse = np.rint(share * (steps - 1)) / (steps - 1)
    return _whole(coarse * (RAMP - 1))


def _whole(values: npt.NDArray[Any]) -> Pixels:
    whole: Pixels = np.rint(values).astype(np.uint8)
    return whole


def _frame(looks: Sequence[Look], top: float, highest: float, labels: Sequence[str]) -> Pixels:
    """Everything but the sound: an image of ground and ink as palette entries."""
    image = Image.new("L", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(SIZE)
    for at, each, label in zip(TOPS, looks, labels, strict=True):
        pen.text((LEFT, at - 10), str(label)[:40], 255, font, anchor="ls")
        _draw_frequencies(pen, font, at, top)
        _draw_times(pen, font, at, each.seconds)
        _draw_levels(pen, font, at, highest)
    ink = np.asarray(image, np.float32) / 255 * (255 - RAMP)
    return _whole(RAMP + ink)


def _draw_frequencies(pen: Any, font: Any, at: int, top: float) -> None:
    last = math.inf
    for hertz in FREQUENCIES:
        y = at + ROWS - ROWS * mel(hertz) / mel(top)
        if hertz > top or last - y < SIZE or y < at + SIZE / 2:
            continue
        last = y
        pen.line((LEFT - 6, y, LEFT - 2, y), 200)
        text = f"{hertz} Hz" if hertz < 1000 else f"{hertz // 1000} kHz"
        pen.text((LEFT - 10, y), text, 220, font, anchor="rm")


def _draw_times(pen: Any, font: Any, at: int, seconds: float) -> None:
    step = next((each for each in TIME_STEPS if seconds / each <= 10), TIME_STEPS[-1])
    for n in range(math.floor(seconds / step) + 1):
        x = LEFT + COLUMNS * n * step / max(seconds, 1e-9)
        pen.line((x, at + ROWS + 1, x, at + ROWS + 5), 200)
        pen.text((x, at + ROWS + 9), clock(n * step, step), 220, font, anchor="ma")


def clock(seconds: float, step: float) -> str:
    """A time on the axis: 0.5 s, 1:30 or 2:00:00."""
    if step < 1:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _draw_levels(pen: Any, font: Any, at: int, highest: float) -> None:
    x = WIDTH - RIGHT + 34
    for level in range(math.floor(highest / 20) * 20, math.ceil(highest - RANGE_DB) - 1, -20):
        y = at + (highest - level) / RANGE_DB * ROWS
        pen.line((x, y, x + 4, y), 200)
        inside = min(max(y, at + SIZE / 2), at + ROWS - SIZE / 2)
        pen.text((x + 8, inside), f"{level} dB", 220, font, anchor="lm")


def _encoded(pixels: Pixels) -> bytes:
    image = Image.fromarray(pixels, "P")
    image.putpalette(palette().tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=False, compress_level=7)
    return file.getvalue()


def palette() -> Pixels:
    """(256, 3): the colour map, then the shades from ground to ink."""
    stops = np.array([[int(each[n : n + 2], 16) for n in (0, 2, 4)] for each in COLOURS])
    places = np.linspace(0, 1, len(stops))
    along = np.linspace(0, 1, RAMP)
    ramp = np.stack([np.interp(along, places, stops[:, n]) for n in range(3)], axis=1)
    shades = np.linspace(GROUND, INK, 256 - RAMP)
    return _whole(np.concatenate((ramp, shades)))
