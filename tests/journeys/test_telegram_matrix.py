"""Every command on Telegram as everybody: only the right ones act, nobody else changes a thing."""

import asyncio

import pytest

from adapters.telegram import presses
from bot import wiring
from tests.fakes.every_command import OF_JOB, UNHEARD, hidden, of_sound, table
from tests.journeys.telegram_matrix import WHO, played

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole matrix

NAMES, HIDDEN, SOUND = tuple(table()), hidden(), of_sound()
REFUSED = ("not_admin", "not_yours", "no_such_job", UNHEARD)
OUTSIDE = ("guest types", "private types", "private presses", "stranger presses")
MANAGED = ("cancel", "delete")  # jobs of others, for whoever looks after the group
OF_PEOPLE = ("settings roles", "settings people", "settings bans")
# With the words of the matrix, which are for everybody there.
FOR_ALL = (
    *("settings set", "settings presets", "settings channels", *OF_PEOPLE),
    *("settings audit", "settings export", "settings import", "consent"),
    *(name for name in NAMES if name.startswith("quota ")),
)
CHANGING = (
    *(name for name in FOR_ALL if name.startswith("settings ") and "audit" not in name),
    *("quota set", "quota user", "quota role", "quota gift", "quota reset", *SOUND),
)


def may(name, who):
    """Whether this is for them, in the place where they ask."""
    whom, _, how = who.partition(" ")
    if how == "types" and (name in HIDDEN or (whom == "guest" and name not in SOUND)):
        return False
    if how == "presses" and name in OF_JOB:
        return whom in ("admin", "hidden") and name in MANAGED
    if how == "presses" and name == "forget":
        # In a group, the message must surely answer whoever presses.
        return whom in ("private", "hidden")
    if whom == "member":
        return name not in FOR_ALL
    if whom == "private":
        return not name.startswith("quota ") and name not in OF_PEOPLE
    return True


EVERY = [pytest.param(name, who, id=f"{who}: {name}") for name in NAMES for who in WHO]


@pytest.fixture(scope="module")
def cells(tmp_path_factory, borrowed_workers):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wiring, "open_workers", borrowed_workers)
        # Later, a press is answered with nothing, whatever comes of it.
        patched.setattr(presses, "PATIENCE", 60.0)
        return asyncio.run(played(tmp_path_factory.mktemp("matrix")))


@pytest.mark.parametrize(("name", "who"), EVERY)
def test_only_the_right_ones_act(cells, name, who):
    assert (cells[name, who].outcome not in REFUSED) is may(name, who)


@pytest.mark.parametrize(
    ("name", "who"), [one for one in EVERY if one.values[1] in OUTSIDE or not may(*one.values)]
)
def test_nobody_else_changes_anything_of_the_group(cells, name, who):
    assert not cells[name, who].changed


@pytest.mark.parametrize("who", ["admin types", "hidden types"])
@pytest.mark.parametrize("name", [one for one in CHANGING if "export" not in one])
def test_those_who_look_after_the_group_change_it(cells, name, who):
    assert cells[name, who].changed


@pytest.mark.parametrize("who", [who for who in WHO if who.endswith("presses")])
@pytest.mark.parametrize("name", NAMES)
def test_who_is_refused_a_press_is_told_so(cells, name, who):
    assert bool(cells[name, who].answered) or may(name, who)
