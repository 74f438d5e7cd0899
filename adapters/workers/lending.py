"""Where the engine's compiled code lies, and a copy of it for a child that must not touch it."""

import hashlib
import os
import shutil
from pathlib import Path

import services

ROOT = Path(services.__file__).parent.parent
ENGINE = ROOT / "services" / "engine"


def compiled_code() -> Path | None:
    """Where numba keeps what it compiled; None: beside the source, as it likes best."""
    if told := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(told)
    if os.access(ENGINE, os.W_OK):
        return None
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "undertone" / "numba"


def lend(cache: Path | None, folder: Path) -> None:
    """Copy what is compiled so far into a folder that the child will have as its cache.

    The names in it are those that numba looks for: see `get_suitable_cache_subpath` there.
    """
    inside = (
        f"{ENGINE.name}_{hashlib.sha1(str(ENGINE).encode(), usedforsecurity=False).hexdigest()}"
    )
    source = ENGINE / "__pycache__" if cache is None else cache / inside
    (folder / inside).mkdir()
    for path in source.glob("*.nb?"):
        shutil.copy2(path, folder / inside)
