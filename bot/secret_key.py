"""The secret of an installation, and what is made of it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings

SECRET_FILE = "secret.key"
PEPPER_BYTES = 64  # the longest key of the hash that it is for


def pepper(settings: Settings) -> bytes:
    """The key of the hashes by which minutes of forgotten people still count."""
    return secret(settings).encode()[:PEPPER_BYTES]


def secret(settings: Settings) -> str:
    """The key that signs links: as set, else made once and kept in the data folder."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path: Path = settings.data_dir / SECRET_FILE
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        # Whole or not at all, and only one of several that start at once.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
