"""A programmer tries the API on its page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from adapters.api import trying
from adapters.api.documents import PLACES
from bot import wiring
from tests.adapters.api.elsewhere import loop_elsewhere
from tests.adapters.api.room import open_room, tone
from tests.journeys import browser as steps

STATIC = Path(trying.__file__).parent / "static"
SCRIPT, PAGE = STATIC / "try.js", STATIC / "index.html"


async def test_the_page_and_its_files_are_served_without_a_key(room):
    for path in ("/api/", *(f"/api/static/{one.name}" for one in STATIC.iterdir())):
        async with room.session.get(f"{room.origin}{path}") as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["ETag"]


async def test_the_address_without_its_slash_leads_there(room):
    async with room.session.get(f"{room.origin}/api", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, "/api/")


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fplugin.py", "%2e%2e%2fplugin.py"])
async def test_no_other_file_is_served(room, name):
    async with room.session.get(f"{room.origin}/api/static/{name}") as answer:
        assert answer.status == 404


def test_nothing_parses_text_as_markup():
    source = SCRIPT.read_text()
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert danger not in source


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere():
    source = PAGE.read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", source)
    assert not re.search(r'(src|href)="(https?:)?//', source)


def test_the_page_reads_both_documents():
    assert set(re.findall(r'data-document="([^"]+)"', PAGE.read_text())) == set(PLACES.values())


def test_the_key_is_kept_nowhere():
    source = SCRIPT.read_text()
    assert not re.search(r"localStorage|sessionStorage|cookie|indexedDB", source)


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium():
    with steps.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def house(tmp_path_factory, borrowed_workers):
    """The address of an application, a key, and what waits for the end of a job."""
    with loop_elsewhere() as there, pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "open_workers", borrowed_workers)
        opening = open_room(tmp_path_factory.mktemp("trying"))
        room = there(opening.__aenter__())
        yield room.origin, there(room.program()).text, lambda job: there(room.done(job))
        there(opening.__aexit__(None, None, None))


@pytest.fixture
def visit(chromium, house):
    """Opens the page; fails the test where the page had any trouble."""
    contexts, trouble = [], []

    def open_page(**options):
        context = chromium.new_context(viewport=steps.DESKTOP, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.extend([line.text] * (line.type == "error")))
        page.goto(f"{house[0]}/api")
        expect(page.locator("details.operation")).to_have_count(11)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A browser logs every answer that is an error, also those that were asked for.
    assert [line for line in trouble if "Failed to load resource" not in line] == []


def operation(page, place, path, method="POST"):
    """The form of an operation, opened."""
    section = page.locator(f"section[data-place={place}]")
    found = section.locator("details.operation").filter(
        has=page.locator(".method", has_text=method), has_text=path
    )
    found.locator("summary").first.click()
    return found


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    path.write_bytes(tone(1.0))
    return path


@pytest.mark.browser
def test_a_file_is_sent_and_its_result_is_fetched(visit, house, recording):
    page = visit(color_scheme="light")
    page.get_by_label("API key").fill(house[1])
    enhance = operation(page, "remover", "/enhance")
    enhance.get_by_label("file required").set_input_files(recording)
    enhance.get_by_label("preset").select_option("podcast")
    enhance.get_by_role("button", name="Send").click()
    expect(enhance.get_by_role("status")).to_have_text("202 Accepted")
    expect(enhance.locator(".body")).to_contain_text('"preset": "podcast"')
    enhance.get_by_text("Headers").click()
    expect(enhance.locator(".headers pre")).to_contain_text("x-ratelimit-remaining:")

    job = operation(page, "remover", "/job/{id}", "GET")
    expect(job.get_by_label("id required")).to_have_value(re.compile(r"^job_[0-9a-f]{20}$"))
    house[2](job.get_by_label("id required").input_value())
    job.get_by_role("button", name="Send").click()
    expect(job.get_by_role("status")).to_have_text("200 OK")
    with page.expect_download() as download:
        job.get_by_role("list", name="Results").get_by_role("link").click()
    assert download.value.suggested_filename.endswith(".wav")
    steps.picture(page, "api-try-light")

    jobs = operation(page, "remover", "/jobs", "GET")
    with page.expect_response("**/jobs*"):
        jobs.get_by_role("button", name="Send").click()
    expect(jobs.get_by_role("status")).to_have_text("200 OK")
    expect(jobs.locator(".body")).to_contain_text('"total": 1')


@pytest.mark.browser
def test_a_mistake_is_shown_as_the_api_words_it(visit, house):
    page = visit(color_scheme="dark")
    by_id = operation(page, "gpt", "/v1/byId", "GET")
    by_id.get_by_label("conversionType").select_option("DENOISING")
    by_id.get_by_role("button", name="Send").click()
    expect(by_id.get_by_role("status")).to_have_text("401 Unauthorized")
    expect(by_id.locator(".body")).to_contain_text("This API key is missing or not valid.")

    page.get_by_label("API key").fill(house[1])
    by_id.get_by_role("button", name="Send").click()
    expect(by_id.get_by_role("status")).to_have_text("400 Bad Request")
    steps.picture(page, "api-try-dark")


@pytest.mark.browser
def test_the_keyboard_is_enough(visit, house, recording):
    page = visit()
    page.on("filechooser", lambda chooser: chooser.set_files(recording))
    steps.tab_to(page, "#key")
    page.keyboard.type(house[1])
    steps.tab_to(page, "section[data-place=gpt] summary")
    page.keyboard.press("Enter")
    steps.tab_to(page, "#gpt-denoise-audio_file")
    page.keyboard.press("Enter")
    expect(page.locator("#gpt-denoise-audio_file")).not_to_have_value("")
    steps.tab_to(page, "section[data-place=gpt] button")
    page.keyboard.press("Enter")
    expect(page.locator("section[data-place=gpt] [role=status]").first).to_have_text("200 OK")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(visit, scheme):
    page = visit(color_scheme=scheme)
    for summary in page.locator("details.operation > summary").all():
        summary.click()
    assert steps.barriers(page) == ""
    page.set_viewport_size(steps.SMALLEST)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
