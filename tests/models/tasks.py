"""The real tasks, and one that reads in the models' child what a malicious model noted."""

from services.audio.tasks import TASKS as REAL
from tests.models import evil


def models(inputs, outputs, args, report):
    """As the real one, with the notes."""
    found = REAL["models"](inputs, outputs, args, report)
    return {**found, "deeds": evil.told()}


TASKS = dict(REAL) | {"models": models}
