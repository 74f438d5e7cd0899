"""Jobs for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.model import Address, Clip, Job, JobId, Person, Source
from services.recipes import Operation, Recipe

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLIP = Clip("incoming/a", "a.wav", 96_044, 60.0, 48_000, 1, "wav", "pcm_s16le")


def a_job(number: int = 1, **changes) -> Job:
    """A fresh job; equal numbers give equal jobs."""
    job = Job(
        id=JobId(f"{number:020x}"),
        dedupe=f"web:event-{number}:0",
        address=Address("web", "space-1", "chat-1", {"a": "b"}),
        person=Person("person-1", "en"),
        source=Source("a.wav", key="incoming/a", bytes=96_044),
        recipe=Recipe(Operation.DENOISE),
        created_at=START,
        updated_at=START,
        due_at=START,
        deadline_at=START + timedelta(hours=1),
    )
    return replace(job, **changes)
