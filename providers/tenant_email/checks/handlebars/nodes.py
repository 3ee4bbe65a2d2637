"""The parts of a Handlebars text, as data; a position is a character of the text, from 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class HandlebarsError(Exception):
    """Raised where a text ends to be Handlebars, or fails while it is rendered; `index` is the character, from 0.

    `certain`: every implementation of the language refuses it; otherwise another one might take it.
    """

    def __init__(self, index: int, what: str, *, certain: bool = False) -> None:
        self.index, self.what, self.certain = index, what, certain
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Name:
    """Where a value is: `a.b`, `../a`, `@index`; `plain` is one word, which a helper or a block may have given."""

    parts: tuple[str, ...]
    up: int
    data: bool
    scoped: bool
    source: str
    begin: int

    @property
    def plain(self) -> str | None:
        """Returns the one word of it, where it is no more than that."""
        return self.parts[0] if len(self.parts) == 1 and not (self.up or self.data or self.scoped) else None


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number, boolean, null or undefined; at the head of a tag it is a name."""

    value: str | float | bool | None
    source: str
    begin: int

    @property
    def plain(self) -> str:
        """Returns how it is written."""
        return self.source


@dataclass(frozen=True, slots=True)
class Call:
    """What stands in a tag or in parentheses: a head with its arguments; `nested` is one in parentheses."""

    head: Name | Constant
    arguments: tuple[Value, ...]
    options: dict[str, Value]
    begin: int
    nested: bool = False


Value: TypeAlias = Name | Constant | Call


@dataclass(slots=True)
class Text:
    """What stands outside of all braces; `shown` is what white space control leaves of it."""

    whole: str
    shown: str = ""
    cut_left: bool = False
    cut_right: bool = False

    def __post_init__(self) -> None:
        self.shown = self.whole


@dataclass(frozen=True, slots=True)
class Tildes:
    """Whether a tag takes the white space before it, and behind it."""

    before: bool = False
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment."""

    tildes: Tildes


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is printed."""

    call: Call
    escaped: bool
    tildes: Tildes


@dataclass(slots=True)
class Body:
    """Nodes in their order; `names` are those of `as |…|`. A chained one holds the block of an `else if` alone."""

    nodes: list[Node] = field(default_factory=list["Node"])
    names: tuple[str, ...] = ()
    chained: bool = False


@dataclass(slots=True)
class Block:
    """A section: what is shown when it holds, and otherwise; each of its tags has its own tildes."""

    call: Call
    main: Body | None
    otherwise: Body | None
    opening: Tildes
    middle: Tildes = Tildes()
    closing: Tildes = Tildes()


Node: TypeAlias = Text | Remark | Shown | Block
