"""The one message that answers a guest: how it reads, and how it comes to show a file."""

import asyncio
from dataclasses import replace

from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode

from adapters.telegram import keyboard, markup
from adapters.telegram.faults import FloodWait, translated
from adapters.telegram.limits import CAPTION, CONTENT
from adapters.telegram.markup import NO_PREVIEW
from adapters.telegram.media import EDITABLE, Kind, Sent
from adapters.telegram.place import Place
from adapters.telegram.reading import SHOW
from services import texts
from services.cards import CANCEL
from services.model import JobId
from services.showing import Card, Link, Text

LONGEST_WAIT = 30.0  # seconds that a file waits for a chat that must be left alone


def dressed(card: Card, place: Place, username: str) -> Card:
    """The card with what works there: all other buttons wait in the person's own chat."""
    actions = tuple(one for one in card.actions if one.command == CANCEL)
    if card.job is None or card.progress is not None:
        return replace(card, actions=actions)
    link = private_link(card.job, place.locale, username)
    return replace(card, actions=actions, links=(*card.links, link))


def private_link(job: JobId | None, locale: str, username: str) -> Link:
    """Opens the person's own chat with the bot; with a job, its result is shown there."""
    words = texts.render(Text("telegram-in-private"), locale)
    return Link(
        words, f"https://t.me/{username}?start={SHOW}{job}" if job else f"https://t.me/{username}"
    )


async def answer(bot: Bot, place: Place, card: Card) -> Sent:
    """Answer the question, which can be done once. Raises `Fault`."""
    shown = dressed(card, place, bot.username)
    content = InputTextMessageContent(
        markup.content(shown, place.locale, CONTENT),
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
    )
    keys = keyboard.keyboard(shown.actions, shown.links, place.locale)
    result = InlineQueryResultArticle("answer", bot.first_name, content, reply_markup=keys)
    with translated(is_send=True):
        found = await bot.answer_guest_query(place.guest, result)
    return Sent(found.inline_message_id, ())


async def fill(bot: Bot, place: Place, known: Sent, card: Card, kind: Kind, file: str) -> None:
    """Let the answer show a file that Telegram has by that name. Raises `Fault`."""
    shown = dressed(card, place, bot.username)
    told = markup.content(shown, place.locale, CAPTION)
    item = EDITABLE[kind](file, caption=told, parse_mode=ParseMode.HTML)
    keys = keyboard.keyboard(shown.actions, shown.links, place.locale)
    for is_last in (False, True):
        try:
            with translated():
                await bot.edit_message_media(item, inline_message_id=known.chat, reply_markup=keys)
        except FloodWait as error:
            if is_last:
                raise
            await asyncio.sleep(min(error.seconds, LONGEST_WAIT))
        else:
            return
