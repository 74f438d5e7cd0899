"""A card's actions as rows of buttons, and what a press of one asks for.

Everything a press needs stands in the button, so buttons outlive the process that sent them. A
menu is one button; pressed, it puts its choices in place of the others, with a way back.
"""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.pressing import Press, Pressing
from adapters.telegram.limits import CALLBACK_DATA, LABEL
from adapters.telegram.markup import is_public, label
from services.cards import SHOW
from services.showing import Action, Link, Text

MARK = "v1"
MENU = "menu"
LIST = "jobs"
WHO = "who"  # for whom a panel sets something
IN_ROW = 2
SHORT = 24  # characters of labels that still stand side by side on a phone


PRESSING = Pressing(MARK, CALLBACK_DATA)
write, read = PRESSING.write, PRESSING.read


def keyboard(
    actions: Sequence[Action], links: Sequence[Link], locale: str, opened: str = ""
) -> InlineKeyboardMarkup | None:
    """The rows under a message; None where it has none.

    opened: the title's key of the menu whose choices are shown in place of the rest.
    """
    inside = [action for action in actions if action.menu and action.menu.key == opened]
    buttons = [_button(action, locale) for action in inside]
    if inside:
        buttons.append(_menu(Text("action-back"), "", inside[0], locale))
        return _rows(buttons)
    opening = [link for link in links if is_public(link.url)]
    rows = [InlineKeyboardButton(link.name[:LABEL], url=link.url) for link in opening]
    titles: list[str] = []
    for action in actions:
        if action.menu is None:
            buttons.append(_button(action, locale))
        elif action.menu.key not in titles:
            titles.append(action.menu.key)
            buttons.append(_menu(action.menu, action.menu.key, action, locale))
    return _rows([*rows, *buttons])


def _button(action: Action, locale: str) -> InlineKeyboardButton | None:
    return _carrying(action.label, Press(action.command, action.options), locale)


def _menu(title: Text, key: str, inside: Action, locale: str) -> InlineKeyboardButton | None:
    """Opens the menu with this key, or shows all buttons again."""
    # What the message shows: the list of all results, one of them, or another command's answer.
    of = LIST if inside.command == SHOW else inside.options.get("job", inside.command)
    whose = {WHO: inside.options[WHO]} if WHO in inside.options else {}
    return _carrying(title, Press(MENU, {"of": of, "open": key, **whose}), locale)


def _carrying(text: Text, press: Press, locale: str) -> InlineKeyboardButton | None:
    data = write(press)
    words = label(text, locale, LABEL)
    return InlineKeyboardButton(words, callback_data=data) if data is not None else None


def _rows(buttons: Sequence[InlineKeyboardButton | None]) -> InlineKeyboardMarkup | None:
    """Two short ones in a row, a long one by itself."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in filter(None, buttons):
        last = rows[-1] if rows else []
        is_beside = 0 < len(last) < IN_ROW and all(
            len(one.text) <= SHORT for one in (*last, button)
        )
        if is_beside:
            last.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def links(rows: InlineKeyboardMarkup | None) -> list[Link]:
    """The links among the buttons of a message: their addresses stand nowhere else."""
    buttons = [button for row in rows.inline_keyboard for button in row] if rows else []
    return [Link(button.text, str(button.url)) for button in buttons if button.url]
