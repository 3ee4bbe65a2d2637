"""What the language itself brings: `nil`, `empty`, `blank` and the state of loops; and equality, which knows them."""

from __future__ import annotations

import math
from typing import Final

from tenant_email_local.emulators.auth0.liquid.characters import SPACES
from tenant_email_local.emulators.auth0.liquid.json_text import json_text
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Drop,
    Value,
    divided,
    is_list,
    is_nil,
    is_object,
    is_same,
    plain,
    remainder,
    to_number,
)


class Comparable(Drop):
    """A word that says itself what equals it, and is neither more nor less than anything."""

    def equals(self, other: Value) -> bool:
        """Returns whether a value is what the word says."""
        raise NotImplementedError

    def read(self, name: str) -> Value:
        """Returns what a template reads of it."""
        return False if name in {"gt", "geq", "lt", "leq"} else UNDEFINED


class Nil(Comparable):
    """`nil` and `null`."""

    def equals(self, other: Value) -> bool:
        """Returns whether a value is that."""
        return is_nil(plain(other))

    def plain(self) -> Value:
        """Returns what filters and tags see of it."""
        return None


class Empty(Comparable):
    """`empty`: a text, an array or an object without anything."""

    def equals(self, other: Value) -> bool:
        """Returns whether a value is that."""
        if isinstance(other, Empty):
            return False
        other = plain(other)
        return (isinstance(other, str) or is_list(other) or is_object(other)) and not other

    def plain(self) -> Value:
        """Returns what filters and tags see of it."""
        return ""


class Blank(Empty):
    """`blank`: empty, false, nil, or a text of spaces."""

    def equals(self, other: Value) -> bool:
        """Returns whether a value is that."""
        if other is False or is_nil(plain(other)):
            return True
        return not other.strip(SPACES) if isinstance(other, str) else super().equals(other)


LITERALS: Final[dict[str, Value]] = {
    "true": True,
    "false": False,
    "nil": Nil(),
    "null": Nil(),
    "empty": Empty(),
    "blank": Blank(),
}


class Loop(Drop):
    """`forloop`: where a loop is."""

    def __init__(self, length: int, name: str) -> None:
        self.length = length
        self.name = name
        self.index = 0

    def known(self) -> dict[str, Value]:
        """Returns what can be read of it."""
        left = float(self.length - self.index)
        return {
            **self.own(),
            "index0": float(self.index),
            "index": float(self.index + 1),
            "rindex": left,
            "rindex0": left - 1,
            "first": self.index == 0,
            "last": left == 1,
        }

    def read(self, name: str) -> Value:
        """Returns what a template reads of it; to read `next`, which is a method there, is to go on."""
        self.index += name == "next"
        return self.plain() if name == "valueOf" else self.known().get(name, UNDEFINED)

    def own(self) -> dict[str, Value]:
        """Returns what JSON shows of it."""
        return {"i": float(self.index), "length": float(self.length), "name": self.name}

    def plain(self) -> Value:
        """Returns what filters and tags see of it."""
        return json_text(self)


class TableLoop(Loop):
    """`tablerowloop`: where a loop through a table's cells is. The number of columns is any value, as it is written."""

    def __init__(self, length: int, columns: Value, name: str) -> None:
        super().__init__(length, name)
        self._columns = columns

    @property
    def row(self) -> float:
        """The number of the row, counted from 1."""
        row = divided(float(self.index), to_number(self._columns))
        return (row if math.isnan(row) or math.isinf(row) else math.floor(row)) + 1.0

    @property
    def column(self) -> float:
        """The number of the column, counted from 0."""
        return remainder(float(self.index), to_number(self._columns))

    def known(self) -> dict[str, Value]:
        """Returns what can be read of it."""
        return {
            **super().known(),
            "row": self.row,
            "col0": self.column,
            "col": self.column + 1,
            "col_first": self.column == 0,
            "col_last": is_same(self.column + 1, self._columns),
        }

    def own(self) -> dict[str, Value]:
        """Returns what JSON shows of it."""
        return {**super().own(), "cols": self._columns}


class Block(Drop):
    """`block` inside a block, whose `super` is empty, because there is no layout."""

    def read(self, name: str) -> Value:
        """Returns what a template reads of it."""
        return "" if name == "super" else UNDEFINED

    def plain(self) -> Value:
        """Returns what filters and tags see of it."""
        return {}


def equals(left: Value, right: Value) -> bool:
    """Returns what `==` does in Liquid: arrays equal by what is in them, objects only themselves."""
    if isinstance(left, Comparable):
        return left.equals(right)
    if isinstance(right, Comparable):
        return right.equals(left)
    left, right = plain(left), plain(right)
    if is_list(left):
        same_size = is_list(right) and len(left) == len(right)
        return same_size and all(map(equals, left, right))
    return is_same(left, right)
