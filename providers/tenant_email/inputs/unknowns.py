"""What stands for a value that only `up` will know: one object, told by identity, in inputs of every kind."""

from __future__ import annotations

from typing import Final


class Unknown:
    """A value that only `up` will know."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = Unknown()


def is_known(*values: object) -> bool:
    """Returns whether all of these are known in this preview."""
    return all(value is not UNKNOWN for value in values)
