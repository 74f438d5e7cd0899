"""The types that settings are made of, and what a page about them needs to know."""

import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

UNLIMITED = "unlimited"
LARGEST = 1e9  # of minutes two thousand years
TOO_MUCH = 'write "unlimited" for more than 1,000,000,000'
HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a default reads that depends on the machine."""

    default: str


@dataclass(frozen=True, slots=True)
class Later:
    """Marks a name that is fixed already, while nothing in this version reads it."""


class Group(BaseModel):
    """Settings that share the beginning of their name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _amount(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() == UNLIMITED:
        return math.inf
    return value


def _counted(value: float) -> float:
    if LARGEST < value != math.inf:
        raise ValueError(TOO_MUCH)
    return value


# A number or the word `unlimited`; 0 means none.
Amount = Annotated[float, BeforeValidator(_amount), Field(ge=0), AfterValidator(_counted)]


def address_of(*schemes: str) -> Callable[[str], str]:
    """Checks that an address has one of these schemes, and drops the slashes at its end."""

    def check(value: str) -> str:
        known = " or ".join(f"{scheme}://" for scheme in schemes)
        if urlsplit(value).scheme not in schemes:
            raise ValueError(f"It should begin with {known}.")
        return value.rstrip("/") if not value.endswith("://") else value

    return check


def _public(value: str) -> str:
    parts = urlsplit(value)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("Write it like https://sound.example.org, with nothing after the path.")
    return value


PublicUrl = Annotated[str, AfterValidator(address_of("https", "http")), AfterValidator(_public)]


def _host_port(value: str) -> str:
    match = HOST_PORT.fullmatch(value)
    if match is None or not 0 < int(match[2]) < 65_536:
        raise ValueError("Write each one as host:port, such as 10.0.0.5:9000.")
    return value.lower()


HostPort = Annotated[str, AfterValidator(_host_port)]


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value) < 16:
        raise ValueError("It should have 16 characters or more.")
    return value


Key = Annotated[SecretStr, AfterValidator(_long_enough)]


def upper(value: object) -> object:
    """So that `info` means INFO."""
    return value.upper() if isinstance(value, str) else value


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
