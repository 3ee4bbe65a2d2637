"""Handlebars 4.7 in Python: its reading and its rendering (docs/contracts/pingone_aic.md#handlebars).

A test holds it against what the language's own implementation for JavaScript makes of each of its cases.
"""

from __future__ import annotations

from typing import NamedTuple

from tenant_email.checks.handlebars.nodes import HandlebarsError
from tenant_email.checks.handlebars.reading import parse


class Broken(NamedTuple):
    """Where a text ends to be Handlebars; line and column count from 1. `certain` as in HandlebarsError."""

    line: int
    column: int
    what: str
    certain: bool


def check(text: str) -> Broken | None:
    """Returns the first break of the syntax; None for a good text."""
    try:
        parse(text)
    except HandlebarsError as error:
        line, column = text.count("\n", 0, error.index) + 1, error.index - text.rfind("\n", 0, error.index)
        return Broken(line, column, error.what, error.certain)
    return None
