"""Separators that are models: loaded from the operator's folder, in a child of their own."""
