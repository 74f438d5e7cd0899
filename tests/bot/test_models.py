"""`undertone models get`: against a server on loopback."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from bot import cli, models

DATA = b"weights" * 100_000
SUM = hashlib.sha256(DATA).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def shelf(tmp_path):
    """A folder and the address under which it is served."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def call(tmp_path, monkeypatch):
    """The command, with an empty data folder."""
    monkeypatch.setenv("UNDERTONE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli.main, ["models", "get", *words])


@pytest.fixture
def small(monkeypatch):
    """A fine-tuned bag of two small files."""
    monkeypatch.setattr(models, "SUMS", {"aaaa": SUM, "bbbb": SUM})
    monkeypatch.setattr(models, "BAGS", {"htdemucs_ft": ("aaaa", "bbbb")})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_known_model_is_fetched_whole_and_described_last(shelf, call, small, tmp_path):
    folder, address = shelf
    for name in ("aaaa", "bbbb"):
        (folder / f"{name}-{SUM[:8]}.th").write_bytes(DATA)
    done = call("htdemucs_ft", "--from", address)
    got = tmp_path / "data" / "models"
    assert done.exit_code == 0, done.output
    assert names(got) == [f"aaaa-{SUM[:8]}.th", f"bbbb-{SUM[:8]}.th", "htdemucs_ft.yaml"]
    bag = (got / "htdemucs_ft.yaml").read_text()
    assert bag.startswith("models: ['aaaa', 'bbbb']\nweights: [[1, 0, 0, 0],")
    again = call("htdemucs_ft", "--from", address)
    assert again.output.count("is there already") == 2


def test_what_does_not_add_up_is_not_kept(shelf, call, small, tmp_path):
    folder, address = shelf
    (folder / f"aaaa-{SUM[:8]}.th").write_bytes(b"something else")
    done = call("htdemucs_ft", "--from", address)
    assert done.exit_code == 1
    assert "is not what it should be: its SHA-256 is" in done.output
    assert names(tmp_path / "data" / "models") == []


def test_a_file_that_is_not_there_is_a_sentence(shelf, call, small):
    done = call("htdemucs_ft", "--from", shelf[1])
    assert (done.exit_code, "does not come: 404" in done.output) == (1, True)


def test_any_file_comes_by_its_address_and_sum(shelf, call, tmp_path):
    folder, address = shelf
    (folder / "voice.ckpt").write_bytes(DATA)
    done = call(f"{address}/voice.ckpt", "--sha256", SUM.upper())
    assert done.exit_code == 0, done.output
    assert (tmp_path / "data" / "models" / "voice.ckpt").read_bytes() == DATA


@pytest.mark.parametrize("words", [("nobody",), ("http://127.0.0.1/a.ckpt",)])
def test_without_a_name_or_a_sum_nothing_is_fetched(call, words):
    assert call(*words).exit_code == 1


def test_the_names_of_the_known_files_are_those_of_their_authors():
    (file,) = models.wanted("htdemucs", models.BASE, "")
    assert file.url.endswith("/demucs/hybrid_transformer/955717e8-8726e21a.th")
    assert all(len(each) == 64 for each in models.SUMS.values())
