"""The numbers that Telegram documents or is known for; a test may change them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Limits:
    """What is held to; sizes in bytes, times in seconds."""

    download: int = 20_971_520  # getFile; telegram-bot-api's Client.cpp
    upload: int = 50_000_000
    photo: int = 10_000_000
    thumbnail: int = 200_000
    link_life: float = 3600  # of a file's address

    text_becomes_file: bool = True  # editMessageMedia on a text; servers before 10.1 refuse

    text: int = 4096
    caption: int = 1024
    callback_data: int = 64  # bytes
    callback_text: int = 200
    callback_life: float = 30  # how late a press may be answered
    delete_life: float = 48 * 3600  # how old a message may be that a bot deletes

    flood: bool = True  # False: sends are not counted
    chat_per_second: float = 1.0
    chat_burst: int = 20  # Telegram allows "short bursts"; this many keep tests quick
    group_per_minute: int = 20
    total_per_second: int = 30

    commands: int = 100
    command: int = 32
    command_description: int = 256
    description: int = 512
    short_description: int = 120
