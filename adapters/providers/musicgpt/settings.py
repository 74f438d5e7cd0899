"""Settings of MusicGPT, read under UNDERTONE_PROVIDERS__MUSICGPT__."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

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
        raise ValueError("Write it like https://api.example.org/public, with nothing after that.")
    return value.rstrip("/")


def _path(value: str) -> str:
    if not value.startswith("/") or "?" in value or "#" in value:
        raise ValueError("It should begin with a slash.")
    return value


def _host(value: str) -> str:
    if HOST.fullmatch(value.lower()) is None:
        raise ValueError("Write hosts alone, such as results.example.org.")
    return value.lower()


Path = Annotated[str, AfterValidator(_path)]
Host = Annotated[str, AfterValidator(_host)]


class MusicGptSettings(BaseModel):
    """Without a key the provider is off."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    api_key: Annotated[SecretStr, AfterValidator(_bare)] | None = Field(
        None, description="API key of MusicGPT. Unset: it is not used."
    )
    base_url: Annotated[str, AfterValidator(_address)] = Field(
        "https://api.musicgpt.com/api/public", description="Where its API lies."
    )
    # The bucket and the hosts of its documents and samples.
    result_hosts: tuple[Host, ...] = Field(
        ("lalals.s3.amazonaws.com", "cdn.musicgpt.com", "musicgpt.com", "lalals.com"),
        description="JSON list of hosts that results may be fetched from.",
    )
    send_links: bool = Field(
        False, description="Give MusicGPT the link instead of the file where a person sent one."
    )
    denoise_path: Path = Field("/v1/denoise", description="Where noise is removed.")
    deecho_path: Path = Field("/v1/deecho", description="Where echo is removed.")
    dereverb_path: Path = Field(
        "/v1/dereverb", description="Where the sound of the room is removed."
    )
    extraction_path: Path = Field("/v1/Extraction", description="Where stems are split.")
