"""Which names files may have: never a hidden one, never a way out of the folder."""

import re

NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}"
KEY = re.compile(rf"{NAME}(/{NAME})+", re.ASCII)
PREFIX = re.compile(rf"({NAME}/)*({NAME})?", re.ASCII)
LONGEST = 900  # S3 takes 1024 bytes, its own prefix included


def checked_key(key: str) -> str:
    """`key`, or `ValueError` when it is none of ours."""
    if len(key) > LONGEST or not KEY.fullmatch(key):
        raise ValueError(f"not a key: {key[:80]!r}")
    return key


def checked_prefix(prefix: str) -> str:
    """`prefix`, or `ValueError` when no key of ours can begin so."""
    if len(prefix) > LONGEST or not PREFIX.fullmatch(prefix):
        raise ValueError(f"not the beginning of a key: {prefix[:80]!r}")
    return prefix


def folder_of(prefix: str) -> str:
    """The folder in which every key lies that begins so; empty for the top."""
    return prefix.rpartition("/")[0]
