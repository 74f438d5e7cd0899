"""Settings of MusicGPT, read under UNDERTONE_PROVIDERS__MUSICGPT__."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.providers.setting_types import ApiKey, BaseUrl, Host


def _path(value: str) -> str:
    if not value.startswith("/") or "?" in value or "#" in value:
        raise ValueError("It should begin with a slash.")
    return value


Path = Annotated[str, AfterValidator(_path)]


class MusicGptSettings(BaseModel):
    """Without a key the provider is off."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    api_key: ApiKey | None = Field(None, description="API key of MusicGPT. Unset: it is not used.")
    base_url: BaseUrl = Field(
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
