"""How Telegram says no."""

from typing import Any


class Refused(Exception):
    """An answer that is an error; `breach`: a well-behaved bot would not have asked."""

    def __init__(self, status: int, description: str, *, breach: bool = False, **parameters: Any):
        super().__init__(description)
        self.status = status
        self.description = description
        self.breach = breach
        self.parameters = parameters

    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            said["parameters"] = self.parameters
        return said


def bad(why: str, *, breach: bool = False, **parameters: Any) -> Refused:
    return Refused(400, f"Bad Request: {why}", breach=breach, **parameters)


def must(condition: object, why: str) -> None:
    """Refuse what Telegram's documents do not allow."""
    if not condition:
        raise bad(why, breach=True)


def too_many(wait: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def too_large(breach: bool = True) -> Refused:
    return Refused(413, "Request Entity Too Large", breach=breach)
