"""A MusicGPT on loopback that speaks its documents literally.

    async with FakeMusicGpt.running() as fake:
        settings = MusicGptSettings(api_key=fake.key, base_url=fake.base)
        ...                                   # our provider hands something over
        task = await fake.submitted()         # the newest accepted submission
        await fake.finish(task)               # byId says COMPLETED; results can be fetched
        await fake.call_back(task, "deecho")  # POST to its webhook_url in that shape

`auto_finish = n` finishes every task at its nth byId; `auto_call = shape` calls back by itself as
soon as a task ends. Results are the uploaded bytes unless `finish(outputs={"no_echo": b"…"})` says
otherwise, at http://127.0.0.1:<port>/conversions/<task>_<name>.<mp3|wav>. Shapes of callbacks:
`tests.fakes.musicgpt.shapes.SHAPES`; ids are forged by `call_back(task, shape, task_id="x")`, other
bodies sent by `call_back(task, raw=b"…")`, storms by `at_once=10`.

`fail("denoise", Fault(503))` lets the next call of an endpoint go wrong (`times=ALWAYS`: all of
them). Endpoints: denoise, deecho, dereverb, Extraction, byId, byUser, results, "*". With
`is_capital` the paths are spelled the other way; `shows_names` lets byUser show names of uploads.
Nothing sleeps: `Fault(hold=True)` waits for `let_go()`. `requests` has all that came, `tasks` what
was accepted, `broken` what a well-behaved client would not do, `limited` what was too much.
"""

from tests.fakes.musicgpt.fake import FakeMusicGpt
from tests.fakes.musicgpt.model import ALWAYS, Fault

__all__ = ["ALWAYS", "FakeMusicGpt", "Fault"]
