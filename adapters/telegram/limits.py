"""Telegram's numbers, each with its source; platforms move them, so they stand in one place."""

FILE_BYTES = 50_000_000  # Sending Files
LOCAL_FILE_BYTES = 2_000_000_000  # Using a Local Bot API Server
DOWNLOAD_BYTES = 20 << 20  # getFile; the server's own number
HEADROOM = 0.98
ALBUM = 10  # files of one sendMediaGroup
SECONDS_BETWEEN_EDITS = 3.0
GROUP_SECONDS_BETWEEN_EDITS = 10.0  # 20 messages a minute in a group, edits among them
CONTENT = 4096  # characters of a message, without its markup
CAPTION = 1024  # characters of a caption, without its markup
CALLBACK_DATA = 64  # bytes of what a button carries
CALLBACK_TEXT = 200  # characters of the answer to a press
LABEL = 64  # characters of a button that still read well on a phone
TITLE = 64  # characters of a song's title and performer
THUMBNAIL_BYTES = 200_000

# "About 30 messages a second" in total: at most 4 at once and 20 in each second that follows, as
# what leaves us evenly arrives in bunches.
CALLS, CALLS_PERIOD = 4, 0.2
ROOM_FOR_PROGRESS = 3  # of those 4 must be free, or what only shows progress is dropped
# "20 messages a minute" in one group, some of them for menus that open; progress leaves the last
# ones to results.
GROUP_CALLS, GROUP_PERIOD = 18, 60.0
GROUP_ROOM_FOR_PROGRESS = 8

COMMANDS = 100
DESCRIPTION = 256  # characters of a command's description
