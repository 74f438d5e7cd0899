"""Every command of the page as everybody who can open it; each has a space of their own."""

import asyncio
import json
import uuid

import pytest

from services import spaces
from tests.adapters.web.conftest import open_house
from tests.fakes.every_command import (
    OF_JOB,
    PAPER,
    UNHEARD,
    Watched,
    of_sound,
    options_of,
    table,
)

NAMES, SOUND = tuple(table()), of_sound()
REFUSED = ("not_admin", "not_yours", "no_such_job", UNHEARD)
OF_PEOPLE = ("settings roles", "settings people", "settings bans")
PASSWORD = "open sesame"


async def everything(house, visitor):
    """All that is kept of a visitor."""

    def read(tx):
        since, own = house.clock().replace(year=2000), spaces.own_of(visitor)
        kept = [(tx.space("web", one), tx.changes("web", one, 100)) for one in (visitor, own)]
        return kept, tx.jobs_in("web", visitor, since, 100), tx.messages(visitor, 0, 1000)

    return await house.bench.store.read(read)


async def job_of(house, browser):
    await browser.ask("/denoise", [await browser.upload()])
    return await house.bench.job((await browser.shown())[-1]["job"])


async def acts(browser, watched, visitor, name, job):
    """Ask for it as by a button; what the desk said."""
    command = name.split()[0]
    options = options_of(name) | ({"job": job.id} if command in OF_JOB else {})
    body = json.dumps(PAPER).encode()
    slips = [await browser.upload(body)] if command in (*SOUND, "settings") else []
    event = str(uuid.uuid4())
    await browser.ask(files=slips, event=event, action={"command": command, "options": options})
    return watched.said.get(f"{visitor}.{event}", UNHEARD)


async def played(folder, password):
    """What everybody's command led to; and whether another's changed anything of the first."""
    own, others = {}, {}
    async with open_house(folder, password=password) as house, house.browser() as browser:
        await browser.post("/chat/door", json={"password": PASSWORD})
        await browser.boot()
        job = await job_of(house, browser)
        watched = Watched(house.bench.desk)
        async with house.browser() as stranger:
            await stranger.post("/chat/door", json={"password": PASSWORD})
            await stranger.boot()
            their = (await job_of(house, stranger)).person.id
            for name in NAMES:
                before = await everything(house, job.person.id)
                said = await acts(stranger, watched, their, name, job)
                others[name] = said, before == await everything(house, job.person.id)
            for name in NAMES:
                # What was forgotten is asked for anew.
                mine = await job_of(house, browser)
                own[name] = await acts(browser, watched, mine.person.id, name, mine)
    return own, others


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """Visitors at the machine itself."""
    return asyncio.run(played(tmp_path_factory.mktemp("home"), None))


@pytest.fixture(scope="module")
def far_away(tmp_path_factory):
    """Visitors who know the password."""
    return asyncio.run(played(tmp_path_factory.mktemp("away"), PASSWORD))


@pytest.mark.parametrize("name", NAMES)
def test_whoever_sits_at_the_machine_may_do_everything(at_home, name):
    assert at_home[0][name] not in REFUSED


@pytest.mark.parametrize("name", NAMES)
def test_whoever_came_by_the_password_sets_no_limits(far_away, name):
    is_for_admins = name.startswith("quota ") or name in OF_PEOPLE
    assert (far_away[0][name] in REFUSED) is is_for_admins


@pytest.mark.parametrize("name", NAMES)
def test_no_visitor_touches_another(far_away, name):
    said, is_same = far_away[1][name]
    assert is_same
    assert (said in REFUSED) is (name in OF_JOB or name.startswith("quota ") or name in OF_PEOPLE)


@pytest.mark.parametrize("name", NAMES)
def test_no_visitor_touches_another_on_the_same_machine(at_home, name):
    said, is_same = at_home[1][name]
    assert is_same
    assert (said in REFUSED) is (name in OF_JOB)
