"""Every setting of the product, read once at the start; each plugin's own under its name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.setting_types import (
    Amount,
    Group,
    HostPort,
    Key,
    Later,
    PublicUrl,
    Shown,
    address_of,
    cores,
    upper,
)
from services.recipes import Operation

PREFIX = "UNDERTONE_"
DELIMITER = "__"


class HttpSettings(Group):
    """UNDERTONE_HTTP__…: the one HTTP server."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    public_url: PublicUrl | None = Field(
        None,
        description="How providers and people reach this server. "
        "Unset: no callbacks (polling only) and no links in chats.",
    )
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="JSON list of networks whose forwarded headers count."
    )
    metrics_token: SecretStr | None = Field(None, description="Bearer token for /metrics.")


class StorageSettings(Group):
    """UNDERTONE_STORAGE__…: what an object store needs besides its address."""

    endpoint: str | None = Field(None, description="Address of an S3-compatible store.")
    access_key: str | None = Field(None, description="Access key of the store.")
    secret_key: SecretStr | None = Field(None, description="Secret key of the store.")
    region: str | None = Field(None, description="Region of the store.")
    min_free_mb: int = Field(
        1024, ge=0, description="With less free disk space, new files are refused."
    )


Names = tuple[str, ...]
DatabaseUrl = Annotated[str, AfterValidator(address_of("sqlite", "postgresql"))]
StorageUrl = Annotated[str, AfterValidator(address_of("file", "s3"))]
ROUTE = "JSON list of providers in order of preference."


class RouteSettings(Group):
    """UNDERTONE_ROUTES__…: for each operation the providers in order of preference."""

    denoise: Annotated[Names, Shown("every provider that can do it, `local` last")] = Field(
        (), description=f"Who removes noise. {ROUTE}"
    )
    deecho: Annotated[Names, Shown("the same")] = Field(
        (), description=f"Who removes echo. {ROUTE}"
    )
    dereverb: Annotated[Names, Shown("the same")] = Field(
        (), description=f"Who removes the sound of the room. {ROUTE}"
    )
    enhance: Annotated[Names, Shown("the same")] = Field((), description=f"Who enhances. {ROUTE}")
    stems: Annotated[Names, Shown("the same")] = Field(
        (), description=f"Who splits into parts. {ROUTE}"
    )

    def of(self, operation: str) -> Names:
        """The providers for this operation as set; empty: every one that can."""
        return tuple(getattr(self, operation))


class QuotaSettings(Group):
    """UNDERTONE_QUOTA__…: what holds where an admin set nothing. Unlimited is `math.inf`."""

    guild_minutes_per_month: Amount = Field(600, description="Minutes of sound for each server.")
    user_minutes_per_day: Amount = Field(60, description="Minutes of sound for each person.")
    max_file_mb: Amount = Field(200, description="Largest file, in MB.")
    max_duration_minutes: Amount = Field(120, description="Longest recording, in minutes.")
    max_active_jobs_per_user: Amount = Field(3, description="Jobs in progress for each person.")
    installation_minutes_per_month: Amount = Field(
        "unlimited", validate_default=True, description="Minutes of sound for everyone together."
    )
    guest_minutes_per_day: Amount = Field(
        30,
        description="Minutes of sound that all share who ask from where the bot is not a member.",
    )
    tiers_file: Path | None = Field(
        None, description="TOML file of tiers and the spaces that have them; see docs/quotas.md."
    )
    allowed_spaces: Annotated[Names, Shown("everyone")] = Field(
        (),
        description="JSON list of the spaces that may use the bot, each as `platform:id`, `id` or "
        "`platform`.",
    )


class WorkerSettings(Group):
    """UNDERTONE_WORKER__…"""

    concurrency: int = Field(16, ge=1, le=1000, description="Jobs in flight on the wire.")


class EngineSettings(Group):
    """UNDERTONE_ENGINE__…: the embedded engine."""

    processes: Annotated[int, Shown("number of cores")] = Field(
        default_factory=cores, ge=1, le=512, description="Worker processes for sound."
    )
    stems_backend: Literal["auto", "builtin", "demucs", "separator"] = Field(
        "auto",
        description="What splits into parts: `builtin`, `demucs`, `separator`, or the one of them "
        "that can do most.",
    )
    model_dir: Annotated[Path | None, Shown("`models` in data_dir")] = Field(
        None, description="Where model files lie; only the operator puts them there."
    )


class FetchSettings(Group):
    """UNDERTONE_FETCH__…: what may be fetched from one's own network."""

    allowed_private: tuple[HostPort, ...] = Field(
        (),
        description="JSON list of host:port in one's own network that may be fetched from or "
        "called back, plain http included.",
    )


class ProvidersSettings(Group):
    """UNDERTONE_PROVIDERS__…: common to all; each provider's own lie below its name."""

    consent: Literal["ask", "given", "never"] = Field(
        "ask",
        description="Before sound leaves this machine: `ask` each space once, `given`, or "
        "`never` (local only).",
    )


class Settings(BaseSettings):
    """Frozen; the parts are handed down to whoever needs them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
        frozen=True,
        extra="ignore",  # .env is shared with others; unknown names of ours are looked for apart
    )

    data_dir: Path = Field(Path("data"), description="Database and stored audio.")
    database_url: Annotated[DatabaseUrl | None, Shown("SQLite in data_dir")] = Field(
        None, repr=False, description="`postgresql://…` when scaled out."
    )
    storage_url: Annotated[StorageUrl | None, Shown("a folder in data_dir")] = Field(
        None, repr=False, description="`s3://bucket/prefix` when scaled out."
    )
    secret_key: Annotated[Key | None, Shown("made once, kept in data_dir")] = Field(
        None, description="Signs links and callback paths; 16 characters or more."
    )
    log_format: Literal["console", "json"] = Field("console", description="`json` for machines.")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)] = (
        Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    )
    retention_hours: float = Field(
        24,
        ge=0,
        le=24 * 366,
        description="How long source and result files are kept after delivery.",
    )
    plugins: Annotated[Names, Later()] = Field(
        (), description="JSON list of import paths of further providers and platforms."
    )
    sentry_dsn: Annotated[SecretStr | None, Later()] = Field(None, description="Error reports.")
    otlp_endpoint: Annotated[str | None, Later()] = Field(None, description="Traces.")
    http: HttpSettings = Field(default_factory=HttpSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    routes: RouteSettings = Field(default_factory=RouteSettings)
    quota: QuotaSettings = Field(default_factory=QuotaSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    engine: EngineSettings = Field(default_factory=EngineSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    providers: ProvidersSettings = Field(default_factory=ProvidersSettings)

    @property
    def models(self) -> Path:
        """Where model files lie."""
        return self.engine.model_dir or self.data_dir / "models"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file that one process owns."""
        return self.database_url is None or self.database_url.startswith("sqlite")

    def platform(self, name: str) -> Any:
        """The settings of the platform plugin with this name."""
        return getattr(self, name)

    def provider(self, name: str) -> Any:
        """The settings of the provider plugin with this name."""
        return getattr(self.providers, name)

    def for_processing(self, folder: Path, provider: str | None = None) -> Self:
        """These settings with a store of their own in `folder`, for one run of one command."""
        only = RouteSettings(**{one.value: (provider,) for one in Operation}) if provider else None
        changes: dict[str, Any] = {
            "data_dir": folder,
            "engine": self.engine.model_copy(update={"model_dir": self.models}),
            "database_url": None,
            "storage_url": None,
            # Nobody listens for callbacks of what is asked for by this one command.
            "http": self.http.model_copy(update={"public_url": None}),
            "routes": only or self.routes,
            # Whoever names a provider at their own machine has said yes by that.
            "providers": self.providers.model_copy(update={"consent": "given"})
            if provider and self.providers.consent == "ask"
            else self.providers,
        }
        return self.model_copy(update=changes)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment, then .env, then one file for each secret, nested names too."""
        files = NestedSecretsSettingsSource(
            file_secret_settings, secrets_nested_delimiter=DELIMITER, secrets_dir_missing="ok"
        )
        files.env_vars = {name: value for name, value in files.env_vars.items() if value}
        return init_settings, env_settings, dotenv_settings, files


def leaves(model: type[Any], path: Sequence[str] = ()) -> dict[str, Any]:
    """Every setting below `model`: its full name and its field."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        below = (*path, name)
        if isinstance(field.annotation, type) and hasattr(field.annotation, "model_fields"):
            found |= leaves(field.annotation, below)
        else:
            found[PREFIX + DELIMITER.join(below).upper()] = field
    return found
