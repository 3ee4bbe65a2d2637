"""From pieces to nodes: every tag reads its own arguments, and the pieces up to its end."""

from __future__ import annotations

import json
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.splitting import Output, Piece, Tag, pieces
from tenant_email_local.emulators.auth0.liquid.values import Value, is_js_truthy, plain, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email_local.emulators.auth0.liquid.context import Context
    from tenant_email_local.emulators.auth0.liquid.expressions import Filtered

    Handler = Callable[[Tag], "list[Placed] | None"]
    """What a tag within a block does: it names the list that goes on from there, or None where the block ends."""


_T = TypeVar("_T")


class Node(Protocol):
    """A part of a template that can be rendered."""

    def render(self, context: Context, out: Emitter) -> Value:
        """Writes what it shows; what it returns is written too, unless it is nothing."""
        ...


class TagType(Protocol):
    """Reads a tag."""

    def __call__(self, tag: Tag, parser: Parser) -> Node:
        """Returns the tag's node; LiquidError when it is not one."""
        ...


class Emitter:
    """Where a template writes."""

    def __init__(self, context: Context) -> None:
        self._parts: list[str] = []
        self._context = context

    def write(self, value: Value) -> None:
        """Writes a value as it is shown."""
        text = shown(value)
        self._context.spend(len(text))
        self._parts.append(text)

    @property
    def text(self) -> str:
        """What is written."""
        return "".join(self._parts)


class Placed:
    """A node with the piece that it is from, which errors name."""

    def __init__(self, node: Node, piece: Piece) -> None:
        self._node = node
        self._piece = piece

    @property
    def text(self) -> str | None:
        """What it shows, when it is text alone."""
        return self._node.text if isinstance(self._node, Text) else None

    def render(self, context: Context, out: Emitter) -> None:
        """Writes what it shows."""
        try:
            value = self._node.render(context, out)
            if is_js_truthy(value):
                out.write(value)
        except LiquidError as error:
            raise error.placed(self._piece.whole, self._piece.start) from None


class Text:
    """Text as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, context: Context, out: Emitter) -> Value:
        """Writes it."""
        out.write(self.text)


class Shown:
    """`{{ … }}`."""

    def __init__(self, value: Filtered) -> None:
        self._value = value

    def render(self, context: Context, out: Emitter) -> Value:
        """Writes the value."""
        out.write(plain(self._value.evaluate(context)))


def render_all(nodes: Iterable[Placed], context: Context, out: Emitter) -> None:
    """Renders nodes in order, until one says `break` or `continue`."""
    for node in nodes:
        context.spend(1)
        node.render(context, out)
        if context.is_stopped:
            return


class Parser:
    """Goes through pieces."""

    def __init__(self, parts: Iterable[Piece], tags: Mapping[str, TagType]) -> None:
        self._parts = deque(parts)
        self._tags = tags

    def nested(self, text: str) -> list[Placed]:
        """Returns the nodes of another text, such as a file's name."""
        return Parser(pieces(text), self._tags).all()

    def of(self, parts: Iterable[Piece]) -> list[Placed]:
        """Returns the nodes of other pieces."""
        return Parser(parts, self._tags).all()

    def all(self) -> list[Placed]:
        """Returns the nodes of all pieces that are left."""
        nodes: list[Placed] = []
        while self._parts:
            nodes.append(self._node(self._parts.popleft()))
        return nodes

    def until(self, tag: Tag, end: str) -> list[Piece]:
        """Returns the pieces up to a tag, unread."""
        parts: list[Piece] = []
        while self._parts:
            part = self._parts.popleft()
            if isinstance(part, Tag) and part.name == end:
                return parts
            parts.append(part)
        raise _unclosed(tag)

    def block(self, tag: Tag, handlers: Mapping[str, Handler], nodes: list[Placed]) -> None:
        """Reads a block into lists of nodes, which its own tags switch."""
        while self._parts:
            part = self._parts.popleft()
            handler = handlers.get(part.name) if isinstance(part, Tag) else None
            if handler is None or not isinstance(part, Tag):
                nodes.append(self._node(part))
                continue
            following = _placed(partial(handler, part), tag)
            if following is None:
                return
            nodes = following
        raise _unclosed(tag)

    def _node(self, part: Piece) -> Placed:
        return Placed(_placed(partial(self._read, part), part), part)

    def _read(self, part: Piece) -> Node:
        match part:
            case Tag():
                if part.name not in self._tags:
                    raise LiquidError(f'tag "{part.name}" not found')
                return self._tags[part.name](part, self)
            case Output():
                return Shown(part.reader().filtered())
            case _:
                return Text(part.shown)


def end_of_block(tag: Tag) -> None:
    """Ends a block, whatever stands behind the name."""


def no_arguments(tag: Tag) -> None:
    """Refuses what stands behind the name of a tag that takes nothing."""
    if tag.rest:
        raise LiquidError(f"unexpected {json.dumps(tag.rest, ensure_ascii=False)}")


def _placed(read: Callable[[], _T], part: Piece) -> _T:
    try:
        return read()
    except LiquidError as error:
        raise error.placed(part.whole, part.start) from None


def _unclosed(tag: Tag) -> LiquidError:
    return LiquidError(f"tag {tag.text} not closed", tag.whole, tag.start)
