"""The numbers that Discord documents; a test may lower them."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(slots=True)
class Limits:
    """What is held to; sizes in bytes, times in seconds."""

    file_by_tier: tuple[int, ...] = (10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB)
    file_in_dm: int = 10 * MIB
    # What uploads are really held to, whatever was announced (discord-api-docs issue 7603).
    file_really: int | None = None
    request: int = 25 * MIB
    files: int = 10

    acknowledge: float = 3.0
    token_life: float = 15 * 60
    attachment_life: float = 24 * 3600
    nonce_life: float = 5 * 60
    follow_ups: int = 5  # of an app that only the user installed
    choices: int = 25

    content: int = 2000
    description: int = 1024
    rows: int = 5
    buttons: int = 5  # in a row
    components: int = 40  # Components V2, all levels together
    text: int = 4000  # Components V2, all texts together
    custom_id: int = 100
    label: int = 80
    options: int = 25
    option: int = 100  # label, value and description of one
    placeholder: int = 150
    modal_title: int = 45
    modal_label: int = 45
    modal_description: int = 100
    modal_components: int = 5

    bucket_calls: int = 5
    bucket_seconds: float = 2.0
    global_calls: int = 50
    global_seconds: float = 1.0
    gateway_sends: int = 120
    gateway_seconds: float = 60.0
