"""Makers of hostile media: everything under "Bad input", made by code."""
