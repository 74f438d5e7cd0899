"""Names of settings that are fixed already, for platforms and providers still to come.

They are known, so that a shared .env is no error; whoever sets one is told that nothing reads it.
A plugin that registers under such a name brings its own class, which replaces the one here.
"""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bot.setting_types import Group, Later


class ApiSettings(Group):
    """UNDERTONE_API__…"""

    enabled: Annotated[bool, Later()] = Field(False, description="The self-hosted API.")


class NoiseRemoverSettings(Group):
    """UNDERTONE_PROVIDERS__NOISE_REMOVER__…"""

    api_key: Annotated[SecretStr | None, Later()] = Field(None, description="API key.")
    base_url: Annotated[str | None, Later()] = Field(None, description="Another base address.")
    result_hosts: Annotated[tuple[str, ...], Later()] = Field(
        (), description="JSON list of hosts that results may be fetched from."
    )
    webhook_secret: Annotated[SecretStr | None, Later()] = Field(
        None, description="Secret of the callbacks."
    )
    webhook_secret_old: Annotated[SecretStr | None, Later()] = Field(
        None, description="Second valid secret while changing it."
    )
    signature_header: Annotated[str | None, Later()] = Field(
        None, description="Header that carries the signature."
    )
    plan: Annotated[Literal["dev", "pro", "business"], Later()] = Field(
        "pro", description="Requests per minute, callbacks yes or no."
    )


PLATFORMS: dict[str, type[Group]] = {
    "api": ApiSettings,
}
PROVIDERS: dict[str, type[Group]] = {
    "noise_remover": NoiseRemoverSettings,
}
