"""How Discord says no."""

from typing import Any


class Refused(Exception):
    """An answer that is an error; `breach`: a well-behaved bot would not have asked."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        breach: bool = False,
        errors: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.breach = breach
        self.errors = errors

    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            said["errors"] = self.errors
        return said


def invalid(field: str, why: str) -> Refused:
    """A form that Discord's documents do not allow."""
    errors: dict[str, Any] = {"_errors": [{"code": "INVALID", "message": why}]}
    for part in reversed(field.split(".")):
        errors = {part: errors}
    return Refused(400, 50035, "Invalid Form Body", breach=True, errors=errors)


def must(condition: object, field: str, why: str) -> None:
    if not condition:
        raise invalid(field, why)


def unknown_channel() -> Refused:
    return Refused(404, 10003, "Unknown Channel")


def unknown_message() -> Refused:
    return Refused(404, 10008, "Unknown Message")


def too_large(breach: bool) -> Refused:
    return Refused(413, 40005, "Request entity too large", breach=breach)
