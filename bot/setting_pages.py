"""The pages about settings, made from the code: `.env.example` and `docs/settings.md`.

`python -m bot.setting_pages` writes both; a test compares them with the code.
"""

import json
import math
from enum import Enum
from pathlib import Path
from typing import Any

from bot.setting_models import Settings, leaves
from bot.setting_types import UNLIMITED, Later, Shown

ENV_EXAMPLE = Path(".env.example")
TABLE = Path("docs/settings.md")

ENV_INTRO = """\
# Undertone reads these from the environment, then from a file named .env, then from
# /run/secrets. Nothing has to be set: copy this file to .env and uncomment what you change.
# An empty value counts as unset; an unknown UNDERTONE_ name is an error at start.
"""
TABLE_INTRO = """\
# Settings

Undertone runs without any. It reads, in this order, the environment, the file `.env` in
the folder it is started from, and one file for each secret in `/run/secrets`
(`undertone_http__metrics_token`, for example). Names begin with `UNDERTONE_`, groups are
joined by two underscores, lists are JSON. An empty value counts as unset; an unknown name is an
error that names the nearest known one.

This page is made from the code by `python -m bot.setting_pages`.
"""
LATER_INTRO = """\
## Fixed already, not used yet

These names will not change, but nothing in this version reads them. Whoever sets one is told so
at start.
"""


def env_example(model: type[Settings]) -> str:
    """The text of `.env.example`: each setting once, commented, with its default."""
    blocks = [
        f"# {field.description}\n#{name}={_plain(field)}"
        for name, field in leaves(model).items()
        if not _is_later(field)
    ]
    return "\n\n".join([ENV_INTRO.rstrip(), *blocks]) + "\n"


def table(model: type[Settings]) -> str:
    """The text of `docs/settings.md`."""
    fields = leaves(model)
    now = [_row(name, field) for name, field in fields.items() if not _is_later(field)]
    later = [_row(name, field) for name, field in fields.items() if _is_later(field)]
    head = "| name | default | meaning |\n| --- | --- | --- |\n"
    return f"{TABLE_INTRO}\n{head}{''.join(now)}\n{LATER_INTRO}\n{head}{''.join(later)}"


def _row(name: str, field: Any) -> str:
    return f"| `{name}` | {_default(field)} | {field.description or ''} |\n"


def _is_later(field: Any) -> bool:
    return any(isinstance(mark, Later) for mark in field.metadata)


def _default(field: Any) -> str:
    """The default in words."""
    shown = next((mark.default for mark in field.metadata if isinstance(mark, Shown)), None)
    if shown is not None:
        return shown
    plain = _plain(field)
    return f"`{plain}`" if plain not in ("", "[]") else "empty" if plain else "unset"


def _plain(field: Any) -> str:
    """The default as one would write it into .env; empty where there is none to write."""
    if any(isinstance(mark, Shown) for mark in field.metadata):
        return ""
    match field.default:
        case None:
            return ""
        case bool():
            return str(field.default).lower()
        case tuple():
            return json.dumps(list(field.default))
        case Enum():
            return str(field.default.value)
        case float() if math.isinf(field.default):
            return UNLIMITED
        case _:
            return str(field.default)


def main() -> None:
    """Write both pages."""
    from bot.registry import PLATFORMS, PROVIDERS  # every adapter: only where pages are written
    from bot.settings import settings_class

    model = settings_class(PLATFORMS, PROVIDERS)
    ENV_EXAMPLE.write_text(env_example(model), encoding="utf-8")
    TABLE.write_text(table(model), encoding="utf-8")


if __name__ == "__main__":
    main()
