"""A model file is a program: in the folder of a careless operator it can do nothing outside."""

import socket
from datetime import timedelta

import pytest

from adapters.workers.lending import ENGINE
from services.ports import SoundTask
from tests.models import evil, made


@pytest.fixture
def door():
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_a_malicious_model_reaches_nothing(splitter, folder, tmp_path, door):
    secret = tmp_path / "secret.key"
    secret.write_text("secret")
    places = [folder, tmp_path, ENGINE, ENGINE / "__pycache__", "/tmp", "/dev/shm"]
    evil.save(folder / "00000000.th", door, secret, *places)
    task = SoundTask("models", (), args={"backend": "demucs"})
    told = await splitter.workers.run(task, timeout=timedelta(minutes=1))
    assert told["trouble"] == ["00000000: ValueError: it was no model after all"]
    assert told["deeds"] == {
        "network": False,
        "program": False,
        "fork": False,
        "read": False,
        "write": [],
        "environment": [],
    }


async def test_it_cannot_even_run_where_only_tensors_are_expected(splitter, folder, door, tmp_path):
    evil.save(folder / "voice.ckpt", door, tmp_path)
    described = made.mel_band_roformer(folder, "good.ckpt", ["vocals", "other"], "vocals")
    described.with_suffix(".yaml").rename(folder / "voice.yaml")
    described.unlink()
    task = SoundTask("models", (), args={"backend": "separator"})
    told = await splitter.workers.run(task, timeout=timedelta(minutes=1))
    assert (told["models"], told["deeds"]) == ([], {})
    assert len(told["trouble"]) == 1
