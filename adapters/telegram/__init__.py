"""Telegram: voice notes, files and bot commands. Not registered yet: it cannot listen."""
