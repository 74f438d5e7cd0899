"""What a page needs before it can show anything: words, commands, limits. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services import texts
from services.commands.command import Command, Takes
from services.showing import Text

WELCOME = "web-welcome-how"

# Every sentence of the page. Names in braces are filled in by the page itself.
WORDS: Mapping[str, tuple[str, ...]] = {
    "web-title": (),
    "web-language": (),
    "web-theme": (),
    "web-welcome": (),
    "web-welcome-touch": (),
    WELCOME: (),
    "web-stays-local": (),
    "web-stays-server": (),
    "web-choose": (),
    "web-sample": (),
    "web-conversation": (),
    "web-compose": (),
    "web-placeholder": (),
    "web-placeholder-touch": (),
    "web-placeholder-file": (),
    "web-attach": (),
    "web-send": (),
    "web-record": (),
    "web-record-stop": (),
    "web-record-name": ("time",),
    "web-record-refused": (),
    "web-suggestions": (),
    "web-quick-operations": (),
    "web-quick-options": (),
    "web-files": (),
    "web-remove-file": ("name",),
    "web-uploaded": ("name",),
    "web-upload-failed": ("name",),
    "web-upload-too-large": ("name", "limit"),
    "web-drop-now": (),
    "web-drop-now-hint": (),
    "web-drop-add": (),
    "web-drop-add-hint": (),
    "web-needs-file": (),
    "web-kept": (),
    "web-reconnecting": (),
    "web-connected": (),
    "web-offline": (),
    "web-you": (),
    "web-undertone": (),
    "web-progress": (),
    "web-player": ("name",),
    "web-play": (),
    "web-pause": (),
    "web-preparing": (),
    "web-position": (),
    "web-listen-to": (),
    "web-keys": (),
    "web-download": ("name",),
    "web-downloads": (),
    "web-open-picture": (),
    "web-cannot-play": (),
    "web-sound-gone": (),
    "web-next-steps": (),
    "web-other-presets": (),
    "web-newest": (),
    "web-try-again": (),
    "web-password": (),
    "web-password-label": (),
    "web-enter": (),
}


def words(locale: str, table: Sequence[Command] = ()) -> dict[str, str]:
    """Every sentence of the page in one language; the welcome promises what `table` offers."""
    told = {
        key: texts.render(Text(key, {name: f"{{{name}}}" for name in names}), locale)
        for key, names in WORDS.items()
    }
    return {**told, WELCOME: texts.render(_welcome(table), locale)}


def _welcome(table: Sequence[Command]) -> Text:
    offered = {command.name for command in table if command.is_offered}
    promises = {"room": offered & {"deecho", "dereverb"}, "stems": offered & {"stems"}}
    return Text(WELCOME, {name: "yes" if kept else "no" for name, kept in promises.items()})


def commands(table: Sequence[Command], locale: str) -> list[dict[str, Any]]:
    """The commands to choose from while typing."""
    shown = [command for command in table if command.is_offered and not command.hidden]
    return [_command(command, locale) for command in shown]


def _label(command: Command, locale: str) -> str:
    """A few words for a button; operations have names as choices."""
    return texts.render(Text(f"choice-{command.name}"), locale) if _takes(command) else ""


def _takes(command: Command) -> bool:
    return command.takes is Takes.SOUND


def _command(command: Command, locale: str) -> dict[str, Any]:
    return {
        "name": command.name,
        "text": texts.render(command.text, locale),
        "label": _label(command, locale),
        "takes_sound": _takes(command),
        "options": [
            {
                "name": option.name,
                "text": texts.render(option.text, locale),
                "choices": [
                    {"word": choice, "text": texts.render(Text(f"choice-{choice}"), locale)}
                    for choice in option.choices
                ],
                "many": option.many,
                "most": option.most,
            }
            for option in command.options
        ],
    }
