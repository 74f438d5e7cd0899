"""A noise-remover.com on loopback: a service to be used over its HTTP API.

    async with FakeNoiseRemover.running(now=clock) as fake:
        ...settings: base_url=fake.base_url, api_key=fake.key, plan=fake.plan,
           webhook_secret=fake.secret, result_hosts=["127.0.0.1"]

A submitted job waits until the test moves it: `fake.start(id)`, `await fake.finish(id, body)`,
`await fake.break_off(id, message)`; or by itself: `fake.done_after = 2` status questions. The
sound that comes back is the upload itself unless `body` says otherwise. `fake.jobs`,
`fake.accepted`, `fake.calls` and `fake.over_limit` say what happened; `fake.fail(...)` makes the
next calls go wrong, `fake.downloads` the next downloads, `fake.webhooks` the callbacks.
"""

from tests.fakes.noise_remover.fake import FakeNoiseRemover
from tests.fakes.noise_remover.model import Call, Fault, Job

__all__ = ["Call", "FakeNoiseRemover", "Fault", "Job"]
