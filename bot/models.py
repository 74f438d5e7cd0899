"""`undertone models`: fetch model files when the operator says so; nothing else ever does."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

BASE = "https://dl.fbaipublicfiles.com/demucs/hybrid_transformer"
PIECE = 1 << 20  # bytes
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)

# The whole sums of the files that Demucs' own list (remote/files.txt) names with their beginnings.
SUMS = {
    "955717e8": "8726e21a993978c7ba086d3872e7608d7d5bfca646ca4aca459ffda844faa8b4",
    "5c90dfd2": "34c22ccb381c6f9fdbf324f04e1e2fe21aaaf293f5ded163a162697ff9a02ddd",
    "f7e0c4bc": "ba3fe64ae8ef66ac9a4857222ce48efbdc5eb3ad375cb79dd13debee5aaa4066",
    "d12395a8": "e57c48e6b0e38af4f7118d7bd08c49f0a0c0edf7d09143bdd902ea0d237303e6",
    "92cfc3b6": "ef3bcb9c8b40d14ae5d51b6db2587339cc12c6b77c0be151ce6d69002e087bf2",
    "04573f0d": "f3cf25b222c4eed7cd49dd8b2c9597d50c18bd154090f7b919cfa5f93cf22c49",
}
# As in its remote/htdemucs*.yaml: each of the four fine-tuned models counts for one source.
BAGS: Mapping[str, Sequence[str]] = {
    "htdemucs": ("955717e8",),
    "htdemucs_6s": ("5c90dfd2",),
    "htdemucs_ft": ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d"),
}
ONE_EACH = "weights: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]\n"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file: where from, under which name, and its SHA-256."""

    url: str
    name: str
    sha256: str


async def get(folder: Path, name: str, base: str, sha256: str, say: Callable[[str], None]) -> None:
    """Fetch a known model by name, or one file by URL with its sum.

    Raises `ValueError` with a sentence for the operator; what is in the folder then is as before.
    """
    files = wanted(name, base, sha256)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with aiohttp.ClientSession(timeout=TIMEOUT, raise_for_status=True) as session:
        for file in files:
            await _fetch(session, file, folder, say)
    if name in BAGS:
        # Last, so that half a bag is none.
        bag = f"models: [{', '.join(map(repr, BAGS[name]))}]\n" + ONE_EACH * (len(BAGS[name]) > 1)
        (folder / f"{name}.yaml").write_text(bag, encoding="utf-8")
    say(f"{name} is ready in {folder}.")


def wanted(name: str, base: str, sha256: str) -> list[Wanted]:
    """What to fetch. Raises `ValueError`."""
    if name in BAGS:
        files = [(f"{sig}-{SUMS[sig][:8]}.th", SUMS[sig]) for sig in BAGS[name]]
        return [Wanted(f"{base.rstrip('/')}/{file}", file, total) for file, total in files]
    file = Path(urlsplit(name).path).name
    if urlsplit(name).scheme not in ("http", "https") or not file:
        raise ValueError(f"{name} is not known here: {', '.join(BAGS)}, or a URL with --sha256.")
    if len(sha256) != 64:
        raise ValueError("A URL needs --sha256 with the 64 digits that its author names.")
    return [Wanted(name, file, sha256.lower())]


async def _fetch(
    session: aiohttp.ClientSession, file: Wanted, folder: Path, say: Callable[[str], None]
) -> None:
    target, partial = folder / file.name, folder / f"{file.name}.part"
    if target.is_file() and await asyncio.to_thread(_sum, target) == file.sha256:
        say(f"{file.name} is there already.")
        return
    say(f"Fetching {file.url}")
    try:
        total = await _stream(session, file.url, partial)
        if total != file.sha256:
            raise ValueError(f"{file.name} is not what it should be: its SHA-256 is {total}.")
        partial.replace(target)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ValueError(f"{file.url} does not come: {str(error) or 'no answer'}.") from error
    finally:
        partial.unlink(missing_ok=True)


async def _stream(session: aiohttp.ClientSession, url: str, target: Path) -> str:
    """Write it there as it comes; gives its SHA-256."""
    total = hashlib.sha256()
    async with session.get(url) as answer:
        with target.open("wb") as out:
            async for piece in answer.content.iter_chunked(PIECE):
                total.update(piece)
                await asyncio.to_thread(out.write, piece)
    return total.hexdigest()


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
