"""The rules on commands that a bot publishes."""

import re
from typing import Any

from tests.fakes.discord.refusal import must

NAME = re.compile(r"[-_'\w]{1,32}")
CHAT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
MOST = {CHAT: 100, USER: 15, MESSAGE: 15}


def check(commands: list[dict[str, Any]]) -> None:
    """Refuse commands that Discord would."""
    for kind, most in MOST.items():
        of_kind = [one for one in commands if one.get("type", CHAT) == kind]
        must(len(of_kind) <= most, "type", f"{most} of this kind at most")
        names = [one["name"] for one in of_kind]
        must(len(names) == len(set(names)), "name", "the same name twice")
    for one in commands:
        if one.get("type", CHAT) == CHAT:
            _check_chat(one)
            must(_weight(one) <= 8000, "name", "8000 characters at most")
        else:
            must(1 <= len(one["name"]) <= 32, "name", "1 to 32")


def _check_chat(one: dict[str, Any]) -> None:
    _check_names(one)
    options = one.get("options") or []
    must(len(options) <= 25, "options", "25 at most")
    required = [bool(option.get("required")) for option in options]
    must(required == sorted(required, reverse=True), "options", "required ones come first")
    for option in options:
        if option["type"] in (SUBCOMMAND, GROUP):
            _check_chat(option)
        else:
            _check_option(option)


def _check_names(one: dict[str, Any]) -> None:
    names = [one["name"], *(one.get("name_localizations") or {}).values()]
    good = all(NAME.fullmatch(name) and name == name.lower() for name in names)
    must(good, "name", f"1 to 32 small letters: {names}")
    told = [one.get("description", ""), *(one.get("description_localizations") or {}).values()]
    must(all(1 <= len(text) <= 100 for text in told), "description", f"1 to 100: {told}")


def _check_option(option: dict[str, Any]) -> None:
    _check_names(option)
    choices = option.get("choices") or []
    must(len(choices) <= 25, "choices", "25 at most")
    must(not (choices and option.get("autocomplete")), "choices", "not with autocomplete")
    for one in choices:
        names = [one["name"], *(one.get("name_localizations") or {}).values()]
        must(all(1 <= len(name) <= 100 for name in names), "choices", "name: 1 to 100")
        must(len(str(one["value"])) <= 100, "choices", "value: 100 at most")


def _weight(one: dict[str, Any]) -> int:
    """The characters that count, those of the longest translation."""

    def longest(key):
        return max(map(len, [one.get(key, ""), *(one.get(f"{key}_localizations") or {}).values()]))

    inner = sum(_weight(option) for option in one.get("options") or [])
    chosen = sum(
        len(choice["name"]) + len(str(choice["value"])) for choice in one.get("choices") or []
    )
    return longest("name") + longest("description") + inner + chosen


def leaf(commands: list[dict[str, Any]], words: list[str]) -> dict[str, Any] | None:
    """The published command or subcommand of these words."""
    options, found = commands, None
    for word in words:
        found = next((one for one in options if one["name"] == word), None)
        if found is None:
            return None
        options = found.get("options") or []
    return found
