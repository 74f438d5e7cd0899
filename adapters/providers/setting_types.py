"""What the settings of providers elsewhere have in common: their key, address and hosts."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

BARE_KEY = re.compile(r"[!-~]+")  # printable ASCII without a space
HOST = re.compile(r"[a-z0-9.-]+")


def _bare(value: SecretStr) -> SecretStr:
    if BARE_KEY.fullmatch(value.get_secret_value()) is None:
        raise ValueError("Write the key alone, without a word before it.")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    has_more = parts.query or parts.fragment or parts.username
    if parts.scheme not in ("https", "http") or not parts.hostname or has_more:
        raise ValueError("Write it like https://api.example.org/v1, with nothing after that.")
    return value.rstrip("/")


def _host(value: str) -> str:
    if HOST.fullmatch(value.lower()) is None:
        raise ValueError("Write hosts alone, such as results.example.org.")
    return value.lower()


def own_place(base_url: str) -> tuple[str, ...]:
    """Host and port of an address without encryption, which only an operator's own can be."""
    parts = urlsplit(base_url)
    return (f"{parts.hostname}:{parts.port or 80}",) if parts.scheme == "http" else ()


ApiKey = Annotated[SecretStr, AfterValidator(_bare)]
BaseUrl = Annotated[str, AfterValidator(_address)]
Host = Annotated[str, AfterValidator(_host)]
