"""A real application of python-telegram-bot, a small one, for the pretended Telegram."""

import hmac
import io
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAudio,
    ReplyParameters,
    Update,
)
from telegram.ext import Application, ApplicationBuilder, TypeHandler

OPUS = b"OggS\0\2" + bytes(22) + b"OpusHead" + bytes(200)
MP3 = b"ID3\4" + bytes(300)
FLAC = b"fLaC" + bytes(300)
WAV = b"RIFF\0\0\0\0WAVE" + bytes(300)
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
MP4 = b"\0\0\0\x18ftypisom" + bytes(200)
SECRET = "a-secret_token"


class Bot:
    """What was heard, and what is done about it."""

    def __init__(self, fake, app: Application) -> None:
        self.fake = fake
        self.app = app
        self.bot = app.bot
        self.heard: list[Update] = []
        self.errors: list[Exception] = []
        self.url = ""
        self.does: Any = None
        app.add_handler(TypeHandler(Update, self._hear))

    async def _hear(self, update, context) -> None:
        self.heard.append(update)
        if self.does is not None:
            await self.does(update)

    async def hears(self, count: int = 1):
        """The newest update, once there were so many."""
        await self.fake.until(lambda: len(self.heard) >= count)
        return self.heard[-1]


def build(fake, *, polls: bool = True) -> Bot:
    builder: Any = ApplicationBuilder().token(fake.token).concurrent_updates(True)
    builder = builder.base_url(f"{fake.base}/bot").base_file_url(f"{fake.base}/file/bot")
    builder = builder.job_queue(None).read_timeout(5).write_timeout(10)
    return Bot(fake, (builder if polls else builder.updater(None)).build())


@asynccontextmanager
async def polling(fake, *, allowed=None):
    """An application that polls."""
    made = build(fake)
    async with made.app:
        await made.app.start()
        await made.app.updater.start_polling(
            allowed_updates=allowed, error_callback=made.errors.append
        )
        await fake.connected()
        try:
            yield made
        finally:
            await made.app.updater.stop()
            await made.app.stop()


@asynccontextmanager
async def hooked(fake, answers=()):
    """An application with a webhook of its own; it gives these statuses first."""
    made, first = build(fake, polls=False), list(answers)

    async def hear(request):
        said = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(said, SECRET):
            return web.Response(status=403)
        if first and (status := first.pop(0)) != 200:
            return web.Response(status=status)
        await made.app.update_queue.put(Update.de_json(await request.json(), made.bot))
        return web.Response()

    site = web.Application()
    site.router.add_post("/webhooks/telegram", hear)
    runner = web.AppRunner(site, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = "http://{}:{}/webhooks/telegram".format(*runner.addresses[0][:2])
    async with made.app:
        await made.app.start()
        await made.bot.set_webhook(made.url, secret_token=SECRET)
        try:
            yield made
        finally:
            await runner.cleanup()
            await made.app.stop()


def reply_to(message, *, optional=False):
    return ReplyParameters(message.message_id, allow_sending_without_reply=optional)


def keys(**labels):
    """A row of buttons: data by label."""
    row = [InlineKeyboardButton(label, callback_data=data) for label, data in labels.items()]
    return InlineKeyboardMarkup([row])


def song(data=MP3, name="a.mp3", **about):
    handle = InputFile(io.BytesIO(data), filename=name, attach=True)
    return InputMediaAudio(handle, **about)
