"""The page and its files, read once at start; nothing comes from anywhere else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from adapters import assets
from adapters.assets import Asset
from services import texts
from services.showing import Text

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "tests" / "data" / "demo.flac"
SAMPLE = "sample.flac"
WORDS = {"noscript": "web-noscript", "offline": "web-offline", "retry": "web-try-again"}


def load() -> dict[str, Asset]:
    """Every static file by its name."""
    found = assets.folder(HERE / "static")
    # A checkout has a recording to try with; an installed package has not.
    return {**found, SAMPLE: assets.read(DEMO)} if DEMO.is_file() else found


def page(locale: str) -> str:
    """The page itself: a frame with only those sentences that cannot wait for the others."""
    loader = FileSystemLoader(HERE / "templates")
    template = Environment(loader=loader, autoescape=True).get_template("page.html")
    words = {name: texts.render(Text(key), locale) for name, key in WORDS.items()}
    return template.render(locale=locale, **words)
