"""`sync-commands`, `invite` and `check` against a pretended Discord."""

import pytest

from bot import checking, reaching
from bot.registry import PLATFORMS, PROVIDERS
from bot.settings import load_settings
from tests.fakes.discord import FakeDiscord


@pytest.fixture
async def discord():
    async with FakeDiscord.running() as fake:
        yield fake


def settings(folder, discord, token=None):
    told = {"token": token or discord.token, "api_base": discord.api_base}
    return load_settings(
        PLATFORMS, PROVIDERS, data_dir=folder / "data", discord=told, env_file=None
    )


async def test_commands_are_published_once_and_again_only_when_told(discord, tmp_path):
    said = []
    made = settings(tmp_path, discord)
    codes = [await reaching.sync_commands(made, said.append) for _ in range(2)]
    codes.append(await reaching.sync_commands(made, said.append, is_forced=True))
    names = [one["name"] for one in discord.commands]
    assert said == [
        "discord: published",
        "discord: nothing changed since",
        "discord: published",
    ]
    assert (codes, discord.syncs, discord.broken) == ([0, 0, 0], 2, [])
    assert names[:5] == ["denoise", "enhance", "deecho", "dereverb", "stems"]
    assert names[-2:] == ["Clean this audio", "Split into stems"]


async def test_published_commands_have_native_types_and_two_languages(discord, tmp_path):
    await reaching.sync_commands(settings(tmp_path, discord), lambda line: None)
    denoise, stems = discord.commands[0], discord.commands[4]
    options = {one["name"]: one for one in denoise["options"]}
    assert options["file"]["type"] == 11
    assert {one["value"] for one in options["strength"]["choices"]} == {"soft", "normal", "strong"}
    assert options["preset"]["autocomplete"] is True, "people make some of their own"
    assert options["strength"]["name_localizations"]["de"] == "stärke"
    assert denoise["description_localizations"]["de"] != denoise["description"]
    assert (denoise["integration_types"], denoise["contexts"]) == ([0, 1], [0, 1, 2])
    assert {one["name"]: one for one in stems["options"]}["stems"]["autocomplete"] is True
    assert discord.commands[-1]["name_localizations"]["de"] == "In Teile zerlegen"


async def test_the_invitation_names_the_application_and_the_permissions(discord, tmp_path):
    said = []
    code = await reaching.invite(settings(tmp_path, discord), said.append)
    server, person = said
    assert code == 0
    assert f"client_id={discord.application_id}" in server
    assert "permissions=70677981940736" in server
    assert "scope=applications.commands&integration_type=1" in person


async def test_a_wrong_token_is_said_without_showing_it(discord, tmp_path):
    said = []
    wrong = settings(tmp_path, discord, "MTA.wrong0.token-that-nobody-knows-at-all")
    code = await checking.check(wrong, said.append)
    (line,) = [one for one in said if "platform: discord" in one]
    assert code == 1
    assert line.startswith(
        "FAILED  platform: discord: Discord does not accept UNDERTONE_DISCORD__TOKEN"
    )
    assert await reaching.sync_commands(wrong, said.append) == 1
    assert not any("wrong0" in one for one in said)


async def test_without_a_platform_outside_there_is_a_sentence(tmp_path):
    said = []
    made = load_settings(PLATFORMS, PROVIDERS, data_dir=tmp_path / "data", env_file=None)
    assert await reaching.invite(made, said.append) == 0
    assert said == [reaching.NOBODY]
