"""Runs mutmut with its operators, but leaves the wording of messages alone.

A literal with a blank in it is prose: no test should pin every word of it. Of any other literal one mutant is made
instead of three, because another spelling shows no more than another text does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutmut import __main__ as mutmut
from mutmut.mutation import mutators

if TYPE_CHECKING:
    from collections.abc import Iterable


def another_text(node: Any) -> Iterable[Any]:
    """Yields the literal as another text, unless it is prose or documentation."""
    if isinstance(node, mutators.cst.SimpleString) and " " not in node.raw_value and len(node.quote) == 1:
        yield node.with_changes(value=f"{node.prefix}{node.quote}XX{node.raw_value}XX{node.quote}")


if __name__ == "__main__":
    kept = [(kind, make) for kind, make in mutators.mutation_operators if make is not mutators.operator_string]
    mutators.mutation_operators[:] = [*kept, (mutators.cst.BaseString, another_text)]
    mutmut.cli()
