"""`python -m tests.sound.demo`: make tests/data/demo.flac again, the recording of `make demo`."""

from pathlib import Path

import av
import numpy as np
from scipy.signal import butter, sosfilt

from tests.sound import mix, noises, voices

PATH = Path(__file__).resolve().parents[1] / "data" / "demo.flac"
RATE = 48_000
SECONDS = 12.0
PEAK = 0.25  # as soft as people record, and it keeps the file small
TOP = 9_000  # Hz, as a plain microphone has it; noise above it would double the file
TEXT = (
    "Hello from Undertone. Behind this sentence an old fan is turning, and a cable hums. "
    "Clean the recording, and you should hear only the voice, as close as it was spoken."
)


def heard() -> mix.Mixed:
    """The sentence with a fan and some mains hum behind it, at 8 dB."""
    clean = np.zeros(round(SECONDS * RATE), np.float32)
    said = voices.say(TEXT, speaker=0)[: len(clean) - RATE]
    clean[RATE // 2 : RATE // 2 + len(said)] = said
    background = noises.noise("fan", 11, SECONDS) + 0.4 * noises.noise("hum", 11, SECONDS)
    microphone = butter(8, TOP, fs=RATE, output="sos")
    return mix.at_snr(sosfilt(microphone, clean), sosfilt(microphone, background), 8.0)


def main() -> None:
    """Write the file."""
    if not voices.has_espeak():
        raise SystemExit("The demo is spoken by espeak-ng: install the bench group first.")
    noisy = heard().noisy
    samples = np.round(PEAK / np.abs(noisy).max() * noisy * 32_767).astype(np.int16)
    with av.open(str(PATH), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        stream.codec_context.options = {"compression_level": "12"}
        for start in range(0, len(samples), RATE):
            block = samples[None, start : start + RATE]
            frame = av.AudioFrame.from_ndarray(block, "s16", "mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main()
