"""From the environment, .env and secret files to `Settings`, or to what is wrong in a sentence."""

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, get_origin, runtime_checkable

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, ValidationError, create_model
from pydantic_settings import SettingsError

from bot import tiers_file
from bot.setting_models import DELIMITER, PREFIX, ProvidersSettings, Settings, leaves
from bot.setting_types import Later

__all__ = ["Settings", "SettingsProblem", "load_settings", "notes", "settings_class"]

ENV_FILE = Path(".env")
SECRETS = Path("/run/secrets")
# Container platforms announce a service named "undertone" with names like these.
INJECTED = re.compile(rf"{PREFIX}(SERVICE_.*|PORT.*)")
IS_JSON = 'is not JSON; write lists like ["one", "two"]'
WORDS = {
    "int_parsing": "Write a whole number.",
    "float_parsing": "Write a number.",
    "bool_parsing": "Write true or false.",
}


class SettingsProblem(Exception):
    """A setting that cannot be used; its text is one line for each, without any value."""


class Plugin(Protocol):
    """What is needed of a plugin here."""

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> type[Any]: ...


@runtime_checkable
class Reached(Protocol):
    """What a platform says of its settings: whether it is on, and what needs our address."""

    def is_on(self, settings: Any) -> bool: ...

    def needs_address(self, settings: Any) -> str: ...


def load_settings(
    platforms: Sequence[Plugin],
    providers: Sequence[Plugin],
    /,
    *,
    env_file: Path | None = ENV_FILE,
    secrets: Path | None = SECRETS,
    **overrides: Any,
) -> Settings:
    """Read everything once: overrides, environment, .env, secret files, defaults.

    Raises `SettingsProblem` for a value of the wrong kind and for an unknown name of ours.
    """
    model = settings_class(platforms, providers)
    unknown = _unknown([*os.environ, *_names_in(env_file)], set(leaves(model)))
    if unknown:
        raise SettingsProblem("\n".join(unknown))
    folder = secrets if secrets is not None and secrets.is_dir() else None
    try:
        settings = model(_env_file=env_file, _secrets_dir=folder, **overrides)
    except ValidationError as error:
        raise SettingsProblem("\n".join(_complaints(error))) from None
    except SettingsError:
        raise SettingsProblem(_not_json(env_file, leaves(model))) from None
    except OSError as error:
        raise SettingsProblem(f"{error.filename} cannot be read: {error.strerror}.") from None
    if settings.http.public_url is None:
        _check_addresses(settings, platforms)
    _check_routes(settings, [one.name for one in providers])
    _check_places(settings, {one.name for one in platforms})
    return settings


def _check_places(settings: Settings, platforms: Collection[str]) -> None:
    """Raises `SettingsProblem` for tiers that cannot be read and for spaces of no platform."""
    path, group = settings.quota.tiers_file, f"{PREFIX}QUOTA{DELIMITER}"
    if path is not None:
        try:
            tiers_file.check_places(path, tiers_file.read(path), platforms)
        except ValueError as error:
            lines = str(error).splitlines()
            raise SettingsProblem(
                "\n".join(f"{group}TIERS_FILE: {line}" for line in lines)
            ) from None
    for place in settings.quota.allowed_spaces:
        platform, colon, _ = place.partition(":")
        if colon and platform not in platforms:
            known = ", ".join(sorted(platforms))
            raise SettingsProblem(f"{group}ALLOWED_SPACES: {place!r} begins with none of {known}.")


def _check_routes(settings: Settings, known: Sequence[str]) -> None:
    """Raises `SettingsProblem` for a provider that nobody knows."""
    for operation in type(settings.routes).model_fields:
        for name in settings.routes.of(operation):
            if name not in known:
                setting = f"{PREFIX}ROUTES{DELIMITER}{operation}".upper()
                listed = ", ".join(known)
                raise SettingsProblem(f"{setting} names {name!r}; there are {listed}.")


def _check_addresses(settings: Settings, platforms: Sequence[Plugin]) -> None:
    """Raises `SettingsProblem` for what is set and cannot work without an address."""
    for plugin in platforms:
        if not isinstance(plugin, Reached):
            continue
        own = settings.platform(plugin.name)
        needed = plugin.needs_address(own) if plugin.is_on(own) else ""
        if needed:
            name, _, value = needed.partition("=")
            named = f"{PREFIX}{plugin.name}{DELIMITER}{name}".upper()
            address = f"{PREFIX}HTTP{DELIMITER}PUBLIC_URL"
            raise SettingsProblem(f"{named}={value} needs {address}: where others reach us.")


def settings_class(platforms: Sequence[Plugin], providers: Sequence[Plugin]) -> type[Settings]:
    """`Settings` with the classes of these plugins under their names."""
    inner = {plugin.name: plugin.settings for plugin in providers}
    outer = {plugin.name: plugin.settings for plugin in platforms}
    outer["providers"] = create_model("Providers", __base__=ProvidersSettings, **_fields(inner))
    return create_model("AllSettings", __base__=Settings, **_fields(outer))


def _fields(classes: Mapping[str, type[Any]]) -> dict[str, Any]:
    return {name: (one, Field(default_factory=one)) for name, one in classes.items()}


def notes(settings: Settings) -> list[str]:
    """A sentence for each setting that somebody set and that nothing here reads yet."""
    return [
        f"{name} is set, but this version does not use it yet."
        for name, field in leaves(type(settings)).items()
        if any(isinstance(mark, Later) for mark in field.metadata) and _is_set(settings, name)
    ]


def _is_set(settings: Settings, name: str) -> bool:
    value: Any = settings
    for part in name.removeprefix(PREFIX).lower().split(DELIMITER):
        if part not in value.model_fields_set:
            return False
        value = getattr(value, part)
    return True


def _names_in(env_file: Path | None) -> list[str]:
    if env_file is None or not env_file.is_file():
        return []
    try:
        with env_file.open(encoding="utf-8") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError):
        raise SettingsProblem(f"{env_file} cannot be read; it should be a UTF-8 text.") from None
    for line in lines:
        if line.error:
            # Not the line itself: it may hold a password.
            raise SettingsProblem(f"{env_file}, line {line.original.line}: write it as NAME=value.")
    return [line.key for line in lines if line.key]


def _unknown(names: Iterable[str], known: set[str]) -> list[str]:
    """One line for each name of ours that no setting has."""
    ours = {name.upper() for name in names if name.upper().startswith(PREFIX)}
    return [_advice(name, known) for name in sorted(ours - known) if not INJECTED.fullmatch(name)]


def _advice(name: str, known: set[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
    return f"{name} is not a setting of Undertone. The nearest one is {close[0]}."


def _complaints(error: ValidationError) -> Iterable[str]:
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        path = [part for part in one["loc"] if isinstance(part, str)]
        message = WORDS.get(one["type"], one["msg"].removeprefix("Value error, "))
        yield f"{PREFIX}{DELIMITER.join(path).upper()}: {message}"


def _not_json(env_file: Path | None, fields: Mapping[str, Any]) -> str:
    """Which list is not one; the library would name its group only."""
    given = {**(dotenv_values(env_file) if env_file else {}), **os.environ}
    lists = {name for name, field in fields.items() if get_origin(field.annotation) is tuple}
    wrong = [name for name, value in given.items() if name.upper() in lists and _is_no_json(value)]
    return "\n".join(f"{name} {IS_JSON}." for name in sorted(wrong)) or f"A list {IS_JSON}."


def _is_no_json(value: str | None) -> bool:
    try:
        json.loads(value or "[]")
    except ValueError:
        return True
    return False
