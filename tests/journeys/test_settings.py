"""/settings: what holds for whom, own presets, who may use the bot and where, and the audit log."""

from datetime import UTC, datetime

import pytest

from services import spaces
from services.commands import typed
from services.events import Received
from services.model import Address, Person
from services.problems import Code, Fault
from services.recipes import Format, Keep, Preset, Strength
from services.spaces import By
from tests.fakes.jobs import CLIP
from tests.journeys.settings_room import (
    ADA,
    BOB,
    CHANNEL,
    ELSEWHERE,
    HERE,
    IN_THREAD,
    PRIVATE,
    place,
    said,
)

QUIET = {"strength": "strong", "format": "mp3,flac", "keep": "both", "bitrate": "96"}


@pytest.fixture
async def room(tmp_path):
    async with place(tmp_path) as opened:
        yield opened


# --- what holds for whom --------------------------------------------------------------------------

LAYERS = {
    "place": (ADA, HERE, {"who": "here", "strength": "soft"}),
    "own": (BOB, HERE, {"strength": "strong"}),
    "channel": (ADA, HERE, {"who": "channel", "strength": "normal"}),
    "thread": (ADA, IN_THREAD, {"who": "channel", "strength": "soft"}),
    "named": (ADA, HERE, {"who": "here", "preset": "quiet"}),
}


@pytest.mark.parametrize(
    ("layers", "asked", "strength"),
    [
        pytest.param((), {}, "normal", id="usual"),
        pytest.param(("place",), {}, "soft", id="place before usual"),
        pytest.param(("place", "own"), {}, "strong", id="own before place"),
        pytest.param(("place", "own", "channel"), {}, "normal", id="channel before own"),
        pytest.param(("own", "channel", "thread"), {}, "soft", id="thread before channel"),
        pytest.param(("place", "channel", "named"), {}, "strong", id="named preset before habits"),
        pytest.param(("place",), {"preset": "quiet"}, "strong", id="named in the ask"),
        pytest.param(("place", "named"), {"preset": "call"}, "soft", id="another preset is asked"),
        pytest.param(
            ("own", "named"), {"strength": "normal"}, "normal", id="words of the ask before all"
        ),
        pytest.param(
            ("own",), {"preset": "quiet", "strength": "soft"}, "soft", id="words before its preset"
        ),
    ],
)
async def test_what_is_closer_to_the_ask_holds(room, layers, asked, strength):
    await room.sets(group="presets", who="here", save="quiet", strength="strong")
    for layer in layers:
        person, at, options = LAYERS[layer]
        await room.sets(person, at, **options)
    job = await room.denoises(at=IN_THREAD, **asked)
    assert job.recipe.strength == strength


async def test_what_was_set_is_shown_by_whom_it_holds_for(room):
    await room.sets(who="here", preset="podcast")
    await room.sets(who="channel", format="mp3,wav", bitrate="128", picture="off")
    card = await room.sets(BOB, strength="soft", reply="thread", language="de")
    lines = said(card)
    assert "For you: Automatic, Soft, same format, answered in a thread, Deutsch" in lines
    assert "For everybody here: Podcast, Normal, same format" in lines
    assert "In this channel: Automatic, Normal, MP3 and WAV, 128 kbit/s, without a picture" in lines
    assert lines[4].startswith("Together, for you here: Podcast, Soft, MP3 and WAV, 128 kbit/s")


async def test_in_ones_own_chat_all_is_ones_own(room):
    await room.sets(BOB, PRIVATE, who="here", preset="music")
    job = await room.denoises()
    assert job.recipe.preset is Preset.MUSIC


async def test_habits_are_forgotten_for_whom_it_was_asked(room):
    await room.sets(BOB, preset="music")
    await room.sets(who="here", strength="soft")
    await room.sets(BOB, reset="yes")
    job = await room.denoises()
    assert (job.recipe.preset, job.recipe.strength) == (Preset.AUTO, Strength.SOFT)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        pytest.param({"format": "same"}, {"bitrate": "96", "language": "de"}, id="format"),
        pytest.param({"bitrate": "auto"}, {"format": "mp3", "language": "de"}, id="bit rate"),
        pytest.param({"language": "auto"}, {"format": "mp3", "bitrate": "96"}, id="language"),
    ],
)
async def test_one_word_goes_back_without_the_others(room, options, kept):
    await room.sets(BOB, format="MP3", bitrate="96", language="de")
    await room.sets(BOB, **options)
    assert (await room.kept("person-bob"))["habits"] == kept


@pytest.mark.parametrize(
    ("options", "option"),
    [
        pytest.param({"bitrate": "15"}, "bitrate", id="bit rate below"),
        pytest.param({"bitrate": "321"}, "bitrate", id="bit rate above"),
        pytest.param({"bitrate": "fast"}, "bitrate", id="bit rate of letters"),
        pytest.param({"format": "mp3,wav,flac"}, "format", id="three formats"),
        pytest.param({"format": "mp3,same"}, "format", id="one like the source and another"),
        pytest.param({"format": "mp5"}, "format", id="format"),
        pytest.param({"reply": "private"}, "reply", id="no such way to answer here"),
        pytest.param({"language": "xx"}, "language", id="language"),
        pytest.param({"picture": "perhaps"}, "picture", id="picture"),
        pytest.param({"preset": "podcst"}, "preset", id="preset"),
        pytest.param({"preset": "a b"}, "preset", id="no name for a preset"),
        pytest.param({"confirm": "soon"}, "confirm", id="minutes"),
        pytest.param({"confirm": "-1"}, "confirm", id="less than no minutes"),
        pytest.param({"retention": "25"}, "retention", id="longer than files are kept"),
        pytest.param({"timezone": "Europe/Berln"}, "timezone", id="time zone"),
        pytest.param({"reports": "there"}, "reports", id="reports"),
        pytest.param({"who": "them", "preset": "music"}, "who", id="who"),
    ],
)
async def test_a_word_that_does_not_fit_changes_nothing(room, options, option):
    problem = await room.refuses(**options)
    assert (problem.code, problem.args["option"]) == (Code.BAD_OPTION, option)
    assert (await room.kept(), await room.kept("person-ada")) == ({}, {})


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        pytest.param("berlin", "Europe/Berlin", id="a city"),
        pytest.param("europe/viena", "Europe/Vienna", id="a slip"),
        pytest.param("new york", "America/New_York", id="two words"),
    ],
)
async def test_the_nearest_time_zone_is_named(room, given, nearest):
    problem = await room.refuses(timezone=given)
    assert problem.args["nearest"] == nearest


async def test_where_there_are_no_channels_none_can_be_set(room):
    at = Address("discord", "group", "g")
    for options in ({"who": "channel", "preset": "music"}, {"group": "channels", "rule": "deny"}):
        assert (await room.refuses(at=at, **options)).code is Code.NO_CHANNELS


# --- the place ------------------------------------------------------------------------------------


async def test_a_job_keeps_its_files_as_long_as_its_place_says(room):
    await room.sets(retention="2.5")
    job = await room.denoises()
    await room.sets(retention="off")
    later = await room.denoises()
    assert (job.keep_hours, later.keep_hours) == (2.5, None)


async def test_above_its_price_a_job_waits_for_a_press_on_begin(room):
    await room.sets(confirm="0.5")
    job = await room.denoises()
    asked = await room.app.journal.record(job.id, Received(CLIP))
    await room.asks("confirm", job=job.id)
    begun = await room.app.journal.job(job.id)
    await room.sets(confirm="off")
    other = await room.denoises()
    at_once = await room.app.journal.record(other.id, Received(CLIP))
    assert (asked.awaits, begun.awaits, at_once.awaits) == (True, False, False)


async def test_the_clock_of_a_place_is_kept_as_it_is_spelled(room):
    card = await room.sets(timezone="asia/tokyo")
    now = room.app.now()
    allowed = await room.app.store.read(
        lambda tx: spaces.allowance(tx, room.app.journal.plans, HERE, BOB, now)
    )
    assert allowed.zone == "Asia/Tokyo"
    assert "The clock here is that of Asia/Tokyo." in said(card)


async def test_reports_come_to_the_corner_that_was_asked_from(room):
    card = await room.sets(at=IN_THREAD, reports="here")
    kept = (await room.kept())["reports"]
    await room.sets(reports="off")
    assert kept == {
        "platform": "discord", "space": "guild", "chat": CHANNEL, "route": {},
        "corners": ["t1", "c1"],
    }  # fmt: skip
    assert "Reports about this place come here." in said(card)
    assert "reports" not in await room.kept()


# --- who may --------------------------------------------------------------------------------------

OF_PLACE = [
    pytest.param({"who": "here", "preset": "music"}, id="for everybody"),
    pytest.param({"who": "here", "reset": "yes"}, id="reset for everybody"),
    pytest.param({"who": "channel", "preset": "music"}, id="for a channel"),
    pytest.param({"auto_clean": "off"}, id="auto clean"),
    pytest.param({"local_only": "on"}, id="local only"),
    pytest.param({"confirm": "5"}, id="confirm"),
    pytest.param({"retention": "1"}, id="retention"),
    pytest.param({"timezone": "Europe/Berlin"}, id="time zone"),
    pytest.param({"reports": "here"}, id="reports"),
    pytest.param({"group": "presets", "who": "here", "save": "x", "preset": "call"}, id="presets"),
    pytest.param({"group": "channels", "rule": "deny"}, id="channels"),
    pytest.param({"group": "channels"}, id="list of channels"),
    pytest.param({"group": "roles", "rule": "allow", "role": "dj"}, id="roles"),
    pytest.param({"group": "people", "rule": "allow", "user": "bob"}, id="people"),
    pytest.param({"group": "bans", "rule": "add", "user": "eve"}, id="bans"),
    pytest.param({"group": "audit"}, id="audit"),
    pytest.param({"group": "export"}, id="export"),
    pytest.param({"group": "import"}, id="import"),
]


@pytest.mark.parametrize("options", OF_PLACE)
async def test_only_those_who_look_after_a_place_change_it(room, options):
    problem = await room.refuses(BOB, **options)
    assert problem.code is Code.NOT_ADMIN
    assert await room.kept() == {}


@pytest.mark.parametrize("options", OF_PLACE[3:10])
async def test_in_their_own_chat_people_look_after_it_themselves(room, options):
    await room.sets(BOB, PRIVATE, **options)
    assert await room.kept() == {}


@pytest.mark.parametrize("group", ["roles", "people", "bans"])
async def test_in_ones_own_chat_there_is_nobody_to_let_in(room, group):
    assert (await room.refuses(BOB, PRIVATE, group=group)).code is Code.NOT_ADMIN


async def test_a_stranger_in_the_place_of_another_is_no_admin_there(room):
    at = Address("discord", "person-bob", "bob")
    assert (await room.refuses(Person("eve"), at, retention="1")).code is Code.NOT_ADMIN


# --- own presets ----------------------------------------------------------------------------------


async def test_an_own_preset_is_the_recipe_of_the_job(room):
    await room.sets(group="presets", who="here", save="Quiet", preset="podcast", **QUIET)
    recipe = (await room.denoises(preset="quiet")).recipe
    assert (recipe.preset, recipe.strength, recipe.keep) == (
        Preset.PODCAST, Strength.STRONG, Keep.BOTH,
    )  # fmt: skip
    assert (recipe.format, recipe.second, recipe.bitrate) == (Format.MP3, Format.FLAC, 96)


async def test_ones_own_preset_comes_before_the_places_and_is_nobody_elses(room):
    await room.sets(group="presets", who="here", save="mine", strength="soft")
    await room.sets(BOB, group="presets", save="mine", strength="strong")
    own, other = await room.denoises(preset="mine"), await room.denoises(ADA, preset="mine")
    assert (own.recipe.strength, other.recipe.strength) == (Strength.STRONG, Strength.SOFT)
    with pytest.raises(Fault):
        await room.denoises(ADA, ELSEWHERE, preset="mine")


async def test_an_unknown_preset_names_those_there_are(room):
    await room.sets(group="presets", who="here", save="quiet", strength="strong")
    with pytest.raises(Fault) as caught:
        await room.denoises(preset="quite")
    args = caught.value.problem.args
    assert (args["value"], args["nearest"]) == ("quite", "quiet")
    assert args["choices"] == "auto, podcast, video, call, voiceover, music, quiet"


async def test_a_preset_that_was_dropped_holds_nowhere_and_breaks_nothing(room):
    await room.sets(group="presets", who="here", save="quiet", strength="strong")
    await room.sets(who="here", preset="quiet")
    await room.sets(group="presets", who="here", drop="quiet")
    job = await room.denoises()
    assert (job.recipe.preset, job.recipe.strength) == (Preset.AUTO, Strength.NORMAL)
    assert "presets" not in await room.kept()


async def test_a_place_cannot_lean_on_the_preset_of_one_person(room):
    await room.sets(ADA, group="presets", save="mine", strength="strong")
    problem = await room.refuses(who="here", preset="mine")
    assert (problem.code, problem.args["option"]) == (Code.BAD_OPTION, "preset")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param({"save": "podcast", "strength": "soft"}, Code.BAD_OPTION, id="one of ours"),
        pytest.param({"save": "a b", "strength": "soft"}, Code.BAD_OPTION, id="two words"),
        pytest.param({"save": "x" * 25, "strength": "soft"}, Code.BAD_OPTION, id="too long"),
        pytest.param({"save": "x", "preset": "y"}, Code.BAD_OPTION, id="made of another"),
        pytest.param({"save": "x"}, Code.NOTHING_SET, id="made of nothing"),
        pytest.param({"strength": "soft"}, Code.NOTHING_SET, id="without a name"),
        pytest.param({"drop": "x"}, Code.BAD_OPTION, id="dropped and never there"),
        pytest.param({"save": "x", "strength": "soft", "who": "channel"}, Code.BAD_OPTION, id="of"),
    ],
)
async def test_what_makes_no_preset(room, options, code):
    assert (await room.refuses(group="presets", **options)).code is code
    assert await room.kept("person-ada") == {}


async def test_there_are_no_more_presets_than_a_menu_holds(room):
    for n in range(19):
        await room.sets(BOB, group="presets", save=f"p{n}", strength="soft")
    problem = await room.refuses(BOB, group="presets", save="more", strength="soft")
    card = await room.sets(BOB)
    menu = [one for one in card.actions if "preset" in one.options]
    assert problem.code is Code.TOO_MANY_KEPT
    assert len(menu) == 25


# --- the panel ------------------------------------------------------------------------------------


async def test_the_panel_changes_ones_own_and_an_admins_the_places(room):
    own, here = await room.sets(BOB), await room.sets(ADA, who="here")
    (mine,) = [one for one in own.actions if one.options == {"preset": "music"}]
    (ours,) = [one for one in here.actions if one.options == {"strength": "soft", "who": "here"}]
    await room.asks(mine.command, BOB, **mine.options)
    await room.asks(ours.command, ADA, **ours.options)
    recipe = (await room.denoises()).recipe
    assert (recipe.preset, recipe.strength) == (Preset.MUSIC, Strength.SOFT)
    assert len({one.menu.key for one in own.actions}) == 5


async def test_the_panel_offers_the_ways_to_answer_that_are_there(room):
    card = await room.sets(BOB)
    assert [one.options["reply"] for one in card.actions if "reply" in one.options] == [
        "here", "thread",
    ]  # fmt: skip


# --- who may use it, and where --------------------------------------------------------------------


async def refused(room, person=BOB, at=HERE):
    with pytest.raises(Fault) as caught:
        await room.denoises(person, at)
    return caught.value.problem.code


async def test_a_denied_channel_is_closed_to_all_and_its_thread_too_until_it_is_cleared(room):
    await room.sets(group="channels", rule="deny")
    assert [await refused(room), await refused(room, ADA), await refused(room, at=IN_THREAD)] == [
        Code.NOT_IN_CHANNEL
    ] * 3
    await room.sets(at=IN_THREAD, group="channels", rule="allow")
    await room.denoises(at=IN_THREAD)
    # Settings are open everywhere, so nobody locks themselves out.
    card = await room.sets(group="channels", rule="clear", channel=CHANNEL)
    assert said(card) == ["I work in t1."]


async def test_only_allowed_roles_and_people_get_in(room):
    await room.sets(group="roles", rule="allow", role="mods")
    assert await refused(room) is Code.NOT_LET_IN
    await room.sets(group="people", rule="allow", user="bob")
    await room.denoises()
    await room.sets(group="people", rule="remove", user="bob")
    assert await refused(room) is Code.NOT_LET_IN
    await room.sets(group="roles", rule="allow", role="dj")
    await room.denoises()


async def test_who_is_banned_stays_out_until_the_ban_ends_and_is_kept_by_alias_only(room):
    card = await room.sets(group="bans", rule="add", user="bob")
    assert said(card) == ["bob may not use me."]
    assert await refused(room) is Code.BANNED
    assert "bob" not in str((await room.kept())["access"])
    card = await room.sets(group="bans", rule="remove", user="bob")
    await room.denoises()
    assert said(card) == ["Nobody is banned here."]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param({"group": "roles", "rule": "allow"}, Code.NOTHING_SET, id="no role"),
        pytest.param({"group": "people", "user": "bob"}, Code.NOTHING_SET, id="no rule"),
        pytest.param({"group": "people", "rule": "deny", "user": "b"}, Code.BAD_OPTION, id="rule"),
        pytest.param({"group": "bans", "rule": "add", "user": "a b"}, Code.BAD_OPTION, id="user"),
        pytest.param({"group": "roles", "bitrate": "64"}, Code.BAD_OPTION, id="a stray option"),
    ],
)
async def test_a_rule_that_means_nothing_is_refused(room, options, code):
    assert (await room.refuses(**options)).code is code
    assert await room.kept() == {}


# --- the audit log --------------------------------------------------------------------------------


async def test_the_audit_log_says_who_changed_what_in_words(room):
    await room.sets(who="here", preset="podcast")
    await room.sets(who="channel", strength="soft")
    await room.sets(confirm="5")
    await room.sets(confirm="10")
    await room.sets(group="bans", rule="add", user="bob")
    await room.asks("quota", ADA, do="user", user="bob", day="3")
    operator = By(None, datetime(2026, 3, 1, tzinfo=UTC))
    await room.app.store.write(
        lambda tx: spaces.change(tx, "discord", "guild", "strange", {"a": 1}, operator)
    )
    _, *lines = said(await room.sets(group="audit"))
    told = [line.partition(" · ")[2] for line in lines]
    assert told == [
        "whoever runs this bot · strange.a: nothing → 1",
        "ada · minutes of bob in a day: nothing → 3",
        "ada · banned: bob: nothing → Yes",
        "ada · minutes above which I ask first: 5 → 10",
        "ada · minutes above which I ask first: nothing → 5",
        "ada · strength in c1: nothing → Soft",
        "ada · preset for everybody: nothing → Podcast",
    ]


async def test_who_was_forgotten_has_no_name_in_the_audit_log(room):
    await room.sets(group="bans", rule="add", user="bob")
    for person in ("ada", "bob"):
        await room.app.forgetting.forget_person("discord", person)
    (_, line) = said(await room.sets(group="audit"))
    assert line.endswith(
        "somebody who was forgotten · banned: somebody who was forgotten: nothing → Yes"
    )


async def test_the_answer_about_other_engines_is_in_the_audit_log(room):
    await room.sets(local_only="on")
    (_, line) = said(await room.sets(group="audit"))
    assert line.endswith("sending recordings to outside engines: nothing → No")


# --- typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("podcast", {"preset": "podcast"}, id="a word"),
        pytest.param("preset podcast", {"preset": "podcast"}, id="without a group"),
        pytest.param("preset=Quiet who=here", {"preset": "quiet", "who": "here"}, id="own preset"),
        pytest.param("set mp3, wav", {"do": "set", "format": "mp3,wav"}, id="two formats"),
        pytest.param("channels deny", {"do": "channels", "rule": "deny"}, id="this channel"),
        pytest.param(
            "channels deny=12", {"do": "channels", "rule": "deny", "channel": "12"}, id="as a pair"
        ),
        pytest.param(
            "channels allow 12", {"do": "channels", "rule": "allow", "channel": "12"}, id="by id"
        ),
        pytest.param(
            "people remove user=12", {"do": "people", "rule": "remove", "user": "12"}, id="people"
        ),
        pytest.param(
            "presets save x strong",
            {"do": "presets", "save": "x", "strength": "strong"},
            id="a preset",
        ),
        pytest.param("reset", {"reset": "yes"}, id="reset"),
    ],
)
async def test_people_type_settings_in_many_ways(room, text, options):
    read = typed.read(f"/settings {text}", room.app.desk.commands, has_files=False)
    assert (read.command, dict(read.options)) == ("settings", options)


async def test_without_a_group_the_options_say_what_is_meant(room):
    await room.sets(BOB, save="mine", strength="strong")
    await room.sets(rule="deny", channel="c9")
    assert (await room.kept("person-bob"))["presets"] == {"mine": {"strength": "strong"}}
    assert (await room.kept())["access"] == {"channels": {"deny": ["c9"]}}
