"""Shapes of other people's APIs, each with the document it was read from."""
