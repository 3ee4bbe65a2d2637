"""The types of arguments and attributes, also those whose names a module imports for type checkers alone."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Awaitable
from functools import cache
from importlib import import_module
from types import NoneType, SimpleNamespace, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pulumi import Output

from tenant_email.sources import statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props

_PULUMI: Final[Props] = {"Output": Output, "T": Any}  # pulumi.Input names its own types by text
_LATER: Final = (Awaitable, Output)


def hints_of(owner: type[Any] | Callable[..., Any]) -> Props:
    """Returns the types of a class's attributes, or of a function's arguments."""
    found: Props = {}
    for each in reversed(owner.__mro__) if isinstance(owner, type) else (owner,):
        if each.__module__.startswith("tenant_email."):
            given = {**inspect.get_annotations(each), **vars(each).get("output_types", {})}
            plain = {name: hint for name, hint in given.items() if not str(hint).startswith("ClassVar")}
            written = SimpleNamespace(__annotations__=plain)
            found |= get_type_hints(written, {**names_in(each.__module__), **_PULUMI}, include_extras=True)
    return found


@cache
def names_in(module: str) -> Props:
    """Returns what a module's names stand for, those for type checkers among them."""
    names = dict(vars(sys.modules[module]))
    for statement in statements(inspect.getsource(sys.modules[module])):
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Name):
            for each in statement.body:
                if isinstance(each, ast.ImportFrom) and each.module:
                    found = import_module(each.module)
                    names |= {alias.asname or alias.name: getattr(found, alias.name) for alias in each.names}
                elif isinstance(each, ast.Import):
                    names |= {alias.asname or alias.name: import_module(alias.name) for alias in each.names}
    return names


def parts_of(hint: Any) -> tuple[Any, ...]:
    """Returns the types that a hint is a union of: without None, what makes a value known later, and functions."""
    if get_origin(hint) in (Union, UnionType):
        found = [part for each in get_args(hint) for part in parts_of(each)]
        return tuple(dict.fromkeys(found))
    if hint is NoneType or get_origin(hint) in _LATER or getattr(hint, "_is_protocol", False):
        return ()
    return (hint,)


def is_later(hint: Any) -> bool:
    """Returns whether a value may be known later, as a `pulumi.Input` may."""
    return get_origin(hint) in (Union, UnionType) and any(
        get_origin(part) in _LATER or is_later(part) for part in get_args(hint)
    )


def is_optional(hint: Any) -> bool:
    """Returns whether None is among the types of a hint."""
    return get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)


def output_of(hint: Any) -> Any:
    """Returns the T of a `pulumi.Output[T]`, or `T | None` where there may be no output; None for anything else."""
    if is_optional(hint):
        found = [output_of(part) for part in get_args(hint) if get_origin(part) is Output]
        return found[0] | None if found else None
    return get_args(hint)[0] if get_origin(hint) is Output else None


def plain(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Returns a hint without its annotations, and these."""
    return (get_args(hint)[0], hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())
