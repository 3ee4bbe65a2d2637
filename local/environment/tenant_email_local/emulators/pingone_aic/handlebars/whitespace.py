"""White space that is not printed: beside a `~`, and of lines on which a block's tag or a comment stands alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tenant_email_local.emulators.pingone_aic.handlebars.syntax import Block, Comment, Content, Mustache, Part, Program

_ENDS_LINE: Final = re.compile(r"\r?\n\s*?\Z")
_ENDS_FIRST_LINE: Final = re.compile(r"(^|\r?\n)\s*?\Z")
_BEGINS_LINE: Final = re.compile(r"\s*?\r?\n")
_BEGINS_LAST_LINE: Final = re.compile(r"\s*?(\r?\n|\Z)")


@dataclass(frozen=True)
class _Sides:
    """What a part takes away around it."""

    before: bool
    after: bool
    opens_alone: bool = False
    closes_alone: bool = False
    alone: bool = False


def strip_white_space(program: Program) -> Program:
    """Takes it away from the texts of a whole template."""
    _strip(program, is_root=True)
    return program


def _strip(program: Program | None, *, is_root: bool = False) -> None:
    if program is None:
        return
    body = program.body
    for at, part in enumerate(body):
        sides = _sides(part)
        if sides is None:
            continue
        before, after = _ends_line(body, at, is_root=is_root), _begins_line(body, at, is_root=is_root)
        if sides.after:
            _omit_right(body, at + 1, all_of_it=True)
        if sides.before:
            _omit_left(body, at - 1, all_of_it=True)
        if sides.alone and before and after:
            _omit_right(body, at + 1)
            _omit_left(body, at - 1)
        if isinstance(part, Block):
            if sides.opens_alone and before:
                _omit_right(_first(part).body, 0)
                _omit_left(body, at - 1)
            if sides.closes_alone and after:
                _omit_right(body, at + 1)
                last = _last(part).body
                _omit_left(last, len(last) - 1)


def _sides(part: Part) -> _Sides | None:
    match part:
        case Content():
            return None
        case Mustache():
            return _Sides(part.strip.before, part.strip.after)
        case Comment():
            return _Sides(part.strip.before, part.strip.after, alone=True)
        case Block():
            return _block_sides(part)


def _block_sides(block: Block) -> _Sides:
    """Strips inside of a block; returns what it takes away around it."""
    _strip(block.program)
    _strip(block.inverse)
    first = _first(block)
    inverse = block.inverse if block.program is not None else None
    first_inverse, last_inverse = _chain(inverse)
    sides = _Sides(
        block.opening.before,
        block.closing.after,
        opens_alone=_begins_line(first.body, -1),
        closes_alone=_ends_line((first_inverse or first).body, len((first_inverse or first).body)),
    )
    if block.opening.after:
        _omit_right(first.body, 0, all_of_it=True)
    if first_inverse is not None and last_inverse is not None:
        if block.between.before:
            _omit_left(first.body, len(first.body) - 1, all_of_it=True)
        if block.between.after:
            _omit_right(first_inverse.body, 0, all_of_it=True)
        if block.closing.before:
            _omit_left(last_inverse.body, len(last_inverse.body) - 1, all_of_it=True)
        if _ends_line(first.body, len(first.body)) and _begins_line(first_inverse.body, -1):
            _omit_left(first.body, len(first.body) - 1)
            _omit_right(first_inverse.body, 0)
    elif block.closing.before:
        _omit_left(first.body, len(first.body) - 1, all_of_it=True)
    return sides


def _first(block: Block) -> Program:
    found = block.program if block.program is not None else block.inverse
    return found if found is not None else Program([])


def _last(block: Block) -> Program:
    found = block.inverse if block.inverse is not None else block.program
    return found if found is not None else Program([])


def _chain(inverse: Program | None) -> tuple[Program | None, Program | None]:
    """Returns the program of the first `else if` of a chain, and that of its last."""
    first = last = inverse
    if inverse is not None and inverse.chained and isinstance(inverse.body[0], Block):
        first = inverse.body[0].program
    while last is not None and last.chained and isinstance(last.body[-1], Block):
        last = last.body[-1].program
    return first, last


def _ends_line(body: list[Part], at: int, *, is_root: bool = False) -> bool:
    """Returns whether nothing but white space stands before a part on its line."""
    if at == 0:
        return is_root
    before = body[at - 1]
    if not isinstance(before, Content):
        return False
    pattern = _ENDS_LINE if at > 1 or not is_root else _ENDS_FIRST_LINE
    return pattern.search(before.original) is not None


def _begins_line(body: list[Part], at: int, *, is_root: bool = False) -> bool:
    """Returns whether nothing but white space stands behind a part on its line."""
    if at + 1 >= len(body):
        return is_root
    after = body[at + 1]
    if not isinstance(after, Content):
        return False
    pattern = _BEGINS_LINE if at + 2 < len(body) or not is_root else _BEGINS_LAST_LINE
    return pattern.match(after.original) is not None


def _omit_right(body: list[Part], at: int, *, all_of_it: bool = False) -> None:
    part = body[at] if 0 <= at < len(body) else None
    if not isinstance(part, Content) or (not all_of_it and part.right_stripped):
        return
    before = part.value
    part.value = re.sub(r"\A\s+" if all_of_it else r"\A[ \t]*\r?\n?", "", part.value)
    part.right_stripped = part.value != before


def _omit_left(body: list[Part], at: int, *, all_of_it: bool = False) -> None:
    part = body[at] if 0 <= at < len(body) else None
    if not isinstance(part, Content) or (not all_of_it and part.left_stripped):
        return
    before = part.value
    part.value = re.sub(r"\s+\Z" if all_of_it else r"[ \t]+\Z", "", part.value)
    part.left_stripped = part.value != before
