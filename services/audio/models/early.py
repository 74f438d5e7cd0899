"""Imported before a child for models is shut in: what starts a program only to be imported."""

from contextlib import suppress
from importlib import import_module

with suppress(ImportError, OSError):
    import_module("samplerate")  # it asks the linker where its library lies; VR models need it
