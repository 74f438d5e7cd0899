"""Sounds made by code, with known truth, and the scores that compare a result with it.

All sounds are mono `float32` arrays of shape (samples,), full scale 1.0, and the same for the
same seed. Nothing here is a recording of a person.
"""
