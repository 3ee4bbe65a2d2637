"""The parts of a Liquid text, as data; a position is a character of the text, from 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tenant_email.checks.liquid.javascript import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, or a word such as `nil`; a name between brackets is none of these."""

    value: Value
    begin: int
    source: str


@dataclass(frozen=True, slots=True)
class Path:
    """A variable, `user.name`, or a property of a literal, whose `root` is that literal."""

    root: Literal | Range | None
    segments: tuple[Expression, ...]
    begin: int
    source: str


@dataclass(frozen=True, slots=True)
class Range:
    """`(1..3)`."""

    low: Expression
    high: Expression
    begin: int
    source: str


Expression: TypeAlias = Literal | Path | Range


@dataclass(frozen=True, slots=True)
class Operator:
    """`==` and the like."""

    name: str


def lacks_value(postfix: tuple[Expression | Operator, ...]) -> bool:
    """Returns whether an operator has a value less than it takes, as both have in `a <> b`."""
    values = 0
    for each in postfix:
        takes = 0 if not isinstance(each, Operator) else 1 if each.name == "not" else 2
        if values < takes:
            return True
        values += 1 - takes
    return False


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter; an argument with a name is a pair of it."""

    name: str
    arguments: tuple[tuple[str | None, Expression | None], ...]
    begin: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """An expression in postfix order, and what it goes through."""

    postfix: tuple[Expression | Operator, ...]
    filters: tuple[Filter, ...]
    begin: int
    source: str


@dataclass(frozen=True, slots=True)
class Text:
    """What stands outside of all braces."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ … }}`, or the tag echo."""

    value: Filtered | None
    begin: int


@dataclass(frozen=True, slots=True)
class Assign:
    """`assign`."""

    name: str
    value: Filtered


@dataclass(frozen=True, slots=True)
class Capture:
    """`capture`."""

    name: str
    body: list[Node]


@dataclass(frozen=True, slots=True)
class Condition:
    """`if` or `unless`: branches, each with what it depends on and whether that is to hold."""

    branches: list[tuple[Filtered, bool, list[Node]]]
    otherwise: list[Node]


@dataclass(frozen=True, slots=True)
class Case:
    """`case`."""

    value: Filtered
    branches: list[tuple[list[Expression], list[Node]]]
    otherwise: list[Node]


@dataclass(frozen=True, slots=True)
class For:
    """`for` or `tablerow`; a parameter without a value, as `reversed`, is there."""

    variable: str
    items: Expression
    parameters: dict[str, Expression | None]
    body: list[Node]
    otherwise: list[Node] = field(default_factory=list["Node"])
    table: bool = False


@dataclass(frozen=True, slots=True)
class Cycle:
    """`cycle`."""

    group: Expression | None
    candidates: list[Filtered]
    begin: int


@dataclass(frozen=True, slots=True)
class Count:
    """`increment` or `decrement`."""

    name: str
    step: int


@dataclass(frozen=True, slots=True)
class Leave:
    """`break` or `continue`."""

    whole: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A part that is rendered where it stands: `block`, `liquid`, and all that follows a `layout`."""

    body: list[Node]


@dataclass(frozen=True, slots=True)
class Loading:
    """`include`, `render` or `layout`: of what it loads nothing is known here."""

    values: list[Expression]


@dataclass(frozen=True, slots=True)
class TagUse:
    """The use of a tag, for those who ask which there are; renders nothing."""

    name: str
    begin: int


Node: TypeAlias = (
    Text | Output | Assign | Capture | Condition | Case | For | Cycle | Count | Leave | Block | Loading | TagUse
)
