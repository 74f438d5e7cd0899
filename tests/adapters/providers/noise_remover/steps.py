"""What the tests of noise-remover.com have in common."""

import pytest

from services.events import Accepted
from services.problems import Fault
from services.recipes import Operation, Recipe

CALLBACK = "https://sound.example/webhooks/noise-remover/token"


async def submitted(desk, **order):
    accepted = await desk.provider.submit(desk.order(**order))
    assert isinstance(accepted, Accepted)
    return accepted.ref


async def asked(desk, *refs):
    return await desk.provider.ask(dict.fromkeys(refs, Recipe(Operation.DENOISE)))


async def problem_of(doing):
    with pytest.raises(Fault) as caught:
        await doing
    return caught.value
