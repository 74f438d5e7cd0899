"""Files at Telegram: their ids, their addresses and their bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.discord.cutting import cut
from tests.fakes.telegram.body import Ask
from tests.fakes.telegram.model import File
from tests.fakes.telegram.refusal import bad

FOLDERS = {"audio": "music", "photo": "photos", "document": "documents", "video": "videos"}
LETTERS = {
    "voice": "Aw", "audio": "CQ", "document": "BQ", "video": "BA", "video_note": "DQ", "photo": "Ag"
}  # fmt: skip
ENDINGS = {"voice": ".oga", "video_note": ".mp4", "photo": ".jpg", "video": ".mp4"}


class Files:
    """All files; `getFile` gives an address for a while, or the path of a copy in `folder`."""

    def __init__(self, world) -> None:
        self._world = world
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self.folder: Path | None = None

    def keep(self, file: File) -> File:
        """Give the file an id that says its kind, as Telegram's do."""
        number = len(self._by_id) + 1
        file.id = f"{LETTERS[file.kind]}ACAgIAAxkBAAI{number:012d}"
        self._by_id[file.id] = file
        return file

    def as_kind(self, file: File, kind: str, **about: Any) -> File:
        """The file as it is in a message; a second message has a copy of it."""
        if file.id:
            return self.keep(replace(file, kind=kind, downloads=0, **about))
        file.kind = kind
        for name, value in about.items():
            setattr(file, name, value)
        return self.keep(file)

    def find(self, file_id: str) -> File:
        if file_id.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content", breach=True)
        if file_id not in self._by_id:
            known = "://" not in file_id
            why = "wrong file identifier/HTTP URL specified" if known else _scheme(file_id)
            raise bad(why, breach=True)
        return self._by_id[file_id]

    async def get_file(self, ask: Ask) -> dict[str, Any]:
        """getFile"""
        file = self._by_id.get(ask.text("file_id")) or self._picture(ask.text("file_id"))
        if file is None:
            raise bad("invalid file_id")
        if file.true_size > self._world.limits.download and self.folder is None:
            raise bad("file is too big")
        ending = ENDINGS.get(file.kind) or "." + (file.name or "file.bin").rpartition(".")[2]
        file.path = f"{FOLDERS.get(file.kind, file.kind)}/file_{int(file.id[-12:])}{ending}"
        file.linked = self._world.now()
        if self.folder is not None:
            file.path = str(self._put(self.folder, file))
        else:
            self._by_path[file.path] = file
        said = {"file_id": file.id, "file_unique_id": file.id[-12:], "file_path": file.path}
        return said | ({} if file.size is None else {"file_size": file.size})

    def _picture(self, file_id: str) -> File | None:
        """The small picture of a file, whose id its message told."""
        whole = self._by_id.get(file_id.removeprefix("t")) if file_id.startswith("t") else None
        if whole is None or whole.thumbnail is None:
            return None
        body = whole.thumbnail
        return File(file_id, body, None, "image/jpeg", len(body), "photo")

    def _put(self, folder: Path, file: File) -> Path:
        # A local server says where the file lies, and serves none over HTTP.
        path = folder / self._world.token / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
        return path

    async def serve(self, request: web.Request) -> web.StreamResponse:
        file = self._by_path.get(request.match_info["path"])
        life = timedelta(seconds=self._world.limits.link_life)
        if file is None or file.linked is None or self._world.now() > file.linked + life:
            said = {"ok": False, "error_code": 404, "description": "Not Found"}
            return web.json_response(said, status=404)
        file.downloads += 1
        # The server names neither the kind nor the name of a file.
        headers = {"Content-Type": "application/octet-stream"}
        if file.cut is None:
            return web.Response(body=file.data, headers=headers)
        response = web.StreamResponse(headers=headers)
        response.content_length = len(file.data)
        await response.prepare(request)
        await response.write(file.data[: file.cut])
        cut(request.transport)
        return response


def _scheme(address: str) -> str:
    return f"invalid file HTTP URL specified: Unsupported URL protocol ({address[:8]}…)"
