"""What each process of a split installation does, and whose minutes are counted."""

import math
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from adapters.plugin import Platform
from bot import lifecycle, wiring
from bot.allotting import allowances
from bot.registry import PLATFORMS, PROVIDERS
from bot.running import share_of
from bot.settings import load_settings
from services.periods import Period


def settings(tmp_path, **given):
    return load_settings(
        PLATFORMS, PROVIDERS, env_file=None, secrets=None, data_dir=tmp_path, **given
    )


@pytest.mark.parametrize(
    ("only", "platforms", "listens", "serves", "works"),
    [
        pytest.param((), ["web"], ["web"], True, True, id="everything"),
        pytest.param(("worker",), ["web"], [], False, True, id="a worker delivers to all"),
        pytest.param(("web",), ["web"], ["web"], True, False, id="one platform"),
        pytest.param(("http",), ["web"], [], True, False, id="pages of all, no chat"),
    ],
)
def test_a_process_does_its_share(tmp_path, only, platforms, listens, serves, works):
    share = share_of(settings(tmp_path), only)
    assert [plugin.name for plugin in share.platforms] == platforms
    assert (list(share.listens), share.serves, share.works) == (listens, serves, works)


def test_at_home_nothing_is_counted_out_and_for_strangers_everything_is(tmp_path):
    home = allowances(settings(tmp_path))
    assert home("web").person[Period.DAY] == math.inf
    assert home("anything new").person[Period.DAY] == 60
    open_to_all = settings(tmp_path, http={"public_url": "https://sound.example.org"})
    assert allowances(open_to_all)("web").person[Period.DAY] == 60


@pytest.mark.parametrize("only", [("discord",), ("worker", "telegram")])
def test_what_is_not_set_up_does_not_run_in_silence(tmp_path, only):
    with pytest.raises(ValueError, match="is not set up"):
        share_of(settings(tmp_path), only)


async def test_the_address_names_the_port_that_was_free(tmp_path):
    made = settings(tmp_path, http={"port": 0})
    async with (
        wiring.build(
            made, platforms=wiring.wanted(made, PLATFORMS), providers=(), warm=False
        ) as app,
        lifecycle.serving(app) as port,
        aiohttp.ClientSession() as session,
    ):
        said = app.platforms["web"].ready_line(port)
        address = said.split()[2]
        async with session.get(f"{address}healthz") as answer:
            assert answer.status == 200
    assert f":{port}/" in said


async def test_a_platform_reaches_given_addresses_through_the_one_guard(tmp_path):
    given = []

    @asynccontextmanager
    async def opened(settings, core):
        given.append(core)
        yield Platform(messenger=None)

    made = settings(tmp_path)
    (web,) = (plugin for plugin in PLATFORMS if plugin.name == "web")
    plugins = [replace(web, open=opened)]
    async with wiring.build(made, platforms=plugins, providers=(), warm=False) as app:
        assert given[0].fetcher is app.fetcher
