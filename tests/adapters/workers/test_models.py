"""What an operator hears about back-ends that are not there; no model is needed for that."""

from datetime import timedelta

import pytest

from adapters.workers import models, open_workers
from services.ports import SoundTask
from services.problems import Code, Fault, fault
from services.recipes import QUICK_STEMS, Stem
from services.tiers import Backend


@pytest.fixture
def installed(monkeypatch):
    """Both packages seem to be there."""
    monkeypatch.setattr(models, "find_spec", lambda name: name)


class Child:
    """Answers a probe."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    async def run(self, task, *, timeout, progress=None):
        self.asked.append(task.args["backend"])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


GOOD = {
    "models": [["htdemucs_6s", ["vocals", "piano"]]],
    "stems": ["vocals", "piano"],
    "trouble": ["broken: EOFError"],
    "device": "CPU",
}


async def test_a_package_that_is_missing_is_a_sentence_that_says_how_to_get_it(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    found = await models.look(Child(GOOD), "demucs", tmp_path)
    assert found.serving([Stem.VOCALS]) is None
    (sentence,) = found.trouble
    assert "wants demucs, which is not installed: uv sync --extra demucs" in sentence


@pytest.mark.parametrize("backend", [Backend.DEMUCS, Backend.SEPARATOR])
async def test_a_folder_without_a_model_is_a_sentence_that_names_it(tmp_path, installed, backend):
    folder, child = tmp_path / "models", Child(GOOD)
    found = await models.look(child, backend, folder)
    (sentence,) = found.trouble
    assert sentence.startswith(f"There is no model for {backend} in {folder}: undertone models get")
    assert (found.models, child.asked) == ((), [])


async def test_nobody_is_told_of_what_nobody_asked_for(tmp_path, installed):
    child = Child(GOOD)
    for backend in ("auto", "builtin"):
        found = await models.look(child, backend, tmp_path)
        assert (found.trouble, child.asked) == ((), [])
        assert found.serving(QUICK_STEMS) is Backend.BUILTIN


async def test_only_back_ends_with_files_are_asked(tmp_path, installed):
    (tmp_path / "955717e8.th").touch()
    child = Child(GOOD)
    found = await models.look(child, "auto", tmp_path)
    assert child.asked == ["demucs"]
    assert found.models[0].models == ("htdemucs_6s",)
    assert found.serving([Stem.PIANO]) is Backend.DEMUCS
    assert found.trouble == ("The model broken: EOFError",)


async def test_a_child_that_dies_of_a_model_costs_no_start(tmp_path, installed):
    (tmp_path / "a.onnx").touch()
    child = Child(fault(Code.WORKER_DIED, "139: first line\nSegmentation fault"))
    found = await models.look(child, "auto", tmp_path)
    assert found.trouble == ("separator does not start: Segmentation fault",)
    assert found.serving(QUICK_STEMS) is Backend.BUILTIN


@pytest.fixture
async def child(tmp_path):
    """The lane of models, with tasks that misbehave."""
    folder = tmp_path / "models"
    folder.mkdir()
    tasks = "tests.hostile.tasks"
    async with open_workers(1, warm=False, folder=tmp_path, tasks=tasks, models=folder) as workers:
        yield lambda task, **args: workers._models.run(
            SoundTask(task, (), args=args), timedelta(minutes=1), lambda _fraction: None
        )


async def test_its_child_reads_the_models_and_nothing_else_of_the_machine(child, tmp_path):
    model, secret = tmp_path / "models" / "a.th", tmp_path / "secret.key"
    for path in (model, secret):
        path.write_bytes(b"bytes")
    assert (await child("read_name", name=str(model)))["read"] == 5
    assert (await child("read_name", name=str(secret)))["read"] == 0


async def test_its_child_has_a_copy_of_the_compiled_code_and_a_bound_of_its_own(child):
    before = await child("compiled")
    assert before == {"lent": True, "may_write": False}
    with pytest.raises(Fault) as raised:
        await child("eat")
    assert raised.value.problem.code is Code.WORKER_DIED
