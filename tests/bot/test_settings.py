"""Settings: where they come from, what is refused, and that no secret leaks."""

import math
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from adapters.api.settings import ApiSettings
from adapters.discord.settings import DiscordSettings
from adapters.providers.musicgpt.settings import MusicGptSettings
from adapters.providers.noise_remover.settings import NoiseRemoverSettings
from adapters.telegram.settings import TelegramSettings
from bot import registry, setting_pages
from bot.setting_models import leaves
from bot.settings import SettingsProblem, load_settings, notes, settings_class

ROOT = Path(__file__).parents[2]
SECRET = "never-to-be-seen-anywhere"


class ChatSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    enabled: bool | None = None
    password: SecretStr | None = None


class SecretSettings(BaseModel):
    password: SecretStr | None = None


class EngineSettings(BaseModel):
    enabled: bool = True


@dataclass(frozen=True)
class Plugin:
    name: str
    settings: type


PLATFORMS = [
    Plugin("web", ChatSettings),
    Plugin("discord", DiscordSettings),
    Plugin("telegram", TelegramSettings),
    Plugin("api", ApiSettings),
]
PROVIDERS = [
    Plugin("local", EngineSettings),
    Plugin("musicgpt", MusicGptSettings),
    Plugin("noise_remover", NoiseRemoverSettings),
]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.upper().startswith("UNDERTONE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Load with these variables, this .env and these secret files."""

    def load(dotenv="", files=(), overrides=(), **variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"UNDERTONE_{name}", value)
        (tmp_path / ".env").write_text(dotenv)
        folder = tmp_path / "secrets"
        folder.mkdir(exist_ok=True)
        for name, text in dict(files).items():
            (folder / name).write_text(text)
        return load_settings(PLATFORMS, PROVIDERS, secrets=folder, **dict(overrides))

    return load


def test_nothing_has_to_be_set(load):
    settings = load()
    assert settings.http.host == "127.0.0.1"
    assert settings.http.port == 8080
    assert settings.is_sqlite
    assert settings.secret_key is None
    assert settings.retention_hours == 24
    assert settings.engine.processes >= 1
    assert settings.platform("web").enabled is None
    assert settings.provider("local").enabled is True
    assert settings.quota.model_fields_set == set()


def test_a_missing_secrets_folder_is_no_trouble(tmp_path):
    settings = load_settings(PLATFORMS, PROVIDERS, secrets=tmp_path / "none")
    assert settings.log_level == "INFO"


def test_the_environment_wins_over_dotenv_and_dotenv_over_secret_files(load):
    files = {
        "undertone_http__host": "10.0.0.3\n",
        "undertone_http__port": "3",
        "undertone_http__metrics_token": "three\n",
    }
    dotenv = "UNDERTONE_HTTP__HOST=10.0.0.2\nUNDERTONE_HTTP__PORT=2\n"
    http = load(dotenv, files, HTTP__HOST="10.0.0.1").http
    assert (http.host, http.port) == ("10.0.0.1", 2)
    assert http.metrics_token.get_secret_value() == "three"


def test_what_is_passed_by_hand_wins_over_all(load):
    assert load(overrides={"log_level": "DEBUG"}, LOG_LEVEL="ERROR").log_level == "DEBUG"


def test_plugins_read_their_own_settings_under_their_names(load):
    settings = load(WEB__PASSWORD="open", PROVIDERS__LOCAL__ENABLED="false")
    assert settings.platform("web").password.get_secret_value() == "open"
    assert settings.provider("local").enabled is False


def test_an_empty_value_counts_as_unset_everywhere(load):
    settings = load(
        "UNDERTONE_LOG_LEVEL=\n", {"undertone_web__password": ""}, HTTP__PORT="", SECRET_KEY=""
    )
    assert settings.http.port == 8080
    assert settings.secret_key is None
    assert settings.platform("web").password is None


def test_foreign_lines_in_dotenv_are_left_alone(load):
    load("COMPOSE_PROJECT_NAME=x\nUNDERTON_HTTP__PORT=1\n")


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("HTTP__PROT", "UNDERTONE_HTTP__PORT"),
        ("HTTP_PORT", "UNDERTONE_HTTP__PORT"),
        ("DATADIR", "UNDERTONE_DATA_DIR"),
        ("WEB__PASWORD", "UNDERTONE_WEB__PASSWORD"),
        ("DISCORD_TOKEN", "UNDERTONE_DISCORD__TOKEN"),
        ("QUOTA__MAX_FILE_SIZE_MB", "UNDERTONE_QUOTA__MAX_FILE_MB"),
    ],
)
@pytest.mark.parametrize("place", ["environment", "dotenv"])
def test_an_unknown_name_is_an_error_that_names_the_nearest(load, name, nearest, place):
    given = {name: SECRET} if place == "environment" else {}
    dotenv = f"UNDERTONE_{name}={SECRET}\n" if place == "dotenv" else ""
    with pytest.raises(SettingsProblem) as caught:
        load(dotenv, **given)
    assert f"UNDERTONE_{name} is not a setting" in str(caught.value)
    assert f"{nearest}." in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_line_that_is_none_is_named_but_never_shown(load):
    with pytest.raises(SettingsProblem) as caught:
        load(f"UNDERTONE_HTTP__PORT=8080\n{SECRET} and more\n")
    assert "line 2" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_what_container_platforms_inject_is_ignored(load):
    load(SERVICE_HOST="10.0.0.1", SERVICE_PORT_HTTP="80", PORT="tcp://x", PORT_8080_TCP_ADDR="x")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HTTP__PORT", "eighty", "a whole number"),
        ("HTTP__PORT", "70000", "65535"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
        ("SECRET_KEY", SECRET[:15], "16 characters"),
        ("QUOTA__MAX_FILE_MB", "-1", "greater than or equal to 0"),
        ("QUOTA__MAX_FILE_MB", "nan", "greater than or equal to 0"),
        ("DATABASE_URL", f"mysql://u:{SECRET}@h/d", "postgresql://"),
        ("STORAGE_URL", "ftp://h", "s3://"),
        ("HTTP__PUBLIC_URL", "sound.example.org", "https://"),
        ("HTTP__PUBLIC_URL", "https://x.example/?a=b", "nothing after the path"),
        ("FETCH__ALLOWED_PRIVATE", '["10.0.0.5"]', "host:port"),
        ("PLUGINS", "one,two", 'lists like ["one", "two"]'),
        ("HTTP__TRUSTED_PROXIES", "10.0.0.0/8", "UNDERTONE_HTTP__TRUSTED_PROXIES is not JSON"),
        ("WEB__ENABLED", SECRET, "true or false"),
        ("PROVIDERS__MUSICGPT__API_KEY", f"Bearer {SECRET}", "the key alone"),
        ("PROVIDERS__MUSICGPT__BASE_URL", "ftp://a", "https://"),
        ("PROVIDERS__MUSICGPT__RESULT_HOSTS", '["https://a.example"]', "hosts alone"),
        ("PROVIDERS__MUSICGPT__DENOISE_PATH", "v1/denoise", "a slash"),
    ],
)
def test_a_wrong_value_is_named_but_never_shown(load, name, value, says):
    with pytest.raises(SettingsProblem) as caught:
        load(**{name: value})
    assert f"UNDERTONE_{name}" in str(caught.value)
    assert says in str(caught.value)
    assert value not in str(caught.value).replace("https://x", "")


def test_all_wrong_values_are_named_at_once(load):
    with pytest.raises(SettingsProblem) as caught:
        load(HTTP__PORT="x", LOG_LEVEL="y")
    assert str(caught.value).count("UNDERTONE_") == 2


@pytest.mark.parametrize(
    ("given", "meant"), [("unlimited", math.inf), ("Unlimited", math.inf), ("0", 0), ("12.5", 12.5)]
)
def test_amounts_are_numbers_or_the_word_unlimited(load, given, meant):
    assert load(QUOTA__USER_MINUTES_PER_DAY=given).quota.user_minutes_per_day == meant


def test_quota_knows_what_was_set_by_hand(load):
    assert load(QUOTA__MAX_FILE_MB="5").quota.model_fields_set == {"max_file_mb"}


def test_routes_are_lists_of_providers(load):
    routes = load(ROUTES__DENOISE='["musicgpt", "local"]').routes
    assert routes.of("denoise") == ("musicgpt", "local")
    assert routes.of("stems") == ()


def test_a_route_to_nobody_is_refused_with_those_that_there_are(load):
    with pytest.raises(SettingsProblem, match="ROUTES__STEMS names 'musigpt'; there are"):
        load(ROUTES__STEMS='["musigpt"]')


def test_a_tiers_file_that_is_not_there_is_named(load, tmp_path):
    with pytest.raises(SettingsProblem) as caught:
        load(QUOTA__TIERS_FILE="gone.toml")
    start = "UNDERTONE_QUOTA__TIERS_FILE: gone.toml cannot be read: "
    assert str(caught.value).startswith(start)


def test_each_mistake_in_a_tiers_file_is_a_line(load, tmp_path):
    (tmp_path / "tiers.toml").write_text("[tiers.a]\nlength = -1\nspce = 1\n")
    with pytest.raises(SettingsProblem) as caught:
        load(QUOTA__TIERS_FILE="tiers.toml")
    start = "UNDERTONE_QUOTA__TIERS_FILE: tiers.toml, [tiers.a]"
    first, second = str(caught.value).splitlines()
    assert first == f"{start} length: write 0 or more."
    assert second == f"{start} spce: nothing of that name is known here."


def test_spaces_of_a_platform_that_nobody_knows_are_refused(load, tmp_path):
    (tmp_path / "tiers.toml").write_text('[tiers.a]\n[spaces]\n"dicord:1" = "a"\n')
    with pytest.raises(SettingsProblem, match=r'tiers.toml, \[spaces\] "dicord:1": write platform'):
        load(QUOTA__TIERS_FILE="tiers.toml")


def test_allowed_spaces_are_places_platforms_or_ids(load):
    given = '["discord:1", "-100123", "telegram", "api:key"]'
    found = load(QUOTA__ALLOWED_SPACES=given).quota.allowed_spaces
    assert found == ("discord:1", "-100123", "telegram", "api:key")


def test_an_allowed_space_of_no_platform_is_refused(load):
    with pytest.raises(SettingsProblem, match="ALLOWED_SPACES: 'dicord:1' begins with none of"):
        load(QUOTA__ALLOWED_SPACES='["dicord:1"]')


def test_the_public_address_loses_its_last_slash(load):
    assert load(HTTP__PUBLIC_URL="https://x.example/u/").http.public_url == "https://x.example/u"


def test_settings_are_frozen(load):
    with pytest.raises(ValueError, match="frozen"):
        load().http.port = 1


def test_no_secret_shows_in_the_representation(load):
    settings = load(
        SECRET_KEY=SECRET,
        WEB__PASSWORD=SECRET,
        HTTP__METRICS_TOKEN=SECRET,
        STORAGE__SECRET_KEY=SECRET,
        DATABASE_URL=f"postgresql://u:{SECRET}@h/d",
        DISCORD__TOKEN=SECRET,
        PROVIDERS__MUSICGPT__API_KEY=SECRET,
        PROVIDERS__NOISE_REMOVER__API_KEY=SECRET,
        PROVIDERS__NOISE_REMOVER__WEBHOOK_SECRET=SECRET,
        PROVIDERS__NOISE_REMOVER__WEBHOOK_SECRET_OLD=SECRET,
    )
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


def test_whoever_sets_what_nothing_reads_yet_is_told(load):
    settings = load(SENTRY_DSN="https://key@host/1", HTTP__PORT="1")
    assert notes(settings) == ["UNDERTONE_SENTRY_DSN is set, but this version does not use it yet."]


def test_a_plugin_brings_the_settings_under_its_name():
    model = settings_class([*PLATFORMS, Plugin("other", SecretSettings)], PROVIDERS)
    assert "UNDERTONE_OTHER__PASSWORD" in leaves(model)
    assert "UNDERTONE_API__ENABLED" in leaves(model)


def test_processing_gets_a_store_of_its_own(load, tmp_path):
    own = load(DATABASE_URL="postgresql://h/d", STORAGE_URL="s3://b").for_processing(
        tmp_path, "local"
    )
    assert (own.data_dir, own.database_url, own.storage_url) == (tmp_path, None, None)
    assert own.routes.of("stems") == ("local",)


@pytest.mark.parametrize(
    ("page", "make"),
    [
        (setting_pages.ENV_EXAMPLE, setting_pages.env_example),
        (setting_pages.TABLE, setting_pages.table),
    ],
    ids=["env example", "table"],
)
def test_the_pages_about_settings_match_the_code(page, make):
    """If this fails: python -m bot.setting_pages"""
    from bot.registry import PLATFORMS, PROVIDERS

    made = make(settings_class(PLATFORMS, PROVIDERS))
    assert (ROOT / page).read_text(encoding="utf-8") == made


def test_every_setting_has_a_meaning():
    from bot.registry import PLATFORMS, PROVIDERS

    fields = leaves(settings_class(PLATFORMS, PROVIDERS))
    assert [name for name, field in fields.items() if not field.description] == []


def test_the_example_can_be_used_as_it_is(load):
    text = (ROOT / setting_pages.ENV_EXAMPLE).read_text(encoding="utf-8")
    used = "\n".join(line.removeprefix("#") for line in text.splitlines() if "=" in line[:60])
    assert "UNDERTONE_HTTP__PORT=8080" in used
    load("\n".join(line for line in used.splitlines() if line.startswith("UNDERTONE_")))


def test_reading_settings_loads_no_adapter():
    script = "import sys, bot.settings; print([m for m in sys.modules if m.startswith('adapters')])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_webhook_without_an_address_is_refused_at_once():
    told = {"telegram": {"token": "1:a", "mode": "webhook"}, "env_file": None}
    with pytest.raises(SettingsProblem, match="MODE=webhook needs UNDERTONE_HTTP__PUBLIC_URL"):
        load_settings(registry.PLATFORMS, registry.PROVIDERS, **told)
    http = {"public_url": "https://sound.example"}
    load_settings(registry.PLATFORMS, registry.PROVIDERS, http=http, **told)
