"""One Undertone as the provider of another: two processes, real sound, nothing pretended."""

import asyncio
import io
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from adapters.providers.musicgpt import provider as gpt
from adapters.providers.noise_remover import news
from adapters.store.store import open_store
from bot import lifecycle
from bot.registry import PROVIDERS
from services import keys
from services.audio.decoding import blocks, form_of
from services.audio.opening import open_sound
from services.links import Signer
from tests.fakes import world as fakes_world
from tests.fakes.program import ONE_CHILD, started
from tests.fakes.world import world
from tests.journeys.provider_room import hurry, sound_of
from tests.ports import free_port

# The other one may have to start and to compile its engine first.
pytestmark = pytest.mark.timeout(600)

DEMO = Path(__file__).parents[1] / "data" / "demo.flac"  # a voice in a hiss, 12 s
FRAME = 0.05  # seconds
STARTED = 90.0  # seconds for a process to be ready


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)


def decoded(data: bytes):
    """(channels, samples) and the sample rate of a file."""
    with open_sound(io.BytesIO(data)) as sound:
        form = form_of(sound)
        return np.concatenate(list(blocks(sound, form)), axis=1), form.sample_rate


def quiet_level(sound, rate) -> float:
    """dBFS of the quiet tenth of the frames: what sounds between the words."""
    length = int(FRAME * rate)
    frames = sound[0][: sound.shape[1] // length * length].reshape(-1, length)
    powers = np.sort(np.mean(np.square(frames), axis=1))
    return float(10 * np.log10(powers[: len(powers) // 10].mean() + 1e-12))


class Other:
    """The Undertone that does the work: where it is, a key, and what it signs with."""

    def __init__(self, port: int, key: str, secret: str) -> None:
        self.port = port
        self.key = key
        self.secret = secret

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def own(self, provider):
        """The settings of our client for it."""
        if provider == "musicgpt":
            return {"api_key": self.key, "base_url": f"{self.origin}/api/musicgpt"}
        return {
            "api_key": self.key,
            "base_url": f"{self.origin}/api/noise-remover/v1",
            "webhook_secret": self.secret,
        }


async def made_key(data):
    text, key = keys.made("the bot box", datetime.now(UTC))
    data.mkdir()
    async with open_store(None, data) as store:
        await store.write(lambda tx: keys.add(tx, key, "api_unlimited"))
    secret = "the signing secret of the other one"
    return text, keys.webhook_secret(Signer(secret), key), secret


def is_ready(origin) -> bool:
    try:
        with urllib.request.urlopen(f"{origin}/readyz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


async def ready(life, origin):
    async with asyncio.timeout(STARTED):
        while not await asyncio.to_thread(is_ready, origin):
            assert life.poll() is None, "the other one ended"
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def here_port():
    """Where ours listens: the other one must be allowed to call it back."""
    return free_port()


@pytest.fixture(scope="module")
def other(tmp_path_factory, here_port):
    """The other Undertone, in a process of its own."""
    folder, port = tmp_path_factory.mktemp("other"), free_port()
    text, signs, secret = asyncio.run(made_key(folder / "data"))
    told = {
        "http__port": str(port),
        "api__enabled": "true",
        "web__enabled": "false",
        "secret_key": secret,
        "fetch__allowed_private": f'["127.0.0.1:{here_port}"]',
        **ONE_CHILD,
    }
    with started(folder, **told) as life:
        asyncio.run(ready(life, f"http://127.0.0.1:{port}"))
        yield Other(port, text, signs)
        life.terminate()
        life.wait()


ALL = [
    pytest.param("musicgpt", "denoise", {}, id="denoise by MusicGPT's dialect"),
    pytest.param("musicgpt", "deecho", {}, id="deecho by MusicGPT's dialect"),
    pytest.param("musicgpt", "stems", {"stems": "vocals,instrumental"}, id="stems"),
    pytest.param("noise_remover", "denoise", {}, id="denoise by noise-remover.com's dialect"),
    pytest.param("noise_remover", "enhance", {"preset": "podcast"}, id="enhance"),
]


@pytest.mark.parametrize("callbacks", [True, False], ids=["callbacks", "polling"])
@pytest.mark.parametrize(("provider", "operation", "options"), ALL)
async def test_another_undertone_does_the_work(
    provider, operation, options, callbacks, other, here_port, tmp_path, monkeypatch
):
    # The other one's engine may have to be compiled first.
    monkeypatch.setattr(fakes_world, "PATIENCE", 100)
    if callbacks:
        # Nobody asks before the callback had its time.
        for module in (gpt, news):
            monkeypatch.setattr(module, "MARGIN", timedelta(minutes=2))
    public = {"public_url": f"http://127.0.0.1:{here_port}"} if callbacks else {}
    told = {
        "providers": {
            "consent": "given",
            "local": {"enabled": False},
            provider: other.own(provider),
        },
        "http": {"port": here_port, **public},
    }
    before, rate = decoded(DEMO.read_bytes())
    async with world(tmp_path, PROVIDERS, **told) as here, lifecycle.serving(here.app):
        job = await here.done(await here.ask(DEMO, operation, **options))
        assert job.tracks, job.outcome
        given = {one.part: decoded(await sound_of(here, job, one.part)) for one in job.tracks}
        called = await here.app.store.read(lambda tx: tx.callbacks(job.id, 10))
    assert job.provider == provider
    assert bool(called) is callbacks
    assert set(given) == set(job.recipe.parts)
    for sound, its_rate in given.values():
        assert sound.shape[1] / its_rate == pytest.approx(before.shape[1] / rate, abs=0.1)
    if operation == "denoise":
        # The engine promises far more; a copy of the source would be 0.
        assert quiet_level(*given["clean"]) < quiet_level(before, rate) - 6
