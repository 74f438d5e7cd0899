"""What the Telegram journeys share: a voice note, and what the bot answered."""

import numpy as np

from tests.hostile import sounds


def note(seconds=1.0):
    """A voice note of a noisy voice."""
    talk = sounds.speech(seconds)
    hiss = np.random.default_rng(5).normal(0, 0.02, talk.shape)
    return sounds.encoded((talk + hiss).astype(np.float32), wanted="ogg")


def answers(telegram, chat):
    """What the bot said there."""
    return [one for one in telegram.messages(chat) if one.by_bot]
