"""What the page on the API tells programmers is true."""

import re
from pathlib import Path

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from adapters.api.documents import PLACES
from adapters.api.settings import ApiSettings
from bot import api_pages
from tests.adapters.api.room import open_room

PAGE = Path(__file__).parents[3] / api_pages.FOLDER / "README.md"


def snippets():
    """The names that the page's Python defines."""
    found = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(code, found)
    return found


@pytest.fixture
async def posted(tmp_path, ear):
    """A webhook as it came, and the secret of its key."""
    private = [ear.origin.removeprefix("http://")]
    async with open_room(tmp_path, fetch={"allowed_private": private}) as room:
        program = await room.program(webhook_url=ear.url)
        await program.enhance()
        (heard,) = await ear.until()
        yield heard, await room.secret(program)


async def test_webhooks_are_checked_as_the_page_says(posted):
    heard, secret = posted
    told = snippets()
    assert told["is_signed"](heard.raw, secret)
    headers = {name.lower(): value for name, value in heard.headers.items()}
    assert told["read_standard"](heard.raw, headers, secret)["event"] == "job.completed"


async def test_forged_webhooks_are_told_from_ours_as_the_page_says(posted):
    heard, secret = posted
    told = snippets()
    forged = heard.raw.replace(b"job.completed", b"job.failed")
    assert not told["is_signed"](forged, secret)
    assert not told["is_signed"](b"{}", secret)
    assert not told["is_signed"](heard.raw, "whsec_AAAA")
    headers = {name.lower(): value for name, value in heard.headers.items()}
    with pytest.raises(WebhookVerificationError):
        told["read_standard"](forged, headers, secret)


def test_the_page_names_what_there_is():
    text = PAGE.read_text(encoding="utf-8")
    assert all(place in text for place in PLACES.values())
    named = re.findall(r"UNDERTONE_API__(\w+)", text)
    assert {name.lower() for name in named} == set(ApiSettings.model_fields)
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
