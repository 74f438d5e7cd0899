"""A card's actions as buttons and menus, and what a press of one asks for.

Everything a press needs stands in its custom id, so buttons outlive the process that sent them.
"""

from collections.abc import Sequence

import discord

from adapters.discord.limits import BUTTONS, CHOICES, CUSTOM_ID, LABEL, ROWS
from adapters.discord.markup import label
from adapters.pressing import Press, Pressing
from services.cards import CANCEL, DELETE, FORGET
from services.showing import Action, Card

MARK = "ut1"
MENU = "menu"
UPLOAD = "upload"
DANGER = frozenset({CANCEL, DELETE, FORGET})

PRESSING = Pressing(MARK, CUSTOM_ID)
write, read = PRESSING.write, PRESSING.read


def view(card: Card, locale: str) -> discord.ui.View | None:
    """The buttons and menus of a card; None where it has none."""
    plain = [action for action in card.actions if action.menu is None]
    buttons = [*(_link(link.name, link.url) for link in card.links)]
    buttons += [one for action in plain if (one := _button(action, locale)) is not None]
    selects = _selects(card.actions, locale)
    if not buttons and not selects:
        return None
    made = discord.ui.View(timeout=None)
    for select in selects[:ROWS]:
        made.add_item(select)
    for button in buttons[: (ROWS - len(selects)) * BUTTONS]:
        made.add_item(button)
    # The library would keep every view in memory for ever; a press finds us by its custom id.
    made.stop()
    return made


def _button(action: Action, locale: str) -> discord.ui.Button[discord.ui.View] | None:
    custom_id = write(Press(action.command, action.options))
    if custom_id is None:
        return None
    is_danger = action.command in DANGER
    style = discord.ButtonStyle.danger if is_danger else discord.ButtonStyle.secondary
    return discord.ui.Button(label=label(action.label, locale), style=style, custom_id=custom_id)


def _link(name: str, url: str) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=name[:LABEL], style=discord.ButtonStyle.link, url=url)


def _selects(actions: Sequence[Action], locale: str) -> list[discord.ui.Select[discord.ui.View]]:
    """One menu for all actions that share its title, in their order."""
    titles = list(dict.fromkeys(action.menu.key for action in actions if action.menu))
    made = []
    for n, title in enumerate(titles):
        inside = [action for action in actions if action.menu and action.menu.key == title]
        assert inside[0].menu is not None
        select: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"{MARK}:{MENU}:n={n}", placeholder=label(inside[0].menu, locale)
        )
        for action in inside[:CHOICES]:
            value = write(Press(action.command, action.options))
            if value is not None:
                select.add_option(label=label(action.label, locale), value=value)
        made.append(select)
    return made
