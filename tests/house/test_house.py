"""The shape of the house: short files, short functions, and nothing lying about at the top."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters", "services")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 500  # lines
LONGEST_FUNCTION = 60
TOP = {
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "adapters",
    "bot",
    "deploy",
    "docs",
    "pyproject.toml",
    "services",
    "tests",
    "uv.lock",
}


def name_of(path):
    return str(path.relative_to(ROOT))


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    long = [
        f"{one.name}: {one.end_lineno - one.lineno + 1} lines"
        for one in functions(ast.parse(text))
        if one.end_lineno - one.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def kept():
    """What belongs to the project at the top level: known to git, or not ignored by it."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    names = {line.split("/", 1)[0] for line in done.stdout.split("\0") if line}
    return {name for name in names if (ROOT / name).exists()}


def test_nothing_lies_about_at_the_top():
    assert {name for name in kept() if not name.startswith(".")} == TOP
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_map_of_the_code_names_every_folder():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent for path in (ROOT / "adapters").glob("*/__init__.py")} | {
        path.parent for path in (ROOT / "services").glob("*/__init__.py")
    }
    missing = [name_of(one) for one in folders if f"{name_of(one)}/" not in text]
    assert not missing
