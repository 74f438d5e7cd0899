"""Settings of noise-remover.com, read under UNDERTONE_PROVIDERS__NOISE_REMOVER__."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from adapters.providers.setting_types import ApiKey, BaseUrl, Host
from adapters.wire import noise_remover as wire

SHORTEST_SECRET = 16  # bytes; a shorter one could be guessed from one callback
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan of theirs allows."""

    requests_per_minute: int
    has_webhooks: bool


PLANS: Mapping[str, Plan] = {
    "dev": Plan(60, has_webhooks=False),
    "pro": Plan(120, has_webhooks=True),
    "business": Plan(300, has_webhooks=True),
}


def _is_long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < SHORTEST_SECRET:
        raise ValueError(f"It should have {SHORTEST_SECRET} characters or more.")
    return value


def _is_header(value: str) -> str:
    if not HEADER_NAME.fullmatch(value):
        raise ValueError("Write the name of a header, such as X-Signature.")
    return value


Secret = Annotated[SecretStr, AfterValidator(_is_long_enough)]


class NoiseRemoverSettings(BaseModel):
    """Without a key the provider is off."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    api_key: ApiKey | None = Field(
        None, description="API key of noise-remover.com. Unset: it is not used."
    )
    base_url: BaseUrl = Field(wire.BASE_URL, description="Where its API lies.")
    result_hosts: tuple[Host, ...] = Field(
        (wire.HOST,), description="JSON list of hosts that results may be fetched from."
    )
    webhook_secret: Secret | None = Field(
        None, description="Secret that callbacks are signed with; 16 characters or more."
    )
    webhook_secret_old: Secret | None = Field(
        None, description="Second valid secret while changing it."
    )
    signature_header: Annotated[str, AfterValidator(_is_header)] | None = Field(
        None, description="Header that carries the signature, where the body does not."
    )
    plan: Literal["dev", "pro", "business"] = Field(
        "pro", description="Plan of the key: requests per minute, callbacks yes or no."
    )

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """What a callback may be signed with."""
        given = (self.webhook_secret, self.webhook_secret_old)
        return tuple(one.get_secret_value().encode() for one in given if one is not None)
