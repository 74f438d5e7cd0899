"""A person cleans a recording in the browser: by mouse, by keyboard, on a phone, in the dark."""

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import browser as steps

LONG_ENOUGH = re.compile(r"^0:(0[2-9]|[1-5]\d)$")  # of a recording: two seconds

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def chromium():
    with steps.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    with steps.program(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return steps.noisy_recording(tmp_path_factory.mktemp("sound") / "Interview am Bahnhof.wav")


@pytest.fixture
def visit(chromium, program):
    """Opens the page as somebody new; fails the test when the page had any trouble."""
    contexts, trouble = [], []

    def open_page(**options):
        options.setdefault("viewport", steps.DESKTOP)
        options.setdefault("color_scheme", "light")
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.extend([line.text] * (line.type == "error")))
        page.goto(program.url)
        expect(page.locator("#welcome")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A server that restarts is no trouble of the page's own.
    assert [line for line in trouble if "ERR_" not in line] == []


def assert_same_place(before, after):
    """Nothing was skipped and nothing is heard again; it plays on between two looks, or waits."""
    passed = after["now"] - before["now"]
    assert -0.5 < after["at"] - before["at"] < passed + 0.5


def test_a_dropped_recording_comes_back_clean(visit, program, recording):
    page = visit()
    steps.picture(page, "web-empty-light")
    steps.drop(page, recording)
    expect(page.locator(".person .file")).to_contain_text(recording.name)

    card = steps.result(page)
    expect(card).to_contain_text(recording.name)
    expect(card.get_by_role("link", name=re.compile("Download"))).to_be_visible()
    assert card.locator(".picture img").get_attribute("alt")

    card.get_by_role("button", name="Play").click()
    steps.wait_until_heard(page, "clean", after=1.0)
    before = steps.heard(page)
    card.get_by_role("radio", name="Before").check()
    after = steps.heard(page)
    assert after["part"] == "source"
    assert_same_place(before, after)
    steps.wait_until_heard(page, "source", after=before["at"])
    card.get_by_role("radio", name="After").check()
    steps.wait_until_heard(page, "clean", after=before["at"])
    card.get_by_role("button", name="Pause").click()
    steps.picture(page, "web-result-light")

    page.reload()
    expect(steps.result(page)).to_contain_text(recording.name)
    expect(page.locator(".message")).to_have_count(2)


def test_the_keyboard_is_enough_to_ask(visit, recording):
    page = visit()
    page.on("filechooser", lambda chooser: chooser.set_files(recording))
    steps.tab_to(page, "#attach")
    page.keyboard.press("Enter")
    expect(page.locator(".filechip.sent")).to_be_visible()
    expect(page.locator("#text")).to_be_focused()

    page.keyboard.type("/den")
    expect(page.get_by_role("option", name="/denoise")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_have_value("/denoise ")
    page.keyboard.type("po")
    page.keyboard.press("ArrowDown")
    steps.picture(page, "web-suggestions-light")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("/denoise podcast ")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")

    expect(steps.result(page)).to_contain_text("for a podcast")
    expect(page.get_by_role("status")).to_contain_text(recording.name)


def test_a_mistake_costs_no_second_upload(visit, recording):
    page = visit()
    page.locator("#picker").set_input_files(recording)
    page.locator("#text").fill("/denoise strng")
    expect(page.locator(".filechip.sent")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message").last).to_contain_text("Did you mean “strong”?")
    expect(page.locator("#notice")).to_contain_text("still attached")
    expect(page.locator(".filechip.sent")).to_be_visible()
    steps.picture(page, "web-kept-light")
    page.locator("#text").fill("/denoise strong")
    page.get_by_role("button", name="Send").click()
    expect(steps.result(page)).to_contain_text(recording.name)
    expect(page.locator(".filechip")).to_have_count(0)


def test_the_keyboard_is_enough_to_listen(visit, recording):
    page = visit()
    steps.drop(page, recording)
    card = steps.result(page)
    expect(page.locator("#text")).to_be_focused()
    steps.tab_to(page, ".play", "Shift+Tab")
    page.keyboard.press("Space")
    steps.wait_until_heard(page, "clean", after=0.3)
    page.keyboard.press("b")
    steps.wait_until_heard(page, "source")
    page.keyboard.press("ArrowRight")
    steps.wait_until_heard(page, "source", after=5.0)
    page.keyboard.press("b")
    steps.wait_until_heard(page, "clean", after=5.0)
    page.keyboard.press("Space")
    expect(card.get_by_role("button", name="Play")).to_be_focused()


def test_history_outlives_the_server(visit, program, recording):
    page = visit()
    page.locator("#text").fill("/help")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator(".undertone")).to_have_count(1)

    assert program.stop() == 0
    expect(page.locator("#link-state")).to_be_visible()
    program.start()
    expect(page.locator("#link-state")).to_be_hidden()
    page.locator("#text").fill("/usage")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator(".undertone")).to_have_count(2)
    page.reload()
    expect(page.locator(".message")).to_have_count(4)


def test_a_running_job_can_be_cancelled(visit, tmp_path):
    page = visit()
    long = steps.noisy_recording(tmp_path / "long.wav", seconds=600.0, sample_rate=16_000)
    page.locator("#picker").set_input_files(long)
    expect(page.locator(".filechip.sent")).to_be_visible()
    page.locator("#send").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-tone=info]")).to_contain_text("Cancelled")
    expect(page.locator(".message")).to_have_count(2)


def test_at_night_and_in_german(visit, recording):
    page = visit(color_scheme="dark", locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    steps.picture(page, "web-empty-dark")
    page.locator("#picker").set_input_files(recording)
    page.locator("#quick").get_by_role("button", name="Verbessern").click()
    page.locator("#quick").get_by_role("button", name="Podcast").click()
    expect(page.locator("#text")).to_have_value("/enhance podcast ")
    expect(page.locator(".filechip.sent")).to_be_visible()
    steps.picture(page, "web-composer-dark")
    page.locator("#send").click()
    expect(steps.result(page)).to_contain_text("Vorher")
    steps.picture(page, "web-result-dark")
    page.locator("#language").select_option("en")
    expect(steps.result(page)).to_contain_text("Before")


def test_on_a_phone(visit, recording):
    page = visit(viewport=steps.PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    steps.picture(page, "web-empty-phone")
    page.locator("#picker").set_input_files(recording)
    page.locator("#send").tap()
    expect(steps.result(page)).to_be_visible()
    assert steps.too_wide(page) == []
    steps.picture(page, "web-result-phone")
    page.set_viewport_size(steps.SMALLEST)
    assert steps.too_wide(page) == []
    steps.picture(page, "web-result-smallest")
    others = page.get_by_text("Treat it as …")
    others.tap()
    expect(page.get_by_role("button", name="Try “Podcast”")).to_be_visible()
    expect(others).to_be_in_viewport()


def test_the_sample_is_one_press_away(visit):
    page = visit()
    page.get_by_role("button", name="Try it with a sample").click()
    expect(steps.result(page)).to_contain_text("sample.flac")


def test_a_recording_from_the_microphone_is_cleaned(visit):
    page = visit(permissions=["microphone"])
    page.get_by_role("button", name="Record with the microphone").click()
    expect(page.locator("#record")).to_have_attribute("data-time", LONG_ENOUGH)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".filechip.sent")).to_contain_text("Recording")
    page.locator("#send").click()
    expect(steps.result(page)).to_contain_text("Recording")


def test_the_two_places_to_drop(visit, recording):
    page = visit()
    steps.drop(page, recording, at="add")
    expect(page.locator(".filechip.sent")).to_contain_text(recording.name)
    expect(page.locator(".message")).to_have_count(0)
    page.get_by_role("button", name=f"Remove {recording.name}").click()
    expect(page.locator(".filechip")).to_have_count(0)


def test_a_file_that_is_carried_away_again_changes_nothing(visit, recording):
    page = visit()
    move = steps.dragging(page, recording)
    move("dragEnter", 300, 300)
    expect(page.locator("#drop")).to_be_visible()
    steps.picture(page, "web-drop-light")
    move("dragCancel", 300, 300)
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.locator(".filechip")).to_have_count(0)


def test_a_file_that_is_no_sound_is_answered_in_words(visit, tmp_path):
    page = visit()
    text = tmp_path / "<b>notes.wav"
    text.write_text("this is no sound at all " * 50)
    steps.drop(page, text)
    expect(page.locator("[data-tone=problem]")).to_contain_text("<b>notes.wav")
    steps.picture(page, "web-problem-light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(visit, recording, tmp_path, scheme):
    page = visit(color_scheme=scheme)
    assert steps.barriers(page) == ""
    page.locator("#text").fill("/denoise ")
    page.locator("#picker").set_input_files(recording)
    expect(page.locator(".filechip.sent")).to_be_visible()
    assert steps.barriers(page) == ""
    page.locator("#send").click()
    steps.result(page).get_by_text("Treat it as …").click()
    assert steps.barriers(page) == ""
    text = tmp_path / "notes.wav"
    text.write_text("this is no sound at all " * 50)
    page.locator("#picker").set_input_files(text)
    page.locator("#send").click()
    expect(page.locator("[data-tone=problem]")).to_be_visible()
    assert steps.barriers(page) == ""


def test_what_the_browser_does_not_play_is_heard_all_the_same(visit, recording, tmp_path):
    page = visit()
    page.locator("#picker").set_input_files(steps.converted(recording, tmp_path / "film.mka"))
    page.locator("#text").fill("/denoise format=aiff ")
    page.keyboard.press("Enter")
    card = steps.result(page)
    card.get_by_role("button", name="Play").click()
    steps.wait_until_heard(page, "clean", after=0.5)
    before = steps.heard(page)
    card.get_by_role("radio", name="Before").check()
    steps.wait_until_heard(page, "source", after=before["at"])
    assert_same_place(before, steps.heard(page))
    expect(card.get_by_role("link", name="Download film.clean.aiff")).to_be_visible()


def test_a_sound_that_fails_is_played_from_its_copy(visit, recording):
    page = visit()
    page.route("**/sound/*/clean", lambda route: route.fulfill(body=b"?", content_type="audio/wav"))
    page.locator("#picker").set_input_files(recording)
    page.locator("#send").click()
    steps.result(page).get_by_role("button", name="Play").click()
    steps.wait_until_heard(page, "clean", after=0.5)


def hour_of_tomorrow(zone):
    """As a German reads it, with the day."""
    until = datetime.now(ZoneInfo(zone)) + timedelta(days=1)
    return rf"\b{until.day}\. .*{until.year}, {until:%H}:"


def test_the_time_is_the_visitors_own(visit, recording):
    zone = "Pacific/Kiritimati"
    page = visit(timezone_id=zone, locale="de-DE")
    page.locator("#picker").set_input_files(recording)
    page.locator("#send").click()
    earliest = hour_of_tomorrow(zone)
    card = steps.result(page)
    # Another hour may have begun since.
    expect(card).to_contain_text(re.compile(f"{earliest}|{hour_of_tomorrow(zone)}"))
    expect(card).not_to_contain_text("UTC")


def test_only_what_can_be_done_is_offered(visit, recording):
    page = visit()
    expect(page.locator("#quick button")).to_have_count(5)
    expect(page.locator("#welcome")).to_contain_text("split music")
    page.locator("#text").press_sequentially("/mi")
    expect(page.locator("#popup")).to_be_hidden()

    page.locator("#picker").set_input_files(recording)
    page.locator("#text").fill("/stems stems:piano")
    page.keyboard.press("Enter")
    expect(page.locator("[data-tone=problem]")).to_contain_text("It can be vocals")


def test_the_price_is_asked_first_where_that_is_set(visit, recording):
    page = visit()
    page.locator("#text").fill("/settings set confirm=0")
    page.keyboard.press("Enter")
    expect(page.locator(".undertone").last).to_contain_text("is told what it takes")

    page.locator("#picker").set_input_files(recording)
    page.locator("#send").click()
    begin = page.get_by_role("button", name="Begin")
    expect(begin).to_be_visible()
    expect(page.locator(".undertone").last).to_contain_text("shall I begin")
    assert steps.barriers(page) == ""
    begin.click()
    expect(steps.result(page)).to_contain_text(recording.name)
    expect(begin).to_have_count(0)


def test_settings_leave_as_a_file_and_come_back(visit, tmp_path):
    page = visit()
    page.locator("#text").fill("/settings set confirm=7")
    page.keyboard.press("Enter")
    expect(page.locator(".undertone").last).to_contain_text("7")
    page.locator("#text").fill("/settings export")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=re.compile("Download undertone-settings.json"))
    with page.expect_download() as download:
        link.click()
    assert steps.barriers(page) == ""
    download.value.save_as(tmp_path / "mine.json")
    assert json.loads((tmp_path / "mine.json").read_text())["settings"]["confirm"] == 7.0

    other = visit()
    other.locator("#picker").set_input_files(tmp_path / "mine.json")
    other.locator("#text").fill("/settings import")
    expect(other.locator(".filechip.sent")).to_be_visible()
    other.keyboard.press("Enter")
    expect(other.locator(".undertone").last).to_contain_text("7")
