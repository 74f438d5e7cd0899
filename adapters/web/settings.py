"""Settings of the web chat and the one rule about them."""

import ipaddress

from pydantic import BaseModel, ConfigDict, SecretStr


class WebSettings(BaseModel):
    """Read under UNDERTONE_WEB__; `enabled` unset means: on where no other platform is."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    enabled: bool | None = None
    password: SecretStr | None = None


def is_loopback(host: str) -> bool:
    """Whether only this very machine can reach a server on `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def password_of(settings: WebSettings, host: str) -> str | None:
    """The password that visitors need, or None where none is set.

    Raises `ValueError` with a plain sentence when one is needed on this host and missing.
    """
    password = settings.password.get_secret_value() if settings.password else ""
    if not password and not is_loopback(host):
        raise ValueError(
            f"The web chat on {host} can be reached from other machines: set "
            "UNDERTONE_WEB__PASSWORD, or listen on 127.0.0.1 (UNDERTONE_HTTP__HOST)."
        )
    return password or None
