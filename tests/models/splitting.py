"""The way of a stems job from a file to files, without a chat."""

from datetime import timedelta

import av
import numpy as np

from adapters.workers.models import look
from services.ports import SoundTask
from tests.hostile import sounds

LONG = timedelta(minutes=5)


def song(seconds=4.0, sample_rate=44_100, channels=2):
    """A tone, a talker and a beat; not the same in both channels."""
    tone = sounds.tone(seconds, sample_rate, channels, level=0.1)
    return tone + np.roll(sounds.speech(seconds, sample_rate, channels), 7, axis=0)


def read(path):
    """(channels, samples), whole numbers of 16 bits, and the sample rate."""
    # Python 3.11's own `wave` knows no file above 48 kHz.
    with av.open(str(path)) as file:
        (stream,) = file.streams.audio
        assert stream.codec_context.name == "pcm_s16le"
        data = b"".join(frame.to_ndarray().tobytes() for frame in file.decode(stream))
        sound = np.frombuffer(data, "<i2").reshape(-1, stream.channels)
        rate = stream.rate
    return sound.T.astype(int), rate


class Splitter:
    """Real children on one folder of models."""

    def __init__(self, workers, folder, place):
        self.workers, self.folder, self._place = workers, folder, place

    async def found(self, backend):
        return await look(self.workers, backend, self.folder)

    async def forget(self):
        """End the child, and with it the model that it holds."""
        await self.workers._models.close()

    async def split(self, model, parts, sound, sample_rate=44_100, progress=None):
        """What came out for each part, and what went in."""
        source = self._place / "mix.wav"
        source.write_bytes(sounds.encoded(sound, sample_rate))
        outputs = [self._place / f"{part}.wav" for part in parts]
        args = {"operation": "stems", "format": "wav", "parts": list(parts)}
        args |= {"backend": str(model.backend), "told": model.told}
        task = SoundTask("model-stems", [source], outputs, args)
        await self.workers.run(task, timeout=LONG, progress=progress)
        made = {part: read(path) for part, path in zip(parts, outputs, strict=True)}
        assert {rate for _sound, rate in made.values()} == {sample_rate}
        return {part: each for part, (each, _rate) in made.items()}, read(source)[0]
