"""Settings of the web chat and the one rule about them."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from adapters.remote import is_loopback


class WebSettings(BaseModel):
    """Read under UNDERTONE_WEB__; `enabled` unset means: on where no other platform is."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    enabled: bool | None = Field(
        None, description="The web chat; unset: on where no other platform is."
    )
    password: SecretStr | None = Field(
        None, description="Asked of visitors; needed on any address but loopback."
    )


def stays_here(host: str, public_url: str | None) -> bool:
    """Whether nobody but this very machine reaches the server, not even through a proxy."""
    return is_loopback(host) and is_loopback(_host(public_url))


def password_of(settings: WebSettings, host: str, public_url: str | None) -> str | None:
    """The password that visitors need, or None where none is set.

    Raises `ValueError` with a plain sentence when one is needed here and missing.
    """
    password = settings.password.get_secret_value() if settings.password else ""
    reached_at = next((h for h in (host, _host(public_url)) if not is_loopback(h)), None)
    if not password and reached_at is not None:
        raise ValueError(
            f"The web chat can be reached from other machines as {reached_at}: set "
            "UNDERTONE_WEB__PASSWORD, or switch it off with UNDERTONE_WEB__ENABLED=false."
        )
    return password or None


def _host(public_url: str | None) -> str:
    return (urlsplit(public_url).hostname or "") if public_url else "localhost"
