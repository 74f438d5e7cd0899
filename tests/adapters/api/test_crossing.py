"""Pages of other origins call the API only where whoever runs it named them."""

import pytest

from adapters.api.documents import PLACES
from tests.adapters.api.room import open_room

OURS, OTHER = "https://app.example.org", "https://elsewhere.example"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
ADDRESSES = [
    "/api/noise-remover/v1/enhance",
    "/api/noise-remover/v1/job/job_0",
    "/api/noise-remover/v1/audio/download/job_0.wav",
    "/api/musicgpt/v1/denoise",
    "/api/musicgpt/conversions/a.wav",
    *PLACES.values(),
]


def crossing(answer):
    """The headers of an answer that speak of other origins."""
    return [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.fixture
async def open_to_one(tmp_path):
    """An application that pages of one origin may call."""
    async with open_room(tmp_path, api={"allowed_origins": [OURS]}) as opened:
        yield opened


@pytest.mark.parametrize("address", ADDRESSES)
async def test_by_default_no_page_of_another_origin_is_let_in(room, program, address):
    for method, headers in (("OPTIONS", ASKS), ("GET", {}), ("POST", {})):
        answer = await program.call(method, address, headers={"Origin": OURS, **headers})
        assert crossing(answer) == []
        assert "Vary" not in answer.headers


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_browser_that_asks_first_needs_no_key(open_to_one, address):
    program = await open_to_one.program()
    answer = await program.call("OPTIONS", address, headers={"Origin": OURS, **ASKS})
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [OTHER, "null", f"{OURS}.example", f"{OURS}:8443", "*"])
async def test_other_origins_are_told_nothing(open_to_one, origin):
    program = await open_to_one.program()
    for address in ADDRESSES:
        answer = await program.call("OPTIONS", address, headers={"Origin": origin, **ASKS})
        assert answer.status in (401, 405)
        assert crossing(answer) == []
        assert answer.headers["Vary"] == "Origin"


async def test_a_page_may_read_answers_and_what_stands_beside_them(open_to_one):
    program = await open_to_one.program()
    headers = {"Origin": OURS}
    for answer in (
        await program.remover("GET", "/usage", headers=headers),
        await program.gpt("GET", "/byUser", headers=headers),
        await program.call("GET", "/api/noise-remover/v1/usage", headers=headers),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == OURS
        assert answer.headers["Vary"] == "Origin"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"X-RateLimit-Remaining", "Retry-After", "ETag", "Content-Range"} <= set(exposed)


async def test_a_page_may_read_a_result(open_to_one):
    program = await open_to_one.program()
    url = (await program.enhanced())["download_url"]

    whole = await program.call("GET", url, headers={"Origin": OURS})
    part = await program.call("GET", url, headers={"Origin": OURS, "Range": "bytes=0-3"})
    assert (whole.status, part.status) == (200, 206)
    assert whole.headers["Access-Control-Allow-Origin"] == OURS
    assert part.headers["Access-Control-Allow-Origin"] == OURS
    assert crossing(await program.call("GET", url, headers={"Origin": OTHER})) == []
