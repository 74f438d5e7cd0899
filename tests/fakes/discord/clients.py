"""Real clients of discord.py, small ones, for the pretended Discord."""

import asyncio
import io
import json
from contextlib import asynccontextmanager, suppress

import discord
from discord import app_commands, ui
from discord.http import Route


class Again(ui.DynamicItem[ui.Button], template=r"again:(?P<number>\d+)"):
    def __init__(self, number):
        super().__init__(ui.Button(label="Again", custom_id=f"again:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, interaction, item, match):
        return cls(match["number"])

    async def callback(self, interaction):
        await interaction.response.send_message(f"again {self.number}", ephemeral=True)


class Bot(discord.AutoShardedClient):
    """A small bot of everything."""

    def __init__(self, intents=1, **options):
        super().__init__(
            intents=discord.Intents._from_value(intents),
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard = []

    async def setup_hook(self):
        self.add_dynamic_items(Again)

    async def before_identify_hook(self, shard_id, *, initial=False):
        pass

    async def on_message(self, message):
        self.heard.append(message)


def file(data=b"x", name="clean.wav", **about):
    return discord.File(io.BytesIO(data), name, **about)


@asynccontextmanager
async def started(fake, bot):
    async with bot:
        task = asyncio.create_task(bot.start(fake.token))
        waiting = asyncio.create_task(fake.connected())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            task.result()
        yield bot
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class Form(ui.Modal, title="Send files"):
    files = ui.Label(text="Files", component=ui.FileUpload(min_values=1, max_values=3))
    note = ui.Label(text="Note", component=ui.TextInput(required=False))

    async def on_submit(self, interaction):
        names = [one.filename for one in self.files.component.values]  # type: ignore[attr-defined]
        await interaction.response.send_message(f"{names} {self.note.component.value}")  # type: ignore[attr-defined]


async def defer(interaction):
    await interaction.response.defer(thinking=True)


def channel_of(bot, place):
    return bot.get_partial_messageable(place.id)


async def interact(fake, bot, place, **about):
    """A deferred command and its webhook."""
    done = fake.slash("wait", channel=place, **about)
    await done.acknowledged()
    hook = discord.Webhook.partial(fake.application_id, done.token, client=bot)
    hook.type = discord.WebhookType.application  # or else it may not send what only one sees
    return done, hook


async def speak(bot, place, *, kind="audio/ogg", entry=None, **extra):
    entry = {"duration_secs": 1.5, "waveform": "AAAA"} if entry is None else entry
    said = {"flags": 8192, "attachments": [{"id": "0", "filename": "v.ogg"} | entry]} | extra
    form = [
        {"name": "payload_json", "value": json.dumps(said)},
        {"name": "files[0]", "value": b"Ogg", "filename": "v.ogg", "content_type": kind},
    ]
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=place.id)
    return await bot.http.request(route, form=form)


def quota_group():
    """`/quota show` with options, suggestions and a select menu."""
    quota = app_commands.Group(name="quota", description="Quota")

    @quota.command(description="Show")
    async def show(interaction, what: str, days: int, all_of_it: bool):
        select = ui.Select(custom_id="kind", placeholder="Kind")
        select.add_option(label="Music", value="music")
        view = ui.View().add_item(select)

        async def chosen(interaction):
            await interaction.response.edit_message(content=select.values[0], view=None)

        select.callback = chosen
        await interaction.response.send_message(f"{what} {days} {all_of_it}", view=view)

    @show.autocomplete("what")
    async def suggest(interaction, current):
        return [app_commands.Choice(name=current.upper(), value=current)]

    return quota


def late_command(bot, clock, codes):
    """`/late` answers twice after some seconds and notes what that gave."""

    @bot.tree.command(description="Late")
    async def late(interaction, seconds: int):
        clock.turn(seconds=seconds)
        for _ in range(2):
            try:
                await bot.http.request(
                    Route("POST", f"/interactions/{interaction.id}/{interaction.token}/callback"),
                    json={"type": 5},
                )
            except discord.HTTPException as error:
                codes.put_nowait(error.code)


async def panel(interaction):
    view = ui.View(timeout=None)
    view.add_item(Again(7))
    await interaction.response.send_message("Done", view=view)
