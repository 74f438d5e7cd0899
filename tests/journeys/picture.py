"""Takes the picture of the README: `python -m tests.journeys.picture` writes docs/webchat.png.

The real program cleans the demo recording, and Chromium shows the result.
"""

import tempfile
from pathlib import Path

from PIL import Image

from tests.journeys import browser as steps

DEMO = steps.ROOT / "tests" / "data" / "demo.flac"
PICTURE = steps.ROOT / "docs" / "webchat.png"
SIZE = {"width": 1280, "height": 1000}


def take(folder: Path) -> None:
    """The finished result of one recording, light and in English."""
    with steps.program(folder) as program, steps.chromium() as chromium:
        page = chromium.new_page(viewport=SIZE, locale="en-GB", color_scheme="light")
        page.goto(program.url)
        sound = steps.converted(DEMO, folder / "interview.wav")
        page.locator("#picker").set_input_files(sound)
        page.locator("#send").click()
        card = steps.result(page)
        card.locator(".picture img").scroll_into_view_if_needed()
        page.wait_for_function("() => document.querySelector('.picture img').complete")
        card.get_by_role("slider").fill("4.6")
        page.locator("#text").blur()
        page.mouse.move(0, 0)
        page.locator("#scroll").evaluate("(one) => { one.scrollTop = one.scrollHeight; }")
        page.screenshot(path=PICTURE, animations="disabled")
    Image.open(PICTURE).convert("RGB").save(PICTURE, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        take(Path(name))
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")
