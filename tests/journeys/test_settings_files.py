"""What was set in a place as a file: given, taken back, and refused where it is not right."""

import json
from dataclasses import replace

import pytest

from services.model import Source
from services.problems import Code
from tests.fakes.desk import chunked
from tests.journeys.settings_room import ADA, BOB, HERE, PRIVATE, place, said

THERE = replace(HERE, space="elsewhere")
EVERYTHING = (
    {"group": "presets", "who": "here", "save": "quiet", "strength": "strong", "format": "mp3,wav"},
    {"who": "here", "preset": "quiet", "reply": "thread"},
    {"who": "channel", "strength": "soft"},
    {"confirm": "5", "retention": "2", "timezone": "Europe/Berlin", "local_only": "on"},
    {"group": "channels", "rule": "deny", "channel": "c2"},
    {"group": "roles", "rule": "allow", "role": "dj"},
    {"group": "people", "rule": "allow", "user": "bob"},
    {"group": "bans", "rule": "add", "user": "eve"},
)
PARTS = {
    *("habits", "channels", "presets", "quota", "access"),
    *("confirm", "retention", "timezone", "consent"),
}


@pytest.fixture
async def room(tmp_path):
    async with place(tmp_path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path):
    """Makes the source of a message that has these bytes, or this as JSON."""

    def made(content):
        path = tmp_path / "sent.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return [Source(path.name, ref=str(path))]

    return made


async def exported(room, person=ADA, at=HERE):
    card = await room.sets(person, at, group="export")
    (document,) = card.documents
    assert (document.name, document.mime) == ("undertone-settings.json", "application/json")
    return document.content


async def set_up(room):
    for options in EVERYTHING:
        await room.sets(**options)
    await room.asks("quota", ADA, do="set", day="9.5", jobs="3", length="unlimited")
    await room.asks("quota", ADA, do="user", user="bob", month="4", exempt="yes")
    await room.sets(reports="here")


async def test_a_file_goes_to_another_space_and_makes_it_the_same(room, file):
    await set_up(room)
    content = await exported(room)
    card = await room.sets(at=THERE, group="import", sources=file(content))
    assert await exported(room, at=THERE) == content
    assert said(card)[0].startswith("The file is taken over; ")
    before, after = await room.kept(), await room.kept("elsewhere")
    assert {part: before[part] for part in PARTS} == {part: after[part] for part in PARTS}
    assert "reports" not in after


async def test_the_file_names_people_by_id_and_nothing_of_ours(room):
    await set_up(room)
    content = await exported(room)
    settings = json.loads(content)["settings"]
    assert set(settings) == PARTS
    assert settings["access"]["bans"] == ["eve"]
    assert settings["access"]["people"] == {"allow": ["bob"]}
    assert settings["quota"]["people"] == {"bob": {"month": 4.0}}
    assert settings["quota"]["exempt"] == {"people": ["bob"]}


async def test_an_empty_file_of_settings_takes_all_away_and_says_what(room, file):
    content = await exported(room)
    await set_up(room)
    card = await room.sets(group="import", sources=file(content))
    assert await exported(room) == content
    assert "banned: eve: Yes → nothing" in said(card)
    again = await room.sets(group="import", sources=file(content))
    assert said(again) == ["Everything in this file was so already; nothing has changed."]


async def test_an_import_is_in_the_audit_log(room, file):
    sent = {"version": 1, "platform": "discord", "settings": {"confirm": 7}}
    await room.sets(group="import", sources=file(sent))
    (_, line) = said(await room.sets(group="audit"))
    assert line.endswith("ada · minutes above which I ask first: nothing → 7")


async def test_a_file_that_was_handed_in_goes_once_it_is_taken_over(room):
    key, sent = (
        "incoming/settings",
        b'{"version": 1, "platform": "discord", "settings": {"confirm": 7}}',
    )
    await room.app.files.put(key, chunked(sent))
    await room.sets(group="import", sources=[Source("settings.json", key=key)])
    assert (await room.kept())["confirm"] == 7
    with pytest.raises(FileNotFoundError):
        await room.app.files.size(key)


async def test_parts_that_a_file_does_not_name_stay(room, file):
    await set_up(room)
    before = await room.kept()
    sent = {"version": 1, "platform": "discord", "settings": {"confirm": 7}}
    await room.sets(group="import", sources=file(sent))
    assert await room.kept() == {**before, "confirm": 7.0}


async def test_from_another_platform_comes_what_has_no_ids(room, file):
    await set_up(room)
    content = json.loads(await exported(room))
    content["platform"] = "telegram"
    content["settings"]["habits"]["reply"] = "private"
    content["settings"]["quota"]["people"] = {"999": {"day": 1.0}}
    card = await room.sets(at=THERE, group="import", sources=file(content))
    kept = await room.kept("elsewhere")
    assert not {"access", "channels"} & set(kept)
    assert kept["quota"] == {"each": {"day": 9.5}, "jobs": 3.0, "length": "unlimited"}
    assert kept["habits"] == {"preset": "quiet"}
    assert said(card)[-1].startswith("People, roles and channels in it were left out")


async def test_in_their_own_chat_nobody_gives_themselves_minutes(room, file):
    sent = {
        "version": 1,
        "platform": "discord",
        "settings": {
            "quota": {"each": {"day": "unlimited"}},
            "access": {"bans": ["ada"]},
            "habits": {"preset": "music"},
        },
    }
    await room.sets(BOB, PRIVATE, group="import", sources=file(sent))
    assert await room.kept("person-bob") == {"habits": {"preset": "music"}}
    assert json.loads(await exported(room, BOB, PRIVATE))["settings"]["habits"] == {
        "preset": "music"
    }


def of(**settings):
    return {"version": 1, "platform": "discord", "settings": settings}


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        pytest.param(b"RIFF\xff\x00", None, id="a recording"),
        pytest.param(b"[" * 100_000, None, id="endlessly deep"),
        pytest.param(b" " * 256_001, None, id="too large"),
        pytest.param([1], None, id="a list"),
        pytest.param({"settings": {}}, None, id="something else"),
        pytest.param({"version": 2, "platform": "discord", "settings": {}}, "version", id="later"),
        pytest.param({"version": 1, "settings": {}}, "platform", id="from nowhere"),
        pytest.param({"version": 1, "platform": "discord"}, "settings", id="without settings"),
        pytest.param({**of(), "more": 1}, "more", id="something more"),
        pytest.param(of(reports={"chat": "1"}), "reports", id="a part that is not given"),
        pytest.param(of(habits={"stems": "bass"}), "habits.stems", id="no habit"),
        pytest.param(of(habits={"strength": "hard"}), "habits", id="no word of a habit"),
        pytest.param(of(habits={"preset": "nobodys"}), "habits", id="a preset nobody made"),
        pytest.param(of(habits={"strength": 3}), "habits.strength", id="a number for a word"),
        pytest.param(of(habits=[]), "habits", id="a list for habits"),
        pytest.param(of(habits={"reply": "private"}), "habits", id="no such way to answer"),
        pytest.param(of(channels={"a b": {}}), "channels.a b", id="no channel"),
        pytest.param(of(presets={"podcast": {"strength": "soft"}}), "presets.podcast", id="ours"),
        pytest.param(of(presets={"x": {"preset": "y"}}), "presets.x", id="a preset of another"),
        pytest.param(of(presets={"x": {}}), "presets.x", id="a preset of nothing"),
        pytest.param(of(quota={"plan": 1}), "quota.plan", id="no limit"),
        pytest.param(of(quota={"jobs": 1.5}), "quota.jobs", id="half a job"),
        pytest.param(of(quota={"length": True}), "quota.length", id="true is no number"),
        pytest.param(of(quota={"each": {"year": 1}}), "quota.each.year", id="no period"),
        pytest.param(of(quota={"each": {"day": -1}}), "quota.each", id="less than none"),
        pytest.param(of(quota={"people": {"b": 5}}), "quota.people.b", id="no minutes"),
        pytest.param(of(access={"bans": "eve"}), "access.bans", id="a word for a list"),
        pytest.param(of(access={"bans": [["eve"]]}), "access.bans", id="a list in a list"),
        pytest.param(of(access={"roles": {"deny": []}}), "access.roles.deny", id="no such rule"),
        pytest.param(of(confirm="soon"), "confirm", id="no minutes to confirm"),
        pytest.param(of(retention=25), "retention", id="longer than files are kept"),
        pytest.param(of(timezone="Mars/Base"), "timezone", id="no time zone"),
        pytest.param(of(timezone=3), "timezone", id="a number for a zone"),
        pytest.param(of(consent="perhaps"), "consent", id="no answer"),
    ],
)
async def test_a_file_that_is_not_right_changes_nothing(room, file, sent, where):
    if isinstance(sent, dict) and isinstance(sent.get("settings"), dict):
        # What stands before the mistake is right, and is not kept either.
        sent = {**sent, "settings": {"confirm": 3, **sent["settings"]}}
    problem = await room.refuses(group="import", sources=file(sent))
    assert (problem.code, problem.args.get("where")) == (Code.BAD_SETTINGS, where)
    assert await room.kept() == {}


async def test_without_a_file_it_is_said_how_to_bring_one(room):
    assert (await room.refuses(group="import")).code is Code.NO_SETTINGS


async def test_a_file_that_is_gone_is_said_to_be_gone(room):
    gone = [Source("a.json", ref="/nowhere/a.json")]
    assert (await room.refuses(group="import", sources=gone)).code is Code.FILE_GONE
