"""Both dialects do what their documents say, whatever is sent."""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import settings

from adapters.api import gate
from adapters.api.headers import IDEMPOTENCY, LONGEST_KEY
from adapters.api.places import MUSICGPT, NOISE_REMOVER
from bot import lifecycle, wiring
from tests.adapters.api import described
from tests.adapters.api.elsewhere import loop_elsewhere
from tests.adapters.api.room import open_room

GPT_NAME, REMOVER_NAME = "musicgpt.json", "noise-remover.json"
EXAMPLES = 8  # of each operation, beside those at the edges of what is allowed
QUICK = {"phases": {"coverage": {"enabled": False}}}

described.register_formats()
GPT = described.schema_of(GPT_NAME, examples=EXAMPLES)
REMOVER = described.schema_of(REMOVER_NAME, examples=EXAMPLES)
STRANGERS_GPT = described.schema_of(GPT_NAME, examples=1, **QUICK)
STRANGERS_REMOVER = described.schema_of(REMOVER_NAME, examples=1, **QUICK)
# The same key of a request with other fields is refused, so each has its own.
ONCE = itertools.count()


@dataclass
class House:
    """The application in a loop of its own, and a program with one finished job in each dialect."""

    origin: str
    key: str
    job: str
    task: str

    def gpt(self, **more):
        """How MusicGPT's dialect is called."""
        headers = {"Authorization": self.key}
        return {"base_url": f"{self.origin}{MUSICGPT}", "headers": headers, **more}

    def remover(self, **more):
        """The same for noise-remover.com's."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return {"base_url": f"{self.origin}{NOISE_REMOVER}", "headers": headers, **more}


async def finished(room, program):
    """The names of a job of each dialect, both done; then nothing works any more."""
    async with lifecycle.working(room.app):
        job = await program.enhanced()
        task = (await program.convert()).body["task_id"]
        await room.done(task)
    return job["job_id"], task


@contextmanager
def opened(folder, borrowed_workers, *, works):
    with loop_elsewhere() as there, pytest.MonkeyPatch.context() as patch:
        # Each request is sent again with wrong keys, so there are more than a minute has.
        patch.setattr(gate, "WRONG_KEYS", 1e6)
        patch.setattr(wiring, "open_workers", borrowed_workers)
        opening = open_room(folder, works=works, fetch={"allowed_private": [described.NOWHERE]})
        room = there(opening.__aenter__())
        program = there(room.program())
        job, task = ("", "") if works else there(finished(room, program))
        yield House(room.origin, program.text, job, task)
        there(opening.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def house(tmp_path_factory, borrowed_workers):
    """Takes jobs and lets them lie."""
    with opened(tmp_path_factory.mktemp("described"), borrowed_workers, works=False) as made:
        yield made


@pytest.fixture
def busy_house(tmp_path, borrowed_workers):
    """Does them as well."""
    with opened(tmp_path, borrowed_workers, works=True) as made:
        yield made


def once(case):
    """The case with a key of the request that no other has, where it has a valid one."""
    key = case.headers.get(IDEMPOTENCY)
    if key is not None and len(key) <= LONGEST_KEY:
        number = str(next(ONCE))
        # Whatever is odd in it stays, and it is no longer than allowed.
        case.headers[IDEMPOTENCY] = key[: LONGEST_KEY - len(number)] + number
    return case


@GPT.parametrize()
def test_musicgpts_dialect_is_as_described(case, house):
    once(case).call_and_validate(**house.gpt())


@REMOVER.parametrize()
def test_noise_removers_dialect_is_as_described(case, house):
    once(case).call_and_validate(**house.remover())


@STRANGERS_GPT.parametrize()
def test_musicgpts_dialect_refuses_strangers_as_described(case, house):
    answer = case.call_and_validate(**house.gpt(headers={}))
    assert answer.status_code == 401


@STRANGERS_REMOVER.parametrize()
def test_noise_removers_dialect_refuses_strangers_as_described(case, house):
    answer = case.call_and_validate(**house.remover(headers={}))
    assert answer.status_code == 401


def test_a_finished_job_is_told_as_described(house):
    case = REMOVER["/job/{id}"]["GET"].Case(path_parameters={"id": house.job})
    answer = case.call_and_validate(**house.remover())
    assert answer.json()["status"] == "completed"


def test_a_finished_conversion_is_told_as_described(house):
    query = {"conversionType": "DENOISING", "task_id": house.task}
    case = GPT["/v1/byId"]["GET"].Case(query=query)
    answer = case.call_and_validate(**house.gpt())
    assert answer.json()["conversion"]["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("schema", "dialect"),
    [pytest.param(GPT, "gpt", id="musicgpt"), pytest.param(REMOVER, "remover", id="noise-remover")],
)
def test_what_one_answer_names_the_next_request_finds(busy_house, schema, dialect):
    class Requests(schema.as_state_machine()):
        def get_call_kwargs(self, case):
            once(case)
            return getattr(busy_house, dialect)()

    Requests.run(settings=settings(max_examples=4, stateful_step_count=4))
