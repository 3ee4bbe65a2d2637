"""White space that is not shown: beside a tilde, and of lines on which a block's tag or a comment stands alone.

Source: whitespace-control.js of Handlebars 4.7.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.checks.handlebars.nodes import Block, Body, Remark, Text

if TYPE_CHECKING:
    from tenant_email.checks.handlebars.nodes import Node

_ALL_LEFT: Final = re.compile(r"\A\s+")
_LINE_LEFT: Final = re.compile(r"\A[ \t]*\r?\n?")
_NO_NODES: Final[list[Node]] = []


def control(body: Body, *, root: bool = True) -> None:
    """Takes it away from the texts of a body and of all bodies in it."""
    nodes = body.nodes
    for at, node in enumerate(nodes):
        if isinstance(node, Text):
            continue
        begins, ends = _behind_line_end(nodes, at, root=root), _before_line_end(nodes, at, root=root)
        if isinstance(node, Block):
            opens, closes = _block(node)
            before, behind = node.opening.before, node.closing.behind
        else:
            opens = closes = False
            before, behind = node.tildes.before, node.tildes.behind
        if behind:
            _cut_left(nodes, at + 1, whole=True)
        if before:
            _cut_right(nodes, at - 1, whole=True)
        if isinstance(node, Remark) and begins and ends:
            _cut_left(nodes, at + 1)
            _cut_right(nodes, at - 1)
        if isinstance(node, Block) and opens and begins:
            _cut_left(_nodes(node.main or node.otherwise), 0)
            _cut_right(nodes, at - 1)
        if isinstance(node, Block) and closes and ends:
            _cut_left(nodes, at + 1)
            last = _nodes(node.otherwise or node.main)
            _cut_right(last, len(last) - 1)


def _block(block: Block) -> tuple[bool, bool]:
    """Works inside of a block; returns whether its opening and its closing tag end and begin their lines there."""
    for body in (block.main, block.otherwise):
        if body:
            control(body, root=False)
    main = _nodes(block.main or block.otherwise)
    second = block.otherwise if block.main else None
    first_of, last_of = _chain(second)
    first, last = _nodes(first_of), _nodes(last_of)
    opens = _before_line_end(main, -1)
    closes = _behind_line_end(first, len(first)) if first_of else _behind_line_end(main, len(main))
    if block.opening.behind:
        _cut_left(main, 0, whole=True)
    if second is None:
        if block.closing.before:
            _cut_right(main, len(main) - 1, whole=True)
        return opens, closes
    if block.middle.before:
        _cut_right(main, len(main) - 1, whole=True)
    if block.middle.behind:
        _cut_left(first, 0, whole=True)
    if block.closing.before:
        _cut_right(last, len(last) - 1, whole=True)
    if _behind_line_end(main, len(main)) and _before_line_end(first, -1):
        _cut_right(main, len(main) - 1)
        _cut_left(first, 0)
    return opens, closes


def _chain(body: Body | None) -> tuple[Body | None, Body | None]:
    """Returns what the first and the last `else if` of a chain hold; of a plain else, that."""
    first = last = body
    if body and body.chained and isinstance(block := body.nodes[0], Block):
        first = block.main
    while last and last.chained and isinstance(block := last.nodes[-1], Block):
        last = block.main
    return first, last


def _nodes(body: Body | None) -> list[Node]:
    return body.nodes if body else _NO_NODES


def _behind_line_end(nodes: list[Node], at: int, *, root: bool = False) -> bool:
    """Returns whether only white space stands before this place on its line."""
    if at == 0:
        return root
    before = nodes[at - 1]
    if not isinstance(before, Text):
        return False
    head = before.whole.rstrip()
    space = before.whole[len(head) :]
    return "\n" in space or (at == 1 and root and not head)


def _before_line_end(nodes: list[Node], at: int, *, root: bool = False) -> bool:
    """Returns whether only white space stands behind this place on its line."""
    if at + 1 >= len(nodes):
        return root
    behind = nodes[at + 1]
    if not isinstance(behind, Text):
        return False
    tail = behind.whole.lstrip()
    space = behind.whole[: len(behind.whole) - len(tail)]
    return "\n" in space or (at + 2 >= len(nodes) and root and not tail)


def _cut_left(nodes: list[Node], at: int, *, whole: bool = False) -> None:
    node = nodes[at] if 0 <= at < len(nodes) else None
    if isinstance(node, Text) and (whole or not node.cut_left):
        shown = (_ALL_LEFT if whole else _LINE_LEFT).sub("", node.shown, count=1)
        node.cut_left, node.shown = shown != node.shown, shown


def _cut_right(nodes: list[Node], at: int, *, whole: bool = False) -> None:
    node = nodes[at] if 0 <= at < len(nodes) else None
    if isinstance(node, Text) and (whole or not node.cut_right):
        shown = node.shown.rstrip() if whole else node.shown.rstrip(" \t")
        node.cut_right, node.shown = shown != node.shown, shown
