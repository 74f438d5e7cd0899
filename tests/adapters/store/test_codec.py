"""A job as a row, also as an earlier version wrote it."""

import json
from dataclasses import replace

from adapters.store.codec import from_row, to_row
from tests.fakes.jobs import a_job


def test_a_row_from_before_albums_is_a_job_by_itself():
    job = a_job(1, album=(a_job(1).id, a_job(2).id))
    row = to_row(job)
    body = json.loads(row["body"])
    del body["album"]
    old = from_row({**row, "body": json.dumps(body)})
    assert old == replace(job, album=())
    assert old.lead == job.id
