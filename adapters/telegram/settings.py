"""Settings of the Telegram platform, read under UNDERTONE_TELEGRAM__."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


def _is_base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("Write it as http://host:port, without the token.")
    return value.rstrip("/")


class TelegramSettings(BaseModel):
    """Without a token the platform is off."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    token: SecretStr | None = Field(None, description="Bot token.")
    api_base: Annotated[str, AfterValidator(_is_base)] | None = Field(
        None, description="A local Bot API server, such as http://host:8081."
    )
    mode: Literal["polling", "webhook"] = Field("polling", description="How updates arrive.")
    local_mode: bool = Field(
        False, description="Files of a local Bot API server lie on a shared volume."
    )
    guest_mode: bool = Field(
        False, description="Answer where people name the bot in chats that it is not in."
    )
    business: bool = Field(
        False, description="Act in the chats of Telegram Business accounts that let the bot in."
    )
