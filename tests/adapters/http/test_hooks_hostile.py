"""Hundreds of callbacks that must not count, and a few that must."""

import random

from adapters.http.hooks import STATUS
from tests.hostile import callbacks as hostile


async def test_none_that_is_forged_changes_anything(room):
    await room.keep(*hostile.JOBS)
    before = await room.rows()
    wrong = []
    for case in hostile.cases():
        status = await room.status(case.wire)
        if status not in case.statuses:
            wrong.append((case.name, status, case.status))
    assert wrong == []
    assert await room.rows() == before


async def test_exactly_the_genuine_ones_count_whatever_comes_between(room):
    await room.keep(*hostile.JOBS)
    jobs, _ = await room.rows()
    genuine = hostile.genuine()
    mixed = [case.wire for case in hostile.cases()] + [wire for _, wire in genuine.values()] * 3
    random.Random(3).shuffle(mixed)
    statuses = {await room.status(wire) for wire in mixed}
    assert max(statuses) < 500
    after, kept = await room.rows()
    changed = {job_id for job_id in after if after[job_id] != jobs[job_id]}
    assert changed == {job.id for job, _ in genuine.values()}
    assert sorted(one.job for one in kept) == sorted(changed)
    assert room.counted()["accepted"] == len(genuine)


async def test_what_is_wrong_with_a_token_nobody_can_tell(room):
    await room.keep(*hostile.JOBS)
    unknown = [case for case in hostile.cases() if case.statuses == (404,)]
    answers = {str(await room.send(case.wire)) for case in unknown}
    assert len(unknown) > 100
    assert len(answers) == 1


async def test_only_verdicts_that_are_known_are_counted(room):
    await room.keep(*hostile.JOBS)
    for case in hostile.cases():
        await room.status(case.wire)
    assert set(room.counted()) <= {verdict.value for verdict in STATUS}
    assert room.counted().keys() >= {
        "repeated", "late", "unknown", "contradicting", "malformed", "too_large", "encoded"
    }  # fmt: skip
