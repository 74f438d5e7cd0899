"""Discord's numbers, each with its source; platforms move them, so they stand in one place."""

from datetime import timedelta
from typing import Final

MIB = 1024 * 1024

FILE_BYTES = 10 * MIB  # Reference: Uploading Files; guilds of boost level 0 and 1, direct messages
MESSAGE_BYTES = 24 * MIB  # Create Message allows 25 MiB for a whole request
HEADROOM = 0.98  # uploads near the number were refused in the field (api-docs issues 7603, 8572)
FILES_PER_MESSAGE = 9  # Create Message allows 10, and the picture is one of them
SECONDS_BETWEEN_EDITS = 3.0
CONTENT = 2000  # characters of a message
DESCRIPTION = 1024  # characters of a file's alternative text
LABEL = 80  # characters of a button
CHOICE = 100  # characters of a choice's name or value
CHOICES = 25  # of an autocomplete, of an option, of a select
CUSTOM_ID = 100
ROWS = 5
BUTTONS = 5  # in a row
UPLOADS = 10  # files in a modal
GUEST_UPLOADS = 5  # follow-ups of an app that only its person installed

# Discord allows a bot 50 requests in any second. Answers to interactions are said not to count,
# which is not to be relied on: at most 10 at once and 40 in each second that follows.
CALLS, CALLS_PERIOD = 10, 0.25
ROOM_FOR_PROGRESS = 8  # of those 10 must be free, or an edit that only shows progress is dropped

TOKEN_LIFE = timedelta(minutes=15)  # Receiving and Responding
TOKEN_MARGIN = timedelta(seconds=20)  # for an upload that is under way when the token dies

# View, Send, Create Public Threads, Send in Threads, Embed Links, Attach Files, Read History, Send
# Voice Messages.
PERMISSIONS = 70677981940736
THREAD_NAME = 100
THREAD_LIFE: Final = 1440  # minutes without a word until a thread is archived

VOICE_FLAG = 1 << 13  # Message: Flags, IS_VOICE_MESSAGE
