"""Where the commands run."""

import os

import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """No settings but the place of the data, which is not there yet."""
    for name in [name for name in os.environ if name.startswith("UNDERTONE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UNDERTONE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path
