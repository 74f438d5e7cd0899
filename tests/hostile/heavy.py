"""The real tasks, but cleaning never ends: to see who waits for it."""

from services.audio.tasks import TASKS as REAL
from tests.hostile.tasks import obey

TASKS = dict(REAL) | {"clean": obey}
