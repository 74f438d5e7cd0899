"""Settings of the Discord platform, read under UNDERTONE_DISCORD__."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _is_base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "/api/v" not in parts.path:
        raise ValueError("Write it as http://host:port/api/v10.")
    return value.rstrip("/")


class DiscordSettings(BaseModel):
    """Without a token the platform is off."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    token: SecretStr | None = Field(None, description="Bot token.")
    api_base: Annotated[str, AfterValidator(_is_base)] | None = Field(
        None, description="Another REST base, such as http://host:port/api/v10."
    )
    sync_commands: bool = Field(False, description="Publish commands at start.")
    auto_clean: bool = Field(
        False, description="Watch chosen channels; needs the message content intent."
    )
