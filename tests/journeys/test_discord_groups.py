"""Groups of a command: what they suggest, what they ask for, and files of words in them."""

import json

import pytest

from adapters.discord.payloads import payload
from services import spaces
from tests.fakes.at_discord import at_discord
from tests.fakes.discord.commands import leaf
from tests.journeys.test_job_life import copying

MANAGE = 1 << 5
PUBLISHED = {"sync_commands": True}


def types(room, name, options, focused, **about):
    """Ada is typing in an option."""
    where = {"user": room.ada, "channel": room.channel, **about}
    return room.discord.autocomplete(name, options, focused=focused, **where)


async def made(here, space, **named):
    """Presets that a space has made."""
    await here.app.store.write(
        lambda tx: spaces.change(tx, "discord", space, spaces.PRESETS, named)
    )


@pytest.mark.parametrize(
    ("name", "typed", "locale", "values"),
    [
        pytest.param("settings set", "our", "en-US", ["our show"], id="of the place"),
        pytest.param("settings set", "MY", "en-US", ["my desk"], id="ones own"),
        pytest.param("settings set", "anruf", "de", ["call"], id="translated"),
        pytest.param("denoise", "o", "en-US", ["our show", "podcast", "voiceover"], id="both"),
    ],
)
async def test_presets_are_suggested_with_those_that_people_made(
    room, name, typed, locale, values, tmp_path
):
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=PUBLISHED) as here:
        await made(here, str(room.guild.id), **{"our show": {"preset": "podcast"}})
        await made(here, f"person-{room.ada.id}", **{"my desk": {"preset": "call"}})
        asked = types(room, name, {"preset": typed}, "preset", locale=locale)
        await asked.acknowledged()
    found = [one["value"] for one in asked.choices]
    assert set(values) <= set(found)
    assert [one for one in found if " " in one] == [one for one in values if " " in one]


async def test_a_store_that_is_slow_still_leaves_our_own_presets(room, monkeypatch, tmp_path):
    monkeypatch.setattr("adapters.discord.completing.PATIENCE", 0)
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=PUBLISHED):
        asked = types(room, "settings set", {"preset": "podc"}, "preset")
        await asked.acknowledged()
    assert [one["value"] for one in asked.choices] == ["podcast"]


async def test_what_a_group_asks_for(room, tmp_path):
    async with at_discord(tmp_path, room.discord, copying(tmp_path), listens=False) as here:
        commands = payload(here.app.desk.commands)
    asked = {}
    for group in ("user", "role", "gift"):
        asked[group] = needed(commands, f"quota {group}")
    for group in ("channels", "roles", "people", "bans", "import"):
        asked[group] = needed(commands, f"settings {group}")
    assert asked == {
        "user": ["user"],
        "role": ["role"],
        "gift": [],
        "channels": [],
        "roles": [],
        "people": [],
        "bans": [],
        "import": ["file"],
    }


def needed(commands, name):
    """The options without which the group cannot be sent."""
    found = leaf(commands, name.split()) or {}
    return [one["name"] for one in found["options"] if one["required"]]


async def test_settings_go_out_as_a_file_and_come_back_from_it(room, tmp_path):
    about = {"user": room.ada, "channel": room.channel, "permissions": MANAGE}
    async with at_discord(tmp_path, room.discord, copying(tmp_path), more=PUBLISHED) as here:
        await room.discord.slash("quota set", {"month": "12"}, **about).shows()
        out = await room.discord.slash("settings export", {}, **about).shows(
            lambda shown: shown.files
        )
        await room.discord.slash("quota reset", {}, **about).shows()
        file = room.discord.attach(
            out.files[0].data, name="s.json", content_type="application/json"
        )
        told = await room.discord.slash("settings import", {"file": file}, **about).shows()
        kept = await here.app.store.read(lambda tx: tx.space("discord", str(room.guild.id)))
    assert json.loads(out.files[0].data)["platform"] == "discord"
    assert (out.ephemeral, told.ephemeral) == (True, True)
    assert kept["quota"] == {"space": {"month": 12.0}}
