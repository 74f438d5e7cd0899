"""A browser and the real program, for journeys through the web chat."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.ports import free_port
from tests.services_at_hand import require
from tests.wav import write_wav

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
]
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-output"
DESKTOP = {"width": 1100, "height": 860}
PHONE = {"width": 360, "height": 740}
SMALLEST = {"width": 320, "height": 568}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 90_000  # ms until a result has to be there, on two busy cores
STEP = 30_000  # ms until the page shows what it can show at once


@contextmanager
def chromium():
    """A browser without a window."""
    if not CHROMIUM.exists():
        require("browser", f"{CHROMIUM} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # No test is about how quick a page is, and the usual five seconds are short on busy cores.
        expect.set_options(timeout=STEP)
        yield browser
        browser.close()


class Program:
    """`undertone run` in a folder of its own; it may be stopped and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        own = {name: value for name, value in os.environ.items() if "UNDERTONE" not in name}
        self._environment = {
            **own,
            "UNDERTONE_DATA_DIR": str(folder / "data"),
            "UNDERTONE_HTTP__PORT": str(self.port),
            "UNDERTONE_STORAGE__MIN_FREE_MB": "0",
            **settings,
        }
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns when the program says that it is ready."""
        with (self.folder / "program.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if self.url in line:
                return
        raise AssertionError((self.folder / "program.log").read_text()[-3000:])

    def stop(self) -> int:
        """Ask it to stop; returns its exit status."""
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=30)
        return self._process.returncode


@contextmanager
def program(folder: Path, **settings: str):
    """The program, running."""
    made = Program(folder, **settings)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def noisy_recording(path: Path, seconds: float = 30.0, sample_rate: int = 24_000) -> Path:
    """Something like a voice, in syllables and sentences, over steady noise."""
    times = np.arange(int(seconds * sample_rate)) / sample_rate
    chance = np.random.default_rng(7)
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.4 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / sample_rate
    voice = sum(np.sin(n * phase) / n**1.2 for n in range(1, 16))
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * times), 0, 1) ** 0.6
    sentences = (np.sin(2 * np.pi * times / 6.5) > -0.6).astype(float)
    noise = 0.03 * chance.standard_normal(times.size) + 0.01 * np.sin(2 * np.pi * 50 * times)
    sound = 0.13 * voice * syllables * sentences + noise
    return write_wav(path, sound[np.newaxis], sample_rate)


def converted(source: Path, path: Path) -> Path:
    """The same sound, plain samples in the container that `path` is named after."""
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        stream = made.add_stream("pcm_s16le", rate=given.streams.audio[0].rate, layout="mono")
        for frame in given.decode(audio=0):
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return path


# --- what people do -------------------------------------------------------------------------------


def dragging(page, path: Path):
    """Moves a file from the desktop over the window, as the window system would."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}

    def move(kind: str, x: float, y: float) -> None:
        session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    return move


def drop(page, path: Path, at: str = "now") -> None:
    """Drag a file from the desktop over the window and let go over one of the two places."""
    move = dragging(page, path)
    move("dragEnter", 10, 100)
    zone = page.locator(f"[data-drop={at}]")
    expect(zone).to_be_visible()
    box = zone.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    move("dragOver", x, y)
    move("dragOver", x, y)  # the first one only enters
    expect(zone).to_have_class(re.compile(r"\bover\b"))
    move("drop", x, y)


def tab_to(page, selector: str, key: str = "Tab") -> None:
    """Press Tab until this has the focus; it has to come within a page's worth of presses."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with {key}")


def result(page):
    """The newest finished card, once it is there."""
    card = page.locator("[data-tone=done]").last
    expect(card).to_be_visible(timeout=PATIENCE)
    return card


def heard(page) -> dict:
    """Which part is heard now, where it is, and when that was; both in seconds."""
    return page.evaluate(
        """() => {
            const one = [...document.querySelectorAll("audio")].find((a) => !a.muted && a.src);
            const now = performance.now() / 1000;
            return { part: one.dataset.part, at: one.currentTime, plays: !one.paused, now };
        }"""
    )


def wait_until_heard(page, part: str, after: float = 0.0) -> None:
    """Until this part sounds and has come past a place."""
    page.wait_for_function(
        """([part, after]) => [...document.querySelectorAll("audio")].some(
            (a) => !a.muted && !a.paused && a.dataset.part === part && a.currentTime > after)""",
        arg=[part, after],
    )


def too_wide(page) -> list[str]:
    """What reaches beyond the right edge of the conversation."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".log *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest("svg"))
            .map((one) => one.className)"""
    )


def barriers(page) -> str:
    """What keeps people out by WCAG 2.2 AA, as far as a program can tell; empty: nothing."""
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished))")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["passes"], "nothing was looked at"
    return found.generate_report() if found.violations_count else ""


def picture(page, name: str) -> None:
    """A screenshot for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
