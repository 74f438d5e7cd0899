"""Settings of the API, read under UNDERTONE_API__."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _is_origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != value:
        raise ValueError("Write origins such as https://example.org.")
    return value


Origin = Annotated[str, AfterValidator(_is_origin)]


class ApiSettings(BaseModel):
    """Off unless it is switched on; keys are made with `undertone keys add`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    enabled: bool = Field(
        False, description="The API, in MusicGPT's and noise-remover.com's dialects: see docs/api."
    )
    allowed_origins: tuple[Origin, ...] = Field(
        (),
        description="JSON list of origins whose pages may call the API from a browser (CORS).",
    )
