"""Zod's checks of texts and numbers, in its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], "dict[str, Any] | None"]
"""Returns what is wrong with a value: an issue without its path."""


def length(least: int, most: int) -> Check:
    """Returns a check of a string's length."""

    def check(value: str) -> dict[str, Any] | None:
        shown: dict[str, Any] = {"type": "string", "inclusive": True, "exact": False}
        if len(value) < least:
            message = f"String must contain at least {least} character(s)"
            return {"code": "too_small", "minimum": least, **shown, "message": message}
        if len(value) > most:
            message = f"String must contain at most {most} character(s)"
            return {"code": "too_big", "maximum": most, **shown, "message": message}
        return None

    return check


def matches(pattern: str, name: str, message: str) -> Check:
    """Returns a check of a string by a pattern; `name` is what zod calls the validation."""

    def check(value: str) -> dict[str, Any] | None:
        found = re.search(pattern, value)
        return None if found else {"validation": name, "code": "invalid_string", "message": message}

    return check


def ends_with(end: str) -> Check:
    """Returns a check of a string's end."""

    def check(value: str) -> dict[str, Any] | None:
        message = f'Invalid input: must end with "{end}"'
        return (
            None
            if value.endswith(end)
            else {"code": "invalid_string", "validation": {"endsWith": end}, "message": message}
        )

    return check


def whole() -> Check:
    """Returns a check that a number is an integer."""

    def check(value: float) -> dict[str, Any] | None:
        message = "Expected integer, received float"
        wrong = {"code": "invalid_type", "expected": "integer", "received": "float", "message": message}
        return None if value == int(value) else wrong

    return check


def between(least: float, most: float | None = None) -> Check:
    """Returns a check of a number's size."""

    def check(value: float) -> dict[str, Any] | None:
        shown: dict[str, Any] = {"type": "number", "inclusive": True, "exact": False}
        if value < least:
            message = f"Number must be greater than or equal to {least}"
            return {"code": "too_small", "minimum": least, **shown, "message": message}
        if most is not None and value > most:
            message = f"Number must be less than or equal to {most}"
            return {"code": "too_big", "maximum": most, **shown, "message": message}
        return None

    return check


_LOCAL = r"(?!\.)(?!.*\.\.)[A-Z0-9_'+.-]*[A-Z0-9_+-]"
EMAIL = matches(rf"(?i)^{_LOCAL}@([A-Z0-9][A-Z0-9-]*\.)+[A-Z]{{2,}}\Z", "email", "Invalid email")
URL = matches(r"^[a-z][a-z0-9+.-]*:(//)?[^\s/]+", "url", "Invalid url")
