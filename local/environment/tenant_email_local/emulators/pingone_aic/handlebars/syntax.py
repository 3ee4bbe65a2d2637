"""The parts of a template."""

from __future__ import annotations

from dataclasses import dataclass, field


class HandlebarsError(ValueError):
    """A template that the language refuses."""


@dataclass(frozen=True)
class Path:
    """Where a value is: `a.b`, `../a`, `@index`; `scoped` is what begins with `this` or `.`, and names no helper."""

    parts: tuple[str, ...]
    depth: int = 0
    is_data: bool = False
    scoped: bool = False


@dataclass(frozen=True)
class Literal:
    """A text, number, boolean, null or undefined; `text` is how it was written, for it may be a name too."""

    value: object
    text: str


@dataclass(frozen=True)
class Call:
    """A name with its arguments; without any it may be a value or a helper."""

    name: Expression
    arguments: tuple[Expression, ...] = ()
    options: dict[str, Expression] = field(default_factory=dict[str, "Expression"])


Expression = Path | Literal | Call


@dataclass(frozen=True)
class Strip:
    """Which sides of a tag have the `~` that takes the white space away."""

    before: bool = False
    after: bool = False


@dataclass
class Content:
    """Text. `value` is what is left of it once white space was taken away."""

    original: str
    value: str = field(init=False)
    left_stripped: bool = False
    right_stripped: bool = False

    def __post_init__(self) -> None:
        self.value = self.original


@dataclass
class Comment:
    """A comment."""

    strip: Strip


@dataclass
class Mustache:
    """A value that is printed."""

    call: Call
    escaped: bool
    strip: Strip


@dataclass
class Program:
    """A sequence of parts; `chained` is the one part of an `else if`."""

    body: list[Part]
    names: tuple[str, ...] = ()
    chained: bool = False


@dataclass
class Block:
    """A section; an inverted one has no program. The strips are those of its three tags."""

    call: Call
    program: Program | None
    inverse: Program | None
    opening: Strip
    between: Strip
    closing: Strip


Part = Content | Comment | Mustache | Block
