"""Orders for MusicGPT."""

from dataclasses import replace

from services.model import JobId
from services.ports import Order
from services.problems import Code, fault
from services.recipes import Operation, Recipe
from tests.fakes.jobs import CLIP

JOB = JobId("0000000000000000000a")
SOUND = b"RIFF not really a sound"
CALLBACK = "http://127.0.0.1:9/webhooks/musicgpt/the.token"


def an_order(operation=Operation.DENOISE, *, clip=None, attempt=1, **given) -> Order:
    """An order for a clip of a minute; what is no field of an order goes to its recipe."""
    of_order = {name: given.pop(name) for name in ("callback_url", "token", "url") if name in given}
    recipe = Recipe(operation, **given)
    changed = replace(CLIP, **(clip or {}))
    return Order(JOB, attempt, changed, recipe, lambda progress: None, **of_order)


class Converting:
    """Workers that write something wherever something is wanted."""

    def __init__(self):
        self.tasks = []

    async def run(self, task, *, timeout, progress=None):
        self.tasks.append(task)
        for path in task.outputs:
            path.write_bytes(b"made ready")
        return {}


class Checking:
    """A fetcher that lets through whatever has no "private" in it."""

    def __init__(self):
        self.checked = []

    async def check(self, url):
        self.checked.append(url)
        if "private" in url:
            raise fault(Code.LINK_REFUSED)


class Turnstile:
    """Counts who goes through."""

    def __init__(self):
        self.passed = 0

    async def __aenter__(self):
        self.passed += 1

    async def __aexit__(self, *_):
        pass
